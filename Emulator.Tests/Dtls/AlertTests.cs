using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Alerts, close_notify and wishes for a renegotiation.</summary>
public sealed class AlertTests
{
    static DtlsPair Connected()
    {
        var pair = new DtlsPair(client: new DtlsClientOptions { EmitsSecrets = true }, server: new DtlsServerOptions { EmitsSecrets = true });
        pair.Connect();
        return pair;
    }

    [Test]
    public void Close_by_the_client_ends_both_sides()
    {
        using var pair = Connected();
        pair.Client.Close();
        pair.Drain();
        pair.Run();
        Assert.Multiple(() =>
        {
            Assert.That(pair.Client.IsClosed, Is.True);
            Assert.That(pair.ClientEvents[^1].Kind, Is.EqualTo(DtlsEventKind.Closed));
            Assert.That(pair.ServerEvents[^1].Kind, Is.EqualTo(DtlsEventKind.Closed));
            Assert.That(pair.ServerEvents[^1].Association, Is.EqualTo(pair.Association));
            Assert.That(pair.Server.Associations, Is.Zero);
            Assert.That(pair.Client.Send("x"u8), Is.False);
            Assert.That(pair.Server.Send(pair.Association, "x"u8), Is.False);
            Assert.That(pair.Sent[^1].ToServer, Is.False, "close_notify is answered in kind");
        });
    }

