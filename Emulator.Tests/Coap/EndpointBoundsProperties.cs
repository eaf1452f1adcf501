using System.Net;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Coap;

public sealed class EndpointBoundsProperties
{
    [FsCheck.NUnit.Property(MaxTest = 60)]
    public bool Whatever_arrives_the_tables_stay_bounded_and_nothing_throws(ulong seed)
    {
        var random = new SeededRandom(seed);
        var endpoint = new CoapEndpoint(
            new CoapEndpointOptions { RequestMemory = 32, TolerateAckNotifications = random.Next(2) == 0 }, random.Fork("endpoint"));
        var now = TimeSpan.Zero;
        var token = EndpointBench.Bytes("A1A2A3A4A5A6A7A8");
        endpoint.SendRequest(now, Peer(0), new CoapRequest(CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Observe, 0)], default) { Token = token });

        for (var i = 0; i < 1500; i++)
        {
            var datagram = Mutation.Of(random);
            if (random.Next(2) == 0 && datagram.Length >= 4)
                random.Fill(datagram.AsSpan(2, 2));
            endpoint.HandleDatagram(now, Peer(random.Next(5)), datagram);
            Drain(endpoint, random, now);
            now += TimeSpan.FromMilliseconds(random.Next(100));
            if (endpoint.NextDeadline <= now)
                endpoint.HandleTimeout(now);
            if (endpoint.Remembered > 32 + 256 + 64 + 64 + 10)
                return false;
        }

        for (var i = 0; i < 5; i++)
            endpoint.Forget(Peer(i));
        return endpoint is { Remembered: 0 } && endpoint.NextDeadline == TimeSpan.MaxValue;
    }

    [Test]
    public void A_flood_of_any_one_kind_is_bounded()
    {
        foreach (var model in new[] { "4001....B161", "5001....B161", "4045....", "5045....60", "6045....", "4000....", "7000....", "4009....", "4001....FF" })
        {
            var endpoint = new CoapEndpoint(new CoapEndpointOptions { RequestMemory = 16 }, new SeededRandom(1));
            for (var mid = 0; mid < 5000; mid++)
            {
                endpoint.HandleDatagram(default, Peer(mid % 50), EndpointBench.Bytes(model.Replace("....", $"{mid:X4}", StringComparison.Ordinal)));
                Drain(endpoint, null, default);
            }
            Assert.That(endpoint.Remembered, Is.LessThanOrEqualTo(16), model);
        }
    }

    [Test]
    public void A_flood_of_notifications_received_or_sent_is_bounded()
    {
        var bench = new EndpointBench();
        bench.Get(observe: 0);
        var request = bench.TakeMessage();
        bench.Receive(EndpointBench.Answer(request, observe: 0));
        for (var i = 1; i < 3000; i++)
        {
            bench.Receive(EndpointBench.Answer(request, CoapType.Confirmable, (ushort)i, observe: i));
            bench.Notify(confirmable: false, i);
            Drain(bench.Endpoint, null, bench.Now);
        }
        Assert.That(bench.Endpoint.Remembered, Is.LessThanOrEqualTo(256 + 64 + 2));
    }

    static CoapPeer Peer(int number) => new(new IPEndPoint(IPAddress.Loopback, 1000 + number));

    static void Drain(CoapEndpoint endpoint, SeededRandom? random, TimeSpan now)
    {
        while (endpoint.TryTakeEvent(out var coapEvent))
        {
            if (coapEvent is CoapRequestReceived received && random?.Next(2) == 0)
                Answer(endpoint, random, now, received.Exchange);
        }
        while (endpoint.TryTakeTransmit(out var transmit))
            Assert.That(CoapCodec.TryDecode(transmit.Datagram.Span, out _, out _), Is.True);
    }

    static void Answer(CoapEndpoint endpoint, SeededRandom random, TimeSpan now, long exchange)
    {
        switch (random.Next(3))
        {
            case 0:
                endpoint.Abandon(exchange);
                break;
            case 1:
                endpoint.Respond(now, exchange, new CoapResponse(CoapCode.Content));
                break;
            default:
                endpoint.Acknowledge(now, exchange);
                break;
        }
    }
}
