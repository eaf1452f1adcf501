using System.Diagnostics;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <summary>A module at the other end of a line, in real time. The line's loop delivers, the player's thread takes.</summary>
/// <param name="line">Not started yet.</param>
/// <param name="tell">Takes what the user should read.</param>
sealed class PlayedLine(ISerialEndpoint line, Action<string> tell, CancellationToken stop) : IPlayedModule, IEndpointSink
{
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    readonly object _lock = new();
    readonly List<byte> _received = [];
    readonly long _start = Stopwatch.GetTimestamp();
    bool _open;

    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Waits until the module's side has the line open.</summary>
    /// <exception cref="OperationCanceledException">Stopped before.</exception>
    public void Open()
    {
        line.Start(this);
        RunUntil(() => _open, TimeSpan.MaxValue);
    }

    public void Send(ReadOnlyMemory<byte> bytes) => line.Write(bytes.Span);

    public byte[] Take()
    {
        lock (_lock)
        {
            byte[] taken = [.. _received];
            _received.Clear();
            return taken;
        }
    }

    /// <exception cref="OperationCanceledException">Stopped before.</exception>
    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        var start = Now;
        using var wake = stop.Register(Pulse);
        lock (_lock)
        {
            while (!condition())
            {
                stop.ThrowIfCancellationRequested();
                var left = within == TimeSpan.MaxValue ? LongestWait : within - (Now - start);
                if (left <= TimeSpan.Zero)
                    return false;
                Monitor.Wait(_lock, left < LongestWait ? left : LongestWait);
            }
            return true;
        }
    }

    public string? Ask(IReadOnlyList<DownlinkUrc> lines) => "the module's own platform has not asked";

    public bool Reset(ResetCause cause) => false;

    public void Received(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _received.AddRange(bytes);
            Monitor.PulseAll(_lock);
        }
    }

    public void ClientOpened()
    {
        lock (_lock)
        {
            _open = true;
            Monitor.PulseAll(_lock);
        }
    }

    public void ClientClosed() => tell($"the module's side has closed {line.Address}");

    public void StatusChanged(string what) => tell(what);

    void Pulse()
    {
        lock (_lock)
            Monitor.PulseAll(_lock);
    }
}
