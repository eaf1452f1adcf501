using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>
/// A serial device with a board at the other end of the cable. When its adapter is pulled out the line waits, as one that nobody reads,
/// until it is back. The client counts as there while the device is.
/// </summary>
sealed class SerialLine : ILine
{
    // The device's coming back is seen by looking.
    const int GonePollMilliseconds = 200;

    // Looks after which a device that is back but cannot be opened is worth a word: its rights may come a moment after itself.
    const int PatientLooks = 10;

    // Guards against a "there is room again" that never comes.
    const int FullPollMilliseconds = 50;

    // Between looks at whether the old speed's bytes are out; no call tells.
    const int SpeedPollMilliseconds = 2;

    const int DefaultBaud = 9600;
    const long FlushMilliseconds = 500;

    readonly SerialSpec _spec;
    readonly WakePipe _wake = new();
    readonly OutputBuffer _output = new(TimeProvider.System);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly byte[] _chunk = new byte[4096];
    readonly Lock _stateLock = new();

    /// <summary>Speeds to come, each with the output that goes out before it.</summary>
    readonly Queue<(long After, int Speed)> _speeds = [];

    Thread? _thread;
    ILineSink? _sink;

    /// <summary>Null while the device is not there.</summary>
    SerialPort? _port;
    int _speed;
    int _failedLooks;
    long _received;
    volatile bool _stop;

    SerialLine(SerialSpec spec, SerialPort port, int speed)
    {
        _spec = spec;
        _port = port;
        _speed = speed;
        Description = $"serial {spec.Path} ({speed} {spec.Frame})";
    }

    public string Description { get; }
    public string Address => _spec.Path;
    public bool HasOwnClock => true;
    public LineCounters Counters => _output.Counters(Interlocked.Read(ref _received));

    /// <summary>Nobody sees how the other end is set.</summary>
    public int? ClientSpeed => null;
    public Task Completion => _ended.Task;

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

    public void Start(ILineSink sink)
    {
        lock (_stateLock)
        {
            ObjectDisposedException.ThrowIf(_stop, this);
            if (_thread is not null)
                throw new InvalidOperationException("The line is started already.");
            _sink = sink;
            _thread = new Thread(Run) { IsBackground = true, Name = Description };
            _thread.Start();
        }
    }

    /// <summary>Takes effect behind what was written so far. The other end's speed cannot be followed, so 0 changes nothing.</summary>
    public void SetSpeed(int speed)
    {
        if (speed == 0)
            return;
        lock (_speeds)
            _speeds.Enqueue((_output.End, speed));
        _wake.Wake();
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Add(bytes);
        // The loop itself looks at the buffer before it waits again.
        if (Thread.CurrentThread != _thread)
            _wake.Wake();
    }

    /// <summary>Gives what is buffered a moment to leave.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_stateLock)
        {
            if (!_stop && _thread is null)
                Release();
            _stop = true;
        }
        _wake.Wake();
        if (Thread.CurrentThread != _thread)
            await _ended.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void Run()
    {
        try
        {
            Arrive();
            while (!_stop)
                Step();
            Flush();
            if (_port is not null)
                _sink!.ClientClosed();
            Release();
        }
        catch (Exception e)
        {
            // A bug of the loop or its sink: whoever runs the line learns of it from Completion.
            Release(e);
        }
    }

    void Step()
    {
        if (_port is null)
        {
            _wake.Wait(GonePollMilliseconds);
            LookForDevice();
            return;
        }
        var changesSpeed = ChangeSpeed();
        var full = !changesSpeed && !_output.IsEmpty;
        var events = _port.Wait(_wake, full, changesSpeed ? SpeedPollMilliseconds : full ? FullPollMilliseconds : -1);
        if ((events & (Libc.PollIn | Libc.PollHup | Libc.PollErr | Libc.PollInvalid)) != 0)
            Receive(events);
        if (_port is not null)
            Send();
    }

    void Receive(short events)
    {
        var problem = _port!.Read(_chunk, out var count);
        if (count == 0 && problem is null && (events & (Libc.PollHup | Libc.PollInvalid)) != 0)
            problem = "hung up";
        if (count > 0)
        {
            Interlocked.Add(ref _received, count);
            _sink!.Received(_chunk.AsSpan(0, count));
        }
        else if (problem is not null)
        {
            Leave(problem);
        }
    }

    void Send()
    {
        // Once around per step: a device that takes as fast as we write must not keep us from reading.
        var count = _output.Peek(_chunk);
        if (NextSpeed is { } next)
            count = (int)Math.Clamp(next.After - Counters.BytesOut, 0, count);
        if (count > 0)
            _output.Remove(_port!.Write(_chunk.AsSpan(0, count)));
    }

    (long After, int Speed)? NextSpeed
    {
        get { lock (_speeds) return _speeds.TryPeek(out var next) ? next : null; }
    }

    /// <summary>Sets the next speed once its time has come; true while it is awaited and everything before it is written.</summary>
    bool ChangeSpeed()
    {
        while (NextSpeed is { } next && (_output.IsEmpty || Counters.BytesOut >= next.After))
        {
            if (next.Speed != _speed)
            {
                if (_port!.OutputWaiting > 0)
                    return true;
                if (_port.SetSpeed(next.Speed) is { } problem)
                    _sink!.LineChanged(problem);
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
        _output.SetReader(true);
        _sink!.ClientOpened();
    }

    void Leave(string why)
    {
        _port!.Dispose();
        _port = null;
        _output.SetReader(false);
        _sink!.ClientClosed();
        _sink.LineChanged($"{_spec.Path} is gone ({why}); waiting for it");
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
                _sink!.LineChanged(e.Message);
            return;
        }
        _sink!.LineChanged($"{_spec.Path} is back");
        Arrive();
    }

    void Flush()
    {
        var end = Environment.TickCount64 + FlushMilliseconds;
        while (_port is not null && Environment.TickCount64 < end && (!_output.IsEmpty || _port.OutputWaiting > 0))
        {
            ChangeSpeed();
            Send();
            _wake.Wait(SpeedPollMilliseconds);
        }
    }

    void Release(Exception? fault = null)
    {
        _port?.Dispose();
        _wake.Dispose();
        if (fault is null)
            _ended.TrySetResult();
        else
            _ended.TrySetException(fault);
    }
}
