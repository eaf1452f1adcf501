using Org.BouncyCastle.Tls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>What BouncyCastle's client and server have in common.</summary>
interface IBouncyEnd
{
    /// <summary>Results of the handshake.</summary>
    SecurityParameters Parameters { get; }

    /// <summary>The peer has sent close_notify.</summary>
    bool IsClosed { get; }
}
