using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>A pseudo-terminal: programs open its slave as they would a serial port. Optionally a link gives it a fixed name.</summary>
sealed class PtyEndpoint : ThreadedEndpoint
{
    // No system call waits for a slave to be opened, so the master is polled this often while it is closed.
    const int ClosedPollMilliseconds = 20;

    readonly PtyMaster _master;
    readonly PtyLink? _link;
    readonly WakePipe _wake;
    bool _open;

    PtyEndpoint(PtyMaster master, PtyLink? link, WakePipe wake) : base(wake)
    {
        _master = master;
        _link = link;
        _wake = wake;
    }

    public override string Description => _link is null ? $"pty {_master.SlavePath}" : $"pty {_master.SlavePath} ({_link.Path})";
    public override string Address => _link?.Path ?? _master.SlavePath;
    public override int? ClientSpeed => _master.SlaveSpeed();

    public static PtyEndpoint Open(EndpointSpec spec, int speed = 0)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            throw spec.Error(EndpointProblem.Unsupported, "this system has no pseudo-terminals; use tcp-listen:127.0.0.1:5320");
        PtyMaster? master = null;
        WakePipe? wake = null;
        try
        {
            master = PtyMaster.Open(speed);
            wake = new WakePipe();
            return new PtyEndpoint(master, spec.Rest.Length == 0 ? null : PtyLink.Create(spec, master.SlavePath), wake);
        }
        catch (Exception e)
        {
            wake?.Dispose();
            master?.Dispose();
            throw e switch
            {
                EndpointException => e,
                UnauthorizedAccessException => spec.Error(EndpointProblem.NotPermitted, e.Message, e),
                IOException => spec.Error(EndpointProblem.Unsupported, e.Message, e),
                _ => e,
            };
        }
    }

    /// <summary>A pseudo-terminal carries bytes at any speed.</summary>
    public override void SetSpeed(int speed) { }

    protected override void Begin()
    {
        if (!_master.SeesClients)
            SetOpen(true);
    }

    protected override void End() => SetOpen(false);

    protected override void ReleaseDevice()
    {
        _link?.Dispose();
        _master.Dispose();
    }

    protected override void Step()
    {
        var full = _open && !Output.IsEmpty;
        var events = _master.Wait(_wake, watchClient: _open, full, !_open ? ClosedPollMilliseconds : full ? FullPollMilliseconds : -1);
        if (!_open)
        {
            // A hang-up with nothing to read: no client yet. With something to read: a client opened, wrote and closed.
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
        switch (_master.Read(Chunk, out var count))
        {
            case PtyRead.Data:
                Deliver(count);
                break;
            case PtyRead.NoClient when _master.SeesClients:
                SetOpen(false);
                break;
        }
    }

    void Send()
    {
        // One write per step: a client that reads as fast as this writes must not starve reading.
        var count = Output.Peek(Chunk);
        if (count > 0)
            Output.Remove(_master.Write(Chunk.AsSpan(0, count)));
    }

    void SetOpen(bool open)
    {
        if (_open == open)
            return;
        _open = open;
        Output.SetReader(open);
        if (open)
            Sink.ClientOpened();
        else
            Sink.ClientClosed();
    }
}
