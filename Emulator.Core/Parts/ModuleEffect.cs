using System.Net;
using M531x.Dtls;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Parts;

/// <summary>What a module wants done by its driver.</summary>
abstract record ModuleEffect;

/// <summary>Bytes for the UART, in order.</summary>
/// <param name="Bytes">What the MCU reads.</param>
/// <param name="IsEcho">They are what it has sent.</param>
/// <param name="Gap">The line is silent for so long before them.</param>
sealed record SerialOutput(ReadOnlyMemory<byte> Bytes, bool IsEcho = false, TimeSpan Gap = default) : ModuleEffect;

/// <summary>A datagram for the network, addressed as the module knows the server.</summary>
sealed record DatagramOutput(IPEndPoint To, ReadOnlyMemory<byte> Bytes) : ModuleEffect;

/// <summary>A host name to resolve; the module waits for the answer.</summary>
sealed record ResolveName(string Host) : ModuleEffect;

/// <summary>The UDP socket is closed; the next datagram leaves from a new port and from this address.</summary>
/// <param name="Address">What the cell has given the module; null while it is not attached.</param>
sealed record RebindSocket(IPAddress? Address) : ModuleEffect;

/// <summary>A setting changed that outlives a restart; all of them as JSON, for <see cref="ModuleOptions.SavedSettings"/>.</summary>
sealed record SettingsChanged(string Json) : ModuleEffect;

/// <summary>The UART runs at another speed from here on, in bit/s; 0 is the MCU's, whatever that is. The first one comes with power-on.</summary>
sealed record LineSpeedChanged(int Speed) : ModuleEffect;

/// <summary>The module has received a datagram; for the taps, nothing is to be done.</summary>
/// <param name="From">As the module knows the server.</param>
/// <param name="Bytes">What came.</param>
/// <param name="Socket">Key of the socket it came to; null for the LwM2M client.</param>
sealed record DatagramTaken(IPEndPoint From, ReadOnlyMemory<byte> Bytes, long? Socket = null) : ModuleEffect;

/// <summary>Something worth a line in log and trace: layer, event name, details in words, all without secrets. Empty details are for the trace alone.</summary>
sealed record TraceOutput(string Layer, string Name, string Detail) : ModuleEffect
{
    /// <summary>The details by name, for the trace, as its catalogue has them; with none the trace takes the words.</summary>
    public IReadOnlyList<TraceField> Fields { get; init; } = [];

    /// <summary>The user should hear of it without asking.</summary>
    public bool IsProblem { get; init; }
}

/// <summary>The module is going to use a key: a local OneNET that provisions devices by itself takes it over.</summary>
sealed record KeyInUse(bool ForBootstrap, PskCredential Credential) : ModuleEffect;

/// <summary>Secrets of a handshake: client random (32 bytes) and master secret (48 bytes), for a key log that the user asked for.</summary>
sealed record SecretsOutput(byte[] ClientRandom, byte[] MasterSecret) : ModuleEffect
{
    /// <summary>A line of a key log as Wireshark reads it, with its line end.</summary>
    public string ToKeyLogLine() => $"CLIENT_RANDOM {Convert.ToHexStringLower(ClientRandom)} {Convert.ToHexStringLower(MasterSecret)}\n";

    public override string ToString() => "secrets of a handshake";
}
