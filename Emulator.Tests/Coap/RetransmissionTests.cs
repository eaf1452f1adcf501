using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Coap;

public sealed class RetransmissionTests
{
    [Test]
    public void An_unanswered_request_is_sent_five_times_in_the_same_bytes_and_then_fails()
    {
        var bench = new EndpointBench();
        var exchange = bench.Get();
        var first = bench.TakeTransmit();
        var timeout = bench.Endpoint.NextDeadline - bench.Now;
        Assert.That(timeout, Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)));

        for (var attempt = 1; attempt <= 4; attempt++, timeout *= 2)
        {
            Assert.That(bench.Jump(), Is.EqualTo(timeout));
            var again = bench.TakeTransmit();
            Assert.That((again.Attempt, again.Exchange), Is.EqualTo((attempt, exchange)));
            Assert.That(again.Datagram.ToArray(), Is.EqualTo(first.Datagram.ToArray()));
            bench.ExpectQuiet();
        }

        Assert.That(bench.Jump(), Is.EqualTo(timeout));
        bench.ExpectNoTransmit();
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(EndpointBench.Server, exchange, CoapFailure.Timeout)));
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }

    [Test]
    public void The_first_timeout_is_drawn_anew_for_each_request()
    {
        var drawn = new HashSet<TimeSpan>();
        for (var seed = 1UL; seed <= 50; seed++)
        {
            var bench = new EndpointBench(seed: seed);
            bench.Get();
            drawn.Add(bench.Endpoint.NextDeadline - bench.Now);
        }
        Assert.That(drawn, Has.All.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)));
        Assert.That(drawn, Has.Count.GreaterThan(40));
    }

    [Test]
    public void A_request_may_carry_its_own_number_of_retransmissions()
    {
        var bench = new EndpointBench();
        bench.Endpoint.SendRequest(bench.Now, EndpointBench.Server, new CoapRequest(CoapCode.Get, [], default) { MaxRetransmit = 0 });
        bench.TakeTransmit();
        bench.Jump();
        bench.ExpectNoTransmit();
        bench.TakeEvent<CoapExchangeFailed>();
    }

    [Test]
    public void A_call_before_the_deadline_does_nothing()
    {
        var bench = new EndpointBench();
        bench.Get();
        bench.TakeTransmit();
        var deadline = bench.Endpoint.NextDeadline;
        bench.Endpoint.HandleTimeout(deadline - TimeSpan.FromTicks(1));
        bench.ExpectQuiet();
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(deadline));
    }

    [Test]
    public void A_piggybacked_response_ends_the_exchange()
    {
        var bench = new EndpointBench();
        var exchange = bench.Get();
        var answer = EndpointBench.Answer(bench.TakeMessage());
        bench.Receive(answer);
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(exchange));
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));

        bench.Receive(answer);
        bench.ExpectNoTransmit();
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
    }

    [Test]
    public void A_piggybacked_response_with_another_token_or_from_another_peer_does_not_count()
    {
        var bench = new EndpointBench();
        bench.Get();
        var request = bench.TakeMessage();
        var foreign = new CoapMessage { Type = CoapType.Acknowledgement, Code = CoapCode.Content, MessageId = request.MessageId, Token = new byte[] { 1 } };
        bench.Receive(foreign);
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        bench.Receive(EndpointBench.Answer(request), EndpointBench.Other);
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive(EndpointBench.Answer(request), EndpointBench.Server with { Association = 9 });
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive(EndpointBench.Answer(request), EndpointBench.Server with { Identity = "someone" });
        bench.TakeEvent<CoapResponseReceived>();
    }

    [Test]
    public void Message_ids_count_up_over_requests_and_notifications_alike()
    {
        var bench = new EndpointBench(new CoapEndpointOptions { NStart = 10 });
        bench.Get();
        bench.Notify(confirmable: false);
        bench.Notify(confirmable: true);
        bench.Get();
        var ids = Enumerable.Range(0, 4).Select(_ => bench.TakeMessage().MessageId).ToArray();
        Assert.That(ids.Select(id => (ushort)(id - ids[0])), Is.EqualTo(new ushort[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void A_message_id_still_under_way_is_stepped_over_when_the_counter_comes_round()
    {
        var bench = new EndpointBench();
        bench.Get();
        var taken = bench.TakeMessage().MessageId;
        while (bench.Endpoint.NextMessageId() != (ushort)(taken - 1))
        {
        }
        bench.Get(to: EndpointBench.Other);
        Assert.That(bench.TakeMessage().MessageId, Is.EqualTo(taken), "another peer may have the same one");
        while (bench.Endpoint.NextMessageId() != (ushort)(taken - 1))
        {
        }
        bench.Get(confirmable: false);
        Assert.That(bench.TakeMessage().MessageId, Is.EqualTo((ushort)(taken + 1)));
    }

    [Test]
    public void A_cancelled_request_is_silent()
    {
        var bench = new EndpointBench();
        var exchange = bench.Get();
        var request = bench.TakeMessage();
        bench.Endpoint.Cancel(exchange);
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        bench.Receive(EndpointBench.Answer(request, CoapType.Confirmable, 77));
        Assert.That(bench.TakeHex(), Is.EqualTo("7000004D"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }

    [Test]
    public void A_forgotten_peer_leaves_nothing_behind()
    {
        var bench = new EndpointBench();
        bench.Get();
        bench.Get();
        bench.Get(confirmable: false);
        bench.Notify(confirmable: false);
        bench.Receive("40010001 B161");
        var other = bench.Get(to: EndpointBench.Other);
        bench.Endpoint.Forget(EndpointBench.Server);
        bench.ExpectNoEvent();
        while (bench.Endpoint.TryTakeTransmit(out _))
        {
        }
        for (var i = 0; i < 5; i++)
            bench.Jump();
        Assert.That(bench.TakeEvent<CoapExchangeFailed>().Exchange, Is.EqualTo(other));
        bench.ExpectNoEvent();
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }
}
