using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Parts;

/// <summary>What one emulated module is made with.</summary>
sealed record ModuleOptions
{
    public ModuleProfile Profile { get; init; } = ModuleProfile.M5310A;
    public Lwm2mDialect Dialect { get; init; } = Lwm2mDialect.OneNet;

    /// <summary>Quirks that are on besides those of the profile, and those of the profile that are off.</summary>
    public QuirkSet Quirks { get; init; } = QuirkSet.None;

    /// <summary>15 digits; the profile's unless set.</summary>
    public string Imei { get => field ?? Profile.Imei; init; }

    /// <summary>Up to 15 digits; the profile's unless set.</summary>
    public string Imsi { get => field ?? Profile.Imsi; init; }

    /// <summary>Wall-clock time of core time 0.</summary>
    public DateTimeOffset Epoch { get; init; } = new(2019, 3, 21, 1, 0, 0, TimeSpan.Zero);

    /// <summary>From power-on or AT+CFUN=1 until the network is attached.</summary>
    public TimeSpan AttachDelay { get; init; }

    /// <summary>Silence after which the network releases the RRC connection.</summary>
    public TimeSpan RrcInactivity { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Silence after which the address ages: the next uplink leaves from another one. Null for never.</summary>
    public TimeSpan? IpAgeing { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long commands and the registration take.</summary>
    public LatencyMode Latency { get; init; }

    /// <summary>Speed in bit/s at which bytes leave the UART; 0 is the UART's present one, null sends them at once.</summary>
    public int? Pace { get; init; }

    /// <summary>Settings of an earlier run, as <see cref="SettingsChanged"/> gave them; null starts with the factory's.</summary>
    public string? SavedSettings { get; init; }

    /// <summary>PSK identity instead of the IMEI; it may be empty.</summary>
    public string? PskIdentity { get; init; }

    /// <summary>Cipher suites instead of the dialect's own.</summary>
    public IReadOnlyList<DtlsCipherSuite>? DtlsSuites { get; init; }

    /// <summary>Offers connection ids (RFC 9146), which the module itself does not know.</summary>
    public bool DtlsConnectionIds { get; init; }

    /// <summary>Secrets of handshakes come out, for a key log.</summary>
    public bool EmitsSecrets { get; init; }

    /// <summary>Number of the SIM card, 19 or 20 digits; the profile's unless set.</summary>
    public string Iccid { get => field ?? Profile.Iccid; init; }

    /// <summary>What goes wrong; null for nothing.</summary>
    public FaultSet? Faults { get; init; }

    /// <summary>The endpoint name OneNET knows the device by: IMEI;IMSI.</summary>
    public string EndpointName => $"{Imei};{Imsi}";
}
