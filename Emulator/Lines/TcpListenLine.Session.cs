using System.Net.Sockets;

namespace M531x.Emulator.Lines;

/// <summary>Accepting clients, and one client's connection from its first byte to its last.</summary>
sealed partial class TcpListenLine
{
    async Task AcceptClients()
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

    /// <summary>The next client, or null once the line is disposed.</summary>
    async Task<Socket?> Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                return await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The client gave up while it waited, or there is no descriptor left for it: the next one may fare better.
                await Task.WhenAny(Task.Delay(NewcomerPatience, _stop.Token)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
        }
        return null;
    }

    static void Close(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The client was faster.
        }
        socket.Dispose();
    }

    sealed class Session(TcpListenLine line, Socket socket)
    {
        readonly TaskCompletionSource _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _newcomer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done { get; private set; } = Task.CompletedTask;

        public void Start() => Done = line.Guard(Run);

        /// <summary>
        /// Answers whether this client has left; if it has only just, waits until that is dealt with. What it has sent and nobody has
        /// read yet may end with its leaving: on a busy machine reading takes its time.
        /// </summary>
        public async Task<bool> MakeWay()
        {
            for (var waited = TimeSpan.Zero; waited < ReadingPatience; waited += NewcomerPatience)
            {
                await Task.WhenAny(_inputEnded.Task, Task.Delay(NewcomerPatience, line._stop.Token)).ConfigureAwait(false);
                if (_inputEnded.Task.IsCompleted)
                {
                    _newcomer.TrySetResult();
                    await Done.ConfigureAwait(false);
                    return true;
                }
                if (line._stop.IsCancellationRequested || !HasUnread())
                    return false;
            }
            return false;
        }

        /// <summary>Bytes, or the end of the connection.</summary>
        bool HasUnread()
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true; // gone meanwhile: the end of the input follows
            }
        }

        async Task Run()
        {
            using var end = new CancellationTokenSource();
            line._output.SetReader(true);
            line._sink!.ClientOpened();
            var sending = Send(end.Token);
            var broken = await Receive(line._stop.Token).ConfigureAwait(false);
            _inputEnded.TrySetResult();
            var patience = line._stop.IsCancellationRequested ? FlushTime : broken ? TimeSpan.Zero : HalfClosedTime;
            await Task.WhenAny(sending, _newcomer.Task, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            Close(socket);
            line._output.SetReader(false);
            line._sink.ClientClosed();
        }

        /// <summary>Answers whether the connection broke; false when the client said its end, or the line is disposed.</summary>
        async Task<bool> Receive(CancellationToken cancellation)
        {
            var chunk = new byte[4096];
            while (true)
            {
                var count = await TryReceive(chunk, cancellation).ConfigureAwait(false);
                if (count is null or 0)
                    return count is null;
                Interlocked.Add(ref line._received, count.Value);
                line._sink!.Received(chunk.AsSpan(0, count.Value));
            }
        }

        /// <summary>Null when the connection broke.</summary>
        async Task<int?> TryReceive(byte[] chunk, CancellationToken cancellation)
        {
            try
            {
                return await socket.ReceiveAsync(chunk, cancellation).ConfigureAwait(false);
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

        /// <summary>Ends when told to, when the client is gone, or when the line is disposed and nothing is left to send.</summary>
        async Task Send(CancellationToken cancellation)
        {
            var chunk = new byte[4096];
            try
            {
                socket.NoDelay = true;
                while (!cancellation.IsCancellationRequested)
                {
                    var count = line._output.Peek(chunk);
                    if (count > 0)
                        line._output.Remove(await socket.SendAsync(chunk.AsMemory(0, count), cancellation).ConfigureAwait(false));
                    else if (line._stop.IsCancellationRequested)
                        return;
                    else
                        await line._pending.WaitAsync(cancellation).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // What was not sent stays buffered for the next client.
            }
        }
    }
}
