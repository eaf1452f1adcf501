using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Lines;

/// <summary>
/// A connection to a TCP port that carries the bare bytes of a UART, such as tcp-listen: of another m531x or a terminal server.
/// A broken connection is made again.
/// </summary>
sealed class TcpEndpoint : SocketEndpoint
{
    static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    readonly IPEndPoint _remote;
    Socket _socket;

    TcpEndpoint(IPEndPoint remote, Socket socket)
    {
        _remote = remote;
        _socket = socket;
    }

    public override string Description => $"tcp {_remote}";
    public override string Address => _remote.ToString();

    /// <exception cref="EndpointException">Connecting fails.</exception>
    public static TcpEndpoint Open(EndpointSpec spec)
    {
        var remote = ParseEndPoint(spec);
        if (remote.Port == 0)
            throw spec.Bad("port must be 1 to 65535");
        try
        {
            using var patience = new CancellationTokenSource(ConnectTime);
            return new TcpEndpoint(remote, ConnectAsync(remote, patience.Token).GetAwaiter().GetResult());
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            var reason = e is SocketException ? $"cannot connect: {e.Message}" : $"no answer within {ConnectTime.TotalSeconds} s";
            throw spec.Error(EndpointProblem.NotThere, reason, e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose(); // for an endpoint that was never started
    }

    protected override async Task RunAsync()
    {
        while (true)
        {
            await ServeAsync().ConfigureAwait(false);
            if (Stop.IsCancellationRequested)
                return;
            Sink.StatusChanged($"{_remote} has ended the connection; connecting again");
            if (await ReconnectAsync().ConfigureAwait(false) is not { } socket)
                return;
            _socket = socket;
            Sink.StatusChanged($"{_remote} is back");
        }
    }

    async Task ServeAsync()
    {
        using var end = new CancellationTokenSource();
        Output.SetReader(true);
        Sink.ClientOpened();
        var sending = SendAsync(_socket, end.Token);
        await ReceiveAsync(_socket).ConfigureAwait(false);
        if (Stop.IsCancellationRequested)
            await Task.WhenAny(sending, Task.Delay(FlushTime, CancellationToken.None)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        Close(_socket);
        Output.SetReader(false);
        Sink.ClientClosed();
    }

    /// <summary>Null after disposal.</summary>
    async Task<Socket?> ReconnectAsync()
    {
        while (!Stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(RetryPause, Stop).ConfigureAwait(false);
                return await ConnectAsync(_remote, Stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Retried after a pause.
            }
        }
        return null;
    }

    static async Task<Socket> ConnectAsync(IPEndPoint remote, CancellationToken cancellation)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(remote, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
