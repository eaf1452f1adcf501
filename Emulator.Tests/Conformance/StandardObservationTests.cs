using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Conformance.StandardModule;

namespace M531x.Emulator.Tests.Conformance;

/// <summary>Observations in the lwm2m dialect: the module's own resources by period and change, the MCU's by its reports.</summary>
public sealed class StandardObservationTests
{
    static CoapMessage Observe(StandardModule module, string path, string options = "")
    {
        var answer = module.Server.Get(path, $"observe=0 {options}");
        Assert.That((Code(answer), answer.Observe), Is.EqualTo(("2.05", (int?)0)));
        return answer;
    }

    [Test]
    public void Int_301_Reports_come_at_pmax_when_nothing_changes()
    {
        var module = Registered();
        Assert.That(Code(module.Server.Request(CoapCode.Put, "3/0/9", "query=pmin=5 query=pmax=15")), Is.EqualTo("2.04"));
        Assert.That(Text(Observe(module, "3/0/9")), Is.EqualTo("100"));
        for (var round = 1; round <= 3; round++)
        {
            module.Server.ExpectSilence(14.8);
            var report = module.Server.Next(1);
            Assert.That((report.Type, report.Observe, report.ContentFormat, Text(report)), Is.EqualTo((CoapType.NonConfirmable, (int?)round, (int?)0, "100")));
            Assert.That(report.Token.ToArray(), Is.EqualTo(new byte[] { 0xB1, 0xB2, 0xB3 }));
        }
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_change_is_reported_but_not_before_pmin()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "1/0/5", "query=pmin=10");
        Assert.That(Text(Observe(module, "1/0/5")), Is.EqualTo("86400"));
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "7");
        module.Server.ExpectSilence(9);
        var report = module.Server.Next(1.5);
        Assert.That((report.Observe, Text(report)), Is.EqualTo(((int?)1, "7")));
        module.Server.ExpectSilence(100);
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "8");
        Assert.That(Text(module.Server.Next(0.2)), Is.EqualTo("8"), "pmin is over: at once");
    }

    [Test]
    public void A_change_taken_back_within_pmin_is_not_reported()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "1/0/5", "query=pmin=10");
        Observe(module, "1/0/5");
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "7");
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "86400");
        module.Server.ExpectSilence(100);
    }

    [Test]
    public void A_step_of_zero_with_no_minimum_period_reports_changes_only()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "1/0/2", "format=0", "0");
        module.Server.Request(CoapCode.Put, "1/0/5", "query=pmin=0 query=st=0");
        Observe(module, "1/0/5");
        module.Server.ExpectSilence(100);
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "7");
        Assert.That(Text(module.Server.Next(0.2)), Is.EqualTo("7"));
    }

    [TestCase("gt=100", 101, true)]
    [TestCase("gt=100", 99, false)]
    [TestCase("lt=40", 39, true)]
    [TestCase("lt=40", 41, false)]
    [TestCase("st=30", 80, true)]
    [TestCase("st=30", 79, false)]
    public void Thresholds_narrow_what_counts_as_a_change(string attribute, int value, bool reported)
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", "50");
        module.Server.Request(CoapCode.Put, "1/0/5", $"query={attribute}");
        Observe(module, "1/0/5");
        module.Mcu.Advance(5);
        module.Server.Request(CoapCode.Put, "1/0/5", "format=0", value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (reported)
            Assert.That(module.Server.Next(0.2).Observe, Is.EqualTo(1));
        module.Server.ExpectSilence(100);
    }

    [Test]
    public void The_servers_default_periods_apply_where_no_attribute_does()
    {
        var module = Registered();
        Observe(module, "3/0");
        module.Server.ExpectSilence(500);
        module.Server.Request(CoapCode.Put, "1/0/3", "format=0", "600");
        module.Server.ExpectSilence(90);
        Assert.That(module.Server.Next(15).Observe, Is.EqualTo(1));
        module.Server.ExpectSilence(599);
        Assert.That(module.Server.Next(2).Observe, Is.EqualTo(2));
    }

    [Test]
    public void Attributes_of_the_instance_hold_for_its_resources()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "3/0", "query=pmax=20");
        Observe(module, "3/0/9");
        module.Server.ExpectSilence(19.5);
        module.Server.Next(1);
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=50");
        module.Server.ExpectSilence(49);
        module.Server.Next(2);
    }

    [Test]
    public void A_report_keeps_to_the_accept_of_the_observe()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=20");
        var first = Observe(module, "3/0/9", "accept=11542");
        var report = module.Server.Next(25);
        Assert.That((first.ContentFormat, report.ContentFormat), Is.EqualTo(((int?)11542, (int?)11542)));
        Assert.That(Convert.ToHexString(report.Payload.Span), Is.EqualTo("C10964"));
    }

    [Test]
    public void Int_302_A_reset_cancels()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=20");
        Observe(module, "3/0/9");
        module.Server.Empty(CoapType.Reset, module.Server.Next(25).MessageId);
        module.Server.ExpectSilence(200);
    }

    [Test]
    public void Int_303_Observe_one_on_the_token_cancels_and_reads()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=20");
        Observe(module, "3/0/9");
        var other = module.Server.Request(CoapCode.Get, "3/0/9", "observe=1", token: [1]);
        Assert.That((Code(other), other.Observe, Text(other)), Is.EqualTo(("2.05", default(int?), "100")), "another token cancels nothing");
        module.Server.Next(25);
        var cancel = module.Server.Get("3/0/9", "observe=1");
        Assert.That((Code(cancel), cancel.Observe, Text(cancel)), Is.EqualTo(("2.05", default(int?), "100")));
        module.Server.ExpectSilence(200);
    }

    [Test]
    public void An_observe_of_what_is_not_there_is_refused_and_leaves_no_observation()
    {
        var module = Registered();
        Assert.That(Code(module.Server.Get("3/0/99", "observe=0")), Is.EqualTo("4.04"));
        Assert.That(Code(module.Server.Get("3/0", "observe=0 accept=0")), Is.EqualTo("4.06"));
        Assert.That(Code(module.Server.Get("3/0", "observe=0 accept=40")), Is.EqualTo("4.06"));
        Assert.That(module.Mcu.World.Module.Mipl.Status!.ObservedPaths, Is.Empty);
    }

    [Test]
    public void The_first_answer_carries_the_value_last_reported()
    {
        var module = Registered();
        Assert.That(module.Mcu.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,20.5,0,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(Text(Observe(module, "3303/0/5700")), Is.EqualTo("20.5"));
        Assert.That(module.Mcu.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3303,0,5700$"));
        Assert.That(module.Mcu.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,21.25,0,0"), Is.EqualTo(new[] { "OK" }));
        var report = module.Server.Next();
        Assert.That((report.Type, report.Observe, Text(report)), Is.EqualTo((CoapType.NonConfirmable, (int?)1, "21.25")));
    }

    [Test]
    public void Without_a_value_the_mcu_is_asked_for_the_first_answer()
    {
        var module = Registered();
        var observe = module.Server.Ask(CoapCode.Get, "3303/0/5700", "observe=0");
        Assert.That(module.Mcu.Next(), Is.EqualTo($"+MIPLREAD:0,{observe.MessageId},3303,0,5700"));
        Assert.That(module.Mcu.Command($"AT+MIPLREADRSP=0,{observe.MessageId},1,3303,0,5700,4,4,7.5,0,0"), Is.EqualTo(new[] { "OK" }));
        var answer = module.Server.Next();
        Assert.That((answer.Observe, Text(answer)), Is.EqualTo(((int?)0, "7.5")));
        Assert.That(module.Mcu.Next(), Is.EqualTo($"+MIPLOBSERVE:0,{observe.MessageId},1,3303,0,5700"));
    }

    [Test]
    public void An_mcu_that_refuses_the_first_read_refuses_the_observe()
    {
        var module = Registered();
        var observe = module.Server.Ask(CoapCode.Get, "3303/0/5700", "observe=0");
        module.Mcu.Await("+MIPLREAD:0,");
        module.Mcu.Command($"AT+MIPLREADRSP=0,{observe.MessageId},13");
        Assert.That(Code(module.Server.Next()), Is.EqualTo("4.04"));
        Assert.That(module.Mcu.World.Module.Mipl.Status!.ObservedPaths, Is.Empty);
    }

    [Test]
    public void Two_tokens_on_one_path_both_get_the_report()
    {
        var module = Registered();
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=20");
        module.Server.Request(CoapCode.Get, "3/0/9", "observe=0", token: [1]);
        module.Server.Request(CoapCode.Get, "3/0/9", "observe=0", token: [2]);
        Assert.That(new[] { module.Server.Next(25).Token.ToArray()[0], module.Server.Next(1).Token.ToArray()[0] }, Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Reports_end_with_the_registration()
    {
        var module = Registered(lifetime: 60);
        module.Server.Request(CoapCode.Put, "3/0/9", "query=pmax=50");
        Observe(module, "3/0/9");
        module.Server.Next(52);
        module.Mcu.Await("+MIPLEVENT:0,15");
        module.Server.ExpectSilence(300);
        Assert.That(module.Mcu.World.Module.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }
}
