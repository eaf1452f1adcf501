using System.Net;
using M531x.Emulator.Control;
using M531x.Emulator.Faults;
using M531x.Emulator.Module;
using M531x.Emulator.Sockets;

namespace M531x.Emulator.Drivers;

/// <content>Faults between the module, its line and its servers, and what the control API does.</content>
sealed partial class RealTimeHost : IModuleControl
{
    readonly FaultSet _faults;
    readonly PathFaults _path;
    readonly LineFaults _lineFaults;
    readonly PriorityQueue<Action, (TimeSpan At, long Order)> _later = new();
    long _laterOrder;

    public Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation) => PostAsync(() =>
    {
        foreach (var fault in faults)
            _faults.Add(Now, fault);
    }, cancellation);

    public async Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation)
    {
        IReadOnlyList<(FaultSpec, int)> list = [];
        await PostAsync(() => list = [.. _faults.All.Select(f => (f, _faults.FiredCount(f.Name)))], cancellation);
        return list;
    }

    public async Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation)
    {
        var removed = false;
        await PostAsync(() => removed = _faults.Remove(name), cancellation);
        return removed;
    }

    public Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation) =>
        PostAsync(() => _module.Override(command, lines, times), cancellation);

    public Task ClearAsync(CancellationToken cancellation) => PostAsync(() =>
    {
        _faults.Clear();
        _module.ClearOverrides();
    }, cancellation);

    /// <summary>Does what is due: what was held back, and faults that happen once.</summary>
    void HandleFaults()
    {
        while (NextLater <= Now)
            _later.Dequeue()();
        while (_faults.TryTakeDue(Now, out var fault))
        {
            if (!_module.TryExecute(Now, fault))
                _platform?.TryExecute(Now, _module.Options.Imei, fault);
        }
    }

    void LogFaults()
    {
        while (_faults.TryTakeFired(out var fired))
        {
            _tap.Take(Now, fired);
            _log.Information("fault {Name} ({Type}) {Subject}", fired.Name, fired.Type, M531xModule.Redact(fired.Subject));
        }
    }

    TimeSpan NextFault => NextLater < _faults.NextDeadline ? NextLater : _faults.NextDeadline;

    TimeSpan NextLater => _later.TryPeek(out _, out var first) ? first.At : TimeSpan.MaxValue;

    /// <summary>Does it at once when it is due, but not ahead of what was due before and is still in the queue.</summary>
    void DoAt(TimeSpan due, TimeSpan now, Action action)
    {
        if (due <= now && NextLater > now)
            action();
        else
            _later.Enqueue(action, (due, _laterOrder++));
    }

    /// <summary>The server as the module knows it, and what passes between them.</summary>
    void Pass(bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes, Action<ReadOnlyMemory<byte>> deliver)
    {
        var now = Now;
        foreach (var (delay, copy) in _path.Pass(now, up, server, bytes).Copies)
            DoAt(now + delay, now, () => deliver(copy));
    }

    /// <summary>The module's own datagrams meet the same faults; a stream mends its losses itself.</summary>
    void SendToSocket(SocketEffect effect)
    {
        if (effect is SendFromSocket send)
            Pass(up: true, send.To, send.Bytes, bytes => _sockets.Execute(send with { Bytes = bytes }));
        else
            _sockets.Execute(effect);
    }

    void TakeFromSocket(SocketInput input)
    {
        if (input is DatagramReceived datagram)
            Pass(up: false, datagram.From, datagram.Bytes, bytes => _module.HandleSocket(Now, datagram with { Bytes = bytes }));
        else
            _module.HandleSocket(Now, input);
    }

    void WriteLine(SerialOutput output)
    {
        var now = Now;
        var (at, bytes) = _lineFaults.Pass(now, output);
        DoAt(at, now, () =>
        {
            _line.Write(bytes.Span);
            LogDroppedOutput();
        });
    }
}
