using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

[TestFixture]
sealed class OpenSslTests : PeerTests
{
    protected override string Name => "OpenSSL";

    protected override Peer Start(PeerSettings settings) =>
        new ProcessPeer(PeerPrograms.Get("openssl", "openssl/ssl.h", "libssl-dev", "-lssl", "-lcrypto"), settings);

    /// <summary>A client of OpenSSL 3.0 fails with bad record mac when it resumes an encrypt-then-MAC session, with its own server too.</summary>
    protected override PeerSettings ForResumption(PeerSettings settings) =>
        settings with { EncryptThenMac = settings.Role != PeerRole.Client || settings.Suite != DtlsCipherSuite.PskAes128CbcSha256 };
}
