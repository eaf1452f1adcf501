using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Lines;

/// <summary>Base of the endpoints over TCP, accepting and connecting.</summary>
abstract class SocketEndpoint : ISerialEndpoint
{
    /// <summary>Time that disposal gives buffered bytes to leave.</summary>
    protected static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(500);

    readonly SemaphoreSlim _pending = new(0, 1);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _stateLock = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task? _running;
    IEndpointSink? _sink;
    long _received;
    bool _disposed;

    public abstract string Description { get; }
    public abstract string Address { get; }
    public EndpointCounters Counters => Output.Counters(Interlocked.Read(ref _received));
    public int? ClientSpeed => null;
    public Task Completion => _ended.Task;

    protected OutputBuffer Output { get; } = new(TimeProvider.System);

    /// <summary>Cancelled by disposal.</summary>
    protected CancellationToken Stop => _stop.Token;

    /// <summary>Set by <see cref="Start"/>.</summary>
    protected IEndpointSink Sink => _sink!;

    public void Start(IEndpointSink sink)
    {
        lock (_stateLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is not null)
                throw new InvalidOperationException("The endpoint is already started.");
            _sink = sink;
            _running = Guard(RunAsync);
        }
    }

    public void SetSpeed(int speed) { }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Output.Add(bytes);
        WakeSender();
    }

    public virtual async ValueTask DisposeAsync()
    {
        lock (_stateLock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        WakeSender();
        StopAccepting();
        if (_running is not null)
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.TrySetResult();
    }

    /// <summary>Serves one connection after another until <see cref="Stop"/>.</summary>
    protected abstract Task RunAsync();

    /// <summary>Stops accepting connections; the present one may still flush.</summary>
    protected virtual void StopAccepting() { }

    /// <summary>Runs a loop; its failure is a bug and faults <see cref="Completion"/>.</summary>
    protected Task Guard(Func<Task> loop) => Task.Run(async () =>
    {
        try
        {
            await loop().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
            throw;
        }
    });

    /// <summary>Delivers what arrives. Returns whether the connection broke; false after an orderly end or disposal.</summary>
    protected async Task<bool> ReceiveAsync(Socket socket)
    {
        var chunk = new byte[4096];
        while (true)
        {
            var count = await TryReceiveAsync(socket, chunk).ConfigureAwait(false);
            if (count is null or 0)
                return count is null;
            Interlocked.Add(ref _received, count.Value);
            Sink.Received(chunk.AsSpan(0, count.Value));
        }
    }

    /// <summary>Ends on cancellation, when the other side is gone, or after disposal once the buffer is empty.</summary>
    protected async Task SendAsync(Socket socket, CancellationToken cancellation)
    {
        var chunk = new byte[4096];
        try
        {
            socket.NoDelay = true;
            while (!cancellation.IsCancellationRequested)
            {
                var count = Output.Peek(chunk);
                if (count > 0)
                    Output.Remove(await socket.SendAsync(chunk.AsMemory(0, count), cancellation).ConfigureAwait(false));
                else if (Stop.IsCancellationRequested)
                    return;
                else
                    await _pending.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Unsent bytes stay buffered for the next connection.
        }
    }

    protected static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side has closed the connection already.
        }
        socket.Dispose();
    }

    protected static IPEndPoint ParseEndPoint(EndpointSpec spec)
    {
        var colon = spec.Rest.LastIndexOf(':');
        if (colon < 0)
            throw spec.Bad($"port is missing; write {spec.Scheme}:HOST:PORT");
        var (host, port) = (spec.Rest[..colon], spec.Rest[(colon + 1)..]);
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw spec.Bad("port must be 0 to 65535");
        if (host.Length == 0)
            throw spec.Bad($"host is missing; write {spec.Scheme}:HOST:PORT");
        return new IPEndPoint(ParseHost(spec, host), number);
    }

    static IPAddress ParseHost(EndpointSpec spec, string host)
    {
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.Contains(':', StringComparison.Ordinal))
            throw spec.Bad($"host {host} needs brackets: {spec.Scheme}:[{host}]:PORT");
        if (IPAddress.TryParse(bracketed ? host[1..^1] : host, out var address))
            return address;
        try
        {
            var found = bracketed ? [] : Dns.GetHostAddresses(host);
            // Clients that try one family only try IPv4.
            return found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? found.First();
        }
        catch (Exception e) when (e is SocketException or ArgumentException or InvalidOperationException)
        {
            throw spec.Bad($"host {host} is neither an address nor a known name");
        }
    }

    /// <summary>Null when the connection broke.</summary>
    async Task<int?> TryReceiveAsync(Socket socket, byte[] chunk)
    {
        try
        {
            return await socket.ReceiveAsync(chunk, Stop).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    void WakeSender()
    {
        lock (_stateLock)
        {
            if (_pending.CurrentCount == 0)
                _pending.Release();
        }
    }
}
