using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Both roles in this process. The server asks for a cookie (RFC 6347 §4.2.1).</summary>
[TestFixture]
sealed class BouncyCastleTests : PeerTests
{
    public const string PeerName = "BouncyCastle.Cryptography";

    protected override string Name => PeerName;

    protected override Peer Start(PeerSettings settings) => new BouncyPeer(settings);
}
