namespace M531x.Emulator.Core.At;

/// <summary>What comes out of the UART: bytes, or the speed in bit/s that holds from here on.</summary>
/// <param name="Shown">The line that ends with these bytes as it may be shown to others than the MCU: without keys. Null for an echo and other parts of lines.</param>
/// <param name="IsEcho">The bytes are what the MCU has sent.</param>
/// <param name="Gap">The line is silent for so long before them.</param>
readonly record struct UartOutput(ReadOnlyMemory<byte> Bytes, int? Speed = null, string? Shown = null, bool IsEcho = false, TimeSpan Gap = default);

/// <summary>
/// The last stage of the UART's output. With a pace, bytes follow each other without a gap, 10 bits each (8N1), and come out
/// in slices far shorter than the 10 ms by which programs tell one frame from the next.
/// </summary>
/// <param name="pace">In bit/s; 0 is the line's present speed, null sends at once.</param>
/// <param name="unknownSpeed">What counts for a line speed of 0.</param>
sealed class UartTransmitter(int? pace, int unknownSpeed)
{
    /// <summary>Bytes that may wait for their time; a module that prints more has lost it.</summary>
    public const int Limit = 1 << 16;

    const int SliceMilliseconds = 4;
    const int BitsPerByte = 10;

    readonly Queue<UartOutput> _queue = [];

    /// <summary>In bit/s; 0 sends at once.</summary>
    int _rate = pace ?? 0;

    /// <summary>Of the oldest entry, bytes that are out.</summary>
    int _offset;

    /// <summary>Bytes are under way without a pause: <see cref="_sent"/> of them since <see cref="_start"/>.</summary>
    bool _busy;
    TimeSpan _start;
    long _sent;

    /// <summary>Bytes refused because <see cref="Limit"/> were waiting.</summary>
    public long Lost { get; private set; }

    /// <summary>Bytes that have not been taken.</summary>
    public int Waiting { get; private set; }

    /// <summary>When the next slice is out; <see cref="TimeSpan.MaxValue"/> when nothing waits for its time.</summary>
    public TimeSpan NextRelease
    {
        get
        {
            if (_rate == 0 || !_queue.TryPeek(out var head))
                return TimeSpan.MaxValue;
            var slice = Math.Max(1, _rate / BitsPerByte * SliceMilliseconds / 1000);
            return _busy ? EndOf(_sent + Math.Min(slice, head.Bytes.Length - _offset)) : TimeSpan.Zero;
        }
    }

    public void Send(byte[] bytes, string? shown = null, bool isEcho = false, TimeSpan gap = default)
    {
        if (pace is not null && Waiting + bytes.Length > Limit)
        {
            Lost += bytes.Length;
            return;
        }
        Waiting += bytes.Length;
        _queue.Enqueue(new UartOutput(bytes, Shown: shown, IsEcho: isEcho, Gap: gap));
    }

    /// <summary>Drops what waits beyond so many bytes; a line that is cut is not shown.</summary>
    public void Truncate(int bytes)
    {
        var kept = _queue.ToArray();
        _queue.Clear();
        var offset = _offset;
        Waiting = 0;
        foreach (var output in kept)
        {
            var left = Math.Min(output.Bytes.Length - offset, bytes - Waiting);
            if (output.Speed is not null || left == output.Bytes.Length - offset)
                _queue.Enqueue(output);
            else if (left > 0)
                _queue.Enqueue(output with { Bytes = output.Bytes[..(offset + left)], Shown = null });
            Waiting += Math.Max(0, left);
            offset = 0;
        }
    }

    public void ChangeSpeed(int speed) => _queue.Enqueue(new UartOutput(default, speed));

    public bool TryTake(TimeSpan now, out UartOutput output)
    {
        if (!_queue.TryPeek(out output))
            return false;
        if (output.Speed is { } speed)
        {
            Remove();
            ChangeRate(speed);
            return true;
        }
        var left = output.Bytes.Length - _offset;
        var count = _rate == 0 ? left : (int)Math.Min(left, SentBy(now) - _sent);
        if (count == 0 && left > 0)
            return false;
        output = new UartOutput(output.Bytes.Slice(_offset, count), Shown: count == left ? output.Shown : null, IsEcho: output.IsEcho, Gap: _offset == 0 ? output.Gap : default);
        _offset += count;
        _sent += count;
        Waiting -= count;
        if (count == left)
            Remove();
        return true;
    }

    void Remove()
    {
        _queue.Dequeue();
        _offset = 0;
        _busy &= _queue.Count > 0;
    }

    void ChangeRate(int speed)
    {
        if (pace != 0)
            return;
        if (_busy)
            _start = EndOf(_sent);
        _sent = 0;
        _rate = speed == 0 ? unknownSpeed : speed;
    }

    /// <summary>How many bytes of this run have their stop bit behind them.</summary>
    long SentBy(TimeSpan now)
    {
        if (!_busy)
            (_busy, _start, _sent) = (true, now, 0);
        return (long)((Int128)(now - _start).Ticks * _rate / (BitsPerByte * TimeSpan.TicksPerSecond));
    }

    /// <summary>When that many bytes of this run are out, rounded up to a tick.</summary>
    TimeSpan EndOf(long count) => _start + TimeSpan.FromTicks(((count * BitsPerByte * TimeSpan.TicksPerSecond) + _rate - 1) / _rate);
}
