using M531x.Emulator.Core.Faults;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.World;

/// <content>What goes wrong, for one module or for all.</content>
sealed partial class VirtualWorld
{
    /// <summary>Adds a fault for every module and the platform; one that happens once and has no delay happens now.</summary>
    public void AddFault(FaultSpec spec) => AddFault(Faults, spec);

    /// <summary>Adds a fault of one module. What acts on messages inside the platform acts on those of all modules.</summary>
    public void AddFault(VirtualModule module, FaultSpec spec) =>
        AddFault(spec.Type is { NeedsPlatform: true, Kind: not FaultKind.Instant } ? Faults : module.Faults, spec);

    /// <summary>Makes what an instant fault does happen now, to one module or its device.</summary>
    public void Cause(VirtualModule module, FaultType happening)
    {
        Apply(module, new ActiveFault(new FaultSpec { Name = happening.Name, Type = happening }, Now, new SeededRandom(0)), begins: true);
        Drain();
    }

    /// <summary>Ends a fault by its name; false when there is none.</summary>
    public bool RemoveFault(VirtualModule module, string name)
    {
        var removed = module.Faults.Remove(name) || Faults.Remove(name);
        ApplyDueFaults();
        Drain();
        return removed;
    }

    /// <summary>Ends all faults now.</summary>
    public void ClearFaults()
    {
        Faults.Clear();
        foreach (var module in Modules)
            module.Faults.Clear();
        ApplyDueFaults();
        Drain();
    }

    /// <summary>Does what is due: faults that happen once, and the beginnings and ends of those that last.</summary>
    public void ApplyDueFaults()
    {
        while (Modules.Count > 1 && Faults.TryTakeDue(Now, out var fault, out var begins))
        {
            foreach (var module in Modules)
                Apply(module, fault, begins);
        }
        foreach (var module in Modules)
            module.ApplyDueFaults();
    }

    void AddFault(FaultSet faults, FaultSpec spec)
    {
        faults.Add(Now, spec);
        ApplyDueFaults();
        Drain();
    }

    void Apply(VirtualModule module, ActiveFault fault, bool begins)
    {
        if (!module.Module.TryApply(Now, fault, begins))
            Platform.TryApply(Now, module.Imei, fault, begins);
    }
}
