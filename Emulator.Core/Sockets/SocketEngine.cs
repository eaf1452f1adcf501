using System.Net;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Sockets;

/// <summary>Sockets without their face: connecting, sending, receiving, ageing and closing, the same for every dialect.</summary>
/// <param name="context">Of the module.</param>
/// <param name="face">Prints what the MCU sees.</param>
/// <param name="names">Resolves peers.</param>
sealed class SocketEngine(ModuleContext context, SocketFace face, NameQueries names)
{
    /// <summary>An unanswered attempt to connect ends after this; China Mobile's drivers wait a little longer.</summary>
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Retransmissions of a stream whose path is gone end after this (assumed).</summary>
    static readonly TimeSpan StreamTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a stream that wait for coverage at most (assumed).</summary>
    const int MaxUnsent = 4096;

    readonly SocketTable _sockets = new(face.Capacity);

    public TimeSpan NextDeadline => _sockets.NextDeadline;

    public SocketTable Sockets => _sockets;

    /// <summary>Gives a socket its peer: a stream is connected over the air, datagrams only remember it.</summary>
    public void Connect(ModuleSocket socket, IPEndPoint peer)
    {
        socket.Peer = peer;
        if (socket.Kind == SocketKind.Datagram)
        {
            FinishConnect(socket);
            return;
        }
        socket.State = SocketState.Connecting;
        socket.Deadline = context.Now + ConnectTimeout;
        socket.IsAged = false;
        _sockets.Renew(socket);
        var sent = context.Air.Send(context.Now, 0);
        context.Trace("socket", sent ? "connect" : "uplink.lost", $"{socket.Id} {peer}", ("id", socket.Id), ("to", peer.ToString()));
        if (sent)
            context.Emit(new ConnectStream(socket.Key, peer));
    }

    /// <summary>Looks the peer's name up, and connects once it is found.</summary>
    public void Connect(ModuleSocket socket, string host, int port)
    {
        (socket.State, socket.PeerName, socket.PeerPort) = (SocketState.Resolving, host, port);
        socket.Deadline = context.Now + ConnectTimeout;
        names.Ask(host);
    }

    public void HandleName(string host, IPAddress? address)
    {
        foreach (var socket in _sockets.All.Where(s => s.State == SocketState.Resolving && NameQueries.IsSame(s.PeerName!, host)))
        {
            if (address is null)
                FailConnect(socket, "no such name");
            else
                Connect(socket, new IPEndPoint(address, socket.PeerPort));
        }
    }

    public void SendDatagram(ModuleSocket socket, IPEndPoint to, byte[] bytes, out bool sent)
    {
        sent = context.Air.Send(context.Now, bytes.Length);
        context.Trace("socket", sent ? "sent" : "uplink.lost", $"{socket.Id} {bytes.Length} bytes to {to}",
            ("id", socket.Id), ("to", to.ToString()), ("bytes", bytes.Length));
        if (sent)
            context.Emit(new SendFromSocket(socket.Key, to, bytes));
    }

    /// <summary>False when too much waits already to be sent.</summary>
    public bool TrySendStream(ModuleSocket socket, byte[] bytes)
    {
        if (socket.Unsent.Sum(u => u.Length) + bytes.Length > MaxUnsent)
            return false;
        var sent = context.Air.Send(context.Now, bytes.Length);
        context.Trace("socket", sent ? "sent" : "uplink.waits", $"{socket.Id} {bytes.Length} bytes",
            ("id", socket.Id), ("to", socket.Peer?.ToString()), ("bytes", bytes.Length));
        if (socket.IsAged)
            GiveUpLater(socket);
        else if (sent)
            context.Emit(new SendToStream(socket.Key, bytes));
        else
            socket.Unsent.Enqueue(bytes);
        return true;
    }

    /// <summary>The RRC connection is up: data of streams that wait for it leave.</summary>
    public void Resume()
    {
        foreach (var socket in _sockets.All)
        {
            while (socket.Unsent.TryPeek(out var bytes) && context.Radio.Send(context.Now, bytes.Length))
                context.Emit(new SendToStream(socket.Key, socket.Unsent.Dequeue()));
        }
    }

    /// <summary>The module has another address: peers that know its sockets by the old one lose them.</summary>
    public void AgeAll()
    {
        foreach (var socket in _sockets.All)
            Age(socket);
    }

    /// <summary>Without an address there are no sockets; the MCU reads of each that is open.</summary>
    public void LoseAll()
    {
        foreach (var socket in _sockets.All)
        {
            if (socket.State != SocketState.Closed)
                PrintClosed(socket);
            Drop(socket, "no network");
        }
    }

    /// <summary>The module restarts.</summary>
    public void Forget()
    {
        foreach (var socket in _sockets.All)
            Drop(socket, "reset");
    }

    /// <summary>AT+NSOCL=socket, AT+IPCLOSE=id.</summary>
    public AtResult Close(AtArguments arguments)
    {
        if (!_sockets.TryFind(arguments.Int(0), out var socket))
            return CmeError.OperationNotAllowed;
        Drop(socket, "closed");
        return AtResult.Ok;
    }

