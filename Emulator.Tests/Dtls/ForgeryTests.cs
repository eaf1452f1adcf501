using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Datagrams of somebody else in a handshake: what is not authentic, or does not open, is dropped and counted, and never fatal.</summary>
public sealed class ForgeryTests
{
    static readonly DtlsAlert[] Alerts = Enum.GetValues<DtlsAlert>();

    static bool IsServerFlight(Packet packet) => packet.Has(HandshakeType.ServerHello);

    static bool IsClientFinished(Packet packet) => packet.ToServer && packet.HasProtected();

    static bool IsServerFinished(Packet packet) => !packet.ToServer && packet.HasProtected();

    /// <summary>A pair whose handshake has stopped, since a flight is lost until the network is whole again.</summary>
    static DtlsPair StoppedAt(Func<Packet, bool> lost, DtlsServerOptions? server = null)
    {
        var pair = new DtlsPair(server: server) { Network = packet => lost(packet) ? PacketFate.Lost : PacketFate.Passes };
        pair.Start();
        pair.Run();
        return pair;
    }

    static DtlsPair StoppedAt(string flight) => StoppedAt(flight switch
    {
        "hello" => packet => packet.Has(HandshakeType.HelloVerifyRequest),
        "server's flight" => IsServerFlight,
        "client's Finished" => IsClientFinished,
        _ => IsServerFinished,
    });

