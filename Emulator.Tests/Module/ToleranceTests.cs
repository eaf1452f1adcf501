using System.Text;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>What MCU programs in the field send and expect, beside the manual.</summary>
public sealed class ToleranceTests
{
    [TestCase(" AT+MIPLOPEN=0,300,30", "OK")]
    [TestCase("AT+MIPLOPEN=0,300,30 ", "OK")]
    [TestCase("AT+MIPLOPEN = 0 , 300 , 30", "OK")]
    [TestCase("at+miplopen=0,300,30", "OK")]
    [TestCase("\n\0AT+MIPLOPEN=0,300,30", "OK")]
    [TestCase("AT+MIPLOPEN=0,\"300\"", "OK")]
    [TestCase("AT+MIPLOPEN=0,60", "OK")]
    [TestCase("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1 ", "OK")]
    [TestCase("AT+MIPLADDOBJ=0,3200,1,1,1,0", "OK")]
    [TestCase("AT+MIPLDEL=0", "OK")]
    public void Blanks_case_and_quotes_do_not_matter(string command, string answer)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask(command), Is.EqualTo(answer));
    }

    [Test]
    public void The_alias_of_delete_deletes()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask("AT+MIPLDEL=0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLDEL=0"), Is.EqualTo("+CIS ERROR:653"));
    }

    [TestCase("AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0 ")]
    [TestCase("at+miplcreate=49,130031f10003f2002304001100000000000010123138332e3233302e34302e33393a35363833000131f300080000000000,0,49,0")]
    [TestCase("AT+MIPLCREATE =49,\"130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000\",0,49,0")]
    public void A_config_string_comes_in_either_case_with_blanks_or_quotes(string command)
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(command), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLDEVINFO?"), Is.EqualTo("+MIPLDEVINFO:\"183.230.40.39:5683\",1|OK"));
    }

    [Test]
    public void Adding_an_object_twice_is_ok_twice_and_registers_it_once()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Assert.That(Encoding.ASCII.GetString(server.Received[0].Payload.Span), Is.EqualTo("</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>"));
    }

    [Test]
    public void Every_line_stands_between_cr_lf_and_cr_lf_and_no_mipl_line_has_a_blank_after_its_colon()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.Command("AT+MIPLNMI?");
        mcu.Command("AT+MIPLQMGR=0");
        mcu.Command("AT+MIPLVER?");
        mcu.Command("AT+MIPLOPEN=0");
        Assert.That(mcu.Raw, Does.Match(@"\A(\r\n[^\r\n]+\r\n)+\z"));
        Assert.That(mcu.Raw, Does.Not.Contain(": "));
        Assert.That(mcu.Raw, Does.StartWith("\r\n+MIPLCREATE:0\r\n\r\nOK\r\n"));
    }

    [Test]
    public void Registration_prints_ok_then_6_then_an_observe_per_instance_then_a_discover_per_object()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        mcu.Command("AT+MIPLADDOBJ=0,3303,3,\"101\",0,0");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0");
        mcu.Send("AT+MIPLOPEN=0,300,30");
        mcu.Advance(5);
        var lines = mcu.Take();
        var first = int.Parse(lines[2].Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(lines, Is.EqualTo(new[]
        {
            "OK", "+MIPLEVENT:0,6",
            $"+MIPLOBSERVE:0,{first},1,3200,0,-1", $"+MIPLOBSERVE:0,{first + 1},1,3303,0,-1", $"+MIPLOBSERVE:0,{first + 2},1,3303,2,-1",
            $"+MIPLDISCOVER:0,{first + 3},3200", $"+MIPLDISCOVER:0,{first + 4},3303", $"+MIPLREAD:0,{first + 5},3,0,-1",
        }));
    }

    [Test]
    public void Commands_of_one_burst_are_worked_through_in_order()
    {
        var mcu = new Mcu();
        mcu.Send("AT+MIPLCREATE\r\nAT+MIPLADDOBJ=0,3200,1,\"1\",0,0\r\nAT+MIPLNMI?\r\nAT+MIPLDELETE=0");
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLCREATE:0|OK|OK|+MIPLNMI:0,0,0|OK|OK"));
    }

    [Test]
    public void Answers_repeated_dozens_of_times_do_no_harm()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        var mid = server.Read("3200");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        for (var i = 0; i < 60; i++)
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Code.IsSuccess, Is.True);
    }

    [Test]
    public void A_program_that_declares_by_notify_and_answers_every_observe_gets_through()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3200,1,1,1,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,666,3200,0,5750,1,14,\"4E42\",0,0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,25,0"));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,86400,30"), Is.EqualTo("OK"));
        var observe = mcu.Await("+MIPLOBSERVE:").Split(',')[1];
        Assert.That(mcu.Ask($"AT+MIPLOBSERVERSP=0,{observe},1"), Does.EndWith("OK"));
        mcu.Await("+MIPLREAD:");
        mcu.Advance(1);
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,{observe},3200,0,5750,1,17,\"a value of 21 characters\",0,0,{observe}"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo($"+MIPLEVENT:0,26,{observe}"));
    }
}
