using System.Globalization;
using System.Net;
using System.Text;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>Sockets of the M5311 and the M5313: AT+IPSTART, IPSEND, IPRCFG, IPRD, IPCLOSE.</content>
sealed partial class M531xModule
{
    const int MaxStreamBytes = 1460;

    /// <summary>One datagram; the M5311 takes 8 bytes fewer than its specification says.</summary>
    const int MaxDatagramBytes = 712;

    /// <summary>&lt;cid&gt; of AT+IPSTART that leaves the choice to the module.</summary>
    const int UnnamedContext = 0;

    IpReceive _ipReceive = IpReceive.Initial;

    /// <summary>AT+IPSTART=id,"TCP"|"UDP",host,port: OK, then CONNECT OK or CONNECT FAIL.</summary>
    internal AtResult StartConnection(AtArguments arguments)
    {
        SocketKind? kind = arguments.Text(1).ToUpperInvariant() switch
        {
            "UDP" => SocketKind.Datagram,
            "TCP" => SocketKind.Stream,
            _ => null,
        };
        var host = arguments.Text(2);
        if (kind is null || !IsHostName(host) || arguments.Has(4) && arguments.Int(4) != UnnamedContext && !HasContext(arguments.Int(4)))
            return AtResult.Error;
        if (!HasNetwork)
            return CmeError.NoNetworkService;
        if (_sockets.TryFind(arguments.Int(0), out _))
            return CmeError.OperationNotAllowed;
        var socket = new ModuleSocket(arguments.Int(0), kind.Value);
        _sockets.Add(socket);
        var port = arguments.Int(3);
        if (TryParseAddress(host, out var address))
            Connect(socket, new IPEndPoint(address, port));
        else
            ResolvePeer(socket, host, port);
        return AtResult.Ok;
    }

    void ResolvePeer(ModuleSocket socket, string host, int port)
    {
        (socket.State, socket.PeerName, socket.PeerPort) = (SocketState.Resolving, host, port);
        socket.Deadline = _now + ConnectTimeout;
        AskForName(host);
    }

    /// <summary>
    /// AT+IPSEND=id,[length],data[,address,port[,priority]]: without a length, or with 0, the data are text, else so many bytes in
    /// hexadecimal digits. Where the data are prompted for, AT+IPSEND=id,length.
    /// </summary>
    internal AtResult SendData(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket) || socket.State != SocketState.Connected)
            return CmeError.OperationNotAllowed;
        var length = arguments.Has(1) ? arguments.Int(1) : 0;
        if (length > (socket.Kind == SocketKind.Stream ? MaxStreamBytes : MaxDatagramBytes))
            return AtResult.Error;
        if (_options.Profile.Sockets == SocketDialect.Prompt)
            return length > 0 && !arguments.Has(2) ? PromptForData(socket, length) : AtResult.Error;
        if (!arguments.Has(2) || ReadIpData(socket, arguments.Text(2), length) is not { } bytes || !TryReadPeer(socket, arguments, out var to))
            return AtResult.Error;
        if (socket.Kind == SocketKind.Datagram)
            SendDatagram(socket, to, bytes, out _);
        else if (!SendStream(socket, bytes))
            return CmeError.OperationNotAllowed;
        return General("+IPSEND", Line($"{socket.Id},{bytes.Length}"));
    }

    static byte[]? ReadIpData(ModuleSocket socket, string text, int length)
    {
        if (length > 0)
            return ReadData(text, length, isHex: true);
        return text.Length > 0 && text.Length <= (socket.Kind == SocketKind.Stream ? MaxStreamBytes : MaxDatagramBytes) ? Encoding.Latin1.GetBytes(text) : null;
    }

    /// <summary>A datagram may name another peer than that of its socket; a stream has a priority in the same place.</summary>
    static bool TryReadPeer(ModuleSocket socket, AtArguments arguments, out IPEndPoint to)
    {
        to = socket.Peer!;
        if (socket.Kind == SocketKind.Stream || !arguments.Has(3))
            return true;
        if (!TryParseAddress(arguments.Text(3), out var address))
            return false;
        to = new IPEndPoint(address, arguments.Has(4) ? arguments.Int(4) : to.Port);
        return true;
    }

    /// <summary>AT+IPRCFG=automatic[,mode[,hex]]. What waits is printed as soon as it may be.</summary>
    internal AtResult ConfigureReceiving(AtArguments arguments)
    {
        _ipReceive = new IpReceive(
            arguments.Int(0) == 1,
            arguments.Has(1) ? arguments.Int(1) : 0,
            arguments.Has(2) && arguments.Int(2) == 1);
        if (!_ipReceive.IsAutomatic)
            return AtResult.Ok;
        foreach (var socket in _sockets.All)
        {
            while (socket.Received.TryRead(int.MaxValue, out var part))
                PrintIpData(socket, part.From, part.Bytes);
            ContinueStream(socket);
            DropIfRead(socket);
        }
        return AtResult.Ok;
    }

    internal AtResult ReadReceiving() =>
        General("+IPRCFG", Line($"{(_ipReceive.IsAutomatic ? 1 : 0)},{_ipReceive.Mode},{(_ipReceive.IsHex ? 1 : 0)}"));

    /// <summary>AT+IPRD=id,length: OK, then +IPRD with up to so many bytes of the oldest message.</summary>
    internal AtResult ReadReceived(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        if (socket.Received.TryRead(arguments.Int(1), out var part))
            PrintIpData(socket, part.From, part.Bytes);
        ContinueStream(socket);
        DropIfRead(socket);
        return AtResult.Ok;
    }

    void TakeIpData(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (_ipReceive.IsAutomatic)
            PrintIpData(socket, from, bytes);
        else
            KeepData(socket, from, bytes);
    }

    void PrintIpData(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        var sender = _ipReceive.Mode == 0 ? "" : Line($"\"{from.Address}\",{from.Port},");
        Urc(Named("+IPRD", string.Create(CultureInfo.InvariantCulture, $"{socket.Id},{sender}{bytes.Length},{ShowData(bytes, _ipReceive.IsHex)}")));
    }
}
