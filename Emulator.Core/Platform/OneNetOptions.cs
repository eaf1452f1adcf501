using M531x.Dtls;
using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Platform;

/// <summary>Settings of the local OneNET.</summary>
sealed record OneNetOptions
{
    /// <summary>The instant of core time 0; every time stamp of the platform counts from here.</summary>
    public DateTimeOffset Epoch { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Expected value of the api-key header.</summary>
    public required string ApiKey { get; init; }

    /// <summary>True: <see cref="Devices"/> exist from the start. False: no device exists before POST /devices.</summary>
    public bool AutoProvision { get; init; } = true;

    public IReadOnlyList<KnownDevice> Devices { get; init; } = [];

    /// <summary>Server URI that a bootstrap writes; the module requires a port of four digits in it.</summary>
    public string Lwm2mUri { get; init; } = "coap://183.230.40.40:5683";

    /// <summary>Server URI that a bootstrap through DTLS writes.</summary>
    public string SecureLwm2mUri { get; init; } = "coaps://183.230.40.40:5684";

    /// <summary>Cipher suites of both DTLS servers, the preferred one first.</summary>
    public IReadOnlyList<DtlsCipherSuite> DtlsSuites { get; init; } = DtlsCipherSuites.All;

    /// <summary>DTLS clients that offer it get a connection id (RFC 9146).</summary>
    public bool DtlsConnectionIds { get; init; }

    /// <summary>Faults; null for none.</summary>
    public FaultSet? Faults { get; init; }

    /// <summary>Pause between the answer to a bootstrap request and the first write.</summary>
    public TimeSpan BootstrapDelay { get; init; } = TimeSpan.Zero;

    public TimeSpan BootstrapTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Retransmissions of an unanswered downlink (manual §5.3.3.2).</summary>
    public int DownlinkRetransmits { get; init; } = 2;

    /// <summary>Number of recent points kept per data stream.</summary>
    public int DatapointsPerStream { get; init; } = 10_000;

    /// <summary>Maximum number of devices.</summary>
    public int MaxDevices { get; init; } = 100_000;

    public override string ToString() => $"local OneNET, {Devices.Count} known devices";
}

/// <summary>A device that exists on the platform from the start.</summary>
/// <remarks>Keys never show in <see cref="ToString"/>.</remarks>
sealed record KnownDevice(string Imei, string Imsi)
{
    public string? AuthCode { get; init; }

    /// <summary>PSK for the bootstrap server.</summary>
    public string? Psk { get; init; }

    /// <summary>PSK for the LwM2M server.</summary>
    public string? AccessPsk { get; init; }

    /// <summary>False turns off the automatic Observe and Discover after registration.</summary>
    public bool Observe { get; init; } = true;

    public string? Title { get; init; }

    public override string ToString() => $"{Imei};{Imsi}";
}
