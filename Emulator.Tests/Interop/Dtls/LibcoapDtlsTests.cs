using System.Text;
using M531x.Dtls;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>CoAP over DTLS with libcoap's tools, which differ in the library below and so in the suites.</summary>
[TestFixture("openssl", "libcoap/OpenSSL", false, true)]
[TestFixture("gnutls", "libcoap/GnuTLS", true, false)]
[Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.All)]
sealed class LibcoapDtlsTests(string library, string name, bool serverHasCbc, bool serverResumes)
{
    static readonly int[] Sizes = [1, 255, 1000];
    static readonly string[] ServerCases = ["data", "plain hello", "fragments", "resumption", "wrong key", "close"];

    string _version = "";

    [OneTimeSetUp]
    public void AskVersion() => _version = LibcoapPeer.Version(library);

    [Test]
    public void A_server_stores_and_gives_back([Values] DtlsCipherSuite suite)
    {
        using var server = LibcoapPeer.StartServer(library, Keys.Right, out var port);
        if (!ServerOffers(suite))
        {
            using var refused = Client(suite, port);
            Assert.That(refused.Await(DtlsEventKind.Failed).Event.Failure, Is.EqualTo(DtlsFailure.NoCommonSuite));
            Record(PeerRole.Server, suite, offered: false, ServerCases);
            return;
        }
        using var client = Client(suite, port);
        Assert.That(client.AwaitConnected().Suite, Is.EqualTo(suite));
        PutAndGet(client);
        client.Close();
        server.Output.Await(line => line.EndsWith("closed", StringComparison.Ordinal), "end of the session");
        Record(PeerRole.Server, suite, true, "data", "close");
    }

    [Test]
    public void A_server_takes_the_plain_hello([Values] DtlsCipherSuite suite)
    {
        if (!ServerOffers(suite))
            Assert.Pass("Refused, as another test shows.");
        using var server = LibcoapPeer.StartServer(library, Keys.Right, out var port);
        using var client = Client(suite, port, options => options with { PlainHello = true });
        client.AwaitConnected();
        PutAndGet(client);
        Record(PeerRole.Server, suite, true, "plain hello");
    }

    [Test]
    public void A_server_puts_our_fragments_together([Values] DtlsCipherSuite suite)
    {
        if (!ServerOffers(suite))
            Assert.Pass("Refused, as another test shows.");
        using var server = LibcoapPeer.StartServer(library, Keys.Right, out var port);
        using var client = Client(suite, port, options => options with { MaxFragment = 32, MaxDatagram = 128, PacksRecords = false });
        client.AwaitConnected();
        PutAndGet(client);
        Record(PeerRole.Server, suite, true, "fragments");
    }

    [Test]
    public void A_client_puts_our_fragments_together([Values] DtlsCipherSuite suite)
    {
        using var server = new OurServer(
            new() { Suites = [suite], MaxFragment = 32, MaxDatagram = 128, PacksRecords = false }, Keys.Identity, Keys.Right);
        Answer(server, 100);
        Record(PeerRole.Client, suite, true, "fragments");
    }

    /// <summary>libcoap's server resumes with OpenSSL; with GnuTLS it keeps no sessions, and what is asked for becomes a full handshake.</summary>
    [Test]
    public void A_session_is_resumed_by_its_id([Values] DtlsCipherSuite suite)
    {
        if (!ServerOffers(suite))
            Assert.Pass("Refused, as another test shows.");
        using var server = LibcoapPeer.StartServer(library, Keys.Right, out var port);
        using var first = Client(suite, port);
        first.AwaitConnected();
        using var session = first.Session;
        first.Close();
        using var second = Client(suite, port, options => options with { Session = session });
        Assert.That(second.AwaitConnected().Resumed, Is.EqualTo(serverResumes));
        PutAndGet(second);
        Record(PeerRole.Server, suite, serverResumes, "resumption");
    }

    [Test]
    public void A_server_with_another_key_is_not_connected_to([Values] DtlsCipherSuite suite)
    {
        if (!ServerOffers(suite))
            Assert.Pass("Refused, as another test shows.");
        using var server = LibcoapPeer.StartServer(library, Keys.Wrong, out var port);
        using var client = Client(
            suite, port, options => options with { InitialTimeout = TimeSpan.FromMilliseconds(250), HandshakeTimeout = TimeSpan.FromSeconds(1.5) });
        var failed = client.Await(DtlsEventKind.Failed);
        Assert.That(failed.Event.Failure, Is.AnyOf(DtlsFailure.HandshakeTimeout, DtlsFailure.PeerAlert, DtlsFailure.WrongKey));
        Assert.That(client.All.Select(e => e.Kind), Has.None.EqualTo(DtlsEventKind.Connected));
        Assert.That(server.Output.All, Has.None.EndsWith("session connected"));
        Record(PeerRole.Server, suite, true, "wrong key");
    }

