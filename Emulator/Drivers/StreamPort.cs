using System.Net;
using System.Net.Sockets;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Drivers;

/// <summary>A TCP connection of the module. It reads a piece only when it was asked to, so that a module that is full slows its peer down.</summary>
sealed class StreamPort : IDisposable
{
    /// <summary>Bytes that wait for a peer which does not read; the connection breaks beyond it.</summary>
    const int MaxUnsent = 1 << 20;

    /// <summary>A closed connection gets this long to hand over what it was given.</summary>
    static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    readonly long _key;
    readonly Action<SocketInput> _report;
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly CancellationTokenSource _stop = new();
    readonly byte[] _piece = new byte[ModuleSocket.MaxPiece];
    Task _writes = Task.CompletedTask;
    int _unsent;

    /// <summary>Connects; the outcome is reported on the thread pool.</summary>
    public StreamPort(long key, IPEndPoint to, Action<SocketInput> report)
    {
        _key = key;
        _report = report;
        _ = ConnectAsync(to);
    }

    public void Send(ReadOnlyMemory<byte> bytes)
    {
        if (Interlocked.Add(ref _unsent, bytes.Length) > MaxUnsent)
        {
            _socket.Dispose();
            _report(new StreamClosed(_key));
            return;
        }
        _writes = WriteAsync(_writes, bytes);
    }

    /// <summary>Reads the next piece, or the end.</summary>
    public void ReceiveNext() => _ = ReceiveAsync();

    /// <summary>Ends the connection after what is on its way; nothing more is reported.</summary>
    public void Close() => _ = CloseAsync();

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
    }

    async Task ConnectAsync(IPEndPoint to)
    {
        try
        {
            await _socket.ConnectAsync(to, _stop.Token);
            _report(new StreamConnected(_key));
        }
        catch (SocketException)
        {
            _report(new StreamRefused(_key));
        }
        catch (Exception e) when (IsOurEnd(e))
        {
            // The module has given up.
        }
    }

    async Task ReceiveAsync()
    {
        try
        {
            var count = await _socket.ReceiveAsync(_piece, SocketFlags.None, _stop.Token);
            _report(count > 0 ? new StreamReceived(_key, _piece.AsSpan(0, count).ToArray()) : new StreamClosed(_key));
        }
        catch (SocketException)
        {
            _report(new StreamClosed(_key));
        }
        catch (Exception e) when (IsOurEnd(e))
        {
            // Closed by the module.
        }
    }

    async Task WriteAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        try
        {
            while (!bytes.IsEmpty)
            {
                var count = await _socket.SendAsync(bytes, SocketFlags.None, _stop.Token);
                Interlocked.Add(ref _unsent, -count);
                bytes = bytes[count..];
            }
        }
        catch (SocketException)
        {
            // A broken connection shows when it is read.
        }
        catch (Exception e) when (IsOurEnd(e))
        {
            // Closed by the module.
        }
    }

    async Task CloseAsync()
    {
        await Task.WhenAny(_writes, Task.Delay(Linger));
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was not connected any more.
        }
        Dispose();
    }

    static bool IsOurEnd(Exception e) => e is OperationCanceledException or ObjectDisposedException;
}
