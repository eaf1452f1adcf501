using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

/// <summary>A peer that goes on elsewhere: <see cref="Server"/> becomes <see cref="Other"/>.</summary>
public sealed class MovePeerTests
{
    static (long Exchange, CoapMessage Request) Observe(EndpointBench bench, string path = "3200/0")
    {
        var exchange = bench.Get(path, observe: 0);
        var request = bench.TakeMessage();
        bench.Receive(Answer(request, observe: 0));
        bench.TakeEvent<CoapResponseReceived>();
        return (exchange, request);
    }

    [Test]
    public void An_observation_is_heard_at_the_new_place_and_no_more_at_the_old_one()
    {
        var bench = new EndpointBench();
        var (exchange, request) = Observe(bench);

        bench.Endpoint.MovePeer(Server, Other);

        bench.Receive(Answer(request, CoapType.Confirmable, 7, observe: 1), Other);
        Assert.That(bench.TakeTransmit().To, Is.EqualTo(Other));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>(), Is.EqualTo(new CoapNotificationReceived(Other, exchange, null!)).Using<CoapNotificationReceived>(
            (a, b) => a.Peer == b.Peer && a.Exchange == b.Exchange));
        bench.Receive(Answer(request, CoapType.Confirmable, 8, observe: 2));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000008"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
    }

    [Test]
    public void A_request_under_way_is_repeated_to_the_new_place_and_answered_there()
    {
        var bench = new EndpointBench();
        var exchange = bench.Get();
        var first = bench.TakeTransmit();

        bench.Endpoint.MovePeer(Server, Other);
        bench.Jump();

        var second = bench.TakeTransmit();
        Assert.That((first.To, second.To), Is.EqualTo((Server, Other)));
        Assert.That(second.Datagram.ToArray(), Is.EqualTo(first.Datagram.ToArray()));
        bench.Receive(Answer(second.Message));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive(Answer(second.Message), Other);
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(exchange));
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void What_waits_for_its_turn_keeps_waiting_at_the_new_place()
    {
        var bench = new EndpointBench();
        bench.Get("a");
        bench.Get("b");
        bench.Get("c");
        var first = bench.TakeMessage();
        bench.ExpectNoTransmit();

        bench.Endpoint.MovePeer(Server, Other);
        bench.ExpectNoTransmit();
        bench.Receive(Answer(first), Other);
        bench.TakeEvent<CoapResponseReceived>();

        var second = bench.TakeTransmit();
        Assert.That((second.To, second.Message.UriPath[0]), Is.EqualTo((Other, "b")));
        bench.ExpectNoTransmit();
        bench.Receive(Answer(second.Message), Other);
        Assert.That(bench.TakeMessage().UriPath[0], Is.EqualTo("c"));
    }

    [Test]
    public void The_old_place_has_its_turn_free_again()
    {
        var bench = new EndpointBench();
        bench.Get("a");
        bench.TakeMessage();
        bench.Endpoint.MovePeer(Server, Other);
        bench.Get("b");
        Assert.That(bench.TakeTransmit().To, Is.EqualTo(Server));
    }

    [Test]
    public void A_request_that_is_open_is_answered_to_the_new_place()
    {
        var bench = new EndpointBench();
        bench.Receive("4001000A");
        var exchange = bench.TakeEvent<CoapRequestReceived>().Exchange;

        bench.Endpoint.MovePeer(Server, Other);
        bench.Endpoint.Respond(bench.Now, exchange, new CoapResponse(CoapCode.Changed));

        Assert.That(bench.TakeTransmit().To, Is.EqualTo(Other));
        bench.Receive("4001000A", Other);
        Assert.That(bench.TakeHex(), Is.EqualTo("6044000A"), "its repetition is known there");
        bench.Receive("4001000A");
        bench.TakeEvent<CoapRequestReceived>();
    }

    [Test]
    public void Repetitions_of_what_was_handled_are_known_at_the_new_place()
    {
        var bench = new EndpointBench();
        var (_, observed) = Observe(bench);
        bench.Receive(Answer(observed, CoapType.Confirmable, 7, observe: 1));
        bench.TakeEvent<CoapNotificationReceived>();
        bench.TakeHex();
        bench.Get();
        var request = bench.TakeMessage();
        bench.Receive(Answer(request));
        bench.TakeEvent<CoapResponseReceived>();
        bench.Notify(confirmable: false);
        var notification = bench.TakeMessage();

        bench.Endpoint.MovePeer(Server, Other);

        bench.Receive(Answer(observed, CoapType.Confirmable, 7, observe: 1), Other);
        Assert.That(bench.TakeHex(), Is.EqualTo("60000007"));
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.Receive(Answer(request, CoapType.Confirmable, 9), Other);
        Assert.That(bench.TakeHex(), Is.EqualTo("60000009"), "an answer that came already");
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.Receive(Empty(CoapType.Reset, notification.MessageId), Other);
        Assert.That(bench.TakeEvent<CoapExchangeFailed>().Reason, Is.EqualTo(CoapFailure.Reset));
    }

    [Test]
    public void Only_the_exchanges_that_are_picked_move()
    {
        var bench = new EndpointBench();
        var (moved, first) = Observe(bench);
        var (stays, second) = Observe(bench, "3303/0");

        bench.Endpoint.MovePeer(Server, Other, exchange => exchange == moved);

        bench.Receive(Answer(first, CoapType.NonConfirmable, 7, observe: 1), Other);
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(moved));
        bench.Receive(Answer(second, CoapType.NonConfirmable, 8, observe: 1));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(stays));
    }

    [Test]
    public void An_observation_that_is_being_renewed_moves_with_its_renewal()
    {
        var bench = new EndpointBench();
        var (exchange, request) = Observe(bench);
        var renewal = bench.Get("3200/0", observe: 0, token: request.Token);
        var again = bench.TakeMessage();

        bench.Endpoint.MovePeer(Server, Other);
        bench.Receive(Answer(again, observe: 1), Other);
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(renewal).And.Not.EqualTo(exchange));
        bench.Receive(Answer(request, CoapType.NonConfirmable, 7, observe: 2), Other);
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(renewal));
        bench.Endpoint.Cancel(renewal);
        var remembered = bench.Endpoint.Remembered;
        bench.Endpoint.Forget(Other);
        Assert.That((remembered, bench.Endpoint.Remembered), Is.EqualTo((1, 0)), "the handled notification alone is left, and nothing in the end");
    }

    [Test]
    public void An_association_is_a_place_as_well()
    {
        var bench = new EndpointBench();
        var (exchange, request) = Observe(bench);
        var renewed = new CoapPeer(Server.Address, 2) { Identity = "869975030000461" };

        bench.Endpoint.MovePeer(Server, renewed);

        bench.Receive(Answer(request, CoapType.NonConfirmable, 7, observe: 1), renewed);
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(exchange));
        bench.Endpoint.Forget(Server);
        bench.Receive(Answer(request, CoapType.NonConfirmable, 8, observe: 2), renewed);
        bench.TakeEvent<CoapNotificationReceived>();
    }
}
