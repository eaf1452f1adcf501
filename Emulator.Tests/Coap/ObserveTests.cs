using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class ObserveTests
{
    static (EndpointBench Bench, long Exchange, CoapMessage Request) Observing(int number = 0, CoapEndpointOptions? options = null)
    {
        var bench = new EndpointBench(options);
        var exchange = bench.Get("3200/0", observe: 0);
        var request = bench.TakeMessage();
        bench.Receive(new CoapMessage
        {
            Type = CoapType.Acknowledgement,
            Code = CoapCode.Content,
            MessageId = request.MessageId,
            Token = request.Token,
            Options = [CoapOptions.UInt(CoapOptionNumber.Observe, (uint)number)],
        });
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(exchange));
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        return (bench, exchange, request);
    }

    [Test]
    public void Notifications_follow_an_empty_first_answer()
    {
        var (bench, exchange, request) = Observing();
        bench.Receive(Answer(request, CoapType.NonConfirmable, 1, observe: 1));
        bench.ExpectNoTransmit();
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(exchange));
        bench.Receive(Answer(request, CoapType.Confirmable, 2, observe: 2));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000002"));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(exchange));
        bench.Receive(Answer(request, CoapType.Confirmable, 2, observe: 2));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000002"));
        bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.ExpectQuiet();
    }

    [TestCase(5, 6, 0, true)]
    [TestCase(5, 4, 0, false)]
    [TestCase(5, 5, 0, false)]
    [TestCase(5, 4, 128, false)]
    [TestCase(5, 4, 128.001, true)]
    [TestCase(0xFFFFFF, 0, 0, true)]
    [TestCase(0, 0x7FFFFF, 0, true)]
    [TestCase(0, 0x800000, 0, false)]
    [TestCase(0x800001, 0, 0, true)]
    [TestCase(0x800000, 0, 0, false)]
    public void A_stale_notification_is_acknowledged_and_dropped(int former, int number, double seconds, bool fresh)
    {
        var (bench, _, request) = Observing(former);
        bench.Advance(seconds);
        bench.Receive(Answer(request, CoapType.Confirmable, 2, observe: number));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000002"));
        if (fresh)
            bench.TakeEvent<CoapNotificationReceived>();
        else
            bench.ExpectIgnored(CoapIgnoreReason.Duplicate);
        bench.ExpectQuiet();
    }

    [Test]
    public void An_error_ends_the_observation()
    {
        var (bench, _, request) = Observing();
        bench.Receive(Answer(request, CoapType.Confirmable, 1, CoapCode.NotFound));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Notification.Code, Is.EqualTo(CoapCode.NotFound));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000001"));
        bench.Receive(Answer(request, CoapType.Confirmable, 2, observe: 2));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000002"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
    }

    [TestCase(CoapType.Confirmable)]
    [TestCase(CoapType.NonConfirmable)]
    public void A_notification_for_a_cancelled_observation_is_reset(CoapType type)
    {
        var (bench, exchange, request) = Observing();
        bench.Endpoint.Cancel(exchange);
        bench.Receive(Answer(request, type, 0x10, observe: 1));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000010"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }

    [Test]
    public void A_refused_observation_is_an_ordinary_response()
    {
        var bench = new EndpointBench();
        bench.Get("3200/0", observe: 0);
        var request = bench.TakeMessage();
        bench.Receive(Answer(request));
        bench.TakeEvent<CoapResponseReceived>();
        bench.Receive(Answer(request, CoapType.NonConfirmable, 1, observe: 1));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000001"));
    }

    [Test]
    public void While_an_observation_is_being_cancelled_its_notifications_are_not_taken_for_the_answer()
    {
        var (bench, observation, request) = Observing();
        var cancel = bench.Get("3200/0", observe: 1, token: request.Token);
        var cancelRequest = bench.TakeMessage();
        Assert.That(cancelRequest.Token.ToArray(), Is.EqualTo(request.Token.ToArray()));

        bench.Receive(Answer(request, CoapType.Confirmable, 1, observe: 1));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(observation));
        Assert.That(bench.TakeHex(), Is.EqualTo("60000001"));

        bench.Receive(Answer(cancelRequest));
        Assert.That(bench.TakeEvent<CoapResponseReceived>().Exchange, Is.EqualTo(cancel));
        bench.Receive(Answer(request, CoapType.Confirmable, 2, observe: 2));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000002"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        bench.ExpectQuiet();
    }

    [Test]
    public void Observing_again_on_the_same_token_takes_the_place_of_the_former()
    {
        var (bench, _, request) = Observing();
        var again = bench.Get("3200/0", observe: 0, token: request.Token);
        bench.Receive(Answer(bench.TakeMessage(), observe: 9));
        bench.TakeEvent<CoapResponseReceived>();
        bench.Receive(Answer(request, CoapType.NonConfirmable, 1, observe: 10));
        Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(again));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_acknowledgement_as_notification_counts_only_when_tolerated(bool tolerated)
    {
        var (bench, exchange, request) = Observing(options: new CoapEndpointOptions { TolerateAckNotifications = tolerated });
        bench.Receive(Answer(request, CoapType.Acknowledgement, (ushort)(request.MessageId + 100), observe: 1));
        bench.ExpectNoTransmit();
        if (tolerated)
            Assert.That(bench.TakeEvent<CoapNotificationReceived>().Exchange, Is.EqualTo(exchange));
        else
            bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.ExpectQuiet();
    }

    [TestCase("")]
    [TestCase("2.04")]
    public void A_confirmable_notification_is_acknowledged_by_an_ack_empty_or_not(string code)
    {
        var bench = new EndpointBench();
        var exchange = bench.Notify(confirmable: true);
        var sent = bench.TakeTransmit();
        Assert.That(Convert.ToHexString(sent.Datagram.Span), Is.EqualTo($"4145{sent.Message.MessageId:X4}A16101"));
        bench.Receive(code.Length == 0
            ? Empty(CoapType.Acknowledgement, sent.Message.MessageId)
            : Answer(sent.Message, code: CoapCode.Changed));
        Assert.That(bench.TakeEvent<CoapNotificationAcknowledged>().Exchange, Is.EqualTo(exchange));
        bench.ExpectQuiet();
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }

    [Test]
    public void A_confirmable_notification_fails_by_timeout()
    {
        var bench = new EndpointBench();
        var exchange = bench.Notify(confirmable: true);
        for (var i = 0; i < 5; i++)
            bench.Jump();
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(Server, exchange, CoapFailure.Timeout)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_reset_notification_fails(bool confirmable)
    {
        var bench = new EndpointBench();
        var exchange = bench.Notify(confirmable);
        var messageId = bench.TakeMessage().MessageId;
        bench.Receive(Empty(CoapType.Reset, messageId));
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(Server, exchange, CoapFailure.Reset)));
        bench.Receive(Empty(CoapType.Reset, messageId));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.ExpectQuiet();
    }

    [Test]
    public void A_non_confirmable_notification_can_be_reset_for_its_lifetime()
    {
        var bench = new EndpointBench();
        bench.Notify(confirmable: false);
        var messageId = bench.TakeMessage().MessageId;
        Assert.That(bench.Endpoint.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        bench.Advance(145);
        bench.Receive(Empty(CoapType.Reset, messageId));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
    }
}
