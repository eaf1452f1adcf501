namespace M531x.Emulator.Lines;

/// <summary>An endpoint whose device one thread waits for, reads and writes.</summary>
abstract class ThreadedEndpoint(IWake wake) : ISerialEndpoint
{
    // Guards against a missing wake-up when there is room again.
    protected const int FullPollMilliseconds = 50;

    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _stateLock = new();
    Thread? _thread;
    IEndpointSink? _sink;
    long _received;
    volatile bool _stop;

    public abstract string Description { get; }
    public abstract string Address { get; }
    public EndpointCounters Counters => Output.Counters(Interlocked.Read(ref _received));
    public abstract int? ClientSpeed { get; }
    public Task Completion => _ended.Task;

    protected IWake Wake { get; } = wake;
    protected OutputBuffer Output { get; } = new(TimeProvider.System);

    /// <summary>Buffer of one read or write.</summary>
    protected byte[] Chunk { get; } = new byte[4096];

    /// <summary>Set by <see cref="Start"/>.</summary>
    protected IEndpointSink Sink => _sink!;

    public void Start(IEndpointSink sink)
    {
        lock (_stateLock)
        {
            ObjectDisposedException.ThrowIf(_stop, this);
            if (_thread is not null)
                throw new InvalidOperationException("The endpoint is already started.");
            _sink = sink;
            _thread = new Thread(Run) { IsBackground = true, Name = Description };
            _thread.Start();
        }
    }

    public abstract void SetSpeed(int speed);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Output.Add(bytes);
        // The loop itself checks the buffer before it waits again.
        if (Thread.CurrentThread != _thread)
            Wake.Wake();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_stateLock)
        {
            if (!_stop && _thread is null)
                Release();
            _stop = true;
        }
        Wake.Wake();
        if (Thread.CurrentThread != _thread)
            await _ended.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Called before the first <see cref="Step"/>.</summary>
    protected abstract void Begin();

    /// <summary>Waits once, then reads and writes.</summary>
    protected abstract void Step();

    /// <summary>Called after the last <see cref="Step"/>.</summary>
    protected abstract void End();

    protected abstract void ReleaseDevice();

    /// <summary>Delivers the first bytes of <see cref="Chunk"/>.</summary>
    protected void Deliver(int count)
    {
        Interlocked.Add(ref _received, count);
        Sink.Received(Chunk.AsSpan(0, count));
    }

    void Run()
    {
        try
        {
            Begin();
            while (!_stop)
                Step();
            End();
            Release();
        }
        catch (Exception e)
        {
            // A bug of the loop or its sink: Completion carries it to the owner.
            Release(e);
        }
    }

    void Release(Exception? fault = null)
    {
        ReleaseDevice();
        Wake.Dispose();
        if (fault is null)
            _ended.TrySetResult();
        else
            _ended.TrySetException(fault);
    }
}
