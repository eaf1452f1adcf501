using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class NStartTests
{
    [Test]
    public void Confirmable_messages_to_one_peer_leave_one_after_the_other()
    {
        var bench = new EndpointBench();
        var first = bench.Get("1");
        var second = bench.Notify(confirmable: true);
        var third = bench.Get("3");
        var sent = bench.TakeTransmit();
        Assert.That(sent.Exchange, Is.EqualTo(first));
        bench.ExpectNoTransmit();

        bench.Receive(Answer(sent.Message));
        sent = bench.TakeTransmit();
        Assert.That((sent.Exchange, sent.Attempt), Is.EqualTo((second, 0)));
        bench.ExpectNoTransmit();

        bench.Receive(Empty(CoapType.Acknowledgement, sent.Message.MessageId));
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(third));
    }

    [Test]
    public void Another_peer_and_a_non_confirmable_do_not_wait()
    {
        var bench = new EndpointBench();
        bench.Get();
        var other = bench.Get(to: Other);
        var non = bench.Get(confirmable: false);
        bench.TakeTransmit();
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(other));
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(non));
    }

    [Test]
    public void An_empty_acknowledgement_frees_the_place()
    {
        var bench = new EndpointBench();
        bench.Get("1");
        var second = bench.Get("2");
        bench.Receive(Empty(CoapType.Acknowledgement, bench.TakeMessage().MessageId));
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(second));
    }

    [Test]
    public void A_timeout_frees_the_place_at_once()
    {
        var bench = new EndpointBench();
        bench.Get("1");
        var second = bench.Get("2");
        for (var i = 0; i < 5; i++)
        {
            bench.TakeTransmit();
            bench.Jump();
        }
        bench.TakeEvent<CoapExchangeFailed>();
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(second));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_cancelled_message_makes_way_at_the_next_deadline_which_is_now()
    {
        var bench = new EndpointBench();
        var first = bench.Get("1");
        var second = bench.Get("2");
        var third = bench.Get("3");
        bench.TakeTransmit();
        bench.Endpoint.Cancel(second);
        bench.Endpoint.Cancel(first);
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(bench.Now));
        bench.Advance(10);
        bench.Endpoint.HandleTimeout(bench.Now);
        Assert.That(bench.TakeTransmit().Exchange, Is.EqualTo(third));
        bench.ExpectNoTransmit();
        Assert.That(bench.Endpoint.NextDeadline - bench.Now, Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void A_higher_limit_lets_more_leave_at_once()
    {
        var bench = new EndpointBench(new CoapEndpointOptions { NStart = 2 });
        for (var i = 0; i < 3; i++)
            bench.Get();
        bench.TakeTransmit();
        bench.TakeTransmit();
        bench.ExpectNoTransmit();
    }

    [Test]
    public void An_answer_does_not_wait_behind_a_request_of_ours()
    {
        var bench = new EndpointBench();
        bench.Get();
        bench.TakeTransmit();
        bench.Receive("41010001 AA B161");
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;
        bench.Endpoint.Acknowledge(bench.Now, exchange);
        bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Content));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000001"));
        Assert.That(bench.TakeMessage().Type, Is.EqualTo(CoapType.Confirmable));
    }
}
