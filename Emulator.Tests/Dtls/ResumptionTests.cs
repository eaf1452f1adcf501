using M531x.Dtls;
using M531x.Dtls.Messages;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Sessions that go on (RFC 5246 §7.3, RFC 7627 §5.3).</summary>
public sealed class ResumptionTests
{
    static DtlsConnected Last(IEnumerable<Told> events) => events.Last(e => e.Kind == DtlsEventKind.Connected).Details!;

    [Test]
    public void A_session_is_resumed_in_one_round_trip_less(
        [ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite, [Values] bool extendedMasterSecret)
    {
        var client = new DtlsClientOptions { Suites = [suite], ExtendedMasterSecret = extendedMasterSecret };
        using var pair = new DtlsPair(client: client);
        pair.Connect();
        var session = pair.Client.Session;
        Assert.That(session, Is.Not.Null);
        var before = pair.Sent.Count;
        pair.Reconnect(client with { Session = session });
        Assert.Multiple(() =>
        {
            Assert.That(Last(pair.ClientEvents).Resumed, Is.True);
            Assert.That(Last(pair.ServerEvents), Is.EqualTo(Last(pair.ClientEvents)));
            Assert.That(pair.Sent.Skip(before).Count(), Is.EqualTo(5));
            Assert.That(pair.Sent.Skip(before).Any(p => p.Has(HandshakeType.ClientKeyExchange)), Is.False);
            Assert.That(pair.Server.Counters.Resumptions, Is.EqualTo(1));
        });
        pair.CheckDataFlows();
        pair.Reconnect(client with { Session = pair.Client.Session });
        Assert.That(Last(pair.ClientEvents).Resumed, Is.True, "a resumed session can be resumed again");
        pair.CheckDataFlows();
    }

    [Test]
    public void A_resumed_association_has_keys_of_its_own()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.SendToServer("same");
        var first = pair.Sent[^1].Bytes;
        pair.Run();
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session });
        pair.SendToServer("same");
        Assert.That(Wire.Records(pair.Sent[^1].Bytes)[0].Sequence, Is.EqualTo(Wire.Records(first)[0].Sequence));
        Assert.That(pair.Sent[^1].Bytes, Is.Not.EqualTo(first));
    }

    [Test]
    public void A_forgotten_session_makes_a_full_handshake([Values("forgotten", "restarted", "too old", "too many")] string how)
    {
        var options = new DtlsServerOptions { SessionLifetime = TimeSpan.FromHours(1), MaxSessions = how == "too many" ? 1 : 10 };
        using var pair = new DtlsPair(server: options);
        pair.Connect();
        var session = pair.Client.Session;
        if (how == "forgotten")
            pair.Server.ForgetSessions();
        else if (how == "restarted")
            pair.RestartServer(options);
        else if (how == "too old")
            pair.Now += TimeSpan.FromHours(1);
        else
            pair.Reconnect(new DtlsClientOptions());
        pair.Reconnect(new DtlsClientOptions { Session = session });
        Assert.That(Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.ClientHello).Fragment[34], Is.EqualTo(32), "the session was offered");
        Assert.That(Last(pair.ClientEvents).Resumed, Is.False);
        pair.CheckDataFlows();
    }

    [Test]
    public void A_server_without_sessions_gives_no_id()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxSessions = 0 });
        pair.Connect();
        Assert.That(pair.Client.Session, Is.Null);
    }

    [Test]
    public void The_sessions_of_a_server_are_bounded()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxSessions = 3 });
        pair.Connect();
        for (var i = 0; i < 10; i++)
        {
            pair.SendToServer("the last flight has arrived");
            pair.Run();
            pair.Reconnect(new DtlsClientOptions());
        }
        pair.SendToServer("the last flight has arrived");
        pair.Run();
        Assert.That(pair.Server.Remembered, Is.EqualTo(3 + 3), "three sessions, and address, number and place of one association");
    }

    [Test]
    public void A_session_of_a_suite_that_is_not_offered_any_more_is_not_resumed([Values] bool atServer)
    {
        var (ccm8, ccm) = (DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128Ccm);
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [ccm8] }, server: new DtlsServerOptions { Suites = [ccm8, ccm] });
        pair.Connect();
        var session = pair.Client.Session!;
        // A client of ours would not offer it: its suite is hidden from it.
        if (atServer)
            session = Copy(session, suite: ccm);
        pair.Reconnect(new DtlsClientOptions { Suites = [ccm], Session = session });
        Assert.That(Last(pair.ClientEvents), Has.Property("Resumed").False.And.Property("Suite").EqualTo(ccm));
        pair.CheckDataFlows();
    }

    [Test]
    public void A_session_of_another_identity_is_not_offered()
    {
        var keys = new TestKeys();
        keys.All["other"] = "another key";
        using var pair = new DtlsPair(keys: keys);
        pair.Connect();
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session }, "other", "another key");
        Assert.That(Last(pair.ServerEvents), Has.Property("Resumed").False.And.Property("Identity").EqualTo("other"));
    }

    [Test]
    public void A_wiped_session_is_not_offered()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var session = pair.Client.Session!;
        session.Dispose();
        Assert.That(session.MasterSecret, Is.All.EqualTo(0));
        pair.Reconnect(new DtlsClientOptions { Session = session });
        Assert.That(Last(pair.ClientEvents).Resumed, Is.False);
        pair.CheckDataFlows();
    }

    /// <summary>Its master secret is zeros by then, which everybody knows.</summary>
    [Test]
    public void A_session_that_is_wiped_after_it_was_offered_is_not_resumed()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var session = pair.Client.Session!;
        pair.NewClient(new DtlsClientOptions { Session = session });
        pair.Start();
        session.Dispose();
        pair.Run(() => pair.Client.IsClosed);
        Assert.Multiple(() =>
        {
            Assert.That(pair.ClientEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Failure").EqualTo(DtlsFailure.SessionEnded));
            Assert.That(pair.Client.SecretMemory.Where(m => m.Length == 48), Is.Empty, "no master secret was taken over");
            Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.Connected), Is.EqualTo(1));
        });
    }

    [Test]
    public void An_extended_session_is_offered_only_with_the_extension()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session, ExtendedMasterSecret = false });
        Assert.That(Last(pair.ClientEvents), Has.Property("Resumed").False.And.Property("ExtendedMasterSecret").False);
        pair.CheckDataFlows();
    }

    [Test]
    public void A_server_refuses_an_extended_session_without_the_extension()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.NewClient(new DtlsClientOptions { Session = Copy(pair.Client.Session!, extendedMasterSecret: false), ExtendedMasterSecret = false });
        pair.Start();
        pair.Run();
        Assert.That(pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Failed).Alert, Is.EqualTo(DtlsAlert.HandshakeFailure));
        Assert.That(pair.Run(() => pair.Client.IsClosed), Is.True);
    }

    [Test]
    public void A_plain_session_makes_a_full_handshake_when_the_extension_is_offered()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { ExtendedMasterSecret = false });
        pair.Connect();
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session });
        Assert.That(Last(pair.ClientEvents), Has.Property("Resumed").False.And.Property("ExtendedMasterSecret").True);
        pair.CheckDataFlows();
    }

    [Test]
    public void A_client_refuses_a_resumption_with_another_suite_or_without_the_extension([Values] bool changesSuite)
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var session = pair.Client.Session!;
        pair.NewClient(new DtlsClientOptions { Suites = DtlsCipherSuites.All, Session = session });
        pair.Network = _ => PacketFate.Lost;
        pair.Start();
        var hello = new ServerHello
        {
            Random = new byte[32],
            SessionId = session.Id,
            Suite = (ushort)(changesSuite ? DtlsCipherSuite.PskAes128Ccm : session.Suite),
            Extensions = new HelloExtensions { ExtendedMasterSecret = changesSuite },
        };
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHello, 0, hello.Write()));
        pair.Run(() => pair.Client.IsClosed);
        Assert.That(pair.ClientEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Alert").EqualTo(DtlsAlert.IllegalParameter));
    }

    [Test]
    public void An_attacker_with_a_session_id_but_without_its_secret_does_not_get_in()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var known = pair.Client.Session!;
        var stolen = new DtlsSession(known.Id, new byte[48], known.Suite, known.ExtendedMasterSecret, known.Identity, known.Created);
        pair.NewClient(new DtlsClientOptions { Session = stolen });
        pair.Start();
        pair.Run(() => pair.Client.IsClosed);
        Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.Connected), Is.EqualTo(1));
        pair.Reconnect(new DtlsClientOptions { Session = known });
        Assert.That(Last(pair.ClientEvents).Resumed, Is.True, "the session is still there for its owner");
    }

    static DtlsSession Copy(DtlsSession session, DtlsCipherSuite? suite = null, bool? extendedMasterSecret = null) =>
        new(session.Id, [.. session.MasterSecret], suite ?? session.Suite, extendedMasterSecret ?? session.ExtendedMasterSecret,
            session.Identity, session.Created);

    [TestCase("another key1")]
    [TestCase(null)]
    public void A_key_that_was_changed_or_taken_away_ends_its_sessions(string? key)
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var session = pair.Client.Session;
        if (key is null)
            pair.Keys.All.Clear();
        else
            pair.Keys.All[TestKeys.Identity] = key;
        pair.Reconnect(new DtlsClientOptions { Session = session });
        Assert.That(pair.Client.IsConnected, Is.False);
    }
}