    public void HandleTimeout()
    {
        while (_sockets.TryTakeDue(context.Now, out var socket))
        {
            if (socket.State is SocketState.Resolving or SocketState.Connecting)
            {
                FailConnect(socket, "time-out");
                continue;
            }
            PrintClosed(socket);
            Drop(socket, "time-out");
        }
    }

    public void HandleInput(SocketInput input)
    {
        // What a NAT has forgotten does not reach the module, and what comes late for a closed socket has no meaning.
        if (!_sockets.TryFindKey(input.Key, out var socket) || socket.IsAged)
            return;
        switch (input)
        {
            case StreamConnected when socket.State == SocketState.Connecting:
                FinishConnect(socket);
                context.Emit(new ReceiveFromStream(socket.Key));
                break;
            case StreamRefused when socket.State == SocketState.Connecting:
                FailConnect(socket, "refused");
                break;
            case StreamReceived piece when socket.State == SocketState.Connected:
                socket.IsPaused = true;
                Receive(socket, socket.Peer!, piece.Bytes);
                Continue(socket);
                break;
            case StreamClosed when socket.State == SocketState.Connected:
                CloseByPeer(socket);
                break;
            case DatagramReceived datagram:
                context.Emit(new DatagramTaken(datagram.From, datagram.Bytes, socket.Key));
                Receive(socket, datagram.From, datagram.Bytes);
                break;
        }
    }

    /// <summary>Keeps data until the MCU reads them.</summary>
    public void Keep(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (!socket.Received.TryAdd(from, bytes))
            context.Trace("socket", "receive.overflow", $"{socket.Id} {bytes.Length} bytes", ("id", socket.Id), ("bytes", bytes.Length));
    }

    /// <summary>The MCU has read data: the next piece of a stream may come, and a closed socket that is empty ends.</summary>
    public void HandleRead(ModuleSocket socket)
    {
        Continue(socket);
        if (socket.State == SocketState.Closed && socket.Received.IsEmpty)
            Drop(socket, "read to its end");
    }

    void FinishConnect(ModuleSocket socket)
    {
        socket.State = SocketState.Connected;
        socket.Deadline = TimeSpan.MaxValue;
        context.Trace("socket", "connected", $"{socket.Id} {socket.Peer}", ("id", socket.Id), ("to", socket.Peer?.ToString()));
        context.Output.Urc(face.ConnectLine(socket, isConnected: true));
    }

    /// <summary>A socket that AT+NSOCR made stays and can be connected again; one that exists only as a connection is gone.</summary>
    void FailConnect(ModuleSocket socket, string why)
    {
        context.Trace("socket", "connect.failed", $"{socket.Id} {why}", ("id", socket.Id), ("why", why));
        context.Output.Urc(face.ConnectLine(socket, isConnected: false));
        if (!face.KeepsFailedSockets)
        {
            Drop(socket, "not connected");
            return;
        }
        socket.State = SocketState.Open;
        socket.Deadline = TimeSpan.MaxValue;
        context.Emit(new CloseSocket(socket.Key));
    }

    void Receive(ModuleSocket socket, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        context.Trace("socket", "received", $"{socket.Id} {bytes.Length} bytes from {from}",
            ("id", socket.Id), ("from", from.ToString()), ("bytes", bytes.Length));
        face.Deliver(socket, from, bytes);
    }

    /// <summary>Asks for the next piece of a stream when there is room for a whole one.</summary>
    void Continue(ModuleSocket socket)
    {
        if (!socket.IsPaused || socket.Received.Free < ModuleSocket.MaxPiece)
            return;
        socket.IsPaused = false;
        context.Emit(new ReceiveFromStream(socket.Key));
    }

    /// <summary>The network has forgotten the socket's mapping: datagrams come from a new port, a stream is cut without notice.</summary>
    void Age(ModuleSocket socket)
    {
        if (socket.Kind == SocketKind.Datagram)
        {
            context.Emit(new RebindDatagrams(socket.Key));
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
    void GiveUpLater(ModuleSocket socket)
    {
        var end = context.Now + StreamTimeout;
        socket.Deadline = end < socket.Deadline ? end : socket.Deadline;
    }

    void CloseByPeer(ModuleSocket socket)
    {
        PrintClosed(socket);
        if (socket.Received.IsEmpty)
        {
            Drop(socket, "closed by the peer");
            return;
        }
        socket.State = SocketState.Closed;
        context.Emit(new CloseSocket(socket.Key));
    }

    void Drop(ModuleSocket socket, string why)
    {
        context.Emit(new CloseSocket(socket.Key));
        _sockets.Remove(socket);
        context.Trace("socket", "closed", $"{socket.Id} {why}", ("id", socket.Id), ("why", why));
    }

    void PrintClosed(ModuleSocket socket) => context.Output.Urc(face.ClosedLine(socket));
}
