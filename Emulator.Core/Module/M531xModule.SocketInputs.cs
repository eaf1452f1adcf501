using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.Module;

/// <content>What the network says to the sockets, and what of it waits until the radio lets it through.</content>
sealed partial class M531xModule
{
    readonly Queue<SocketInput> _heldInputs = [];

    /// <summary>What the network says to a socket or a ping; it passes the radio as a datagram of the LwM2M client does.</summary>
    public void HandleSocket(TimeSpan now, SocketInput input)
    {
        _now = now;
        switch (_radio.Receive(now, SizeOf(input)))
        {
            case RadioDelivery.Received:
                DrainRadio();
                TakeInput(input);
                break;
            case RadioDelivery.Lost when IsLossy(input):
                TraceLostInput(input);
                break;
            default:
                HoldInput(input);
                break;
        }
        Drain();
    }

    int SizeOf(SocketInput input) => input switch
    {
        StreamReceived stream => stream.Bytes.Length,
        DatagramReceived datagram => datagram.Bytes.Length,
        PingAnswered => _ping?.Size ?? 0,
        _ => 0,
    };

    /// <summary>The sender of a stream repeats what was lost until the module is reached; nobody repeats a datagram or a ping.</summary>
    static bool IsLossy(SocketInput input) => input is DatagramReceived or PingAnswered;

    void HoldInput(SocketInput input)
    {
        if (_heldInputs.Count(IsLossy) == MaxHeldDownlinks && IsLossy(input))
        {
            var oldest = _heldInputs.First(IsLossy);
            KeepInputs(i => !ReferenceEquals(i, oldest));
        }
        _heldInputs.Enqueue(input);
    }

    void ForgetHeldInputs() => KeepInputs(i => !IsLossy(i));

    void KeepInputs(Func<SocketInput, bool> keeps)
    {
        for (var left = _heldInputs.Count; left > 0; left--)
        {
            var input = _heldInputs.Dequeue();
            if (keeps(input))
                _heldInputs.Enqueue(input);
            else
                TraceLostInput(input);
        }
    }

    void TraceLostInput(SocketInput input) => Trace("radio", "downlink.lost", input.GetType().Name, ("why", $"{input.GetType().Name} for a socket"));

    /// <summary>The RRC connection is up: what waited for it passes now, both ways.</summary>
    void ResumeSockets()
    {
        while (_heldInputs.TryDequeue(out var input))
            TakeInput(input);
        foreach (var socket in _sockets.All)
        {
            while (socket.Unsent.TryPeek(out var bytes) && _radio.Send(_now, bytes.Length))
                _effects.Enqueue(new SendToStream(socket.Key, socket.Unsent.Dequeue()));
        }
    }

    void TakeInput(SocketInput input)
    {
        if (input is PingAnswered answer)
        {
            TakePing(answer);
            return;
        }
        // What a NAT has forgotten does not reach the module, and what comes late for a closed socket has no meaning.
        if (!_sockets.TryFindKey(input.Key, out var socket) || socket.IsAged)
            return;
        switch (input)
        {
            case StreamConnected when socket.State == SocketState.Connecting:
                FinishConnect(socket);
                _effects.Enqueue(new ReceiveFromStream(socket.Key));
                break;
            case StreamRefused when socket.State == SocketState.Connecting:
                FailConnect(socket, "refused");
                break;
            case StreamReceived piece when socket.State == SocketState.Connected:
                socket.IsPaused = true;
                TakeData(socket, socket.Peer!, piece.Bytes);
                ContinueStream(socket);
                break;
            case StreamClosed when socket.State == SocketState.Connected:
                CloseByPeer(socket);
                break;
            case DatagramReceived datagram:
                _effects.Enqueue(new DatagramTaken(datagram.From, datagram.Bytes, socket.Key));
                TakeData(socket, datagram.From, datagram.Bytes);
                break;
        }
    }

    /// <summary>Asks for the next piece of a stream when there is room for a whole one.</summary>
    void ContinueStream(ModuleSocket socket)
    {
        if (!socket.IsPaused || socket.Received.Free < ModuleSocket.MaxPiece)
            return;
        socket.IsPaused = false;
        _effects.Enqueue(new ReceiveFromStream(socket.Key));
    }
}
