using System.Net;

namespace M531x.Dtls;

/// <summary>What an engine has to give its owner: datagrams, events and counts. Their bytes lie in buffers that are used again once all is taken.</summary>
sealed class EngineOutput
{
    readonly Arena _datagramBytes = new(2048);
    readonly Arena _eventBytes = new(128);
    readonly Queue<(IPEndPoint? To, ReadOnlyMemory<byte> Bytes)> _datagrams = new();
    readonly Queue<DtlsEvent> _events = new();

    public DtlsCounters Counters { get; } = new();

    /// <summary>Bytes of the buffers, for tests of their bounds.</summary>
    public int BufferLength => _datagramBytes.Length + _eventBytes.Length;

    /// <summary>Room for a datagram, to be followed by <see cref="Send"/>.</summary>
    public Memory<byte> ReserveDatagram(int length)
    {
        if (_datagrams.Count == 0)
            _datagramBytes.Reset();
        return _datagramBytes.Reserve(length);
    }

    /// <summary>Sends the start of what was reserved last.</summary>
    public void Send(IPEndPoint? to, ReadOnlyMemory<byte> datagram)
    {
        _datagramBytes.Keep(datagram.Length);
        _datagrams.Enqueue((to, datagram));
        Counters.DatagramsSent++;
    }

    /// <summary>Room for the data of an event; kept by <see cref="TellData"/>, else free again.</summary>
    public Memory<byte> ReserveData(int length)
    {
        if (_events.Count == 0)
            _eventBytes.Reset();
        return _eventBytes.Reserve(length);
    }

    public void TellData(DtlsEvent dtlsEvent)
    {
        _eventBytes.Keep(dtlsEvent.Data.Length);
        _events.Enqueue(dtlsEvent);
    }

    public void Tell(DtlsEvent dtlsEvent) => _events.Enqueue(dtlsEvent);

    public void Drop(DtlsDropReason reason, long association, IPEndPoint? peer)
    {
        Counters.CountDrop(reason);
        Tell(new DtlsEvent { Kind = DtlsEventKind.Dropped, Association = association, Peer = peer, Drop = reason });
    }

    public bool TryTakeDatagram(out IPEndPoint? to, out ReadOnlyMemory<byte> datagram)
    {
        var any = _datagrams.TryDequeue(out var next);
        (to, datagram) = next;
        return any;
    }

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => _events.TryDequeue(out dtlsEvent);

    /// <summary>Hands out pieces of one buffer, from the start again after <see cref="Reset"/>.</summary>
    sealed class Arena(int firstLength)
    {
        byte[] _bytes = new byte[firstLength];
        int _used;

        public int Length => _bytes.Length;

        public Memory<byte> Reserve(int length)
        {
            if (_used + length > _bytes.Length)
            {
                // What was handed out stays valid in the old array.
                _bytes = new byte[Math.Max(2 * _bytes.Length, length)];
                _used = 0;
            }
            return _bytes.AsMemory(_used, length);
        }

        public void Keep(int length) => _used += length;

        public void Reset() => _used = 0;
    }
}
