using System.Net;

namespace M531x.Emulator.Core.Faults;

/// <summary>What becomes of a question for a name.</summary>
/// <param name="Fails">There is no answer but that the name is unknown.</param>
/// <param name="Instead">The address that is told, whatever the right one is; null tells the right one.</param>
/// <param name="Delay">From the question to the answer, besides what it takes anyway.</param>
readonly record struct NameFate(bool Fails, IPAddress? Instead, TimeSpan Delay);

/// <summary>Name resolution, wrapped by its faults.</summary>
sealed class NameFaults(FaultSet faults)
{
    public NameFate Ask(TimeSpan now, string host)
    {
        var fails = faults.Fires(now, "dns-fail", FaultDirection.Up, host, out _);
        var instead = faults.Fires(now, "wrong-address", FaultDirection.Up, host, out var wrong, isMoot: fails) ? wrong.Address("address") : null;
        var delay = faults.Fires(now, "dns-slow", FaultDirection.Up, host, out var slow) ? slow.Duration("delay") : TimeSpan.Zero;
        return new NameFate(fails, instead, delay);
    }
}
