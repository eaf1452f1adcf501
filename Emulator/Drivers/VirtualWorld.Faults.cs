using M531x.Emulator.Faults;
using M531x.Emulator.Module;

namespace M531x.Emulator.Drivers;

/// <content>What goes wrong between the module, its line and its servers.</content>
sealed partial class VirtualWorld
{
    readonly PathFaults _path;
    readonly LineFaults _lineFaults;

    /// <summary>Adds a fault; one that happens once and has no delay happens now.</summary>
    public void AddFault(FaultSpec spec)
    {
        Faults.Add(Now, spec);
        while (Faults.NextDeadline <= Now)
            Step();
        Drain();
    }

    void Resolve(string host)
    {
        var address = Faults.Fires(Now, "dns-fail", FaultDirection.Up, host, out _) ? null
            : RouteTable.PlatformNames.GetValueOrDefault(host) ?? Names.GetValueOrDefault(host);
        var delay = Faults.Fires(Now, "dns-slow", FaultDirection.Up, host, out var slow) ? slow.Duration("delay") : TimeSpan.Zero;
        Schedule(() => Module.HandleResolved(Now, host, address), delay);
    }

    void WriteSerial(SerialOutput output)
    {
        var (at, bytes) = _lineFaults.Pass(Now, output);
        if (at <= Now)
            Line.Write(bytes.Span);
        else
            _network.Enqueue(() => Line.Write(bytes.Span), (at, _sequence++));
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
