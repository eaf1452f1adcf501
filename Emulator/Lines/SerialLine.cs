using M531x.Emulator.Lines.Serial;

namespace M531x.Emulator.Lines;

/// <summary>
/// A serial device with a board at the other end of the cable. When its adapter is pulled out the line waits, as one that nobody reads,
/// until it is back. The client counts as there while the device is.
/// </summary>
sealed class SerialLine : DeviceLine
{
    // The device's coming back is seen by looking.
    const int GonePollMilliseconds = 200;

    // Looks after which a device that is back but cannot be opened is worth a word: its rights may come a moment after itself.
    const int PatientLooks = 10;

    // Between looks at whether the old speed's bytes are out; no call tells.
    const int SpeedPollMilliseconds = 2;

    /// <summary>For a spec that names no speed and a module that has none, in bit/s.</summary>
    public const int DefaultBaud = 9600;

    const long FlushMilliseconds = 500;

    readonly SerialSpec _spec;
    readonly ISerialBackEnd _backEnd;

    /// <summary>Speeds to come, each with the output that goes out before it.</summary>
    readonly Queue<(long After, int Speed)> _speeds = [];

    /// <summary>Null while the device is not there.</summary>
    ISerialDevice? _device;
    int _speed;
    int _failedLooks;

    SerialLine(SerialSpec spec, ISerialBackEnd backEnd, ISerialDevice device, IWake wake, int speed) : base(wake)
    {
        _spec = spec;
        _backEnd = backEnd;
        _device = device;
        _speed = speed;
        Description = $"serial {spec.Path} ({speed} {spec.Frame})";
    }

    public override string Description { get; }
    public override string Address => _spec.Path;
    /// <summary>Nobody sees how the other end is set.</summary>
    public override int? ClientSpeed => null;

    /// <param name="spec">The device.</param>
    /// <param name="speed">For a spec that names none, in bit/s.</param>
    /// <param name="backEnd">Null for the one of this system.</param>
    /// <exception cref="LineException">The device cannot be opened now.</exception>
    public static SerialLine Open(SerialSpec spec, int speed, ISerialBackEnd? backEnd = null)
    {
        backEnd ??= SerialBackEnds.Default;
        var baud = spec.Baud ?? (speed == 0 ? DefaultBaud : speed);
        var wake = backEnd.CreateWake();
        try
        {
            return new SerialLine(spec, backEnd, backEnd.Open(spec, baud, wake), wake, baud);
        }
        catch
        {
            wake.Dispose();
            throw;
        }
    }

    /// <summary>Takes effect behind what was written so far. The other end's speed cannot be followed, so 0 changes nothing.</summary>
    public override void SetSpeed(int speed)
    {
        if (speed == 0)
            return;
        lock (_speeds)
            _speeds.Enqueue((Output.End, speed));
        Wake.Wake();
    }

    protected override void Begin() => Arrive();

    /// <summary>Gives what is buffered a moment to leave.</summary>
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
            LookForDevice();
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
            Take(count);
        else if (problem is not null)
            Leave(problem);
    }

    void Send()
    {
        // Once around per step: a device that takes as fast as we write must not keep us from reading.
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

    /// <summary>Sets the next speed once its time has come; true while it is awaited and everything before it is written.</summary>
    bool ChangeSpeed()
    {
        while (NextSpeed is { } next && (Output.IsEmpty || Counters.BytesOut >= next.After))
        {
            if (next.Speed != _speed)
            {
                if (_device!.OutputWaiting > 0)
                    return true;
                if (_device.SetSpeed(next.Speed) is { } problem)
                    Sink.LineChanged(problem);
                _speed = next.Speed;
            }
            lock (_speeds)
                _speeds.Dequeue();
        }
        return false;
    }

    void Arrive()
    {
        _failedLooks = 0;
        Output.SetReader(true);
        Sink.ClientOpened();
    }

    void Leave(string why)
    {
        _device!.Dispose();
        _device = null;
        Output.SetReader(false);
        Sink.ClientClosed();
        Sink.LineChanged($"{_spec.Path} is gone ({why}); waiting for it");
    }

    void LookForDevice()
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
        catch (LineException e)
        {
            if (e.Problem != LineProblem.NotThere && ++_failedLooks == PatientLooks)
                Sink.LineChanged(e.Message);
            return;
        }
        Sink.LineChanged($"{_spec.Path} is back");
        Arrive();
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
