using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Lines;

/// <summary>
/// A TCP port that carries the bare bytes of the UART to one client at a time. A second client is disconnected at once.
/// </summary>
sealed class TcpListenEndpoint : SocketEndpoint
{
    // A client that comes back at once may be accepted before the end of its former connection is read.
    static readonly TimeSpan NewcomerPatience = TimeSpan.FromMilliseconds(250);

    // The longest that a newcomer waits until the bytes of the present client are read.
    static readonly TimeSpan ReadingPatience = TimeSpan.FromSeconds(10);

    // A client that has closed its sending side (echo AT | nc) still reads the answers.
    static readonly TimeSpan HalfClosedTime = TimeSpan.FromMilliseconds(300);

    readonly Socket _listener;
    readonly IPEndPoint _local;

    TcpListenEndpoint(Socket listener)
    {
        _listener = listener;
        _local = (IPEndPoint)listener.LocalEndPoint!;
    }

    public override string Description => $"tcp {_local}";
    public override string Address => _local.ToString();

    public static TcpListenEndpoint Open(EndpointSpec spec)
    {
        var endPoint = ParseEndPoint(spec);
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen();
            return new TcpListenEndpoint(listener);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    spec.Error(
                        EndpointProblem.Busy, $"port {endPoint.Port} is in use; stop the program that has it, or choose another port", e),
                SocketError.AccessDenied => spec.Error(EndpointProblem.NotPermitted, $"port {endPoint.Port} is not allowed to this user", e),
                SocketError.AddressNotAvailable => spec.Bad($"host {endPoint.Address} is not an address of this machine"),
                _ => spec.Bad(e.Message),
            };
        }
    }

    protected override void StopAccepting() => _listener.Dispose();

    protected override async Task RunAsync()
    {
        Session? current = null;
        while (await Accept().ConfigureAwait(false) is { } client)
        {
            if (current is not null && !await current.MakeWay().ConfigureAwait(false))
            {
                Close(client);
                continue;
            }
            current = new Session(this, client);
            current.Start();
        }
        if (current is not null)
            await current.Done.ConfigureAwait(false);
    }

    /// <summary>The next client; null after disposal.</summary>
    async Task<Socket?> Accept()
    {
        while (!Stop.IsCancellationRequested)
        {
            try
            {
                return await _listener.AcceptAsync(Stop).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The client gave up while it waited, or no descriptor is left: the next accept may succeed.
                await Task.WhenAny(Task.Delay(NewcomerPatience, Stop)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
        }
        return null;
    }

    /// <summary>One client's connection from its first byte to its last.</summary>
    sealed class Session(TcpListenEndpoint endpoint, Socket socket)
    {
        readonly TaskCompletionSource _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _newcomer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done { get; private set; } = Task.CompletedTask;

        public void Start() => Done = endpoint.Guard(Run);

        /// <summary>
        /// Returns whether this client has left, and then waits until its session has ended. The end of the connection may stand behind
        /// bytes that are not read yet: on a busy machine reading takes time.
        /// </summary>
        public async Task<bool> MakeWay()
        {
            for (var waited = TimeSpan.Zero; waited < ReadingPatience; waited += NewcomerPatience)
            {
                await Task.WhenAny(_inputEnded.Task, Task.Delay(NewcomerPatience, endpoint.Stop)).ConfigureAwait(false);
                if (_inputEnded.Task.IsCompleted)
                {
                    _newcomer.TrySetResult();
                    await Done.ConfigureAwait(false);
                    return true;
                }
                if (endpoint.Stop.IsCancellationRequested || !HasUnread())
                    return false;
            }
            return false;
        }

        /// <summary>Whether bytes, or the end of the connection, wait to be read.</summary>
        bool HasUnread()
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true; // closed meanwhile: the end of the input follows
            }
        }

        async Task Run()
        {
            using var end = new CancellationTokenSource();
            endpoint.Output.SetReader(true);
            endpoint.Sink.ClientOpened();
            var sending = endpoint.SendAsync(socket, end.Token);
            var broken = await endpoint.ReceiveAsync(socket).ConfigureAwait(false);
            _inputEnded.TrySetResult();
            var patience = endpoint.Stop.IsCancellationRequested ? FlushTime : broken ? TimeSpan.Zero : HalfClosedTime;
            await Task.WhenAny(sending, _newcomer.Task, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            Close(socket);
            endpoint.Output.SetReader(false);
            endpoint.Sink.ClientClosed();
        }
    }
}