    [Test]
    public void Close_by_the_server_ends_both_sides()
    {
        using var pair = Connected();
        pair.Server.Close(pair.Association);
        pair.Drain();
        pair.Run();
        Assert.Multiple(() =>
        {
            Assert.That(pair.Client.IsClosed, Is.True);
            Assert.That(pair.ClientEvents[^1].Kind, Is.EqualTo(DtlsEventKind.Closed));
            Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.Closed), Is.EqualTo(1));
            Assert.That(pair.Server.Associations, Is.Zero);
            Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.AlertSent).Alert, Is.EqualTo(DtlsAlert.CloseNotify));
        });
    }

    [Test]
    public void An_unprotected_alert_is_dropped_and_counted_once_connected()
    {
        using var pair = Connected();
        foreach (var alert in Enum.GetValues<DtlsAlert>())
        {
            foreach (var level in new byte[] { 1, 2 })
            {
                pair.InjectToServer(Wire.PlainAlert(level, alert, 100));
                pair.InjectToClient(Wire.PlainAlert(level, alert, 100));
            }
        }
        var count = 2 * Enum.GetValues<DtlsAlert>().Length;
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Unauthenticated), Is.EqualTo(count));
        Assert.That(pair.Client.Counters.Dropped(DtlsDropReason.Unauthenticated), Is.EqualTo(count));
        pair.CheckDataFlows();
    }

    [Test]
    public void A_protected_fatal_alert_ends_the_association_and_its_session()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        var session = pair.Client.Session;
        pair.InjectToServer(forger.FromClient(ContentType.Alert, 50, [2, (byte)DtlsAlert.InternalError]));
        pair.InjectToClient(forger.FromServer(ContentType.Alert, 50, [2, (byte)DtlsAlert.InternalError]));
        foreach (var told in new[] { pair.ServerEvents[^1], pair.ClientEvents[^1] })
        {
            Assert.That(told, Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Failure").EqualTo(DtlsFailure.PeerAlert)
                .And.Property("Alert").EqualTo(DtlsAlert.InternalError));
        }
        Assert.That(pair.Server.Remembered, Is.Zero, "RFC 5246 §7.2.2: the session is not to be resumed");
        pair.Reconnect(new DtlsClientOptions { Session = session });
        Assert.That(Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.ClientHello).Fragment[34], Is.Zero, "no session id");
        pair.CheckDataFlows();
    }

    [Test]
    public void A_protected_warning_is_told_and_ends_nothing()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        pair.InjectToClient(forger.FromServer(ContentType.Alert, 50, [1, (byte)DtlsAlert.UserCanceled]));
        Assert.That(pair.ClientEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.AlertReceived).And.Property("Alert").EqualTo(DtlsAlert.UserCanceled));
        pair.InjectToClient(forger.FromServer(ContentType.Alert, 51, [1]));
        Assert.That(pair.Client.Counters.Dropped(DtlsDropReason.Malformed), Is.EqualTo(1));
        pair.CheckDataFlows();
    }

    [Test]
    public void An_unprotected_close_notify_does_not_end_a_handshake()
    {
        using var pair = new DtlsPair();
        pair.Start();
        pair.InjectToClient(Wire.PlainAlert(1, DtlsAlert.CloseNotify));
        Assert.That(pair.ClientEvents[^1].Kind, Is.EqualTo(DtlsEventKind.AlertReceived));
        pair.Run();
        pair.CheckDataFlows();
    }

    [Test]
    public void HelloRequest_is_answered_with_no_renegotiation()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        var request = new WireMessage(new HandshakeHeader(HandshakeType.HelloRequest, 0, 0, 0, 0), []).ToBytes();
        pair.InjectToClient(forger.FromServer(ContentType.Handshake, 50, request));
        Assert.That(pair.ClientEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.AlertSent).And.Property("Alert").EqualTo(DtlsAlert.NoRenegotiation));
        pair.Run();
        Assert.That(pair.ServerEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.AlertReceived).And.Property("Alert").EqualTo(DtlsAlert.NoRenegotiation));
        pair.CheckDataFlows();
    }

    [Test]
    public void An_unprotected_HelloRequest_is_not_answered()
    {
        using var pair = Connected();
        var sent = pair.Sent.Count;
        pair.InjectToClient(Wire.Plain(HandshakeType.HelloRequest, 0, [], recordSequence: 60));
        Assert.That(pair.Sent, Has.Count.EqualTo(sent));
        pair.CheckDataFlows();
    }

    [Test]
    public void ClientHello_inside_an_association_is_answered_with_no_renegotiation()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        var hello = Wire.MessagesOf(pair.Sent).First(m => m.Type == HandshakeType.ClientHello);
        var other = hello with { Header = hello.Header with { Sequence = 5 } };
        pair.InjectToServer(forger.FromClient(ContentType.Handshake, 50, other.ToBytes()));
        Assert.That(pair.ServerEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.AlertSent).And.Property("Alert").EqualTo(DtlsAlert.NoRenegotiation));
        pair.Run();
        Assert.That(pair.ClientEvents[^1].Alert, Is.EqualTo(DtlsAlert.NoRenegotiation));
        Assert.That(pair.Server.Associations, Is.EqualTo(1));
        pair.CheckDataFlows();
    }

    [Test]
    public void Other_messages_inside_an_association_are_dropped()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        var sent = pair.Sent.Count;
        ulong number = 50;
        foreach (var type in Enum.GetValues<HandshakeType>().Except([HandshakeType.ClientHello]))
        {
            var message = new WireMessage(new HandshakeHeader(type, 4, 9, 0, 4), new byte[4]).ToBytes();
            pair.InjectToServer(forger.FromClient(ContentType.Handshake, number++, message));
        }
        pair.InjectToServer(forger.FromClient(ContentType.ChangeCipherSpec, number++, [1]));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnexpectedMessage), Is.EqualTo(number - 50));
        Assert.That(pair.Sent, Has.Count.EqualTo(sent));
        Assert.That(pair.Server.Remembered, Is.LessThan(15));
        pair.CheckDataFlows();
    }

    [Test]
    public void A_wrong_Finished_that_is_authentic_ends_the_handshake()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { EmitsSecrets = true }, server: new DtlsServerOptions { EmitsSecrets = true });
        // Somebody on the way removes the server's renegotiation_info: only Finished notices.
        Packet? hello = null;
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) && (hello = packet) is not null ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var messages = Wire.MessagesOf([hello!]).ToList();
        Assert.That(ServerHello.TryRead(messages[0].Fragment, out var real), Is.True);
        var forged = (real with { Extensions = real.Extensions with { RenegotiationInfo = false } }).Write();
        var forgedMessage = new WireMessage(messages[0].Header with { Length = forged.Length, FragmentLength = forged.Length }, forged);
        pair.InjectToClient(Wire.Plain(40, forgedMessage, messages[1]));
        pair.Run();
        // The hashes differ, therefore the extended master secrets too: the server sees a Finished that does not open.
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.KeyMismatch), Is.True);
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.Connected), Is.False);
        Assert.That(pair.Client.IsConnected, Is.False);
    }

    [Test]
    public void Without_extended_master_secret_a_changed_hello_shows_in_Finished()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { ExtendedMasterSecret = false });
        Packet? hello = null;
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) && (hello = packet) is not null ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var messages = Wire.MessagesOf([hello!]).ToList();
        Assert.That(ServerHello.TryRead(messages[0].Fragment, out var real), Is.True);
        var forged = (real with { SessionId = [.. real.SessionId.Reverse()] }).Write();
        pair.InjectToClient(Wire.Plain(40, messages[0] with { Fragment = forged }, messages[1]));
        pair.Run();
        Assert.Multiple(() =>
        {
            Assert.That(pair.ServerEvents[^1], Has.Property("Kind").EqualTo(DtlsEventKind.Failed).And.Property("Failure").EqualTo(DtlsFailure.ProtocolError)
                .And.Property("Alert").EqualTo(DtlsAlert.DecryptError));
            Assert.That(pair.Run(() => pair.Client.IsClosed), Is.True);
            Assert.That(pair.Server.Remembered, Is.Zero);
        });
    }
}
