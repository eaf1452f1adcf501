using System.Net;
using M531x.Dtls;

namespace M531x.Emulator.Module;

/// <summary>What a module wants done by its driver.</summary>
abstract record ModuleEffect;

/// <summary>Bytes for the UART, in order.</summary>
sealed record SerialOutput(ReadOnlyMemory<byte> Bytes) : ModuleEffect;

/// <summary>A datagram for the network, addressed as the module knows the server.</summary>
sealed record DatagramOutput(IPEndPoint To, ReadOnlyMemory<byte> Bytes) : ModuleEffect;

/// <summary>A host name to resolve; the answer goes to <see cref="M531xModule.HandleResolved"/>.</summary>
sealed record ResolveName(string Host) : ModuleEffect;

/// <summary>The UDP socket is closed; the next datagram leaves from a new port and from this address.</summary>
/// <param name="Address">What the cell has given the module; null while it is not attached.</param>
sealed record RebindSocket(IPAddress? Address) : ModuleEffect;

/// <summary>A setting changed that outlives a restart; all of them as JSON, for <see cref="ModuleOptions.SavedSettings"/>.</summary>
sealed record SettingsChanged(string Json) : ModuleEffect;

/// <summary>The UART runs at another speed from here on, in bit/s; 0 is the MCU's, whatever that is. The first one comes with power-on.</summary>
sealed record LineSpeedChanged(int Speed) : ModuleEffect;

/// <summary>Something worth a line in the trace: layer, event name, details without secrets.</summary>
sealed record TraceOutput(string Layer, string Name, string Detail) : ModuleEffect
{
    /// <summary>The user should hear of it without asking.</summary>
    public bool IsProblem { get; init; }
}

/// <summary>The module is going to use a key: a local OneNET that provisions devices by itself takes it over.</summary>
sealed record KeyInUse(bool ForBootstrap, PskCredential Credential) : ModuleEffect;

/// <summary>Secrets of a handshake: client random (32 bytes) and master secret (48 bytes), for a key log that the user asked for.</summary>
sealed record SecretsOutput(byte[] ClientRandom, byte[] MasterSecret) : ModuleEffect
{
    public override string ToString() => "secrets of a handshake";
}
