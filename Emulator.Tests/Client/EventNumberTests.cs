using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Conformance;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Client;

/// <summary>Which +MIPLEVENT the MCU sees for what a server does, in the onenet dialect.</summary>
public sealed class EventNumberTests
{
    static StandardModule Registered() => StandardModule.Registered(Lwm2mDialect.OneNet);

    static CoapMessage Update(StandardModule module)
    {
        Assert.That(module.Mcu.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo(new[] { "OK" }));
        return module.Server.Next();
    }

    [TestCase(0x80)]
    [TestCase(0x83)]
    [TestCase(0xA0)]
    public void A_refused_registration_is_event_7(byte code)
    {
        var module = new StandardModule(Lwm2mDialect.OneNet);
        module.Open();
        module.Server.Answer(module.Server.Next(), new CoapCode(code));
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        module.Server.ExpectSilence(600);
        Assert.That(module.Mcu.Take(), Is.Empty, "it is tried once and reported once");
    }

    [Test]
    public void An_unanswered_registration_is_event_7_at_the_time_out()
    {
        var module = new StandardModule(Lwm2mDialect.OneNet);
        module.Open();
        module.Mcu.Advance(29.99);
        Assert.That(module.Mcu.Take(), Is.Empty);
        Assert.That(module.Mcu.Next(0.02), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    [Test]
    public void A_reset_registration_is_event_7()
    {
        var module = new StandardModule(Lwm2mDialect.OneNet);
        module.Open();
        module.Server.Empty(CoapType.Reset, module.Server.Next().MessageId);
        Assert.That(module.Mcu.Next(1), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_failed_bootstrap_is_event_3(bool answered)
    {
        var mcu = new Mcu();
        var bootstrap = new PlayedServer(mcu, VirtualWorld.BootstrapServer);
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        var request = bootstrap.Next();
        if (answered)
            bootstrap.Answer(request, CoapCode.BadRequest);
        Assert.That(mcu.Next(40), Is.EqualTo("+MIPLEVENT:0,3"));
    }

    [TestCase(0x44, "+MIPLEVENT:0,11", true)]
    [TestCase(0x84, "+MIPLEVENT:0,31", false)]
    [TestCase(0x80, "+MIPLEVENT:0,12", false)]
    [TestCase(0xA0, "+MIPLEVENT:0,12", false)]
    public void The_answer_to_update_has_its_event(byte code, string line, bool registered)
    {
        var module = Registered();
        module.Server.Answer(Update(module), new CoapCode(code));
        Assert.That(module.Mcu.Next(), Is.EqualTo(line));
        Assert.That(module.Mcu.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo(new[] { registered ? "OK" : "+CIS ERROR:602" }));
    }

    [Test]
    public void An_unanswered_update_is_event_13()
    {
        var module = Registered();
        Update(module);
        Assert.That(module.Mcu.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo(new[] { "+CIS ERROR:652" }));
        Assert.That(module.Mcu.Next(100), Is.EqualTo("+MIPLEVENT:0,13"));
        Update(module);
    }

    [Test]
    public void A_lifetime_that_runs_out_is_event_15()
    {
        var module = Registered();
        module.Mcu.Advance(2999);
        Assert.That(module.Mcu.Take(), Is.Empty);
        Assert.That(module.Mcu.Next(1), Is.EqualTo("+MIPLEVENT:0,15"));
        module.Server.ExpectSilence(1000);
    }

    [Test]
    public void An_unanswered_close_gives_no_event_and_the_module_can_open_again()
    {
        var module = Registered();
        Assert.That(module.Mcu.Command("AT+MIPLCLOSE=0"), Is.EqualTo(new[] { "OK" }));
        module.Mcu.Advance(100);
        Assert.That(module.Mcu.Take(), Is.Empty);
        Assert.That(module.Mcu.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo(new[] { "OK" }));
    }

    [TestCase(CoapType.Acknowledgement, "+MIPLEVENT:0,26,147")]
    [TestCase(CoapType.Reset, "+MIPLEVENT:0,25,147")]
    [TestCase(null, "+MIPLEVENT:0,25,147")]
    public void A_report_with_an_ack_id_has_its_outcome(CoapType? answer, string line)
    {
        var module = Registered();
        module.Server.Get("3303/0", "observe=0");
        module.Mcu.Await("+MIPLOBSERVE");
        module.Mcu.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,2.5,0,0,147");
        var report = module.Server.Next();
        Assert.That(report.Type, Is.EqualTo(CoapType.Confirmable));
        if (answer is { } type)
            module.Server.Empty(type, report.MessageId);
        Assert.That(module.Mcu.Next(100), Is.EqualTo(line));
    }

    [Test]
    public void Message_ids_on_the_line_are_those_of_the_wire()
    {
        var module = Registered();
        var observe = module.Server.Ask(CoapCode.Get, "3303/0", "observe=0");
        Assert.That(module.Mcu.Next(), Is.EqualTo($"+MIPLOBSERVE:0,{observe.MessageId},1,3303,0,-1"));
        var discover = module.Server.Ask(CoapCode.Get, "3303", "accept=40");
        Assert.That(module.Mcu.Next(), Is.EqualTo($"+MIPLDISCOVER:0,{discover.MessageId},3303"));
        var read = module.Server.Ask(CoapCode.Get, "3303/0/5700");
        Assert.That(module.Mcu.Next(), Is.EqualTo($"+MIPLREAD:0,{read.MessageId},3303,0,5700"));
    }
}
