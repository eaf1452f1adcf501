using System.Net;
using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Connection ids by the rules of RFC 9146, between our own two ends.</summary>
public sealed class ConnectionIdTests
{
    static readonly IPEndPoint Moved = new(IPAddress.Parse("10.0.0.2"), 40001);

    static DtlsPair Connected(int? client = 3, int? server = 4, DtlsCipherSuite suite = DtlsCipherSuite.PskAes128Ccm8, bool encryptThenMac = true)
    {
        var pair = new DtlsPair(
            client: new DtlsClientOptions { Suites = [suite], ConnectionIdLength = client, EncryptThenMac = encryptThenMac, EmitsSecrets = true },
            server: new DtlsServerOptions { Suites = [suite], ConnectionIdLength = server, EmitsSecrets = true });
        pair.Connect();
        return pair;
    }

    static byte[] ServerId(DtlsPair pair) => Offered(pair, HandshakeType.ServerHello);

    static byte[] ClientId(DtlsPair pair) => Offered(pair, HandshakeType.ClientHello);

    static byte[] Offered(DtlsPair pair, HandshakeType type)
    {
        var hello = Wire.MessagesOf(pair.Sent).Last(m => m.Type == type).Fragment;
        if (type == HandshakeType.ClientHello)
            return ClientHello.TryRead(hello, out var ofClient) ? ofClient.Extensions.ConnectionId! : null!;
        return ServerHello.TryRead(hello, out var ofServer) ? ofServer.Extensions.ConnectionId! : null!;
    }

    static IEnumerable<WireRecord> Protected(DtlsPair pair, bool toServer, int idLength) =>
        pair.Sent.Where(p => p.ToServer == toServer).SelectMany(p => Wire.Records(p.Bytes, idLength)).Where(r => r.Epoch == 1);

    [Test]
    public void Every_suite_works_with_ids([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite,
        [Values] bool encryptThenMac, [Values(0, 1, 8)] int client, [Values(0, 2, 8)] int server)
    {
        using var pair = Connected(client, server, suite, encryptThenMac);
        pair.CheckDataFlows();
        Assert.That(pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Connected).Details!.ConnectionId, Is.EqualTo(client + server > 0));
        Assert.That(pair.Client.Counters.TotalDropped + pair.Server.Counters.TotalDropped, Is.Zero);
    }

    [Test]
    public void Each_direction_carries_the_id_its_receiver_asked_for_from_Finished_on([Values(0, 3)] int client, [Values(0, 4)] int server)
    {
        using var pair = Connected(client, server);
        pair.CheckDataFlows();
        Assert.That((ClientId(pair).Length, ServerId(pair).Length), Is.EqualTo((client, server)));
        foreach (var (records, id) in new[] { (Protected(pair, true, server), ServerId(pair)), (Protected(pair, false, client), ClientId(pair)) })
        {
            var seen = records.ToList();
            Assert.That(seen, Has.Count.EqualTo(2), "Finished and the data");
            foreach (var record in seen)
            {
                Assert.That(record.Id, Is.EqualTo(id));
                Assert.That(record.Type == ContentType.ConnectionId, Is.EqualTo(id.Length > 0));
            }
        }
        // Plain records never carry one.
        Assert.That(pair.Sent.SelectMany(p => Wire.Records(p.Bytes, p.ToServer ? server : client)).Where(r => r.Epoch == 0).All(r => r.Id.Length == 0), Is.True);
    }

