using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Datagrams that overtake each other.</summary>
public sealed class ReorderTests
{
    static readonly int[][] Orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    /// <summary>The records of each flight arrive in that order, all of one side's or of both.</summary>
    static Func<Packet, PacketFate> Shuffle(int[] order)
    {
        var (flight, at) = ((ToServer: false, At: TimeSpan.MinValue), 0);
        return packet =>
        {
            if (flight != (packet.ToServer, packet.At))
                (flight, at) = ((packet.ToServer, packet.At), 0);
            return PacketFate.Late(TimeSpan.FromMilliseconds(order[at++ % order.Length]));
        };
    }

    [Test]
    public void A_flight_is_taken_in_any_order_without_a_retransmission(
        [ValueSource(nameof(Orders))] int[] order, [Values] bool resumes, [Values(null, 0, 4)] int? idLength)
    {
        var client = new DtlsClientOptions { PacksRecords = false, ConnectionIdLength = idLength };
        using var pair = new DtlsPair(client: client,
            server: new DtlsServerOptions { PacksRecords = false, IdentityHint = "hint", ConnectionIdLength = idLength });
        if (resumes)
            pair.Connect();
        pair.Network = Shuffle(order);
        pair.Reconnect(client with { Session = pair.Client.Session });
        Assert.Multiple(() =>
        {
            Assert.That(pair.ClientEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details!.Resumed, Is.EqualTo(resumes));
            Assert.That(pair.Client.Counters.Retransmissions, Is.Zero);
            Assert.That(pair.Server.Counters.Retransmissions, Is.Zero);
            Assert.That(pair.Client.Counters.TotalDropped + pair.Server.Counters.TotalDropped, Is.Zero);
        });
        pair.CheckDataFlows();
    }

    [Test]
    public void Data_that_overtakes_the_last_flight_waits_for_it()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var before = pair.ServerEvents.Count;
        pair.NewClient(new DtlsClientOptions { Session = pair.Client.Session });
        // After a resumption the client is up first. Its Finished is slow.
        var slow = true;
        pair.Network = packet => packet.ToServer && packet.HasProtected() && slow ? PacketFate.Late(TimeSpan.FromMilliseconds(300)) : PacketFate.Passes;
        pair.Start();
        pair.Run(() => pair.Client.IsConnected);
        slow = false;
        pair.SendToServer("one");
        pair.SendToServer("two");
        pair.Run();
        Assert.Multiple(() =>
        {
            Assert.That(DtlsPair.DataOf(pair.ServerEvents.Skip(before)), Is.EqualTo(new[] { "one", "two" }));
            Assert.That(pair.Server.Counters.TotalDropped, Is.Zero);
        });
    }

    [Test]
    public void Data_comes_up_in_the_order_of_its_arrival()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var delay = 100;
        pair.Network = _ => PacketFate.Late(TimeSpan.FromMilliseconds(delay--));
        for (var i = 0; i < 60; i++)
            pair.SendToServer($"{i}");
        pair.Run();
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(Enumerable.Range(0, 60).Reverse().Select(i => $"{i}")));
    }

    [Test]
    public void What_arrives_too_early_is_bounded()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions());
        pair.Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run(() => pair.ClientEvents.Exists(e => e is { Kind: DtlsEventKind.FlightSent, Number: 5 }));
        for (ulong i = 0; i < 1000; i++)
        {
            var junk = new WireRecord(M531x.Dtls.Records.ContentType.ApplicationData, 1, i, [], new byte[300]);
            pair.InjectToServer(junk.ToDatagram());
        }
        Assert.That(pair.Server.Remembered, Is.LessThan(100));
        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
    }
}
