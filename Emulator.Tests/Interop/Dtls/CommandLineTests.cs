using System.Globalization;
using System.Text;
using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>The tools that one tries first by hand. gnutls-serv is not among them: it listens on every interface.</summary>
[TestFixture, Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.All)]
sealed class CommandLineTests
{
    const string OpenSslCiphers = "PSK-AES128-CCM8:PSK-AES128-CBC-SHA256:@SECLEVEL=0";
    const string GnuTlsPriority = "NONE:+VERS-DTLS1.2:+PSK:+AES-128-CCM-8:+AEAD:+AES-128-CBC:+SHA256:+COMP-NULL:+SIGN-ALL:+GROUP-ALL";

    static string KeyHex => Convert.ToHexString(Keys.Right);

    [Test]
    public void Openssl_s_client_talks_to_our_server(
        [Values(DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128CbcSha256)] DtlsCipherSuite suite)
    {
        using var server = new OurServer(new() { Suites = [suite] }, Keys.Identity, Keys.Right);
        using var client = new ChildProcess(InteropTools.Tool("openssl", "openssl"),
        [
            "s_client", "-dtls1_2", "-quiet", "-psk", KeyHex, "-psk_identity", Keys.Identity, "-cipher", OpenSslCiphers, "-connect", $"127.0.0.1:{server.Port}",
        ]);
        Talk(client, server, suite);
    }

    [Test]
    public void Gnutls_cli_talks_to_our_server(
        [Values(DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128CbcSha256)] DtlsCipherSuite suite)
    {
        using var server = new OurServer(new() { Suites = [suite] }, Keys.Identity, Keys.Right);
        using var client = new ChildProcess(InteropTools.Tool("gnutls-cli", "gnutls-bin"),
        [
            "--udp", "--port", server.Port.ToString(CultureInfo.InvariantCulture), "--pskusername", Keys.Identity, "--pskkey", KeyHex,
            "--priority", GnuTlsPriority, "127.0.0.1",
        ]);
        Talk(client, server, suite);
        client.Input.Close();
        server.Await(DtlsEventKind.Closed);
    }

    /// <summary>With -listen the server asks for a cookie before it keeps anything.</summary>
    [Test]
    public void Our_client_talks_to_openssl_s_server(
        [Values(DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128CbcSha256)] DtlsCipherSuite suite)
    {
        using var server = new ChildProcess(InteropTools.Tool("openssl", "openssl"),
        [
            "s_server", "-dtls1_2", "-listen", "-nocert", "-psk", KeyHex, "-psk_identity", Keys.Identity, "-cipher", OpenSslCiphers, "-accept", "127.0.0.1:0",
        ]);
        var port = int.Parse(server.Output.Await("ACCEPT ").Split(':')[^1], CultureInfo.InvariantCulture);
        using var client = new OurClient(new() { Suites = [suite] }, Keys.Identity, Keys.Right, port);
        Talk(server, client, suite);
        client.Close();
        server.Output.Await("DONE");
    }

    static void Talk(ChildProcess peer, OurEnd our, DtlsCipherSuite suite)
    {
        Assert.That(our.AwaitConnected().Suite, Is.EqualTo(suite));
        our.Send("from us\n"u8.ToArray());
        peer.Output.Await(line => line.EndsWith("from us", StringComparison.Ordinal), "our line");
        peer.Input.WriteLine("from the peer");
        peer.Input.Flush();
        Assert.That(Encoding.ASCII.GetString(our.Await(DtlsEventKind.Data).Data), Is.EqualTo("from the peer\n"));
    }
}
