using System.Net;
using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>A new handshake where an association is up already (RFC 6347 §4.2.8), and associations next to each other.</summary>
public sealed class ReplacementTests
{
    [Test]
    public void A_new_handshake_from_the_same_address_replaces_the_association()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var old = pair.Association;
        pair.Reconnect(new DtlsClientOptions());
        Assert.Multiple(() =>
        {
            Assert.That(pair.Association, Is.Not.EqualTo(old));
            Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Closed).Association, Is.EqualTo(old));
            Assert.That(pair.Server.Associations, Is.EqualTo(1));
            Assert.That(pair.Server.Send(old, "x"u8), Is.False);
        });
        pair.CheckDataFlows();
    }

    [Test]
    public void The_old_association_lives_until_the_new_one_has_proved_itself([Values] bool wrongKey)
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var (old, client) = (pair.Association, pair.Client);
        pair.Network = packet => packet.HasProtected() && !wrongKey ? PacketFate.Lost : PacketFate.Passes;
        // Somebody at the same address gets as far as the key exchange.
        using var attacker = pair.NewClient(new DtlsClientOptions(), key: wrongKey ? "guess" : TestKeys.Key);
        pair.Start();
        pair.Run();
        Assert.That(pair.Server.Associations, Is.EqualTo(2));
        Check("meanwhile");
        pair.Run(() => pair.Server.Associations == 1, TimeSpan.FromMinutes(5));
        Assert.That(pair.Server.Associations, Is.EqualTo(1));
        Check("after");
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.Closed), Is.False);

        void Check(string word)
        {
            pair.Network = _ => PacketFate.Lost;
            Assert.That(client.Send(System.Text.Encoding.ASCII.GetBytes(word)), Is.True);
            Assert.That(client.TryTakeDatagram(out var up), Is.True);
            pair.InjectToServer(up.ToArray());
            Assert.That(DtlsPair.DataOf(pair.ServerEvents)[^1], Is.EqualTo(word));
            Assert.That(pair.Server.Send(old, "down"u8), Is.True);
            pair.Drain();
            client.HandleDatagram(pair.Now, pair.Sent[^1].Bytes);
            var data = 0;
            while (client.TryTakeEvent(out var told))
                data += told.Kind == DtlsEventKind.Data ? 1 : 0;
            Assert.That(data, Is.EqualTo(1));
        }
    }

    [Test]
    public void A_hello_without_a_cookie_inside_an_association_changes_nothing()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var remembered = pair.Server.Remembered;
        var hello = Wire.MessagesOf(pair.Sent).First().Fragment;
        hello[5] ^= 1;
        pair.InjectToServer(Wire.Plain(HandshakeType.ClientHello, 0, hello));
        Assert.That(pair.ServerEvents[^1].Kind, Is.EqualTo(DtlsEventKind.CookieSent));
        Assert.That(pair.Server.Remembered, Is.EqualTo(remembered));
        pair.CheckDataFlows();
    }

    [Test]
    public void Repeated_records_of_the_old_association_do_not_disturb_the_new_handshake()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.SendToServer("old data");
        pair.Run();
        var old = pair.Sent.Where(p => p.ToServer && p.HasProtected()).Select(p => p.Bytes).ToList();
        var finished = Wire.Records(old[0])[2].ToDatagram();
        pair.NewClient(new DtlsClientOptions());
        pair.Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        // The new handshake has its keys, but no Finished yet.
        pair.InjectToServer(Wire.Records(pair.Sent[^1].Bytes)[0].ToDatagram());
        pair.InjectToServer(finished);
        pair.InjectToServer(old[^1]);
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.KeyMismatch), Is.False);
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Replayed), Is.EqualTo(2));
        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
    }

    [Test]
    public void A_third_hello_takes_the_place_of_the_second()
    {
        using var pair = new DtlsPair { Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes };
        for (var i = 0; i < 20; i++)
        {
            pair.NewClient(new DtlsClientOptions());
            pair.Start();
            pair.Run();
        }
        Assert.That(pair.Server.Associations, Is.EqualTo(1));
        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
    }

    [Test]
    public void Other_addresses_have_their_own_associations()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var (first, firstAssociation) = (pair.Client, pair.Association);
        pair.ClientAt = new IPEndPoint(IPAddress.Parse("10.0.0.3"), 1);
        pair.Reconnect(new DtlsClientOptions());
        pair.CheckDataFlows();
        Assert.That(first.Send("first"u8), Is.True);
        Assert.That(first.TryTakeDatagram(out var datagram), Is.True);
        pair.InjectToServer(datagram.ToArray(), DtlsPair.ClientAddress);
        Assert.That(pair.ServerEvents[^1], Has.Property("Data").EqualTo("first").And.Property("Association").EqualTo(firstAssociation));
        first.Dispose();
    }

    [Test]
    public void The_association_that_was_silent_longest_goes_first()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxAssociations = 3 });
        var clients = new List<(DtlsClient Client, IPEndPoint At, long Association)>();
        for (var i = 0; i < 3; i++)
            Add(i);
        // Junk is no sign of life, data is.
        pair.InjectToServer(new WireRecord(ContentType.ApplicationData, 1, 99, [], new byte[40]).ToDatagram(), clients[1].At);
        Assert.That(clients[0].Client.Send("alive"u8), Is.True);
        Assert.That(clients[0].Client.TryTakeDatagram(out var datagram), Is.True);
        pair.InjectToServer(datagram.ToArray(), clients[0].At);
        Add(3);
        Assert.That(pair.ServerEvents.Where(e => e.Kind == DtlsEventKind.Closed).Select(e => e.Association), Is.EqualTo(new[] { clients[1].Association }));
        Assert.That(pair.Server.Associations, Is.EqualTo(3));
        foreach (var client in clients)
            client.Client.Dispose();

        void Add(int number)
        {
            pair.ClientAt = new IPEndPoint(IPAddress.Parse("10.0.0.2"), 1000 + number);
            pair.Reconnect(new DtlsClientOptions());
            clients.Add((pair.Client, pair.ClientAt, pair.Association));
        }
    }

    [Test]
    public void A_handshake_that_only_repeats_itself_is_not_alive()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxAssociations = 2 });
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        using var silent = pair.Client;
        pair.Network = null;
        pair.ClientAt = new IPEndPoint(IPAddress.Parse("10.0.0.3"), 1);
        pair.Reconnect(new DtlsClientOptions());
        var (up, association) = (pair.Client, pair.Association);
        pair.Run(() => pair.Server.Counters.Retransmissions > 2);
        pair.ClientAt = new IPEndPoint(IPAddress.Parse("10.0.0.4"), 1);
        pair.Reconnect(new DtlsClientOptions());
        Assert.That(pair.Server.Associations, Is.EqualTo(2));
        Assert.That(pair.Server.Send(association, "still there"u8), Is.True);
        Assert.That(pair.ServerEvents.Exists(e => e.Kind == DtlsEventKind.Closed), Is.False);
        up.Dispose();
    }

    [Test]
    public void A_handshake_that_is_forgotten_leaves_nothing_not_even_its_deadline()
    {
        using var pair = new DtlsPair { Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes };
        for (var i = 0; i < 20; i++)
        {
            pair.NewClient(new DtlsClientOptions());
            pair.Start();
            pair.Run();
        }
        Assert.That(pair.Server.Remembered, Is.LessThan(15), "one handshake, with one deadline");
        Assert.That(pair.Server.NextDeadline, Is.LessThan(TimeSpan.FromMinutes(2)));
        pair.Server.ForgetAll();
        Assert.That(pair.Server.Remembered, Is.Zero);
        Assert.That(pair.Server.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_server_that_is_disposed_takes_nothing_and_says_nothing()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.NewClient(new DtlsClientOptions());
        pair.Start();
        pair.Run();
        pair.Server.Dispose();
        var sent = pair.Sent.Count;
        foreach (var packet in pair.Sent.Where(p => p.ToServer).ToList())
            Assert.That(() => pair.InjectToServer(packet.Bytes), Throws.Nothing);
        pair.Server.HandleTimeout(pair.Now + TimeSpan.FromHours(1));
        pair.Drain();
        Assert.That((pair.Sent.Count, pair.Server.Remembered, pair.Server.NextDeadline), Is.EqualTo((sent, 0, TimeSpan.MaxValue)));
    }

    [Test]
    public void Forgetting_an_association_says_nothing_and_leaves_nothing()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxSessions = 0 });
        pair.Connect();
        var (sent, told) = (pair.Sent.Count, pair.ServerEvents.Count);
        pair.Server.Forget(pair.Association);
        pair.Drain();
        Assert.That((pair.Sent.Count, pair.ServerEvents.Count, pair.Server.Remembered), Is.EqualTo((sent, told, 0)));
        pair.SendToServer("lost");
        pair.Run();
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.UnknownPeer), Is.EqualTo(1));
    }
}