    static void ExpectSuccess(DtlsPair pair)
    {
        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected || pair.Client.IsClosed), Is.True);
        Assert.That(pair.Client.IsConnected, Is.True, "the handshake goes on");
        Assert.That(pair.ClientEvents.Concat(pair.ServerEvents).Any(e => e.Kind == DtlsEventKind.Failed), Is.False);
        pair.CheckDataFlows();
    }

    /// <summary>Even though the flight that it pretends to answer is lost.</summary>
    [Test]
    public void A_forged_alert_does_not_end_a_clients_handshake(
        [Values("hello", "server's flight", "client's Finished", "server's Finished")] string lost, [ValueSource(nameof(Alerts))] DtlsAlert alert)
    {
        using var pair = StoppedAt(lost);
        pair.InjectToClient(Wire.PlainAlert(2, alert, 100));
        Assert.That(pair.Client.Counters.Dropped(DtlsDropReason.Unauthenticated), Is.EqualTo(1));
        Assert.That(pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Refused).Alert, Is.EqualTo(alert));
        ExpectSuccess(pair);
    }

    [Test]
    public void A_forged_alert_does_not_end_a_servers_handshake(
        [Values("server's flight", "client's Finished")] string lost, [ValueSource(nameof(Alerts))] DtlsAlert alert)
    {
        using var pair = StoppedAt(lost);
        for (var i = 0; i < 10; i++)
            pair.InjectToServer(Wire.PlainAlert(2, alert, 100));
        Assert.That(pair.Server.Associations, Is.EqualTo(1));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Unauthenticated), Is.EqualTo(10));
        ExpectSuccess(pair);
    }

    /// <summary>Flight 5 in a datagram each, and somebody is faster with what looks like its Finished.</summary>
    [Test]
    public void A_Finished_that_does_not_open_is_dropped_and_the_right_one_taken(
        [ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite, [Values] bool early)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite], PacksRecords = false });
        pair.Network = packet => packet.ToServer && Wire.Records(packet.Bytes)[0].Epoch == 1 ? PacketFate.Late(TimeSpan.FromMilliseconds(100)) : PacketFate.Passes;
        var forged = new WireRecord(ContentType.Handshake, 1, 0, [], new byte[80]).ToDatagram();
        pair.Start();
        pair.Run(() => early
            ? pair.ServerEvents.Exists(e => e is { Kind: DtlsEventKind.FlightSent, Number: 4 })
            : pair.Sent.Exists(IsClientFinished) && pair.Now > pair.Sent.Find(IsClientFinished)!.At);
        pair.InjectToServer(forged);
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.BadRecord), Is.EqualTo(1));
            Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.AlertSent), Is.False, "a peer that obeys alerts would give up");
            Assert.That(pair.Client.Counters.Retransmissions, Is.Zero);
        });
        pair.CheckDataFlows();
    }

    /// <summary>The server then says that the key is wrong, and hears better when the client repeats itself.</summary>
    [Test]
    public void A_damaged_Finished_is_made_good_by_the_next_one()
    {
        using var pair = StoppedAt(IsClientFinished);
        var flight = Wire.Records(pair.Sent[^1].Bytes);
        pair.InjectToServer(flight[0].ToDatagram());
        var damaged = flight[2] with { Fragment = [.. flight[2].Fragment] };
        damaged.Fragment[^1] ^= 1;
        pair.InjectToServer(damaged.ToDatagram());
        ExpectSuccess(pair);
        Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.AlertSent).Alert, Is.EqualTo(DtlsAlert.DecryptError), "nothing better came for a while");
        Assert.That(pair.Client.Counters.Dropped(DtlsDropReason.Unauthenticated), Is.EqualTo(1));
    }

    [Test]
    public void A_forged_identity_is_dropped_and_the_right_one_taken()
    {
        using var pair = StoppedAt(IsClientFinished);
        var sequence = Wire.MessagesOf(pair.Sent).Single(m => m.Type == HandshakeType.ClientKeyExchange).Header.Sequence;
        pair.InjectToServer(Wire.Plain(HandshakeType.ClientKeyExchange, sequence, PskKeyExchange.Write("nobody"u8), recordSequence: 50));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnexpectedMessage), Is.EqualTo(1));
        pair.Network = null;
        pair.InjectToServer(pair.Sent.Last(IsClientFinished).Bytes);
        ExpectSuccess(pair);
        Assert.That(pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details!.Identity, Is.EqualTo(TestKeys.Identity));
    }

    [Test]
    public void A_forged_answer_that_breaks_the_rules_is_dropped_and_the_right_one_taken()
    {
        using var pair = StoppedAt(IsServerFlight);
        var hello = new ServerHello { Random = new byte[32], Suite = (ushort)DtlsCipherSuite.PskAes128Ccm };
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHello, 1, hello.Write(), recordSequence: 50));
        Assert.That(pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Refused).Failure, Is.EqualTo(DtlsFailure.ProtocolError));
        ExpectSuccess(pair);
        Assert.That(pair.Sent.SelectMany(p => Wire.Records(p.Bytes)).Any(r => r.Type == ContentType.Alert), Is.False);
    }

    /// <summary>The server's flight is on its way, and answers the hello that stands: another one in its place would end the handshake.</summary>
    [Test]
    public void A_forged_request_for_another_cookie_does_not_take_the_place_of_the_hello_that_is_answered()
    {
        using var pair = new DtlsPair { Network = packet => IsServerFlight(packet) ? PacketFate.Late(TimeSpan.FromMilliseconds(500)) : PacketFate.Passes };
        pair.Start();
        pair.Run(() => pair.Sent.Exists(IsServerFlight));
        for (byte i = 0; i < 10; i++)
            pair.InjectToClient(Wire.Plain(HandshakeType.HelloVerifyRequest, 0, [0xFE, 0xFF, 1, i], recordSequence: 50UL + i));
        ExpectSuccess(pair);
        Assert.That(Wire.MessagesOf(pair.Sent).Count(m => m.Type == HandshakeType.ClientHello), Is.EqualTo(2));
    }

    /// <summary>It is faster than the server's own, or the server does not answer in time: the server asks once more for its own cookie.</summary>
    [Test]
    public void A_forged_request_for_a_cookie_is_made_good_by_the_servers_own([Values("hello", "server's flight")] string lost)
    {
        using var pair = StoppedAt(lost);
        pair.InjectToClient(Wire.Plain(HandshakeType.HelloVerifyRequest, 0, [0xFE, 0xFF, 1, 7], recordSequence: 50));
        ExpectSuccess(pair);
    }

    /// <summary>Nothing answers after a refusal: the flight leaves once more, and a second later the refusal is believed.</summary>
    [Test]
    public void A_refusal_after_which_nothing_comes_is_believed()
    {
        using var pair = StoppedAt(IsServerFlight);
        pair.Network = _ => PacketFate.Lost;
        pair.InjectToClient(Wire.PlainAlert(2, DtlsAlert.UnknownPskIdentity, 100));
        var (told, last) = (pair.ClientEvents[^2], pair.ClientEvents.Last(e => e.Kind == DtlsEventKind.FlightSent).At);
        Assert.That((told.Kind, told.Failure), Is.EqualTo((DtlsEventKind.Refused, DtlsFailure.UnknownIdentity)));
        pair.Run(() => pair.Client.IsClosed);
        Assert.Multiple(() =>
        {
            var repeated = pair.ClientEvents.Single(e => e is { Kind: DtlsEventKind.FlightSent, Number: 3, Attempt: > 0 });
            var failed = pair.ClientEvents[^1];
            Assert.That(repeated.At - last, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That((failed.Failure, failed.Alert), Is.EqualTo((DtlsFailure.UnknownIdentity, DtlsAlert.UnknownPskIdentity)));
            Assert.That(failed.At - repeated.At, Is.EqualTo(TimeSpan.FromSeconds(1)));
        });
    }

    /// <summary>Progress makes a refusal void: what comes later does not end with it.</summary>
    [Test]
    public void A_refusal_before_an_answer_is_forgotten()
    {
        using var pair = StoppedAt(IsServerFlight);
        pair.InjectToClient(Wire.PlainAlert(2, DtlsAlert.UnknownPskIdentity, 100));
        pair.Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Run(() => pair.Client.IsClosed);
        Assert.That(pair.ClientEvents[^1].Failure, Is.EqualTo(DtlsFailure.HandshakeTimeout));
    }

    [Test]
    public void A_refusal_that_stands_when_the_time_is_up_is_the_reason()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { HandshakeTimeout = TimeSpan.FromSeconds(1) }) { Network = _ => PacketFate.Lost };
        pair.Start();
        pair.InjectToClient(Wire.PlainAlert(2, DtlsAlert.HandshakeFailure, 100));
        pair.Run(() => pair.Client.IsClosed);
        Assert.That(pair.ClientEvents[^1].Failure, Is.EqualTo(DtlsFailure.NoCommonSuite));
    }
}
