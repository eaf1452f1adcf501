using System.Text.RegularExpressions;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>What MCU programs in the field need from the module, requirement by requirement.</summary>
public sealed partial class RequirementTests
{
    const string Device = "imei=869975030000461&obj_id=3200&obj_inst_id=0";

    static IEnumerable<string> Profiles => ModuleProfile.All.Select(p => p.Name);

    static Mcu Start(string profile = "m5310a") => new(new VirtualWorldOptions
    {
        Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } },
    });

    /// <summary>A module whose start-up lines have been read.</summary>
    static Mcu Quiet(string profile)
    {
        var mcu = Start(profile);
        mcu.Take();
        return mcu;
    }

    static Mcu Registered(string profile = "m5310a")
    {
        var mcu = Start(profile);
        mcu.Take();
        mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        return mcu;
    }

    [TestCaseSource(nameof(Profiles))]
    public void R1_R9_MIPL_lines_have_no_space_and_registration_keeps_its_order(string profile)
    {
        var mcu = Start(profile);
        mcu.Take();
        mcu.Register();
        mcu.Advance(1);
        Assert.That(Regex.Matches(mcu.Raw, @"\+MIPL[A-Z]*: "), Is.Empty);
        Assert.That(mcu.Raw, Does.Match(@"\r\nOK\r\n\r\n\+MIPLEVENT:0,2\r\n\r\n\+MIPLEVENT:0,6\r\n\r\n\+MIPLOBSERVE:0,\d+,1,3200,0,-1\r\n\r\n\+MIPLDISCOVER:0,\d+,3200\r\n"));
        Assert.That(Regex.Matches(mcu.Raw, @"\+MIPLEVENT:0,[145]\b"), Is.Empty);
    }

    [Test]
    public void R9_Each_instance_is_observed_under_its_own_number()
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3303,5,\"10010\",0,0");
        mcu.Command("AT+MIPLOPEN=0,300");
        mcu.Await("+MIPLEVENT:0,6");
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3303,0,-1$"));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3303,3,-1$"));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3303$"));
    }

    [TestCaseSource(nameof(Profiles))]
    public void R2_Every_line_stands_between_CR_LF_on_both_sides(string profile)
    {
        var mcu = Registered(profile);
        foreach (var command in new[] { "AT", "AT+CSQ", "AT+CIMI", "AT+MIPLNMI?", "AT+MIPLOPEN?", "AT+NOSUCH", "AT+MIPLOPEN=0" })
            mcu.Send(command);
        Assert.That(mcu.Raw, Does.Match(@"^(\r\n[^\r\n]+\r\n)+$"));
    }

    [TestCase("m5310a", "AT+CGATT?", "+CGATT:1")]
    [TestCase("m5310a", "AT+CEREG?", "+CEREG:0,1")]
    [TestCase("m5310a", "AT+CSQ", "+CSQ:24,99")]
    [TestCase("m5310a", "AT+CGSN=1", "+CGSN:869975030000461")]
    [TestCase("m5311", "AT+CGATT?", "+CGATT: 1")]
    [TestCase("m5311", "AT+CEREG?", "+CEREG: 0,1")]
    [TestCase("m5311", "AT+ICCID", "+ICCID: 89860418101880000461")]
    [TestCase("m5313", "AT+CPIN?", "+CPIN:READY")]
    [TestCase("m5313", "AT+CFGDUALMODE?", "+CFGDUALMODE: 1,0")]
    public void R3_General_lines_are_spaced_as_each_model_spaces_them(string profile, string command, string line) =>
        Assert.That(Quiet(profile).Command(command), Is.EqualTo(new[] { line, "OK" }));

    [TestCase("m5310a", @"^\+CGPADDR:0,10\.\d+\.\d+\.\d+$", @"^\+CCLK:\d\d/\d\d/\d\d,\d\d:\d\d:\d\d\+32$")]
    [TestCase("m5311", @"^\+CGPADDR: 1,""10\.\d+\.\d+\.\d+""$", @"^\+CCLK: \d\d/\d\d/\d\d,\d\d:\d\d:\d\d\+32$")]
    public void R4_The_address_is_quoted_on_the_M5311_alone_and_the_clock_never(string profile, string address, string clock)
    {
        var mcu = Start(profile);
        mcu.Take();
        Assert.That(mcu.Command("AT+CGPADDR")[0], Does.Match(address));
        Assert.That(mcu.Command("AT+CCLK?")[0], Does.Match(clock));
    }

    [TestCase("m5310a", false)]
    [TestCase("m5311", true)]
    [TestCase("m5313", true)]
    public void R5_Echo_is_as_each_model_starts_and_can_be_switched(string profile, bool echo)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! } });
        mcu.Take();
        var before = mcu.Raw.Length;
        mcu.Send("AT");
        Assert.That(mcu.Raw[before..], Is.EqualTo((echo ? "AT\r" : "") + "\r\nOK\r\n"));
        mcu.Send("ATE0");
        before = mcu.Raw.Length;
        mcu.Send("AT");
        Assert.That(mcu.Raw[before..], Is.EqualTo("\r\nOK\r\n"));
    }

    [TestCase("m5310a", "AT+CIMI", "460041064826326")]
    [TestCase("m5311", "AT+CIMI", "460041064826326")]
    [TestCase("m5311", "AT+GSN", "869975030000461")]
    public void R6_Identities_are_bare_digits_on_the_first_line(string profile, string command, string digits)
    {
        var mcu = Start(profile);
        mcu.Take();
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { digits, "OK" }));
    }

    [TestCase("AT+MIPLNOTIFY=0", "+CIS ERROR:601")]
    [TestCase("AT+MIPLUPDATE=0,0,0", "+CIS ERROR:653")]
    [TestCase("AT+NOSUCH", "ERROR")]
    public void R7_Errors_contain_the_word_ERROR(string command, string line) => Assert.That(Start().Command(command), Is.EqualTo(new[] { line }));

    [Test]
    public void R8_OK_comes_first_and_events_after_it()
    {
        var mcu = Registered();
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,6"), "R11: the driver of 4.2 waits for it");
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,9"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
    }

    [Test]
    public void R8_R26_Query_answers_are_complete_at_once()
    {
        var mcu = Registered();
        var now = mcu.World.Now;
        foreach (var command in new[] { "AT", "AT+CSQ", "AT+CEREG?", "AT+MIPLNMI?", "AT+MIPLQMGR=0", "AT+MIPLDEVINFO?" })
            Assert.That(mcu.Command(command)[^1], Is.EqualTo("OK"), command);
        Assert.That(mcu.World.Now, Is.EqualTo(now));
    }

    [Test]
    public void R11_OPEN_asked_while_registered_is_answered_with_event_6()
    {
        var mcu = Registered();
        mcu.Send("AT+MIPLOPEN?");
        mcu.Advance(1);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+MIPLEVENT:0,6" }));
    }

    [Test]
    public void R26_Event_11_comes_within_450_ms()
    {
        var mcu = Registered();
        var start = mcu.World.Now;
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That((mcu.World.Now - start).TotalSeconds, Is.LessThanOrEqualTo(0.45));
    }

    [Test]
    public void R10_Update_gives_11_close_15_and_an_acknowledged_notify_26()
    {
        var mcu = Registered();
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,0"));
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void R12_NSMI_has_a_colon_and_stands_between_OK_and_event_26()
    {
        var mcu = Registered();
        mcu.Command("AT+MIPLNMI=0,0,1");
        mcu.Send("AT+MIPLNOTIFY=0,130,3200,0,5750,1,1,\"a\",0,0,9");
        Assert.That(new[] { mcu.Next(), mcu.Next(), mcu.Next() }, Is.EqualTo(new[] { "OK", "+MIPLNSMI:0,1,2", "+MIPLEVENT:0,26,9" }));
    }

    [Test]
    public void R13_R14_A_write_is_unquoted_with_one_flag_and_an_execute_is_quoted()
    {
        var mcu = Registered();
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0");
        mcu.Call("POST", $"/nbiot?{Device}&mode=2", "{\"data\":[{\"res_id\":5750,\"val\":\"test\"}]}");
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLWRITE:0,\d+,3200,0,5750,1,4,test,0$"));
        mcu.Call("POST", $"/nbiot?{Device}&mode=2", "{\"data\":[{\"res_id\":5750,\"val\":\"\"}]}");
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLWRITE:0,\d+,3200,0,5750,1,0,,0$"));
        mcu.Call("POST", $"/nbiot/execute?{Device}&res_id=5750", "{\"args\":\"ping\"}");
        Assert.That(mcu.Await("+MIPLEXECUTE", 1), Does.Match(@"^\+MIPLEXECUTE:0,\d+,3200,0,5750,4,""ping""$"));
        mcu.Call("POST", $"/nbiot/execute?{Device}&res_id=5750");
        Assert.That(mcu.Await("+MIPLEXECUTE", 1), Does.Match(@"^\+MIPLEXECUTE:0,\d+,3200,0,5750,0,""""$"));
    }

    [Test]
    public void R15_An_empty_queue_answers_OK_alone_and_NMI_is_bare()
    {
        var mcu = Registered();
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Is.EqualTo("OK"));
        mcu.Command("AT+MIPLNMI=0,1,0");
        Assert.That(mcu.Ask("AT+MIPLNMI?"), Is.EqualTo("+MIPLNMI:0,1,0|OK"));
        mcu.Call("GET", $"/nbiot?{Device}&res_id=5750");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLNMI"));
        Assert.That(mcu.Ask("AT+MIPLMGR=0"), Does.Match(@"^\+MIPLREAD:0,\d+,3200,0,5750\|OK$"));
    }

    [TestCase(" AT+CSQ ")]
    [TestCase("AT+CGSN= 1 ")]
    [TestCase("AT+CEDRXS=1, 5, \"0010\"")]
    [TestCase("AT+CPSMS= 1, , , \"10100101\" , \"00100100\" ")]
    [TestCase("at+cimi")]
    public void R16_Blanks_around_a_line_and_its_arguments_do_no_harm(string line) => Assert.That(Start().Command(line)[^1], Is.EqualTo("OK"));

    [Test]
    public void R16_Blanks_of_the_field_reach_a_registration()
    {
        var mcu = Start();
        mcu.Take();
        foreach (var command in new[] { "AT+MIPLCREATE ", "AT+MIPLADDOBJ=0, 3200, 1, \"1\", 0, 1 ", "AT+MIPLDISCOVERRSP=0, 3200, 1, 4, \"5750\"", " AT+MIPLOPEN=0,3000,30" })
            Assert.That(mcu.Command(command)[^1], Is.EqualTo("OK"), command);
        mcu.Await("+MIPLREAD:0,");
        mcu.Advance(1);
        mcu.Take();
        mcu.Send("AT+MIPLNOTIFY=0, 0, 3200, 0, 5750, 1, 4, \" a b\", 0, 0, 7");
        mcu.Advance(1);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+MIPLEVENT:0,26,7" }));
        Assert.That(mcu.World.PlatformEvents.OfType<M531x.Emulator.Core.Platform.DatapointStored>().Single().Value, Is.EqualTo("\" a b\""), "blanks in quotes are the value's own");
    }

    [TestCase("AT+MIPLCREATE")]
    [TestCase("AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0 ")]
    [TestCase("AT+MIPLCREATE =56,130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000,0,56,0")]
    [TestCase("AT+MIPLCREATEEX=coap://nbiotbt.heclouds.com:5683,1")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5683\",1")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5683\",0")]
    public void R17_Every_way_of_creating_works(string command)
    {
        var mcu = Start();
        Assert.That(mcu.Ask(command), Does.Match(@"^\+MIPLCREATE(EX)?:0\|OK$"));
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        Assert.That(mcu.Await("+MIPLEVENT:0,6"), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [TestCase("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1")]
    [TestCase("AT+MIPLDELOBJ=0,3200,0")]
    [TestCase("AT+MIPLDELOBJ=0,3200")]
    [TestCase("AT+MIPLDEL=0")]
    public void R18_Odd_forms_and_repetitions_are_accepted(string command) => Assert.That(Registered().Ask(command), Is.EqualTo("OK"));

    [TestCase("1,\"1\",0,1")]
    [TestCase("1,1,0,1")]
    [TestCase("1,\"2\",0,1")]
    [TestCase("0,\"1\",0,1")]
    [TestCase("4,\"1111\",5,7")]
    [TestCase("2,\"34\",0,0")]
    public void R19_Bitmaps_and_counts_as_programs_write_them(string tail)
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        Assert.That(mcu.Ask($"AT+MIPLADDOBJ=0,3200,{tail}"), Is.EqualTo("OK"));
    }
}
