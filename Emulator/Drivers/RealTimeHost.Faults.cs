using System.Net;
using System.Net.Sockets;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Sockets;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Drivers;

/// <content>Faults between the module, its line and its servers, and what the control API does.</content>
sealed partial class RealTimeHost
{
    readonly FaultLayers _layers;
    readonly PriorityQueue<Action, (TimeSpan At, long Order)> _later = new();
    long _laterOrder;

    public Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation) => PostAsync(() =>
    {
        foreach (var fault in faults)
            _layers.Set.Add(Now, fault);
    }, cancellation);

    public bool HasPlatform => _platform is not null;

    public async Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation)
    {
        IReadOnlyList<(FaultSpec, int)> list = [];
        await PostAsync(() => list = [.. _layers.Set.All.Select(f => (f, _layers.Set.FiredCount(f.Name)))], cancellation);
        return list;
    }

    public async Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation)
    {
        var removed = false;
        await PostAsync(() => removed = _layers.Set.Remove(name), cancellation);
        return removed;
    }

    public Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation) =>
        PostAsync(() => _module.Override(command, lines, times), cancellation);

    public Task ClearFaultsAsync(CancellationToken cancellation) => PostAsync(() =>
    {
        _layers.Set.Clear();
        _layers.ApplyDue(Now, _module, _platform);
    }, cancellation);

    public Task ClearOverridesAsync(CancellationToken cancellation) => PostAsync(_module.ClearOverrides, cancellation);

    /// <summary>Does what is due: what was held back, and faults that happen once.</summary>
    void HandleFaults()
    {
        while (NextLater <= Now)
            _later.Dequeue()();
        _layers.ApplyDue(Now, _module, _platform);
    }

    void LogFaults()
    {
        while (_layers.Set.TryTakeFired(out var fired))
        {
            _tap.Take(Now, fired);
            _log.Information("fault {Name} ({Type}) {Subject}", fired.Name, fired.Type, fired.IsEnd ? "is over" : CommandLine.Redact(fired.Subject));
        }
    }

    TimeSpan NextFault => NextLater < _layers.Set.NextDeadline ? NextLater : _layers.Set.NextDeadline;

    TimeSpan NextLater => _later.TryPeek(out _, out var first) ? first.At : TimeSpan.MaxValue;

    /// <summary>Does it at once when it is due, but not ahead of what was due before and is still in the queue.</summary>
    void DoAt(TimeSpan due, TimeSpan now, Action action)
    {
        if (due <= now && NextLater > now)
            action();
        else
            At(due, action);
    }

    /// <summary>At its own turn, even when that is now.</summary>
    void At(TimeSpan time, Action action) => _later.Enqueue(action, (time, _laterOrder++));

    /// <summary>What passes between the module and a server as the module knows it.</summary>
    void Pass(bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes, Action<ReadOnlyMemory<byte>> deliver)
    {
        var now = Now;
        _layers.Pass(now, _module, up, server, bytes, (delay, copy) => DoAt(now + delay, now, () => deliver(copy)));
    }

    void Resolve(string host)
    {
        var asked = Now;
        _layers.Resolve(asked, host, found =>
        {
            if (_routes.Resolve(host) is { } address)
                found(address);
            else
                _ = ResolveAsync(host, found);
        }, (delay, address) => At(asked + delay, () => _module.HandleResolved(Now, host, address)));
    }

    /// <summary>By the system; the answer comes on the thread of the cores.</summary>
    async Task ResolveAsync(string host, Action<IPAddress?> found)
    {
        IPAddress? address = null;
        try
        {
            address = (await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork)).FirstOrDefault();
        }
        catch (SocketException e)
        {
            _log.Warning("the name {Host} does not resolve: {Problem}", host, e.Message);
        }
        Post(() => found(address));
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
}
