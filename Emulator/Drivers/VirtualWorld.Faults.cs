using M531x.Emulator.Faults;
using M531x.Emulator.Module;

namespace M531x.Emulator.Drivers;

/// <content>What goes wrong between the module, its line and its servers.</content>
sealed partial class VirtualWorld
{
    readonly FaultLayers _layers;

    /// <summary>Adds a fault; one that happens once and has no delay happens now.</summary>
    public void AddFault(FaultSpec spec)
    {
        Faults.Add(Now, spec);
        ApplyDueFaults();
        Drain();
    }

    /// <summary>Ends all faults now.</summary>
    public void ClearFaults()
    {
        Faults.Clear();
        ApplyDueFaults();
        Drain();
    }

    void ApplyDueFaults() => _layers.ApplyDue(Now, Module, Platform);

    void Resolve(string host) => _layers.Resolve(Now, host,
        found => found(RouteTable.PlatformNames.GetValueOrDefault(host) ?? Names.GetValueOrDefault(host)),
        (delay, address) => Schedule(() => Module.HandleResolved(Now, host, address), delay));

    void WriteSerial(SerialOutput output)
    {
        foreach (var (at, bytes) in _layers.Line.Pass(Now, output))
        {
            if (at <= Now)
                Line.Write(bytes.Span);
            else
                _network.Enqueue(() => Line.Write(bytes.Span), (at, _sequence++));
        }
    }

    public void SetCoverage(bool covered)
    {
        Module.SetCoverage(Now, covered);
        Drain();
    }

    public void SetAttached(bool attached)
    {
        Module.SetAttached(Now, attached);
        Drain();
    }
}
