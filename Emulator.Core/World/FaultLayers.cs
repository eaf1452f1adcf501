using System.Net;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.World;

/// <summary>The faults of one module's surroundings and the layers they wrap: the same for every driver.</summary>
sealed class FaultLayers
{
    readonly PathFaults _path;
    readonly NameFaults _names;

    public FaultLayers(SeededRandom random) : this(new FaultSet(random.Fork("faults"))) { }

    public FaultLayers(FaultSet set)
    {
        Set = set;
        _path = new PathFaults(Set);
        _names = new NameFaults(Set);
        Line = new LineFaults(Set);
    }

    public FaultSet Set { get; }

    /// <summary>The line between module and MCU.</summary>
    public LineFaults Line { get; }

    /// <summary>Does what is due: faults that happen once, and the beginnings and ends of those that last.</summary>
    public void ApplyDue(TimeSpan now, M531xModule module, OneNet? platform)
    {
        while (Set.TryTakeDue(now, out var fault, out var begins))
        {
            if (!module.TryApply(now, fault, begins))
                platform?.TryApply(now, module.Options.Imei, fault, begins);
        }
    }

    /// <summary>A datagram between the module and a server as the module knows it.</summary>
    /// <param name="deliver">Called for each copy that arrives, with its delay.</param>
    public void Pass(TimeSpan now, M531xModule module, bool up, IPEndPoint server, ReadOnlyMemory<byte> bytes, Action<TimeSpan, ReadOnlyMemory<byte>> deliver)
    {
        var transit = _path.Pass(now, up, server, bytes);
        if (transit.TooBig is { } longest)
            module.HandleTooBig(now, server, longest);
        foreach (var (delay, copy) in transit.Copies)
            deliver(delay, copy);
    }

    /// <summary>A question of the module for a name.</summary>
    /// <param name="find">Looks the name up and hands on what it finds; null for nothing.</param>
    /// <param name="deliver">Called with the answer and its delay.</param>
    public void Resolve(TimeSpan now, string host, Action<Action<IPAddress?>> find, Action<TimeSpan, IPAddress?> deliver)
    {
        var fate = _names.Ask(now, host);
        if (fate.Fails || fate.Instead is not null)
            deliver(fate.Delay, fate.Fails ? null : fate.Instead);
        else
            find(address => deliver(fate.Delay, address));
    }
}
