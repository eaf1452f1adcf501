using System.Globalization;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.16 to §1.19: policies and observations, which the module answers by itself.</summary>
public sealed class ObserveTests
{
    static (Mcu Mcu, FakeServer Server) Registered()
    {
        var mcu = new Mcu();
        return (mcu, FakeServer.Register(mcu));
    }

    static ushort Attributes(FakeServer server, string path, string query) =>
        server.Request(CoapCode.Put, path, options: [.. query.Split('&').Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q))]);

    [TestCase("3200", "3200,-1,-1")]
    [TestCase("3200/0", "3200,0,-1")]
    [TestCase("3200/0/5750", "3200,0,5750")]
    public void An_observe_is_answered_and_told_with_flag_1_and_its_cancel_with_flag_0(string path, string ids)
    {
        var (mcu, server) = Registered();
        var mid = server.Observe(path);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLOBSERVE:0,{mid},1,{ids}"));
        var answer = server.AnswerTo(mid);
        Assert.That((answer.Code, answer.Observe, answer.Payload.Length), Is.EqualTo((CoapCode.Content, (int?)0, 0)));
        var cancel = server.Observe(path, cancel: true);
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLOBSERVE:0,{cancel},0,{ids}"));
        Assert.That(server.AnswerTo(cancel).Code, Is.EqualTo(CoapCode.Content));
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0");
        mcu.Advance(1);
        Assert.That(server.Notifications, Is.Empty);
    }

    [Test]
    public void A_cancel_of_nothing_is_4_04_and_silent()
    {
        var (mcu, server) = Registered();
        Assert.That(server.AnswerTo(server.Observe("3200/0", cancel: true)).Code, Is.EqualTo(CoapCode.NotFound));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [TestCase("3200/0/5758", "pmin=18&pmax=90&lt=0.0&gt=60.0&st=2.0", "3200,0,5758,38,\"pmin=18;pmax=90;lt=0.0;gt=60.0;stp=2.0\"")]
    [TestCase("3200/0/5758", "st=2&gt=60&lt=0&pmax=90&pmin=18", "3200,0,5758,38,\"pmin=18;pmax=90;lt=0.0;gt=60.0;stp=2.0\"")]
    [TestCase("3200/0", "pmin=0&pmax=1", "3200,0,-1,13,\"pmin=0;pmax=1\"")]
    [TestCase("3200", "pmax=60", "3200,-1,-1,7,\"pmax=60\"")]
    [TestCase("3200/0/5758", "lt=-1.25", "3200,0,5758,7,\"lt=-1.2\"")]
    public void A_policy_is_answered_2_04_and_told(string path, string query, string printed)
    {
        var (mcu, server) = Registered();
        var mid = Attributes(server, path, query);
        Assert.That(server.AnswerTo(mid).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLPARAMETER:0,{mid},{printed}"));
    }

    [TestCase("3200/0/5758", "pmin=90&pmax=90", Description = "pmax > pmin")]
    [TestCase("3200/0/5758", "pmax=0", Description = "> 0")]
    [TestCase("3200/0/5758", "pmin=-1")]
    [TestCase("3200/0/5758", "lt=5&gt=5", Description = "lt < gt")]
    [TestCase("3200/0/5758", "lt=0&gt=4&st=2", Description = "lt + 2 st < gt")]
    [TestCase("3200/0", "gt=1", Description = "gt, lt and st belong to a resource")]
    [TestCase("3200", "st=1")]
    [TestCase("3200/0/5758", "pmin=x")]
    public void An_invalid_policy_is_4_00_and_silent(string path, string query)
    {
        var (mcu, server) = Registered();
        Assert.That(server.AnswerTo(Attributes(server, path, query)).Code, Is.EqualTo(CoapCode.BadRequest));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [Test]
    public void The_module_leaves_a_policy_to_the_mcu()
    {
        var (mcu, server) = Registered();
        Attributes(server, "3200/0/5758", "pmin=100&pmax=200&gt=50");
        server.Observe("3200/0/5758");
        mcu.Take();
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5758,3,1,1,0,0");
        mcu.Advance(1);
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5758,3,1,1,0,0");
        mcu.Advance(1);
        Assert.That(server.Notifications.Count(), Is.EqualTo(2), "pmin and gt hold nothing back");
        mcu.Advance(300);
        Assert.That(server.Notifications.Count(), Is.EqualTo(2), "pmax repeats nothing");
    }

    [TestCase("AT+MIPLOBSERVERSP", true)]
    [TestCase("AT+MIPLPARAMETERRSP", false)]
    public void An_answer_nobody_needs_is_ok(string command, bool observe)
    {
        var (mcu, server) = Registered();
        var mid = observe ? server.Observe("3200/0") : Attributes(server, "3200/0", "pmin=1");
        mcu.Take();
        var sent = server.Received.Count;
        foreach (var result in new[] { 1, 2, 11, 12, 13, 14 })
            Assert.That(mcu.Ask(string.Create(CultureInfo.InvariantCulture, $"{command}=0,{mid},{result}")), Is.EqualTo("OK"), $"{result}");
        Assert.That(mcu.Ask($"{command}=0,{mid},3"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"{command}=0,{mid}"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"{command}=0,{mid + 7},1"), Is.EqualTo("+CIS ERROR:653"));
        mcu.Advance(1);
        Assert.That(server.Received, Has.Count.EqualTo(sent), "and sends nothing");
    }

    [Test]
    public void The_platform_sends_the_policy_just_before_its_observe()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        var call = mcu.Call("POST", "/nbiot/observe?imei=869975030000461&cancel=false&obj_id=3200&obj_inst_id=0&pmin=10&pmax=60");
        var parameter = mcu.Next();
        Assert.That(parameter, Does.EndWith(",3200,0,-1,15,\"pmin=10;pmax=60\""));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3200,0,-1$"));
        Assert.That(mcu.Answer(call), Does.Contain("\"errno\":0"));
    }
}
