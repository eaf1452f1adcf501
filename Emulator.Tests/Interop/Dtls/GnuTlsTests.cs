using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

[TestFixture]
sealed class GnuTlsTests : PeerTests
{
    protected override string Name => "GnuTLS";

    protected override Peer Start(PeerSettings settings) =>
        new ProcessPeer(PeerPrograms.Get("gnutls", "gnutls/dtls.h", "libgnutls28-dev", "-lgnutls"), settings);
}
