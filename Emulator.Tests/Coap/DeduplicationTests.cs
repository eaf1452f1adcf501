using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class DeduplicationTests
{
    const string Request = "4201ABCD C1C2 B161";

    [Test]
    public void An_answered_request_gets_the_same_bytes_again_and_is_not_told_twice()
    {
        var bench = new EndpointBench();
        bench.Receive(Request);
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content, [CoapOptions.UInt(12, 0)], "1"u8.ToArray()));
        Assert.That(bench.TakeHex(), Is.EqualTo("6245ABCDC1C2C0FF31"));

        bench.Advance(246.9);
        bench.Receive(Request);
        var again = bench.TakeTransmit();
        Assert.That(Convert.ToHexString(again.Datagram.Span), Is.EqualTo("6245ABCDC1C2C0FF31"));
        Assert.That((again.Exchange, again.Attempt), Is.EqualTo((exchange, 1)));
        bench.ExpectQuiet();
    }

    [Test]
    public void An_unanswered_request_is_told_as_repeated()
    {
        var bench = new EndpointBench();
        bench.Receive(Request);
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Receive(Request);
        Assert.That(bench.TakeEvent<CoapRequestRepeated>().Exchange, Is.EqualTo(exchange));
        bench.ExpectQuiet();
    }

    [TestCase("4201ABCD C1C2 B161", 247)]
    [TestCase("5201ABCD C1C2 B161", 145)]
    public void After_its_lifetime_a_message_id_means_a_new_request(string request, int lifetime)
    {
        var bench = new EndpointBench();
        bench.Receive(request);
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Advance(lifetime - 0.001);
        bench.Receive(request);
        bench.TakeEvent<CoapRequestRepeated>();
        bench.Advance(0.001);
        bench.Receive(request);
        Assert.That(bench.TakeEvent<CoapRequestReceived>().Exchange, Is.GreaterThan(exchange));
    }

    [Test]
    public void The_same_message_id_from_another_peer_is_another_request()
    {
        var bench = new EndpointBench();
        bench.Receive(Request);
        bench.Receive(Request, Other);
        bench.Receive(Request, Server with { Association = 3 });
        for (var i = 0; i < 3; i++)
            bench.TakeEvent<CoapRequestReceived>();
    }

    [Test]
    public void An_abandoned_request_is_never_answered()
    {
        var bench = new EndpointBench();
        bench.Receive(Request);
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Endpoint.Abandon(exchange);
        bench.Receive(Request);
        bench.ExpectNoTransmit();
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        Assert.That(bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content)), Is.False);
        bench.ExpectQuiet();
    }

    [Test]
    public void When_unanswered_requests_fill_the_memory_new_ones_are_ignored()
    {
        var bench = new EndpointBench(new CoapEndpointOptions { RequestMemory = 2 });
        bench.Receive("40010001 B161");
        bench.Receive("40010002 B161");
        bench.Receive("40010003 B161");
        var first = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.TakeEvent<CoapRequestReceived>();
        bench.ExpectIgnored(CoapIgnoreReason.TooManyRequests);

        bench.Endpoint.Respond(bench.Now, first, new CoapResponse(CoapCode.Content));
        Assert.That(bench.TakeHex(), Is.EqualTo("60450001"));
        bench.Receive("40010003 B161");
        bench.TakeEvent<CoapRequestReceived>();
        bench.ExpectQuiet();
    }

    [Test]
    public void A_request_can_be_answered_after_its_lifetime_while_there_is_room()
    {
        var bench = new EndpointBench();
        bench.Receive(Request);
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Advance(1000);
        bench.Receive("40010002 B161");
        Assert.That(bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content)), Is.True);
        Assert.That(bench.TakeHex(), Is.EqualTo("6245ABCDC1C2"));
    }

    [Test]
    public void An_unknown_exchange_cannot_be_answered()
    {
        var bench = new EndpointBench();
        Assert.That(bench.Endpoint.Respond(bench.Now, 99, new CoapResponse(CoapCode.Content)), Is.False);
        Assert.That(bench.Endpoint.Acknowledge(bench.Now, 99), Is.False);
        bench.ExpectQuiet();
    }
}
