using System.Net;
using System.Net.Sockets;
using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>An event of our engine, with its data copied.</summary>
sealed record Happened(DtlsEventKind Kind, DtlsEvent Event, byte[] Data)
{
    public override string ToString() => Kind switch
    {
        DtlsEventKind.Data => $"Data({Data.Length})",
        DtlsEventKind.Failed => $"Failed({Event.Failure} {Event.Alert})",
        DtlsEventKind.FlightSent => $"FlightSent({Event.Number}, {Event.Attempt})",
        DtlsEventKind.Dropped => $"Dropped({Event.Drop})",
        DtlsEventKind.AlertSent or DtlsEventKind.AlertReceived => $"{Kind}({Event.Alert})",
        _ => Kind.ToString(),
    };
}

/// <summary>Our engine on a real loopback socket and the real clock. Whoever waits, waits for an event.</summary>
abstract class OurEnd : IDisposable
{
    /// <summary>Far more than anything takes; only a failing test waits so long.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly long _start = TimeProvider.System.GetTimestamp();
    readonly object _lock = new();
    readonly List<Happened> _events = [];
    readonly Timer _timer;
    int _next;
    bool _disposed;

    protected OurEnd()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _timer = new Timer(_ => Act(HandleTimeout));
        _ = ReceiveAsync();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public Happened[] All
    {
        get { lock (_lock) return [.. _events]; }
    }

    /// <summary>Application data to the peer, which must be connected.</summary>
    public abstract void Send(byte[] data);

    /// <summary>Sends close_notify.</summary>
    public abstract void Close();

    /// <summary>The next event of that kind; others are skipped, unless one of them ends the association.</summary>
    public Happened Await(DtlsEventKind kind)
    {
        var start = TimeProvider.System.GetTimestamp();
        lock (_lock)
        {
            while (true)
            {
                while (_next < _events.Count)
                {
                    var happened = _events[_next++];
                    if (happened.Kind == kind)
                        return happened;
                    if (happened.Kind is DtlsEventKind.Failed or DtlsEventKind.Closed)
                        throw new AssertionException($"no {kind}; came: {string.Join(", ", _events)}");
                }
                var left = Limit - TimeProvider.System.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                    throw new AssertionException($"no {kind}; came: {string.Join(", ", _events)}");
            }
        }
    }

    public DtlsConnected AwaitConnected() => Await(DtlsEventKind.Connected).Event.Details!;

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer.Dispose();
            _socket.Dispose();
            DisposeEngine();
        }
    }

    protected abstract TimeSpan NextDeadline { get; }

    protected abstract void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram);

    protected abstract void HandleTimeout(TimeSpan now);

    protected abstract bool TryTakeDatagram(out IPEndPoint to, out ReadOnlyMemory<byte> datagram);

    protected abstract bool TryTakeEvent(out DtlsEvent dtlsEvent);

    protected abstract void DisposeEngine();

    /// <summary>One call of the engine, then what comes of it.</summary>
    protected void Act(Action<TimeSpan> call)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            call(TimeProvider.System.GetElapsedTime(_start));
            while (TryTakeDatagram(out var to, out var datagram))
                _socket.SendTo(datagram.Span, to);
            while (TryTakeEvent(out var taken))
                _events.Add(new Happened(taken.Kind, taken, taken.Data.ToArray()));
            Monitor.PulseAll(_lock);
            var left = NextDeadline - TimeProvider.System.GetElapsedTime(_start);
            // A timer may come a little early; 1 ms more saves the second call.
            _timer.Change(NextDeadline == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : left < TimeSpan.Zero ? TimeSpan.Zero : left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    async Task ReceiveAsync()
    {
        var buffer = new byte[65_536];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone);
                Act(now => HandleDatagram(now, (IPEndPoint)received.RemoteEndPoint, buffer.AsSpan(0, received.ReceivedBytes)));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
