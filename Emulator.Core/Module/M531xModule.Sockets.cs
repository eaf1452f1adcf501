using System.Globalization;
using System.Net;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>Sockets of the MCU: what is the same for every dialect.</content>
sealed partial class M531xModule
{
    /// <summary>An attempt to connect that nobody answers ends after this; China Mobile's drivers wait a little longer.</summary>
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Retransmissions of a stream whose path is gone end after this (assumed).</summary>
    static readonly TimeSpan StreamTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a stream that wait for coverage at most (assumed).</summary>
    const int MaxUnsent = 4096;

    const int NeulSocketCount = 7;
    const int IpSocketCount = 5;

    readonly SocketTable _sockets;

    /// <summary>Gives a socket its peer: a stream is connected over the air, datagrams only remember it.</summary>
    void Connect(ModuleSocket socket, IPEndPoint peer)
    {
        socket.Peer = peer;
        if (socket.Kind == SocketKind.Datagram)
        {
            FinishConnect(socket);
            return;
        }
        socket.State = SocketState.Connecting;
        socket.Deadline = _now + ConnectTimeout;
        socket.IsAged = false;
        _sockets.Renew(socket);
        var sent = _radio.Send(_now, 0);
        DrainRadio();
        Trace("socket", sent ? "connect" : "uplink.lost", $"{socket.Id} {peer}", ("id", socket.Id), ("to", peer.ToString()));
        if (sent)
            _effects.Enqueue(new ConnectStream(socket.Key, peer));
    }

    void FinishConnect(ModuleSocket socket)
    {
        socket.State = SocketState.Connected;
        socket.Deadline = TimeSpan.MaxValue;
        Trace("socket", "connected", $"{socket.Id} {socket.Peer}", ("id", socket.Id), ("to", socket.Peer?.ToString()));
        PrintConnect(socket, connected: true);
    }

    /// <summary>A socket that AT+NSOCR made stays and can be connected again; one that exists only as a connection is gone.</summary>
    void FailConnect(ModuleSocket socket, string why)
    {
        Trace("socket", "connect.failed", $"{socket.Id} {why}", ("id", socket.Id), ("why", why));
        PrintConnect(socket, connected: false);
        if (_options.Profile.Sockets != SocketDialect.Neul)
        {
            DropSocket(socket, "not connected");
            return;
        }
        socket.State = SocketState.Open;
        socket.Deadline = TimeSpan.MaxValue;
        _effects.Enqueue(new CloseSocket(socket.Key));
    }

    void SendDatagram(ModuleSocket socket, IPEndPoint to, byte[] bytes, out bool sent)
    {
        sent = _radio.Send(_now, bytes.Length);
        DrainRadio();
        Trace("socket", sent ? "sent" : "uplink.lost", $"{socket.Id} {bytes.Length} bytes to {to}",
            ("id", socket.Id), ("to", to.ToString()), ("bytes", bytes.Length));
        if (sent)
            _effects.Enqueue(new SendFromSocket(socket.Key, to, bytes));
    }

    /// <summary>False when too much waits already to be sent.</summary>
    bool SendStream(ModuleSocket socket, byte[] bytes)
    {
        if (socket.Unsent.Sum(u => u.Length) + bytes.Length > MaxUnsent)
            return false;
        var sent = _radio.Send(_now, bytes.Length);
        DrainRadio();
        Trace("socket", sent ? "sent" : "uplink.waits", $"{socket.Id} {bytes.Length} bytes",
            ("id", socket.Id), ("to", socket.Peer?.ToString()), ("bytes", bytes.Length));
        if (socket.IsAged)
            GiveUpLater(socket);
        else if (sent)
            _effects.Enqueue(new SendToStream(socket.Key, bytes));
        else
            socket.Unsent.Enqueue(bytes);
        return true;
    }

    /// <summary>The module has another address: whoever knows its sockets by the old one loses them.</summary>
    void AgeSockets()
    {
        foreach (var socket in _sockets.All)
            AgeSocket(socket);
    }

    /// <summary>The network has forgotten the socket's mapping: datagrams come from a new port, a stream is cut without notice to anyone.</summary>
    void AgeSocket(ModuleSocket socket)
    {
        if (socket.Kind == SocketKind.Datagram)
        {
            _effects.Enqueue(new RebindDatagrams(socket.Key));
            return;
        }
        if (socket.State is not (SocketState.Connecting or SocketState.Connected))
            return;
        socket.IsAged = true;
        if (socket.Unsent.Count > 0)
            GiveUpLater(socket);
        socket.Unsent.Clear();
    }

