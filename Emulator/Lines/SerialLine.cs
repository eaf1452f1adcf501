using M531x.Emulator.Lines.Posix;

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
    /// <summary>Speeds to come, each with the output that goes out before it.</summary>
    readonly Queue<(long After, int Speed)> _speeds = [];

    /// <summary>Null while the device is not there.</summary>
    SerialPort? _port;
    int _speed;
    int _failedLooks;

    SerialLine(SerialSpec spec, SerialPort port, int speed) : base(new WakePipe())
    {
        _spec = spec;
        _port = port;
        _speed = speed;
        Description = $"serial {spec.Path} ({speed} {spec.Frame})";
    }

    public override string Description { get; }
    public override string Address => _spec.Path;
    /// <summary>Nobody sees how the other end is set.</summary>
    public override int? ClientSpeed => null;

    /// <param name="spec">The device.</param>
    /// <param name="speed">For a spec that names none, in bit/s.</param>
    /// <exception cref="LineException">The device cannot be opened now.</exception>
    public static SerialLine Open(SerialSpec spec, int speed)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            throw spec.Line.Error(LineProblem.Unsupported, "serial: is not in this version on this system; use tcp-listen:127.0.0.1:5320");
        var baud = spec.Baud ?? (speed == 0 ? DefaultBaud : speed);
        return new SerialLine(spec, SerialPort.Open(spec, baud), baud);
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
        if (_port is not null)
            Sink.ClientClosed();
    }

    protected override void ReleaseDevice() => _port?.Dispose();

    protected override void Step()
    {
        if (_port is null)
        {
            Wake.Wait(GonePollMilliseconds);
            LookForDevice();
            return;
        }
        var changesSpeed = ChangeSpeed();
        var full = !changesSpeed && !Output.IsEmpty;
        var events = _port.Wait(Wake, full, changesSpeed ? SpeedPollMilliseconds : full ? FullPollMilliseconds : -1);
        if ((events & (Libc.PollIn | Libc.PollHup | Libc.PollErr | Libc.PollInvalid)) != 0)
            Receive(events);
        if (_port is not null)
            Send();
    }

    void Receive(short events)
    {
        var problem = _port!.Read(Chunk, out var count);
        if (count == 0 && problem is null && (events & (Libc.PollHup | Libc.PollInvalid)) != 0)
            problem = "hung up";
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
            Output.Remove(_port!.Write(Chunk.AsSpan(0, count)));
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
                if (_port!.OutputWaiting > 0)
                    return true;
                if (_port.SetSpeed(next.Speed) is { } problem)
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
        _port!.Dispose();
        _port = null;
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
            _port = SerialPort.Open(_spec, _speed);
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
        while (_port is not null && Environment.TickCount64 < end && (!Output.IsEmpty || _port.OutputWaiting > 0))
        {
            ChangeSpeed();
            Send();
            Wake.Wait(SpeedPollMilliseconds);
        }
    }
}
