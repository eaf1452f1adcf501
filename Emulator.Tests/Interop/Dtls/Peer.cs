using System.Globalization;
using System.Security.Cryptography;
using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>What the other implementation is in a test; ours is the other.</summary>
enum PeerRole
{
    Client,
    Server,
}

/// <summary>How a peer is set up.</summary>
sealed record PeerSettings
{
    public required PeerRole Role { get; init; }
    public required DtlsCipherSuite Suite { get; init; }

    /// <summary>Where a client goes; a server takes a free port.</summary>
    public int ServerPort { get; init; }
    public string Identity { get; init; } = Keys.Identity;
    public byte[] Key { get; init; } = Keys.Right;
    public bool ExtendedMasterSecret { get; init; } = true;
    public bool EncryptThenMac { get; init; } = true;

    /// <summary>Length of the connection id that the peer asks for (RFC 9146), 0 for none in its direction; null turns the extension off.</summary>
    public int? ConnectionIdLength { get; init; }

    /// <summary>A new connection id of <see cref="ConnectionIdLength"/> bytes.</summary>
    public byte[]? NewConnectionId() => ConnectionIdLength is { } length ? RandomNumberGenerator.GetBytes(length) : null;
}

static class Keys
{
    public const string Identity = "869975030000461";

    public static byte[] Right => "interop-key-0001"u8.ToArray();

    public static byte[] Wrong => "interop-key-0002"u8.ToArray();
}

/// <summary>
/// Another implementation of DTLS, one association at a time. It obeys "open", "resume" (clients), "send HEX" and "close", and writes the lines
/// "connected full", "connected resumed", "data HEX", "closed" when close_notify came, "failed REASON", "sent" or "refused" for a send.
/// </summary>
abstract class Peer : IDisposable
{
    public LineLog Output { get; protected init; } = new("peer");

    /// <summary>The UDP port of a server.</summary>
    public int Port { get; protected init; }

    public string Version { get; protected init; } = "";

    public abstract void Tell(string command);

    public abstract void Dispose();

    public void Send(byte[] data)
    {
        Tell($"send {Convert.ToHexString(data)}");
        Output.Await("sent");
    }

    public byte[] AwaitData() => Convert.FromHexString(Output.Await("data ")["data ".Length..]);

    public bool EverConnected => Output.All.Any(line => line.StartsWith("connected", StringComparison.Ordinal));

    protected static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