    /// <summary>What is sent into the void is repeated for a while; then the stream is over.</summary>
    void GiveUpLater(ModuleSocket socket) => socket.Deadline = Earlier(socket.Deadline, _now + StreamTimeout);

    void CloseByPeer(ModuleSocket socket)
    {
        PrintClosed(socket);
        if (socket.Received.IsEmpty)
        {
            DropSocket(socket, "closed by the peer");
            return;
        }
        socket.State = SocketState.Closed;
        _effects.Enqueue(new CloseSocket(socket.Key));
    }

    void DropIfRead(ModuleSocket socket)
    {
        if (socket.State == SocketState.Closed && socket.Received.IsEmpty)
            DropSocket(socket, "read to its end");
    }

    /// <summary>AT+NSOCL=socket, AT+IPCLOSE=id.</summary>
    internal AtResult CloseSocketOf(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        DropSocket(socket, "closed");
        return AtResult.Ok;
    }

    void DropSocket(ModuleSocket socket, string why)
    {
        _effects.Enqueue(new CloseSocket(socket.Key));
        _sockets.Remove(socket);
        Trace("socket", "closed", $"{socket.Id} {why}", ("id", socket.Id), ("why", why));
    }

    /// <summary>Without an address there is no socket; the MCU is told of each.</summary>
    void LoseSockets()
    {
        foreach (var socket in _sockets.All)
        {
            if (socket.State != SocketState.Closed)
                PrintClosed(socket);
            DropSocket(socket, "no network");
        }
        _heldInputs.Clear();
    }

    void ForgetSockets()
    {
        foreach (var socket in _sockets.All)
            DropSocket(socket, "reset");
        _heldInputs.Clear();
        _lookups.Clear();
        _namesAsked.Clear();
        _ping = null;
        _prompt = null;
        _ipReceive = IpReceive.Initial;
    }

    void HandleSocketTimeouts()
    {
        while (_sockets.TryTakeDue(_now, out var socket))
        {
            if (socket.State is SocketState.Resolving or SocketState.Connecting)
            {
                FailConnect(socket, "time-out");
                continue;
            }
            PrintClosed(socket);
            DropSocket(socket, "time-out");
        }
        HandleLookupTimeouts();
        HandlePromptTimeout();
    }

    TimeSpan NextSocketDeadline => Earlier(Earlier(_sockets.NextDeadline, NextLookupDeadline), _prompt?.Deadline ?? TimeSpan.MaxValue);

    void TakeData(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        Trace("socket", "received", $"{socket.Id} {bytes.Length} bytes from {from}",
            ("id", socket.Id), ("from", from.ToString()), ("bytes", bytes.Length));
        switch (_options.Profile.Sockets)
        {
            case SocketDialect.Neul:
                TakeNeulData(socket, from, bytes);
                break;
            case SocketDialect.Ip:
                TakeIpData(socket, from, bytes);
                break;
            default:
                PrintReceived(socket, bytes);
                break;
        }
    }

    void KeepData(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (!socket.Received.TryAdd(from, bytes))
            Trace("socket", "receive.overflow", $"{socket.Id} {bytes.Length} bytes", ("id", socket.Id), ("bytes", bytes.Length));
    }

    void PrintConnect(ModuleSocket socket, bool connected)
    {
        var result = connected ? "CONNECT OK" : "CONNECT FAIL";
        Urc(_options.Profile.Sockets == SocketDialect.Prompt ? Line($"{socket.Id},{result}") : result);
    }

    void PrintClosed(ModuleSocket socket) => Urc(_options.Profile.Sockets switch
    {
        SocketDialect.Neul => Named("+NSOCLI", Number(socket.Id)),
        SocketDialect.Ip => Named("+IPCLOSE", Number(socket.Id)),
        _ => Line($"{socket.Id},CLOSED"),
    });

    /// <summary>Reads the data of a sending command; null when they do not fit its length.</summary>
    static byte[]? ReadData(string text, int length, bool isHex)
    {
        if (!isHex)
            return text.Length == length ? Encoding.Latin1.GetBytes(text) : null;
        return text.Length == 2 * length && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
    }

    static string ShowData(ReadOnlyMemory<byte> bytes, bool isHex) =>
        isHex ? Convert.ToHexString(bytes.Span) : Encoding.Latin1.GetString(bytes.Span);

    /// <summary>An IPv4 address in four decimal parts.</summary>
    static bool TryParseAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        var parts = text.Split('.');
        if (parts.Length != 4 || !Array.TrueForAll(parts, p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return false;
        address = new IPAddress(Array.ConvertAll(parts, p => byte.Parse(p, NumberStyles.None, CultureInfo.InvariantCulture)));
        return true;
    }

    static bool IsHostName(string text) => text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
