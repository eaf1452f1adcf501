using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class SeparateResponseTests
{
    [TestCase(CoapType.Confirmable)]
    [TestCase(CoapType.NonConfirmable)]
    public void An_empty_acknowledgement_stops_retransmission_and_the_response_follows(CoapType type)
    {
        var bench = new EndpointBench();
        var exchange = bench.Get();
        var request = bench.TakeMessage();
        bench.Receive(Empty(CoapType.Acknowledgement, request.MessageId));
        bench.ExpectQuiet();
        bench.Advance(200);
        bench.Endpoint.HandleTimeout(bench.Now);
        bench.ExpectQuiet();

        bench.Receive(Answer(request, type, 0x4711));
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(exchange));
        if (type == CoapType.Confirmable)
        {
            var ack = bench.TakeTransmit();
            Assert.That(Convert.ToHexString(ack.Datagram.Span), Is.EqualTo("60004711"));
            Assert.That(ack.Exchange, Is.EqualTo(exchange));
        }
        bench.ExpectQuiet();
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_response_before_the_acknowledgement_ends_the_exchange()
    {
        var bench = new EndpointBench();
        bench.Get();
        var request = bench.TakeMessage();
        bench.Receive(Answer(request, CoapType.Confirmable, 0x4711));
        bench.TakeEvent<CoapResponseReceived>();
        Assert.That(bench.TakeHex(), Is.EqualTo("60004711"));
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        bench.Receive(Empty(CoapType.Acknowledgement, request.MessageId));
        bench.ExpectNoTransmit();
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
    }

    [Test]
    public void No_separate_response_within_the_exchange_lifetime_is_a_timeout()
    {
        var bench = new EndpointBench();
        bench.Get();
        bench.Receive(Empty(CoapType.Acknowledgement, bench.TakeMessage().MessageId));
        Assert.That(bench.Jump(), Is.EqualTo(TimeSpan.FromSeconds(247)));
        Assert.That(bench.TakeEvent<CoapExchangeFailed>().Reason, Is.EqualTo(CoapFailure.Timeout));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_repeated_response_is_acknowledged_again_and_told_once()
    {
        var bench = new EndpointBench();
        bench.Get();
        var request = bench.TakeMessage();
        foreach (var mid in new ushort[] { 1, 1, 2 }) // the last one in a message of its own
            bench.Receive(Answer(request, CoapType.Confirmable, mid));
        bench.TakeEvent<CoapResponseReceived>();
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.ExpectNoEvent();
        Assert.That(new[] { bench.TakeHex(), bench.TakeHex(), bench.TakeHex() }, Is.EqualTo(new[] { "60000001", "60000001", "60000002" }));
        bench.ExpectNoTransmit();
    }

    [Test]
    public void An_acknowledged_request_is_answered_in_a_confirmable_of_its_own()
    {
        var bench = new EndpointBench();
        bench.Receive("4201ABCD C1C2 B161");
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        Assert.That(bench.Endpoint.Acknowledge(bench.Now, exchange), Is.True);
        Assert.That(bench.Endpoint.Acknowledge(bench.Now, exchange), Is.False);
        Assert.That(bench.TakeHex(), Is.EqualTo("6000ABCD"));

        bench.Receive("4201ABCD C1C2 B161");
        Assert.That(bench.TakeHex(), Is.EqualTo("6000ABCD"));
        bench.TakeEvent<CoapRequestRepeated>();

        Assert.That(bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content, [], "hi"u8.ToArray())), Is.True);
        Assert.That(bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content)), Is.False);
        var response = bench.TakeTransmit();
        Assert.That(response.Message.ToString(), Is.EqualTo($"CON 2.05 mid={response.Message.MessageId} tok=c1c2 2B"));
        Assert.That(response.Exchange, Is.EqualTo(exchange));

        bench.Jump();
        var again = bench.TakeTransmit();
        Assert.That(again.Datagram.ToArray(), Is.EqualTo(response.Datagram.ToArray()));
        Assert.That((again.Exchange, again.Attempt), Is.EqualTo((exchange, 1)));

        bench.Receive("4201ABCD C1C2 B161");
        Assert.That(bench.TakeHex(), Is.EqualTo("6000ABCD"));
        bench.ExpectNoEvent();

        bench.Receive(Empty(CoapType.Acknowledgement, response.Message.MessageId));
        bench.ExpectQuiet();
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [TestCase(true, CoapFailure.Reset)]
    [TestCase(false, CoapFailure.Timeout)]
    public void A_separate_response_that_is_not_taken_fails_the_received_exchange(bool reset, CoapFailure reason)
    {
        var bench = new EndpointBench();
        bench.Receive("4201ABCD C1C2 B161");
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Endpoint.Acknowledge(bench.Now, exchange);
        bench.TakeTransmit();
        bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content));
        var response = bench.TakeMessage();
        if (reset)
            bench.Receive(Empty(CoapType.Reset, response.MessageId));
        for (var i = 0; i < 5 && !reset; i++)
            bench.Jump();
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(Server, exchange, reason)));
    }
}