    [Test]
    public void A_client_posts_is_answered_and_closes([Values] DtlsCipherSuite suite)
    {
        using var server = new OurServer(new() { Suites = [suite] }, Keys.Identity, Keys.Right);
        foreach (var size in Sizes)
        {
            Answer(server, size);
            server.Await(DtlsEventKind.Closed);
        }
        Record(PeerRole.Client, suite, true, "data", "close");
    }

    [Test]
    public void A_client_with_the_wrong_key_is_noticed([Values] DtlsCipherSuite suite)
    {
        using var server = new OurServer(new() { Suites = [suite] }, Keys.Identity, Keys.Right);
        using var client = LibcoapPeer.StartClient(library, server.Port, Keys.Identity, Keys.Wrong, "x");
        Assert.That(server.Await(DtlsEventKind.KeyMismatch).Event.Identity, Is.EqualTo(Keys.Identity));
        Assert.That(server.All.Select(e => e.Kind), Has.None.EqualTo(DtlsEventKind.Connected));
        Record(PeerRole.Client, suite, true, "wrong key");
    }

    [Test]
    public void A_client_of_unknown_identity_is_refused([Values] DtlsCipherSuite suite)
    {
        using var server = new OurServer(new() { Suites = [suite] }, Keys.Identity, Keys.Right);
        using var client = LibcoapPeer.StartClient(library, server.Port, "stranger", Keys.Right, "x");
        var failed = server.Await(DtlsEventKind.Failed);
        Assert.That(failed.Event.Failure, Is.EqualTo(DtlsFailure.UnknownIdentity));
        Assert.That(failed.Event.Identity, Is.EqualTo("stranger"));
        Record(PeerRole.Client, suite, true, "unknown identity");
    }

    /// <summary>libcoap's client posts a text of that size, our server answers it backwards.</summary>
    void Answer(OurServer server, int size)
    {
        var text = Text(size);
        using var client = LibcoapPeer.StartClient(library, server.Port, Keys.Identity, Keys.Right, text);
        Assert.That(server.AwaitConnected().Identity, Is.EqualTo(Keys.Identity));
        var request = Decode(server.Await(DtlsEventKind.Data).Data);
        Assert.That(request.Code, Is.EqualTo(CoapCode.Post));
        Assert.That(Encoding.ASCII.GetString(request.Payload.Span), Is.EqualTo(text));
        var backwards = new string([.. text.Reverse()]);
        server.Send(CoapCodec.Encode(new()
        {
            Type = CoapType.Acknowledgement,
            Code = CoapCode.Changed,
            MessageId = request.MessageId,
            Token = request.Token,
            Payload = Encoding.ASCII.GetBytes(backwards),
        }));
        Assert.That(client.Output.Next(), Is.EqualTo(backwards));
        Assert.That(client.WaitExit(), Is.Zero);
    }

    static void PutAndGet(OurEnd client)
    {
        ushort id = 1;
        foreach (var size in Sizes)
        {
            var text = Encoding.ASCII.GetBytes(Text(size));
            var put = Exchange(client, CoapCode.Put, id++, text);
            Assert.That(put.Code, Is.AnyOf(CoapCode.Created, CoapCode.Changed));
            var got = Exchange(client, CoapCode.Get, id++, []);
            Assert.That(got.Code, Is.EqualTo(CoapCode.Content));
            Assert.That(got.Payload.ToArray(), Is.EqualTo(text));
        }
    }

    static CoapMessage Exchange(OurEnd client, CoapCode code, ushort id, byte[] payload)
    {
        client.Send(CoapCodec.Encode(new()
        {
            Type = CoapType.Confirmable,
            Code = code,
            MessageId = id,
            Options = [new(CoapOptionNumber.UriPath, "kept"u8.ToArray())],
            Payload = payload,
        }));
        var response = Decode(client.Await(DtlsEventKind.Data).Data);
        Assert.That(response.MessageId, Is.EqualTo(id));
        return response;
    }

    static CoapMessage Decode(byte[] datagram)
    {
        Assert.That(CoapCodec.TryDecode(datagram, out var message, out var reason), Is.True, reason.ToString());
        return message!;
    }

    static string Text(int size) => string.Concat(Enumerable.Range(0, size).Select(i => (char)('a' + i % 26)));

    static OurClient Client(DtlsCipherSuite suite, int port, Func<DtlsClientOptions, DtlsClientOptions>? change = null)
    {
        var options = new DtlsClientOptions { Suites = [suite] };
        return new OurClient(change?.Invoke(options) ?? options, Keys.Identity, Keys.Right, port);
    }

    bool ServerOffers(DtlsCipherSuite suite) => serverHasCbc || suite != DtlsCipherSuite.PskAes128CbcSha256;

    void Record(PeerRole role, DtlsCipherSuite suite, bool offered, params string[] cases) =>
        InteropRun.Record(name, _version, role, suite, offered, cases);
}
