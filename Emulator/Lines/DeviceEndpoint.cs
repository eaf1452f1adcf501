using M531x.Emulator.Lines.Serial;

namespace M531x.Emulator.Lines;

/// <summary>
/// A serial device with a board at the other end of the cable. When its adapter is pulled out, this waits until it is back
/// and buffers output as without a reader. The client counts as connected while the device is present.
/// </summary>
sealed class DeviceEndpoint : ThreadedEndpoint
{
    // Reconnection is detected by polling.
    const int GonePollMilliseconds = 200;

    // Failed attempts before a returned device that cannot be opened is reported: its permissions may follow a moment later.
    const int QuietAttempts = 10;

    // Between checks whether the bytes of the old speed have left; no call waits for that.
    const int SpeedPollMilliseconds = 2;

    /// <summary>Speed in bit/s when neither the spec nor the module has one.</summary>
    public const int DefaultBaud = 9600;

    const long FlushMilliseconds = 500;

    readonly SerialSpec _spec;
    readonly ISerialBackEnd _backEnd;

    /// <summary>Pending speeds, each with the output position before which it must not apply.</summary>
    readonly Queue<(long After, int Speed)> _speeds = [];

    /// <summary>Null while the device is absent.</summary>
    ISerialDevice? _device;
    int _speed;
    int _failedAttempts;

    DeviceEndpoint(SerialSpec spec, ISerialBackEnd backEnd, ISerialDevice device, IWake wake, int speed) : base(wake)
    {
        _spec = spec;
        _backEnd = backEnd;
        _device = device;
        _speed = speed;
        Description = $"serial {spec.Path} ({speed} {spec.Frame})";
    }

    public override string Description { get; }
    public override string Address => _spec.Path;

    /// <summary>The speed of the other end is not visible.</summary>
    public override int? ClientSpeed => null;

    /// <param name="spec">The device.</param>
    /// <param name="speed">Used when the spec names none, in bit/s.</param>
    /// <param name="backEnd">Null for this system's.</param>
    /// <exception cref="EndpointException">The device cannot be opened now.</exception>
    public static DeviceEndpoint Open(SerialSpec spec, int speed, ISerialBackEnd? backEnd = null)
    {
        backEnd ??= SerialBackEnds.Default;
        var baud = spec.Baud ?? (speed == 0 ? DefaultBaud : speed);
        var wake = backEnd.CreateWake();
        try
        {
            return new DeviceEndpoint(spec, backEnd, backEnd.Open(spec, baud, wake), wake, baud);
        }
        catch
        {
            wake.Dispose();
            throw;
        }
    }

    /// <summary>Takes effect behind the bytes written so far. The speed of the other end is not visible, so 0 is ignored.</summary>
    public override void SetSpeed(int speed)
    {
        if (speed == 0)
            return;
        lock (_speeds)
            _speeds.Enqueue((Output.End, speed));
        Wake.Wake();
    }

    protected override void Begin() => SetPresent();

    /// <summary>Gives buffered bytes a moment to leave.</summary>
    protected override void End()
    {
        Flush();
        if (_device is not null)
            Sink.ClientClosed();
    }

    protected override void ReleaseDevice() => _device?.Dispose();

    protected override void Step()
    {
        if (_device is null)
        {
            Wake.Wait(GonePollMilliseconds);
            TryReopen();
            return;
        }
        var changesSpeed = ChangeSpeed();
        var full = !changesSpeed && !Output.IsEmpty;
        if (_device.Wait(full, changesSpeed ? SpeedPollMilliseconds : full ? FullPollMilliseconds : -1))
            Receive();
        if (_device is not null)
            Send();
    }

    void Receive()
    {
        var problem = _device!.Read(Chunk, out var count);
        if (count > 0)
            Deliver(count);
        else if (problem is not null)
            SetAbsent(problem);
    }

    void Send()
    {
        // One write per step: a device that accepts bytes as fast as this writes must not starve reading.
        var count = Output.Peek(Chunk);
        if (NextSpeed is { } next)
            count = (int)Math.Clamp(next.After - Counters.BytesOut, 0, count);
        if (count > 0)
            Output.Remove(_device!.Write(Chunk.AsSpan(0, count)));
    }

    (long After, int Speed)? NextSpeed
    {
        get { lock (_speeds) return _speeds.TryPeek(out var next) ? next : null; }
    }

    /// <summary>Sets the next speed once the bytes before it have left. True while only that is awaited.</summary>
    bool ChangeSpeed()
    {
        while (NextSpeed is { } next && (Output.IsEmpty || Counters.BytesOut >= next.After))
        {
            if (next.Speed != _speed)
            {
                if (_device!.OutputWaiting > 0)
                    return true;
                if (_device.SetSpeed(next.Speed) is { } problem)
                    Sink.StatusChanged(problem);
                _speed = next.Speed;
            }
            lock (_speeds)
                _speeds.Dequeue();
        }
        return false;
    }

    void SetPresent()
    {
        _failedAttempts = 0;
        Output.SetReader(true);
        Sink.ClientOpened();
    }

    void SetAbsent(string why)
    {
        _device!.Dispose();
        _device = null;
        Output.SetReader(false);
        Sink.ClientClosed();
        Sink.StatusChanged($"{_spec.Path} is gone ({why}); waiting for it");
    }

    void TryReopen()
    {
        lock (_speeds)
        {
            while (_speeds.TryDequeue(out var next))
                _speed = next.Speed;
        }
        try
        {
            _device = _backEnd.Open(_spec, _speed, Wake);
        }
        catch (EndpointException e)
        {
            if (e.Problem != EndpointProblem.NotThere && ++_failedAttempts == QuietAttempts)
                Sink.StatusChanged(e.Message);
            return;
        }
        Sink.StatusChanged($"{_spec.Path} is back");
        SetPresent();
    }

    void Flush()
    {
        var end = Environment.TickCount64 + FlushMilliseconds;
        while (_device is not null && Environment.TickCount64 < end && (!Output.IsEmpty || _device.OutputWaiting > 0))
        {
            ChangeSpeed();
            Send();
            Wake.Wait(SpeedPollMilliseconds);
        }
    }
}
