namespace M531x.Emulator.Core.Radio;

/// <summary>Where the module stands with the network, in the order it is passed through after power-on.</summary>
enum RadioState
{
    /// <summary>AT+CFUN=0.</summary>
    Off,

    /// <summary>The radio is on and told not to attach: AT+CGATT=0 or AT+COPS=2.</summary>
    Detached,

    /// <summary>Looking for a cell, or attaching.</summary>
    Searching,

    /// <summary>Attached, with an RRC connection: data passes both ways.</summary>
    Connected,

    /// <summary>Attached without an RRC connection: the network reaches the module by paging.</summary>
    Idle,

    /// <summary>Power saving mode (3GPP TS 24.301 §5.3.11): attached, but deaf until the module itself has something to send.</summary>
    PowerSaving,
}
