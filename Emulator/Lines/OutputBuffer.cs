namespace M531x.Emulator.Lines;

/// <summary>
/// Bytes on their way to the client: many writers, one consumer that peeks, sends and then removes.
/// While no client reads, it holds <see cref="IdleLimit"/> bytes and drops the newest. While a client reads, it holds more, so that
/// a busy host (or a warped clock) loses nothing that a real UART would have delivered.
/// </summary>
sealed class OutputBuffer(TimeProvider time)
{
    /// <summary>Bytes kept while no client reads.</summary>
    public const int IdleLimit = 4096;

    /// <summary>Bytes kept while a client reads.</summary>
    public const int ReaderLimit = 1 << 20;

    /// <summary>A client that has read nothing for this long, with bytes waiting, counts as not reading.</summary>
    public static readonly TimeSpan StallTime = TimeSpan.FromMilliseconds(500);

    readonly Lock _lock = new();
    byte[] _ring = new byte[IdleLimit];
    int _start;
    int _count;
    bool _hasReader;
    long _lastProgress;
    long _taken;
    long _dropped;

    public bool IsEmpty
    {
        get { lock (_lock) return _count == 0; }
    }

    /// <summary>Position of the next byte in the output: bytes sent so far plus bytes waiting.</summary>
    public long End
    {
        get { lock (_lock) return _taken + _count; }
    }

    public EndpointCounters Counters(long received)
    {
        lock (_lock)
            return new EndpointCounters(received, _taken, _dropped);
    }

    /// <summary>Appends what fits and counts the rest as dropped.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_count == 0)
                _lastProgress = time.GetTimestamp();
            var fits = Math.Clamp(Limit() - _count, 0, bytes.Length);
            _dropped += bytes.Length - fits;
            Append(bytes[..fits]);
        }
    }

    /// <summary>Copies the oldest bytes without removing them and returns how many.</summary>
    public int Peek(Span<byte> chunk)
    {
        lock (_lock)
        {
            var count = Math.Min(_count, chunk.Length);
            var first = Math.Min(count, _ring.Length - _start);
            _ring.AsSpan(_start, first).CopyTo(chunk);
            _ring.AsSpan(0, count - first).CopyTo(chunk[first..]);
            return count;
        }
    }

    /// <summary>Removes bytes that the client's side has accepted.</summary>
    public void Remove(int count)
    {
        if (count == 0)
            return;
        lock (_lock)
        {
            _start = (_start + count) % _ring.Length;
            _count -= count;
            _taken += count;
            _lastProgress = time.GetTimestamp();
        }
    }

    /// <summary>Counts bytes that bypassed the buffer.</summary>
    public void CountTaken(int count)
    {
        lock (_lock)
            _taken += count;
    }

    /// <summary>Sets whether a client is connected; when it leaves, all but the oldest <see cref="IdleLimit"/> bytes are dropped.</summary>
    public void SetReader(bool present)
    {
        lock (_lock)
        {
            _hasReader = present;
            _lastProgress = time.GetTimestamp();
            if (present || _count <= IdleLimit)
                return;
            _dropped += _count - IdleLimit;
            _count = IdleLimit;
        }
    }

    int Limit() => _hasReader && time.GetElapsedTime(_lastProgress) < StallTime ? ReaderLimit : IdleLimit;

    void Append(ReadOnlySpan<byte> bytes)
    {
        if (_count + bytes.Length > _ring.Length)
            Grow(_count + bytes.Length);
        var end = (_start + _count) % _ring.Length;
        var first = Math.Min(bytes.Length, _ring.Length - end);
        bytes[..first].CopyTo(_ring.AsSpan(end));
        bytes[first..].CopyTo(_ring);
        _count += bytes.Length;
    }

    void Grow(int needed)
    {
        var larger = new byte[Math.Max(needed, _ring.Length * 2)];
        var kept = Peek(larger);
        _ring = larger;
        _start = 0;
        _count = kept;
    }
}
