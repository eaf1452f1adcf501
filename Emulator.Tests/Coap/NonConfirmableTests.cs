using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class NonConfirmableTests
{
    [Test]
    public void A_non_confirmable_request_is_answered_in_non_with_a_fresh_message_id()
    {
        var bench = new EndpointBench();
        bench.Receive("5201ABCD C1C2 B161");
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        Assert.That(bench.Endpoint.Acknowledge(bench.Now, exchange), Is.False);
        bench.ExpectNoTransmit();

        bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content));
        var answer = bench.TakeTransmit();
        Assert.That(Convert.ToHexString(answer.Datagram.Span), Does.Match("^5245....C1C2$"));
        Assert.That(answer.Message.MessageId, Is.Not.EqualTo(0xABCD));
        Assert.That(answer.Exchange, Is.EqualTo(exchange));

        bench.Receive("5201ABCD C1C2 B161");
        Assert.That(bench.TakeTransmit().Datagram.ToArray(), Is.EqualTo(answer.Datagram.ToArray()));
        bench.ExpectQuiet();
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_non_confirmable_request_of_ours_is_sent_once_and_fails_without_a_response()
    {
        var bench = new EndpointBench();
        var exchange = bench.Get(confirmable: false);
        var request = bench.TakeMessage();
        Assert.That(request.Type, Is.EqualTo(CoapType.NonConfirmable));
        bench.Receive(Answer(request)); // an ACK answers no NON
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        Assert.That(bench.Jump(), Is.EqualTo(TimeSpan.FromSeconds(145)));
        bench.ExpectNoTransmit();
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(Server, exchange, CoapFailure.Timeout)));
    }

    [Test]
    public void A_response_in_non_ends_the_request_and_its_repetition_is_ignored()
    {
        var bench = new EndpointBench();
        bench.Get(confirmable: false);
        var answer = Answer(bench.TakeMessage(), CoapType.NonConfirmable, 5);
        bench.Receive(answer);
        bench.TakeEvent<CoapResponseReceived>();
        bench.Receive(answer);
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.ExpectQuiet();
    }
}
