namespace M531x.Emulator.Core.Radio;

/// <summary>Times that the network decides.</summary>
sealed record RadioOptions
{
    /// <summary>From power-on until the network is attached.</summary>
    public TimeSpan AttachDelay { get; init; }

    /// <summary>Silence after which the base station releases the RRC connection (assumed; networks use 10 to 30 s).</summary>
    public TimeSpan RrcInactivity { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From a release assistance indication until the release (assumed).</summary>
    public TimeSpan EarlyReleaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Silence after which the mapping of the address translation is gone; null for never.</summary>
    public TimeSpan? IpAgeing { get; init; } = TimeSpan.FromSeconds(120);
}
