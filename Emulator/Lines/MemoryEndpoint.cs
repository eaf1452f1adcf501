namespace M531x.Emulator.Lines;

/// <summary>An endpoint without a thread: the caller is the client, and every call reaches the sink before it returns.</summary>
sealed class MemoryEndpoint : ISerialEndpoint
{
    readonly OutputBuffer _output = new(TimeProvider.System);
    readonly List<byte> _written = [];
    IEndpointSink? _sink;
    long _received;

    public string Description => "memory";
    public string Address => "-";
    public EndpointCounters Counters => _output.Counters(_received);
    public int? ClientSpeed => null;
    public Task Completion { get; } = new TaskCompletionSource().Task;

    /// <summary>Whether the client is connected: from <see cref="Start"/> until <see cref="CloseClient"/>.</summary>
    public bool IsOpen { get; private set; }

    public static MemoryEndpoint Open(EndpointSpec spec) => spec.Rest.Length == 0 ? new MemoryEndpoint() : throw spec.Bad("nothing may follow mem:");

    public void Start(IEndpointSink sink)
    {
        if (_sink is not null)
            throw new InvalidOperationException("The endpoint is already started.");
        _sink = sink;
        OpenClient();
    }

    /// <summary>Sends bytes as the client.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen)
            throw new InvalidOperationException("The client is not connected.");
        _received += bytes.Length;
        _sink!.Received(bytes);
    }

    /// <summary>Removes and returns everything the module has written since the last call.</summary>
    public byte[] TakeWritten()
    {
        byte[] written = [.. _written];
        _written.Clear();
        return written;
    }

    public void OpenClient()
    {
        if (IsOpen)
            return;
        IsOpen = true;
        _output.SetReader(true);
        Flush();
        _sink!.ClientOpened();
    }

    public void CloseClient()
    {
        if (!IsOpen)
            return;
        IsOpen = false;
        _output.SetReader(false);
        _sink!.ClientClosed();
    }

    public void SetSpeed(int speed) { }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsOpen)
        {
            _written.AddRange(bytes);
            _output.CountTaken(bytes.Length);
        }
        else
        {
            _output.Add(bytes);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void Flush()
    {
        Span<byte> chunk = stackalloc byte[OutputBuffer.IdleLimit];
        var count = _output.Peek(chunk);
        _written.AddRange(chunk[..count]);
        _output.Remove(count);
    }
}
