namespace M531x.Emulator.Core.Profiles;

/// <summary>Why a module restarts.</summary>
enum ResetCause
{
    Power,
    Pin,
    At,
    Watchdog,

    /// <summary>New firmware from the platform was put in.</summary>
    Fota,
}

/// <summary>What a module prints around a restart. Texts are exact bytes, one character each.</summary>
sealed record BootSequence
{
    /// <summary>Printed at once by the reboot command.</summary>
    public required string Rebooting { get; init; }

    /// <summary>Printed when the module listens again; {cause} is the reset cause's text.</summary>
    public required string Ready { get; init; }

    public required IReadOnlyDictionary<ResetCause, string> Causes { get; init; }

    /// <summary>From the reset until <see cref="Ready"/>, in seconds.</summary>
    public double Seconds { get; init; }

    public string ReadyText(ResetCause cause) => Ready.Replace("{cause}", Causes[cause], StringComparison.Ordinal);
}
