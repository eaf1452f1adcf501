using System.Net;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Drivers;

/// <summary>What a host is made with.</summary>
sealed record HostOptions
{
    public ulong Seed { get; init; }
    public ModuleOptions Module { get; init; } = new();

    /// <summary>How core time passes.</summary>
    public TimeMode Time { get; init; } = TimeMode.Real;

    public PowerOnMode Power { get; init; }

    /// <summary>Where the module's settings are written when they change; null for nowhere.</summary>
    public string? SettingsPath { get; init; }

    /// <summary>The local OneNET; null for none.</summary>
    public OneNetOptions? Platform { get; init; }

    /// <summary>Where the local OneNET's ports listen: port 0, and a port that is not named, takes a free one.</summary>
    public IReadOnlyDictionary<OneNetPort, IPEndPoint> PlatformAddresses { get; init; } = new Dictionary<OneNetPort, IPEndPoint>();

    /// <summary>DTLS draws its random numbers from the seed: whoever knows it reads everything. Only loopback is served then.</summary>
    public bool DeterministicCrypto { get; init; }

    /// <summary>What goes wrong from the start.</summary>
    public IReadOnlyList<FaultSpec> Faults { get; init; } = [];

    /// <summary>Takes the secrets of the module's handshakes; null for none.</summary>
    public KeyLog? KeyLog { get; init; }

    /// <summary>Told of everything, by the thread of the cores.</summary>
    public IReadOnlyList<ITraceTap> Taps { get; init; } = [];

    /// <summary>The user's own routes; they win over those of the local OneNET.</summary>
    public IReadOnlyList<(string Host, int? Port, IPEndPoint To)> Routes { get; init; } = [];
}

/// <summary>A UDP address that cannot be bound.</summary>
sealed class UdpPortException(string what, IPEndPoint address, Exception inner)
    : Exception($"{what}: cannot listen on {address}: {inner.Message}", inner);
