using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

[TestFixture]
sealed class MbedTlsTests : PeerTests
{
    protected override string Name => "mbedTLS";

    protected override Peer Start(PeerSettings settings) =>
        new ProcessPeer(PeerPrograms.Get("mbedtls", "mbedtls/ssl.h", "libmbedtls-dev", "-lmbedtls", "-lmbedx509", "-lmbedcrypto"), settings);
}
