using System.Net;
using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Drivers;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Cli;

/// <summary>The checked options of <c>m531x run</c>.</summary>
sealed record RunSettings
{
    /// <summary>Where each value comes from, for problems that show when it is used.</summary>
    public required GivenSettings Given { get; init; }
    public required string Line { get; init; }
    public required ModuleProfile Profile { get; init; }
    public required QuirkSet Quirks { get; init; }

    /// <summary>How core time passes.</summary>
    public required TimeMode Time { get; init; }
    public required PowerOnMode Power { get; init; }
    public required string? Nvram { get; init; }
    public required TimeSpan AttachDelay { get; init; }
    public required LatencyMode Latency { get; init; }

    /// <summary>As of <see cref="ModuleOptions.Pace"/>.</summary>
    public required int? Pace { get; init; }

    /// <summary>Null turns ageing off.</summary>
    public required TimeSpan? IpAgeing { get; init; }
    public required Lwm2mDialect Dialect { get; init; }
    public required bool LocalPlatform { get; init; }
    public required bool AutoProvision { get; init; }
    public required IReadOnlyList<(string Host, int? Port, IPEndPoint To)> Routes { get; init; }

    /// <summary>Null turns the HTTP port off.</summary>
    public required IPEndPoint? Api { get; init; }
    public required string ApiKey { get; init; }

    /// <summary>Where the local OneNET's ports listen.</summary>
    public required IReadOnlyDictionary<OneNetPort, IPEndPoint> PlatformAddresses { get; init; }

    /// <summary>Null for the IMEI.</summary>
    public required string? PskIdentity { get; init; }

    /// <summary>Null for the module's or the dialect's own.</summary>
    public required IReadOnlyList<DtlsCipherSuite>? DtlsSuites { get; init; }
    public required bool DtlsConnectionIds { get; init; }
    public required string? DtlsKeyLog { get; init; }
    public required bool DeterministicCrypto { get; init; }
    public required IReadOnlyList<FaultSpec> Faults { get; init; }
    public required string Imei { get; init; }
    public required string Imsi { get; init; }
    public required ulong? Seed { get; init; }
    public required TraceFileOptions Trace { get; init; }
    public required string? ReadyFile { get; init; }
    public required string? LogFile { get; init; }
    public required bool Quiet { get; init; }

    /// <summary>0 warnings, 1 what happens (-v), 2 every message (-vv).</summary>
    public required int Verbosity { get; init; }
}
