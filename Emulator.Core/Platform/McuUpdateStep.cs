namespace M531x.Emulator.Core.Platform;

/// <summary>The steps of an MCU update in the order of OneNET's SOTA document for the M531X.</summary>
enum McuUpdateStep
{
    /// <summary>Executes 5/0/26550: object 5 is about the MCU from here on.</summary>
    Begin,
    ReadSpace,
    ReadVersion,
    ReadState,
    ReadBattery,

    /// <summary>Executes 5/0/26501: the MCU makes room.</summary>
    Download,

    /// <summary>Writes 5/0/0 block by block.</summary>
    Package,
    ReadBatteryAgain,

    /// <summary>Executes 5/0/2.</summary>
    Update,

    /// <summary>Waits for an Update or a Register: the MCU runs again.</summary>
    Return,
    BeginCheck,
    CheckSpace,
    CheckVersion,
    CheckState,
    CheckBattery,

    /// <summary>Writes an empty 5/0/0.</summary>
    End,
    Succeeded,
    Failed,
    Cancelled,
}
