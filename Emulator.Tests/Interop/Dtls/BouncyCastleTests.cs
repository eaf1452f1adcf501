using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Its server neither asks for a cookie nor gives out session ids, and its extended master secret has no switch.</summary>
[TestFixture]
sealed class BouncyCastleTests : PeerTests
{
    protected override string Name => "Portable.BouncyCastle";

    protected override bool ServerResumes => false;

    protected override bool ServerTakesPlainHello => false;

    protected override Peer Start(PeerSettings settings) => new BouncyPeer(settings);

    protected override bool CanRefuseExtendedMasterSecret => false;

    /// <summary>Before its ServerHello it sends nothing, no alert either.</summary>
    protected override bool ServerRefusesInSilence => true;
}
