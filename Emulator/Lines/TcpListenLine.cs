using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Lines;

/// <summary>
/// A TCP port that carries the bare bytes of the UART to one client at a time. A newcomer is turned away while another is connected.
/// </summary>
sealed partial class TcpListenLine : ILine
{
    // A client that comes back at once may be accepted before its former connection's end has been read.
    static readonly TimeSpan NewcomerPatience = TimeSpan.FromMilliseconds(250);

    // The longest a newcomer waits for what the present client has sent to be read.
    static readonly TimeSpan ReadingPatience = TimeSpan.FromSeconds(10);

    // A client that has sent all it wants to send (echo AT | nc) still wants the answers.
    static readonly TimeSpan HalfClosedTime = TimeSpan.FromMilliseconds(300);

    static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(500);

    readonly Socket _listener;
    readonly IPEndPoint _local;
    readonly OutputBuffer _output = new(TimeProvider.System);
    readonly SemaphoreSlim _pending = new(0, 1);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _stateLock = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task? _accepting;
    ILineSink? _sink;
    long _received;
    bool _disposed;

    TcpListenLine(Socket listener)
    {
        _listener = listener;
        _local = (IPEndPoint)listener.LocalEndPoint!;
    }

    public string Description => $"tcp {_local}";
    public string Address => _local.ToString();
    public bool HasOwnClock => true;
    public LineCounters Counters => _output.Counters(Interlocked.Read(ref _received));
    public int? ClientSpeed => null;
    public Task Completion => _ended.Task;

    public static TcpListenLine Open(LineSpec spec)
    {
        var endPoint = ParseEndPoint(spec);
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen();
            return new TcpListenLine(listener);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    spec.Error(LineProblem.Busy, $"port {endPoint.Port} is in use; stop the program that has it, or choose another port", e),
                SocketError.AccessDenied => spec.Error(LineProblem.NotPermitted, $"port {endPoint.Port} is not allowed to this user", e),
                SocketError.AddressNotAvailable => spec.Bad($"host {endPoint.Address} is not an address of this machine"),
                _ => spec.Bad(e.Message),
            };
        }
    }

    public void Start(ILineSink sink)
    {
        lock (_stateLock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_accepting is not null)
                throw new InvalidOperationException("The line is started already.");
            _sink = sink;
            _accepting = Guard(AcceptClients);
        }
    }

    public void SetSpeed(int speed) { }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Add(bytes);
        WakeSender();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_stateLock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        WakeSender();
        _listener.Dispose();
        if (_accepting is not null)
            await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.TrySetResult();
    }

    Task Guard(Func<Task> loop) => Task.Run(async () =>
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

    void WakeSender()
    {
        lock (_stateLock)
        {
            if (_pending.CurrentCount == 0)
                _pending.Release();
        }
    }

    static IPEndPoint ParseEndPoint(LineSpec spec)
    {
        var colon = spec.Rest.LastIndexOf(':');
        if (colon < 0)
            throw spec.Bad("port is missing; write tcp-listen:HOST:PORT");
        var (host, port) = (spec.Rest[..colon], spec.Rest[(colon + 1)..]);
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw spec.Bad("port must be 0 to 65535");
        if (host.Length == 0)
            throw spec.Bad("host is missing; write tcp-listen:HOST:PORT");
        return new IPEndPoint(ParseHost(spec, host), number);
    }

    static IPAddress ParseHost(LineSpec spec, string host)
    {
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!bracketed && host.Contains(':', StringComparison.Ordinal))
            throw spec.Bad($"host {host} needs brackets: tcp-listen:[{host}]:PORT");
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
}
