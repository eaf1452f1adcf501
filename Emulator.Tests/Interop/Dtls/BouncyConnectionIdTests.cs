using M531x.Dtls;
using M531x.Dtls.Records;
using M531x.Emulator.Tests.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Connection ids (RFC 9146) with BouncyCastle, the one peer here that has them, and the extensions beside them.</summary>
[Category("Interop"), Parallelizable(ParallelScope.All)]
sealed class BouncyConnectionIdTests
{
    const int NewPorts = 3;

    /// <summary>Records carry the id that their receiver asked for; an id of length 0 leaves the plain record format.</summary>
    [Test]
    public void Each_direction_carries_the_id_of_its_receiver(
        [Values] DtlsCipherSuite suite, [Values] PeerRole peer, [Values(0, 8)] int ours, [Values(0, 5)] int theirs)
    {
        using var meeting = Meet(peer, suite, ours, theirs);
        var bouncy = (BouncyPeer)meeting.Peer;
        var details = meeting.Connect();
        meeting.Exchange();
        Assert.That(details.ConnectionId, Is.EqualTo(ours + theirs > 0));
        var ids = bouncy.Negotiated!;
        Assert.That((ids.IdToUs?.Length, ids.IdFromUs?.Length), Is.EqualTo((ours, theirs)));
        AssertRecords(bouncy, sent: true, ids.IdToUs!);
        AssertRecords(bouncy, sent: false, ids.IdFromUs!);
        meeting.CloseFromThePeer();
        InteropRun.Record(BouncyCastleTests.PeerName, bouncy.Version, peer, suite, offered: true, "connection id");
    }

    [Test]
    public void One_side_without_the_extension_turns_ids_off([Values] PeerRole peer, [Values] bool oursHasIt)
    {
        using var meeting = Meet(peer, DtlsCipherSuite.PskAes128Ccm8, oursHasIt ? 8 : null, oursHasIt ? null : 5);
        var details = meeting.Connect();
        meeting.Exchange();
        var bouncy = (BouncyPeer)meeting.Peer;
        Assert.That(details.ConnectionId, Is.False);
        Assert.That((bouncy.Negotiated!.IdToUs, bouncy.Negotiated.IdFromUs), Is.EqualTo(((byte[]?)null, (byte[]?)null)));
        AssertRecords(bouncy, sent: true, []);
        AssertRecords(bouncy, sent: false, []);
    }

    /// <summary>With the CBC suite, where encrypt-then-MAC has another MAC input under connection ids (RFC 9146 §5.2).</summary>
    [Test]
    public void Extended_master_secret_and_encrypt_then_mac_go_with_ids([Values] PeerRole peer, [Values] bool secret, [Values] bool mac)
    {
        var settings = new PeerSettings
        {
            Role = peer,
            Suite = DtlsCipherSuite.PskAes128CbcSha256,
            ConnectionIdLength = 5,
            ExtendedMasterSecret = secret,
            EncryptThenMac = mac,
        };
        using var meeting = new Meeting(s => new BouncyPeer(s), settings, options => options with { ConnectionIdLength = 8 });
        var details = meeting.Connect();
        meeting.Exchange();
        var bouncy = ((BouncyPeer)meeting.Peer).Negotiated!;
        Assert.That((details.ExtendedMasterSecret, details.EncryptThenMac, details.ConnectionId), Is.EqualTo((secret, mac, true)));
        Assert.That((bouncy.ExtendedMasterSecret, bouncy.EncryptThenMac), Is.EqualTo((secret, mac)));
    }

    /// <summary>BouncyCastle's server repeats the extensions of the first ServerHello and so its own id; all other ids are new.</summary>
    [Test]
    public void A_resumed_session_has_new_ids([Values] PeerRole peer)
    {
        using var meeting = Meet(peer, DtlsCipherSuite.PskAes128Ccm8, 8, 5);
        var bouncy = (BouncyPeer)meeting.Peer;
        meeting.Connect();
        var first = bouncy.Negotiated!;
        if (peer == PeerRole.Server)
        {
            meeting.Session = ((OurClient)meeting.Our).Session;
            meeting.CloseFromOurSide();
        }
        else
        {
            meeting.CloseFromThePeer();
        }
        Assert.That(meeting.Connect(resume: true).ConnectionId, Is.True);
        meeting.Exchange();
        Assert.That(bouncy.Negotiated!.IdToUs, Has.Length.EqualTo(8).And.Not.EqualTo(first.IdToUs));
        Assert.That(bouncy.Negotiated.IdFromUs, Has.Length.EqualTo(5));
        if (peer == PeerRole.Client)
            Assert.That(bouncy.Negotiated.IdFromUs, Is.Not.EqualTo(first.IdFromUs));
    }

    /// <summary>Our server answers to the newest address of a client that an id names (RFC 9146 §6).</summary>
    [Test]
    public void A_client_that_changes_its_port_keeps_its_association([Values] DtlsCipherSuite suite)
    {
        using var meeting = Meet(PeerRole.Client, suite, 8, 5);
        var bouncy = (BouncyPeer)meeting.Peer;
        meeting.Connect();
        for (var port = 0; port < NewPorts; port++)
        {
            bouncy.Transport.ChangePort();
            bouncy.Send([1, 2, (byte)port]);
            Assert.That(meeting.Our.Await(DtlsEventKind.Data).Data, Is.EqualTo(new byte[] { 1, 2, (byte)port }));
            meeting.Our.Send([(byte)port, 2, 1]);
            Assert.That(bouncy.AwaitData(), Is.EqualTo(new byte[] { (byte)port, 2, 1 }));
        }
        Assert.That(meeting.Our.All.Count(e => e.Kind == DtlsEventKind.Connected), Is.EqualTo(1));
    }

    [Test]
    public void Without_ids_a_client_that_changes_its_port_is_not_heard()
    {
        using var meeting = Meet(PeerRole.Client, DtlsCipherSuite.PskAes128Ccm8, ours: null, theirs: null);
        var bouncy = (BouncyPeer)meeting.Peer;
        meeting.Connect();
        bouncy.Transport.ChangePort();
        bouncy.Send([1]);
        meeting.Our.Await(DtlsEventKind.Dropped);
        Assert.That(meeting.Our.All.Select(e => e.Kind), Has.None.EqualTo(DtlsEventKind.Data));
    }

    static Meeting Meet(PeerRole peer, DtlsCipherSuite suite, int? ours, int? theirs) =>
        new(settings => new BouncyPeer(settings), new() { Role = peer, Suite = suite, ConnectionIdLength = theirs },
            options => options with { ConnectionIdLength = ours });

    static void AssertRecords(BouncyPeer bouncy, bool sent, byte[] id)
    {
        var records = bouncy.Transport.Datagrams.Where(d => d.Sent == sent).SelectMany(d => Wire.Records(d.Bytes, id.Length))
            .Where(r => r.Epoch == 1).ToList();
        Assert.That(records, Has.Count.GreaterThan(6), "Finished and the data");
        foreach (var record in records)
        {
            Assert.That(record.Type == ContentType.ConnectionId, Is.EqualTo(id.Length > 0));
            Assert.That(record.Id, Is.EqualTo(id));
        }
    }
}
