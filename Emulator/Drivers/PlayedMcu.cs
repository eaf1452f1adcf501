using System.Diagnostics;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <summary>An MCU at the other end of a line, to which a recording's module is played in real time.</summary>
/// <param name="line">Not started yet.</param>
/// <param name="tell">Takes what the user should read.</param>
sealed class PlayedMcu(ISerialEndpoint line, ModulePlayer player, Action<string> tell) : IEndpointSink
{
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    readonly object _lock = new();
    readonly long _start = Stopwatch.GetTimestamp();
    bool _open;
    bool _saidOver;

    TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Plays until the recording is over and the MCU has left, or until stopped.</summary>
    public void Play(CancellationToken stop)
    {
        line.Start(this);
        using var wake = stop.Register(() => Do(() => { }));
        lock (_lock)
        {
            while (!stop.IsCancellationRequested && !(player.IsOver && !_open))
            {
                if (player.IsOver && !_saidOver)
                    tell("the recording is played; ends when the MCU closes the line, or with Ctrl-C");
                _saidOver |= player.IsOver;
                var left = player.NextDeadline == TimeSpan.MaxValue ? LongestWait : player.NextDeadline - Now;
                if (left > TimeSpan.Zero)
                    Monitor.Wait(_lock, left < LongestWait ? left : LongestWait);
                Drain();
            }
        }
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = [.. bytes];
        Do(() => player.HandleSerial(Now, copy));
    }

    public void ClientOpened() => Do(() =>
    {
        _open = true;
        player.HandleOpened(Now);
    });

    public void ClientClosed() => Do(() => _open = false);

    public void StatusChanged(string what) => tell(what);

    void Do(Action action)
    {
        lock (_lock)
        {
            action();
            Drain();
            Monitor.PulseAll(_lock);
        }
    }

    void Drain()
    {
        while (player.TryTake(Now, out var bytes))
            line.Write(bytes);
        while (player.TryTakeNotice(out var notice))
            tell(notice);
    }
}
