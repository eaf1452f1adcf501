using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>
/// The process's own stdin and stdout, byte for byte. A terminal keeps its mode; at the end of input the client counts as gone.
/// </summary>
sealed class StdioEndpoint : ISerialEndpoint
{
    static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(500);

    readonly Stream _input;
    readonly Stream _outputStream;
    readonly OutputBuffer _output = new(TimeProvider.System);
    readonly AutoResetEvent _pending = new(false);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _stateLock = new();
    IEndpointSink? _sink;
    long _received;
    volatile bool _stop;

    internal StdioEndpoint(Stream input, Stream output)
    {
        _input = input;
        _outputStream = output;
    }

    public string Description => "stdio";
    public string Address => "-";
    public EndpointCounters Counters => _output.Counters(Interlocked.Read(ref _received));
    public int? ClientSpeed => null;
    public Task Completion => _ended.Task;

    public static StdioEndpoint Open(EndpointSpec spec)
    {
        if (spec.Rest.Length > 0)
            throw spec.Bad("nothing may follow stdio:");
        foreach (var (fd, name) in (ReadOnlySpan<(int, string)>)[(0, "standard input"), (1, "standard output")])
        {
            if (!OperatingSystem.IsWindows() && !Libc.IsInherited(fd))
                throw spec.Error(EndpointProblem.NotPermitted, $"{name} is closed");
        }
        return OperatingSystem.IsWindows()
            ? new StdioEndpoint(Console.OpenStandardInput(), Console.OpenStandardOutput())
            : new StdioEndpoint(new DescriptorStream(0), new DescriptorStream(1));
    }

    public void Start(IEndpointSink sink)
    {
        lock (_stateLock)
        {
            ObjectDisposedException.ThrowIf(_stop, this);
            if (_sink is not null)
                throw new InvalidOperationException("The endpoint is already started.");
            _sink = sink;
        }
        _output.SetReader(true);
        new Thread(() => Guard(Send)) { IsBackground = true, Name = "stdio out" }.Start();
        new Thread(() => Guard(Receive)) { IsBackground = true, Name = "stdio in" }.Start();
    }

    public void SetSpeed(int speed) { }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Add(bytes);
        _pending.Set();
    }

    /// <summary>Gives buffered bytes a moment to leave. The threads remain in their system calls, which cannot be cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop = true;
        _pending.Set();
        if (_sink is not null)
            await Task.WhenAny(_flushed.Task, Task.Delay(FlushTime)).ConfigureAwait(false);
        _ended.TrySetResult();
    }

    void Guard(Action loop)
    {
        try
        {
            loop();
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    void Receive()
    {
        var chunk = new byte[4096];
        _sink!.ClientOpened();
        while (true)
        {
            var count = ReadSome(chunk);
            if (_stop)
                return;
            if (count == 0)
                break;
            Interlocked.Add(ref _received, count);
            _sink.Received(chunk.AsSpan(0, count));
        }
        _sink.ClientClosed();
    }

    int ReadSome(byte[] chunk)
    {
        try
        {
            return _input.Read(chunk);
        }
        catch (IOException)
        {
            return 0; // a terminal that hung up counts as the end of input
        }
    }

    void Send()
    {
        var chunk = new byte[4096];
        while (true)
        {
            var count = _output.Peek(chunk);
            if (count > 0)
            {
                if (!SendSome(chunk.AsSpan(0, count)))
                    break;
                _output.Remove(count);
            }
            else if (_stop)
                break;
            else
                _pending.WaitOne();
        }
        _flushed.TrySetResult();
    }

    bool SendSome(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _outputStream.Write(bytes);
            _outputStream.Flush();
            return true;
        }
        catch (IOException)
        {
            // The reader of stdout is gone: the buffer fills and drops from now on.
            _output.SetReader(false);
            return false;
        }
    }
}
