using M531x.Dtls;
using M531x.Dtls.Messages;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Handshakes that cannot succeed, and what both sides are told of it.</summary>
public sealed class FailureTests
{
    static void ExpectFailure(IEnumerable<Told> events, DtlsFailure failure, DtlsAlert? alert)
    {
        var told = events.Single(e => e.Kind == DtlsEventKind.Failed);
        Assert.That((told.Failure, told.Alert), Is.EqualTo((failure, alert)));
    }

    static void ExpectWordsWithinASecond(DtlsPair pair, DtlsFailure failure)
    {
        var first = pair.ClientEvents.First(e => e.Kind == DtlsEventKind.Refused);
        Assert.That(first.Failure, Is.EqualTo(failure));
        Assert.That(first.At, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void A_wrong_key_is_known_at_once_on_both_sides([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite] }, key: "wrong");
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        Assert.Multiple(() =>
        {
            var mismatch = pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.KeyMismatch);
            Assert.That(mismatch.Identity, Is.EqualTo(TestKeys.Identity));
            var refused = pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Refused);
            Assert.That((refused.Failure, refused.Alert), Is.EqualTo((DtlsFailure.WrongKey, DtlsAlert.DecryptError)));
            Assert.That(mismatch.At, Is.LessThan(TimeSpan.FromSeconds(1)));
            Assert.That(refused.At, Is.LessThan(TimeSpan.FromSeconds(1)));
            Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.AlertSent).Alert, Is.EqualTo(DtlsAlert.DecryptError));
            ExpectFailure(pair.ClientEvents, DtlsFailure.WrongKey, DtlsAlert.DecryptError);
            Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.Connected), Is.False);
        });
    }

    [Test]
    public void A_server_that_does_not_tell_lets_the_client_run_into_its_time_out()
    {
        using var pair = new DtlsPair(key: "wrong", server: new DtlsServerOptions { TellsWrongKey = false });
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        ExpectFailure(pair.ClientEvents, DtlsFailure.HandshakeTimeout, null);
        Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.KeyMismatch), Is.EqualTo(1), "once, however often the client tries");
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.AlertSent), Is.False);
    }

    [Test]
    public void An_unknown_identity_is_told()
    {
        using var pair = new DtlsPair(identity: "nobody");
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        ExpectFailure(pair.ServerEvents, DtlsFailure.UnknownIdentity, DtlsAlert.UnknownPskIdentity);
        ExpectFailure(pair.ClientEvents, DtlsFailure.UnknownIdentity, DtlsAlert.UnknownPskIdentity);
        ExpectWordsWithinASecond(pair, DtlsFailure.UnknownIdentity);
        Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Failed).Identity, Is.EqualTo("nobody"));
        Assert.That(pair.Server.Remembered, Is.Zero);
    }

    [Test]
    public void An_empty_identity_and_the_longest_one_pass([Values(0, 128)] int length)
    {
        var identity = new string('i', length);
        var keys = new TestKeys();
        keys.All[identity] = "key";
        using var pair = new DtlsPair(keys: keys, identity: identity, key: "key");
        pair.Connect();
        pair.CheckDataFlows();
        Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Connected).Details!.Identity, Is.EqualTo(identity));
    }

    [Test]
    public void An_identity_that_is_too_long_is_not_looked_up()
    {
        var identity = new string('i', 129);
        var keys = new TestKeys();
        keys.All[identity] = "key";
        using var pair = new DtlsPair(keys: keys, identity: identity, key: "key");
        pair.Start();
        pair.Run();
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnexpectedMessage), Is.EqualTo(1));
        Assert.That(pair.Client.IsConnected, Is.False);
    }

    [Test]
    public void An_identity_without_a_key_is_unknown()
    {
        var keys = new TestKeys();
        keys.All[TestKeys.Identity] = "";
        using var pair = new DtlsPair(keys: keys);
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        ExpectFailure(pair.ServerEvents, DtlsFailure.UnknownIdentity, DtlsAlert.UnknownPskIdentity);
    }

    [Test]
    public void No_common_suite_is_told()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [DtlsCipherSuite.PskAes128CbcSha256] },
            server: new DtlsServerOptions { Suites = [DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128Ccm] });
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        var refusals = pair.ServerEvents.Where(e => e.Kind == DtlsEventKind.Failed).ToList();
        Assert.That(refusals, Has.Count.EqualTo(2).And.All.Property("Failure").EqualTo(DtlsFailure.NoCommonSuite), "a hello that comes again is refused again");
        ExpectFailure(pair.ClientEvents, DtlsFailure.NoCommonSuite, DtlsAlert.HandshakeFailure);
        ExpectWordsWithinASecond(pair, DtlsFailure.NoCommonSuite);
        Assert.That(pair.Server.Remembered, Is.Zero);
    }

    [Test]
    public void The_server_chooses_by_its_own_order()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = DtlsCipherSuites.All },
            server: new DtlsServerOptions { Suites = [DtlsCipherSuite.PskAes128CbcSha256, DtlsCipherSuite.PskAes128Ccm8] });
        pair.Connect();
        Assert.That(pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Connected).Details!.Suite, Is.EqualTo(DtlsCipherSuite.PskAes128CbcSha256));
    }

    [Test]
    public void A_client_of_an_older_version_is_told()
    {
        using var pair = new DtlsPair { Network = packet => packet.ToServer ? PacketFate.Lost : PacketFate.Passes };
        pair.Start();
        var hello = Wire.MessagesOf(pair.Sent).Single().Fragment;
        hello[1] = 0xFF; // DTLS 1.0
        pair.InjectToServer(Wire.Plain(HandshakeType.ClientHello, 0, hello));
        var cookie = Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.HelloVerifyRequest).Fragment[2..];
        byte[] second = [.. hello[..35], .. cookie, .. hello[36..]];
        pair.InjectToServer(Wire.Plain(HandshakeType.ClientHello, 1, second, recordSequence: 1));
        ExpectFailure(pair.ServerEvents, DtlsFailure.ProtocolVersion, DtlsAlert.ProtocolVersion);
        pair.Run(() => pair.Client.IsClosed);
        ExpectFailure(pair.ClientEvents, DtlsFailure.ProtocolVersion, DtlsAlert.ProtocolVersion);
        Assert.That(pair.Server.Remembered, Is.Zero);
    }

    /// <summary>Answers of a server that break the rules: version, suite, extensions that were not offered.</summary>
    static readonly TestCaseData[] BadHellos =
    [
        new TestCaseData(false, (ushort)0xC0A8, new HelloExtensions(), DtlsFailure.ProtocolVersion, DtlsAlert.ProtocolVersion),
        new TestCaseData(true, (ushort)0xC0A4, new HelloExtensions(), DtlsFailure.ProtocolError, DtlsAlert.IllegalParameter),
        new TestCaseData(true, (ushort)0xC0A8, new HelloExtensions { ExtendedMasterSecret = true }, DtlsFailure.ProtocolError, DtlsAlert.UnsupportedExtension),
        new TestCaseData(true, (ushort)0xC0A8, new HelloExtensions { EncryptThenMac = true }, DtlsFailure.ProtocolError, DtlsAlert.UnsupportedExtension),
        new TestCaseData(true, (ushort)0xC0A8, new HelloExtensions { RenegotiationInfo = true }, DtlsFailure.ProtocolError, DtlsAlert.UnsupportedExtension),
        new TestCaseData(true, (ushort)0xC0A8, new HelloExtensions { ConnectionId = [1] }, DtlsFailure.ProtocolError, DtlsAlert.UnsupportedExtension),
    ];

    [TestCaseSource(nameof(BadHellos))]
    public void A_server_that_answers_what_was_not_asked_is_told(
        bool isVersion12, ushort suite, object extensions, DtlsFailure failure, DtlsAlert alert)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { PlainHello = true }) { Network = _ => PacketFate.Lost };
        pair.Start();
        var hello = new ServerHello { Random = new byte[32], Suite = suite, Extensions = (HelloExtensions)extensions }.Write();
        if (!isVersion12)
            hello[1] = 0xFF;
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHello, 0, hello));
        pair.Run(() => pair.Client.IsClosed);
        ExpectFailure(pair.ClientEvents, failure, alert);
        Assert.That(pair.Sent, Has.Count.EqualTo(3), "the hello leaves once more, then the alert");
        Assert.That(pair.Sent[^1].Bytes[^1], Is.EqualTo((byte)alert));
    }

    [Test]
    public void A_client_before_its_start_takes_nothing()
    {
        using var pair = new DtlsPair();
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHello, 0, new byte[40]));
        pair.InjectToClient(Wire.Plain(HandshakeType.HelloVerifyRequest, 0, [0xFE, 0xFF, 1, 1]));
        Assert.That(pair.Sent, Is.Empty);
        pair.Connect();
        pair.CheckDataFlows();
    }
}
