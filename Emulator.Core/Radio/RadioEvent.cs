using System.Net;

namespace M531x.Emulator.Core.Radio;

/// <summary>What the radio model reports; the module makes URCs and trace lines of it.</summary>
abstract record RadioEvent;

/// <summary>Every transition, for the trace.</summary>
sealed record RadioStateChanged(RadioState From, RadioState To, string Why) : RadioEvent;

/// <summary>The &lt;stat&gt; of 3GPP TS 27.007 §10.1.22.</summary>
sealed record RegistrationChanged(int Stat) : RadioEvent;

/// <summary>The RRC connection came up or was released.</summary>
sealed record RrcChanged(bool Connected) : RadioEvent;

/// <summary>Power saving mode was entered or left.</summary>
sealed record PsmChanged(bool Saving) : RadioEvent;

/// <summary>The network gave the module an address; null when the module lost it.</summary>
sealed record AddressChanged(IPAddress? Address) : RadioEvent;

/// <summary>The servers cannot reach the module at this address any more; the next uplink brings a new one.</summary>
sealed record MappingAged(IPAddress Address, string Why) : RadioEvent;

/// <summary>What becomes of a datagram for the module.</summary>
enum RadioDelivery
{
    Received,

    /// <summary>The network keeps it until the next paging window (eDRX); it arrives with the next RRC connection.</summary>
    Held,
    Lost,

    /// <summary>Lost because the mapping that led to the module has aged.</summary>
    Unmapped,
}
