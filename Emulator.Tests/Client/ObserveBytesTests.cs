using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;
using static M531x.Emulator.Tests.Client.ClientBench;

namespace M531x.Emulator.Tests.Client;

/// <summary>Observe, notify and cancel in the onenet dialect, to the byte.</summary>
public sealed class ObserveBytesTests
{
    const string Token = "A1A2A3A4A5A6A7A8";

    static ClientBench Observing(string path = "54'3200' 01'0'")
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Receive($"480198D1 {Token} 60 {path}");
        bench.ExpectBytes($"684598D1 {Token} 60");
        Assert.That(bench.TakeEvent<ObserveHandled>().MessageId, Is.EqualTo(39121));
        return bench;
    }

    static long? Notify(ClientBench bench, Lwm2mValue value, bool confirmable = false, int mid = 0, int resource = 5750) =>
        bench.Client.Notify(bench.Now, [(new ResourcePath(3200, 0, resource), value)], mid, confirmable);

    [Test]
    public void The_first_answer_is_empty_with_observe_zero() => Observing().ExpectQuiet();

    [Test]
    public void A_report_without_acknowledgement_is_non_confirmable_tlv()
    {
        var bench = Observing();
        Assert.That(Notify(bench, Lwm2mValue.Of("test")), Is.Not.Null);
        bench.ExpectBytes($"5845MMMM {Token} 6101 620606 FF 0700E4167674657374");
        Notify(bench, Lwm2mValue.Of("test"));
        bench.ExpectBytes($"5845MMMM {Token} 6102 620606 FF 0700E4167674657374");
        bench.Advance(300);
        bench.ExpectQuiet();
    }

    [Test]
    public void A_report_with_acknowledgement_is_confirmable_and_reported_done()
    {
        var bench = Observing();
        var exchange = Notify(bench, Lwm2mValue.Of("test"), confirmable: true);
        var message = bench.ExpectBytes($"4845MMMM {Token} 6101 620606 FF 0700E4167674657374");
        bench.Receive(new CoapMessage { Type = CoapType.Acknowledgement, Code = CoapCode.Empty, MessageId = message.MessageId });
        Assert.That(bench.TakeEvent<NotificationAcknowledged>().Exchange, Is.EqualTo(exchange));
    }

    [Test]
    public void An_acknowledgement_with_code_changed_counts()
    {
        var bench = Observing();
        var exchange = Notify(bench, Lwm2mValue.Of("test"), confirmable: true);
        bench.Answer(bench.TakeMessage(), CoapCode.Changed);
        Assert.That(bench.TakeEvent<NotificationAcknowledged>().Exchange, Is.EqualTo(exchange));
    }

    static IEnumerable<TestCaseData> InstanceValues()
    {
        yield return new TestCaseData(5500, Lwm2mValue.Of(false), "0400 E1157C00");
        yield return new TestCaseData(5501, Lwm2mValue.Of(-12L), "0400 E1157DF4");
        yield return new TestCaseData(5501, Lwm2mValue.Of(300L), "0500 E2157D012C");
        yield return new TestCaseData(5501, Lwm2mValue.Of(70000L), "0700 E4157D00011170");
        yield return new TestCaseData(5700, Lwm2mValue.Of(20.123), "0700 E4164441A0FBE7");
        yield return new TestCaseData(5505, Lwm2mValue.Of(Convert.FromHexString("81E309C82F")), "080008 E5158181E309C82F");
        yield return new TestCaseData(7, Lwm2mValue.Of(true), "0300 C10701");
    }

    [TestCaseSource(nameof(InstanceValues))]
    public void An_instance_report_wraps_each_type_in_tlv(int resource, Lwm2mValue value, string payload)
    {
        var bench = Observing();
        Notify(bench, value, resource: resource);
        Assert.That(PayloadHex(bench.TakeMessage()), Is.EqualTo(payload.Replace(" ", "", StringComparison.Ordinal)));
    }

    [Test]
    public void Several_resources_travel_in_one_instance_entry()
    {
        var bench = Observing();
        bench.Client.Notify(bench.Now,
        [
            (new ResourcePath(3200, 0, 5500), Lwm2mValue.Of(false)), (new ResourcePath(3200, 0, 5501), Lwm2mValue.Of(-12L)),
            (new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("test")),
        ], 0, confirmable: false);
        Assert.That(PayloadHex(bench.TakeMessage()), Is.EqualTo("08000FE1157C00E1157DF4E4167674657374"));
    }

    static IEnumerable<TestCaseData> ResourceValues()
    {
        yield return new TestCaseData(Lwm2mValue.Of("test"), "60 FF'test'"); // observe 1 follows as 61 01
        yield return new TestCaseData(Lwm2mValue.Of(-12L), "60 FF'-12'");
        yield return new TestCaseData(Lwm2mValue.Of(20.123), "60 FF'20.123000000000001'");
        yield return new TestCaseData(Lwm2mValue.Of(true), "60 FF'1'");
        yield return new TestCaseData(Lwm2mValue.Of(Convert.FromHexString("81E3")), "612A FF81E3");
    }

    [TestCaseSource(nameof(ResourceValues))]
    public void A_report_of_one_observed_resource_is_plain(Lwm2mValue value, string rest)
    {
        var bench = Observing("54'3200' 01'0' 04'5750'");
        Notify(bench, value);
        bench.ExpectBytes($"5845MMMM {Token} 6101 {rest}");
    }

    [Test]
    public void What_is_not_observed_is_not_sent()
    {
        var bench = Observing("54'3200' 01'0' 04'5750'");
        Assert.That(Notify(bench, Lwm2mValue.Of(1L), resource: 5501), Is.Null);
        bench.ExpectNoTransmit();
    }

    [Test]
    public void The_closest_observation_takes_the_report_unless_another_is_named()
    {
        var bench = Observing();
        bench.Receive("410198D2 07 60 54'3200' 01'0' 04'5750'");
        bench.ExpectBytes("614598D2 07 60");
        Notify(bench, Lwm2mValue.Of("a"));
        bench.ExpectBytes("5145MMMM 07 6101 60 FF'a'");
        Notify(bench, Lwm2mValue.Of("a"), mid: 39121);
        Assert.That(bench.TakeMessage().Token.Length, Is.EqualTo(8));
        Notify(bench, Lwm2mValue.Of("a"), mid: 12345);
        Assert.That(bench.TakeMessage().Token.Length, Is.EqualTo(1), "an unknown id is resolved like 0");
    }

    [TestCase("54'3200' 01'0'", 0x45, TestName = "Cancel_of_what_is_observed_is_confirmed")]
    [TestCase("54'3200'", 0x84, TestName = "Cancel_of_what_is_not_observed_is_not_found")]
    public void Cancel(string path, int code)
    {
        var bench = Observing();
        bench.Receive($"410198D9 07 6101 {path}");
        bench.ExpectBytes($"61{code:X2}98D9 07");
        if (code == 0x45)
        {
            var handled = bench.TakeEvent<ObserveHandled>();
            Assert.That((handled.Added, handled.MessageId, handled.Path.ToString()), Is.EqualTo((false, (ushort)0x98D9, "/3200/0")));
            Assert.That(Notify(bench, Lwm2mValue.Of("a")), Is.Null);
        }
        bench.ExpectQuiet();
    }

    [Test]
    public void Observing_a_path_again_renews_it()
    {
        var bench = Observing();
        bench.Receive("410198D2 07 60 54'3200' 01'0'");
        bench.TakeMessage();
        Notify(bench, Lwm2mValue.Of("test"));
        bench.ExpectBytes("5145MMMM 07 6101 620606 FF 0700E4167674657374");
        bench.ExpectNoTransmit();
    }

    [TestCase("400198D2 60 54'3200' 01'0'", "608098D2", TestName = "Observe_without_a_token_is_a_bad_request")]
    [TestCase("410198D2 07 60 54'3201' 01'0'", "618498D2 07", TestName = "Observe_of_an_unknown_object_is_not_found")]
    [TestCase("410198D2 07 60 54'3200' 01'1'", "618498D2 07", TestName = "Observe_of_an_unknown_instance_is_not_found")]
    [TestCase("410198D2 07 60 51'3' 01'0'", "618598D2 07", TestName = "Observe_of_object_3_is_not_allowed")]
    [TestCase("410198D2 07 60 51'4' 01'0'", "618598D2 07", TestName = "Observe_of_object_4_is_not_allowed")]
    [TestCase("410198D2 07 60 51'5' 01'0'", "618598D2 07", TestName = "Observe_of_object_5_is_not_allowed")]
    [TestCase("410198D2 07 60 55'10290' 01'0'", "618598D2 07", TestName = "Observe_of_object_10290_is_not_allowed")]
    public void Refused(string request, string answer)
    {
        var bench = new ClientBench();
        bench.Register();
        bench.Receive(request);
        bench.ExpectBytes(answer);
        bench.ExpectQuiet();
    }

    [TestCase(1)]
    [TestCase(3)]
    public void A_reset_of_any_recent_notification_ends_the_observation_silently(int sent)
    {
        var bench = Observing();
        Notify(bench, Lwm2mValue.Of("a"));
        var first = bench.TakeMessage();
        for (var i = 1; i < sent; i++)
        {
            Notify(bench, Lwm2mValue.Of("a"));
            bench.TakeMessage();
        }
        bench.Receive(new CoapMessage { Type = CoapType.Reset, Code = CoapCode.Empty, MessageId = first.MessageId });
        bench.TakeEvent<NotificationFailed>();
        Assert.That(Notify(bench, Lwm2mValue.Of("b")), Is.Null);
        bench.ExpectQuiet();
    }

    [TestCase(Lwm2mDialect.OneNet, true)]
    [TestCase(Lwm2mDialect.Lwm2m, false)]
    public void An_unacknowledged_notification_ends_the_observation_of_a_standard_client_only(Lwm2mDialect dialect, bool goesOn)
    {
        var bench = new ClientBench(dialect);
        bench.Register();
        bench.Client.Objects.Find(3200)!.Declare(0, 5750).Last = Lwm2mValue.Of("a");
        bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.TakeEvent<ObserveHandled>();
        var exchange = Notify(bench, Lwm2mValue.Of("a"), confirmable: true);
        bench.Advance(100);
        Assert.That(bench.TakeEvent<NotificationFailed>(), Is.EqualTo(new NotificationFailed(exchange!.Value, CoapFailure.Timeout)));
        Assert.That(Notify(bench, Lwm2mValue.Of("b")), goesOn ? Is.Not.Null : Is.Null);
    }

    [Test]
    public void Once_a_day_a_report_is_confirmable()
    {
        var bench = new ClientBench();
        bench.Register(lifetime: 1_000_000);
        bench.Request(CoapCode.Get, "3200/0", [Observe(0)]);
        bench.Advance(86399);
        Notify(bench, Lwm2mValue.Of("a"));
        Assert.That(bench.TakeMessage().Type, Is.EqualTo(CoapType.NonConfirmable));
        bench.Advance(1);
        Notify(bench, Lwm2mValue.Of("a"));
        Assert.That(bench.TakeMessage().Type, Is.EqualTo(CoapType.Confirmable));
    }

    [Test]
    public void Beyond_the_limit_an_observe_is_answered_without_the_option()
    {
        var bench = new ClientBench();
        bench.Register();
        CoapMessage Ask(int resource)
        {
            bench.Ask(CoapCode.Get, $"3200/0/{resource}", [Observe(0)], token: [(byte)resource]);
            return bench.TakeMessage();
        }

        for (var resource = 0; resource < 64; resource++)
            Assert.That(Ask(resource).Observe, Is.Zero);
        var last = Ask(64);
        Assert.That((last.Code, last.Observe), Is.EqualTo((CoapCode.Content, default(int?))));
        Assert.That(bench.Client.ObservedPaths.Count(), Is.EqualTo(64));
    }

    [Test]
    public void Observations_end_with_the_registration()
    {
        var bench = Observing();
        bench.Client.Close(bench.Now);
        bench.Answer(bench.TakeMessage(), CoapCode.Deleted);
        bench.TakeEvent<Deregistered>();
        bench.Register();
        Assert.That(Notify(bench, Lwm2mValue.Of("a")), Is.Null);
    }
}
