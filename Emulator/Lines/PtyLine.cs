using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>A pseudo-terminal: programs open its slave as they would a serial port. Optionally a link gives it a fixed name.</summary>
sealed class PtyLine : ILine
{
    // No system call waits for a slave to be opened, so while nobody has it the master is asked this often.
    const int ClosedPollMilliseconds = 20;

    // Guards against a "there is room again" that never comes.
    const int FullPollMilliseconds = 50;

    readonly PtyMaster _master;
    readonly PtyLink? _link;
    readonly WakePipe _wake;
    readonly OutputBuffer _output = new(TimeProvider.System);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly byte[] _chunk = new byte[4096];
    readonly Lock _stateLock = new();
    Thread? _thread;
    ILineSink? _sink;
    long _received;
    bool _open;
    volatile bool _stop;

    PtyLine(PtyMaster master, PtyLink? link, WakePipe wake)
    {
        _master = master;
        _link = link;
        _wake = wake;
    }

    public string Description => _link is null ? $"pty {_master.SlavePath}" : $"pty {_master.SlavePath} ({_link.Path})";
    public string Address => _link?.Path ?? _master.SlavePath;
    public bool HasOwnClock => true;
    public LineCounters Counters => _output.Counters(Interlocked.Read(ref _received));
    public Task Completion => _ended.Task;

    public int? ClientSpeed => _master.SlaveSpeed();

    public static PtyLine Open(LineSpec spec, int speed = 0)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            throw spec.Error(LineProblem.Unsupported, "this system has no pseudo-terminals; use tcp-listen:127.0.0.1:5320");
        PtyMaster? master = null;
        WakePipe? wake = null;
        try
        {
            master = PtyMaster.Open(speed);
            wake = new WakePipe();
            return new PtyLine(master, spec.Rest.Length == 0 ? null : PtyLink.Create(spec, master.SlavePath), wake);
        }
        catch (Exception e)
        {
            wake?.Dispose();
            master?.Dispose();
            throw e switch
            {
                LineException => e,
                UnauthorizedAccessException => spec.Error(LineProblem.NotPermitted, e.Message, e),
                IOException => spec.Error(LineProblem.Unsupported, e.Message, e),
                _ => e,
            };
        }
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

    /// <summary>A pseudo-terminal carries bytes at any speed.</summary>
    public void SetSpeed(int speed) { }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Add(bytes);
        // The loop itself looks at the buffer before it waits again.
        if (Thread.CurrentThread != _thread)
            _wake.Wake();
    }

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
            if (!_master.SeesClients)
                SetOpen(true);
            while (!_stop)
                Step();
            SetOpen(false);
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
        var full = _open && !_output.IsEmpty;
        var events = _master.Wait(_wake, watchClient: _open, full, !_open ? ClosedPollMilliseconds : full ? FullPollMilliseconds : -1);
        if (!_open)
        {
            // A hang-up with nothing to read: still nobody there. With something to read: somebody came, wrote and left.
            if ((events & (Libc.PollHup | Libc.PollIn)) == Libc.PollHup)
                return;
            SetOpen(true);
        }
        if ((events & (Libc.PollIn | Libc.PollHup | Libc.PollErr)) != 0)
            Receive();
        if (_open)
            Send();
    }

    void Receive()
    {
        switch (_master.Read(_chunk, out var count))
        {
            case PtyRead.Data:
                Interlocked.Add(ref _received, count);
                _sink!.Received(_chunk.AsSpan(0, count));
                break;
            case PtyRead.NoClient when _master.SeesClients:
                SetOpen(false);
                break;
        }
    }

    void Send()
    {
        // Once around per step: a client that reads as fast as we write must not keep us from reading.
        var count = _output.Peek(_chunk);
        if (count > 0)
            _output.Remove(_master.Write(_chunk.AsSpan(0, count)));
    }

    void SetOpen(bool open)
    {
        if (_open == open)
            return;
        _open = open;
        _output.SetReader(open);
        if (open)
            _sink!.ClientOpened();
        else
            _sink!.ClientClosed();
    }

    void Release(Exception? fault = null)
    {
        _link?.Dispose();
        _master.Dispose();
        _wake.Dispose();
        if (fault is null)
            _ended.TrySetResult();
        else
            _ended.TrySetException(fault);
    }
}