    [Test]
    public void Without_the_extension_on_both_sides_there_are_no_ids([Values] bool atClient)
    {
        using var pair = Connected(atClient ? 3 : null, atClient ? null : 3);
        pair.CheckDataFlows();
        Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Connected).Details!.ConnectionId, Is.False);
        Assert.That(pair.Sent.Any(p => p.Bytes[0] == (byte)ContentType.ConnectionId), Is.False);
    }

    [Test]
    public void A_client_that_moves_goes_on([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite, [Values] bool encryptThenMac)
    {
        using var pair = Connected(client: 0, server: 4, suite, encryptThenMac);
        pair.CheckDataFlows();
        pair.ClientAt = Moved;
        pair.CheckDataFlows();
        var moved = pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.AddressMoved);
        Assert.That((moved.Association, moved.Peer), Is.EqualTo((pair.Association, Moved)));
        Assert.That(pair.ServerEvents.FindIndex(e => e.Kind == DtlsEventKind.AddressMoved),
            Is.LessThan(pair.ServerEvents.FindLastIndex(e => e.Kind == DtlsEventKind.Data)), "told before what came from there");
        Assert.That(pair.Server.Counters.Handshakes, Is.EqualTo(1));
        pair.ClientAt = DtlsPair.ClientAddress;
        pair.CheckDataFlows();
    }

    [Test]
    public void A_client_without_an_id_that_moves_is_unknown()
    {
        using var pair = Connected(null, null);
        pair.ClientAt = Moved;
        pair.SendToServer("lost");
        pair.Run();
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnknownPeer), Is.EqualTo(1));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.Empty);
        pair.ClientAt = DtlsPair.ClientAddress;
        pair.CheckDataFlows();
    }

    [Test]
    public void An_older_a_repeated_or_a_forged_record_moves_nothing()
    {
        using var pair = Connected();
        pair.Network = _ => PacketFate.Lost;
        pair.SendToServer("older");
        pair.SendToServer("newer");
        var (older, newer) = (pair.Sent[^2].Bytes, pair.Sent[^1].Bytes);
        pair.InjectToServer(newer);
        pair.InjectToServer(older, Moved);
        pair.InjectToServer(newer, Moved);
        pair.SendToServer("forged");
        byte[] forged = [.. pair.Sent[^1].Bytes];
        forged[^1] ^= 1;
        pair.InjectToServer(forged, Moved);
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "newer", "older" }));
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.AddressMoved), Is.False);
        pair.Network = null;
        pair.CheckDataFlows();
    }

    [Test]
    public void A_record_without_the_id_that_was_agreed_is_dropped()
    {
        using var pair = Connected();
        using var plain = new Forger(pair);
        pair.InjectToServer(plain.FromClient(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        pair.InjectToClient(plain.FromServer(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        Assert.That((pair.Server.Counters.Dropped(DtlsDropReason.BadRecord), pair.Client.Counters.Dropped(DtlsDropReason.BadRecord)), Is.EqualTo((1, 1)));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents).Concat(DtlsPair.DataOf(pair.ClientEvents)), Is.Empty);
        using var right = new Forger(pair, ClientId(pair), ServerId(pair));
        pair.InjectToServer(right.FromClient(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        pair.InjectToClient(right.FromServer(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents).Concat(DtlsPair.DataOf(pair.ClientEvents)), Is.EqualTo(new[] { "x", "x" }));
    }

    [Test]
    public void A_record_with_an_id_where_none_was_agreed_is_dropped()
    {
        using var pair = Connected(client: 0, server: 0);
        using var forger = new Forger(pair, [1, 2], [1, 2]);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        pair.InjectToClient(forger.FromServer(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents).Concat(DtlsPair.DataOf(pair.ClientEvents)), Is.Empty);
        pair.CheckDataFlows();
    }

    [Test]
    public void Another_id_is_unknown()
    {
        using var pair = Connected();
        byte[] other = [.. ServerId(pair)];
        other[0] ^= 1;
        using var forger = new Forger(pair, ClientId(pair), other);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, 50, "x"u8.ToArray()));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnknownPeer), Is.EqualTo(1));
        pair.CheckDataFlows();
    }

    [TestCase(new byte[] { (byte)'x', 23 }, "x")]
    [TestCase(new byte[] { (byte)'x', 23, 0, 0, 0, 0 }, "x")]
    [TestCase(new byte[] { 23 }, "")]
    [TestCase(new byte[] { 0, 0 }, null)]
    [TestCase(new byte[] { (byte)'x', 25, 0 }, null)]
    [TestCase(new byte[] { (byte)'x', 24 }, null)]
    [TestCase(new byte[] { }, null)]
    public void The_real_type_stands_behind_the_content_and_before_the_padding(byte[] inner, string? expected)
    {
        using var pair = Connected();
        // Sealed without the forger's own wrapping: the id only in the context.
        var secrets = pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Secrets).Bytes;
        var random = Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.ServerHello).Fragment.AsSpan(2, 32);
        var (ofClient, ofServer) = M531x.Dtls.Crypto.KeyBlock.Derive(DtlsCipherSuite.PskAes128Ccm8, secrets.AsSpan(32), secrets.AsSpan(0, 32), random, false, pair.Random.Fill);
        ofServer.Dispose();
        var fragment = new byte[inner.Length + ofClient.MaxOverhead];
        var length = ofClient.Seal(new RecordContext(ContentType.ConnectionId, 1UL << 48 | 50, ServerId(pair)), inner, fragment);
        pair.InjectToServer(new WireRecord(ContentType.ConnectionId, 1, 50, ServerId(pair), fragment[..length]).ToDatagram());
        ofClient.Dispose();
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(expected is null ? Array.Empty<string>() : [expected]));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Malformed), Is.EqualTo(expected is null ? 1 : 0));
        pair.CheckDataFlows();
    }

    [Test]
    public void Resumption_agrees_on_ids_anew()
    {
        using var pair = Connected();
        var first = ServerId(pair);
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session, ConnectionIdLength = 6 });
        Assert.That(pair.ClientEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details, Has.Property("Resumed").True.And.Property("ConnectionId").True);
        Assert.That(ClientId(pair), Has.Length.EqualTo(6));
        Assert.That(ServerId(pair), Is.Not.EqualTo(first));
        pair.CheckDataFlows();
        pair.Reconnect(new DtlsClientOptions { Session = pair.Client.Session });
        Assert.That(pair.ClientEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details, Has.Property("Resumed").True.And.Property("ConnectionId").False);
        pair.CheckDataFlows();
    }

    [Test]
    public void An_association_that_moves_and_closes_in_one_leaves_nothing_behind()
    {
        using var pair = Connected();
        var sessions = 1;
        pair.ClientAt = Moved;
        pair.Client.Close();
        pair.Drain();
        pair.Run();
        Assert.That(pair.ServerEvents[^1].Kind, Is.EqualTo(DtlsEventKind.Closed));
        Assert.That(pair.Server.Remembered, Is.EqualTo(sessions));
    }

    [Test]
    public void A_client_that_moves_does_not_take_the_address_of_one_without_an_id()
    {
        using var pair = Connected();
        var other = new IPEndPoint(IPAddress.Parse("10.0.0.9"), 9);
        var mover = pair.Client;
        pair.ClientAt = other;
        pair.Reconnect(new DtlsClientOptions());
        var resident = pair.Association;
        // The first client's record comes from the other's address.
        Assert.That(mover.Send("moved"u8), Is.True);
        Assert.That(mover.TryTakeDatagram(out var datagram), Is.True);
        pair.InjectToServer(datagram.ToArray(), other);
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "moved" }));
        pair.CheckDataFlows();
        Assert.That(pair.Association, Is.EqualTo(resident));
        mover.Dispose();
    }

    [Test]
    public void Short_ids_do_not_run_out()
    {
        using var pair = Connected(client: 0, server: 1);
        for (var i = 1; i < 400; i++)
        {
            pair.ClientAt = new IPEndPoint(IPAddress.Parse("10.0.3.1"), i);
            pair.Reconnect(new DtlsClientOptions { ConnectionIdLength = 0 });
        }
        Assert.That(pair.Server.Associations, Is.InRange(1, 128));
        Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.Closed), Is.EqualTo(400 - pair.Server.Associations), "the owner is told");
        pair.CheckDataFlows();
    }

    [Test]
    public void An_id_that_does_not_fit_is_refused()
    {
        using var pair = new DtlsPair();
        Assert.That(() => new DtlsServer(new DtlsServerOptions { ConnectionIdLength = DtlsServer.MaxConnectionIdLength + 1 }, pair.Keys, pair.Random.Fill),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new DtlsClient(new DtlsClientOptions { ConnectionIdLength = 256 }, [], [1], pair.Random.Fill), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
