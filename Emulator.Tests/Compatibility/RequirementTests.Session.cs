using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <content>R20 to R30: registration, reports, answers, time and restarts.</content>
public sealed partial class RequirementTests
{
    [Test]
    public void R20_A_repeated_open_is_refused_and_makes_no_second_registration()
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,0,1");
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,86400"), Is.EqualTo("OK"));
        for (var i = 0; i < 25; i++)
            Assert.That(mcu.Ask("AT+MIPLOPEN=0,60"), Is.EqualTo("+CIS ERROR:602"));
        mcu.Await("+MIPLEVENT:0,6");
        Assert.That(mcu.World.PlatformEvents.OfType<M531x.Emulator.Core.Platform.DeviceRegistered>().Count(), Is.EqualTo(1));
    }

    [TestCase("AT+MIPLNOTIFY=0,666,3200,0,5750,1,14,\"4E42\",0,0,0")]
    [TestCase("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0")]
    [TestCase("AT+MIPLNOTIFY=0,88436,3200,0,5750,4,2,13,1,0")]
    public void R21_A_notify_before_open_declares_the_resource(string command)
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,1,0");
        Assert.That(mcu.Ask(command), Is.EqualTo("OK"));
        mcu.Take();
        mcu.Command("AT+MIPLOPEN=0,86400,30");
        mcu.Await("+MIPLREAD:0,");
        mcu.Advance(1);
        Assert.That(mcu.Answer(mcu.Call("GET", "/nbiot/resources?imei=869975030000461")), Does.Contain("\"resources\":[5750]"));
    }

    [TestCase("0", "")]
    [TestCase("0", ",0")]
    [TestCase("666", ",0")]
    [TestCase("666", ",666")]
    [TestCase("{observe}", "")]
    [TestCase("{observe}", ",{observe}")]
    public void R21_A_notify_carries_any_message_id_and_ack_id(string mid, string ackId)
    {
        var mcu = Start();
        mcu.Take();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,1,0");
        mcu.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        mcu.Command("AT+MIPLOPEN=0,86400,30");
        var observe = mcu.Await("+MIPLOBSERVE:").Split(',')[1];
        mcu.Await("+MIPLREAD:0,");
        mcu.Advance(1);
        var command = $"AT+MIPLNOTIFY=0,{mid},3200,0,5750,1,4,\"test\",0,0{ackId}".Replace("{observe}", observe, StringComparison.Ordinal);
        Assert.That(mcu.Ask(command), Is.EqualTo("OK"));
        mcu.Advance(1);
        var acknowledged = ackId.Length == 0 ? "" : $"+MIPLEVENT:0,26{ackId}".Replace("{observe}", observe, StringComparison.Ordinal);
        Assert.That(mcu.Lines(), Is.EqualTo(acknowledged));
        Assert.That(mcu.World.PlatformEvents.OfType<M531x.Emulator.Core.Platform.DatapointStored>().Single().Value, Is.EqualTo("\"test\""));
    }

    [TestCase("4,1,\"19.799999\"", 19.799999)]
    [TestCase("3,1,\"12345\"", 12345)]
    [TestCase("1,6,\"test\"", null)]
    [TestCase("1,17,\"123456789012345678901\"", null)]
    public void R22_A_wrong_length_is_ignored_and_the_whole_value_leaves(string value, double? number)
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,1,0");
        var resource = value[0] switch { '4' => 5700, '3' => 5501, _ => 5750 };
        mcu.Command($"AT+MIPLDISCOVERRSP=0,3200,1,1,\"{resource}\"");
        mcu.Command("AT+MIPLOPEN=0,86400,30");
        mcu.Await("+MIPLREAD:0,");
        mcu.Advance(1);
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,{resource},{value},0,0"), Is.EqualTo("OK"));
        mcu.Advance(1);
        var stored = mcu.World.PlatformEvents.OfType<M531x.Emulator.Core.Platform.DatapointStored>().Single().Value;
        if (number is { } expected)
            Assert.That(double.Parse(stored, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(expected).Within(1e-5));
        else
            Assert.That(stored, Is.EqualTo($"\"{value.Split('"')[1]}\""));
    }

    [Test]
    public void R23_No_discover_list_at_all_still_registers()
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,1,0");
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,600,30"), Is.EqualTo("OK"));
        Assert.That(mcu.Await("+MIPLDISCOVER"), Does.EndWith(",3200"));
    }

    [TestCase("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"")]
    [TestCase("AT+MIPLDISCOVERRSP=0,3200,1,99,\"5750\"")]
    public void R23_A_discover_list_before_open_counts_whatever_its_length_says(string command)
    {
        var mcu = Start();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,1,1,0");
        Assert.That(mcu.Ask(command), Is.EqualTo("OK"));
        mcu.Command("AT+MIPLOPEN=0,600,30");
        mcu.Await("+MIPLREAD:0,");
        mcu.Advance(1);
        Assert.That(mcu.Answer(mcu.Call("GET", "/nbiot/resources?imei=869975030000461")), Does.Contain("\"resources\":[5750]"));
    }

    [Test]
    public void R24_An_answer_repeated_sixty_times_neither_hangs_nor_disconnects()
    {
        var mcu = Registered();
        mcu.Call("GET", $"/nbiot?{Device}&res_id=5750");
        var mid = mcu.Await("+MIPLREAD").Split(',')[1];
        for (var i = 0; i < 60; i++)
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo(i == 0 ? "OK" : "+CIS ERROR:653"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"));
    }

    [Test]
    public void R25_Garbage_gives_an_ERROR_line() => Assert.That(Start().Command("AT_DELETE"), Is.EqualTo(new[] { "ERROR" }));

    [Test]
    public void R27_A_line_leaves_in_one_piece()
    {
        var mcu = Start();
        List<string> pieces = [];
        foreach (var value in "AT+MIPLNMI?\r"u8.ToArray())
        {
            mcu.World.Line.Send([value]);
            pieces.Add(System.Text.Encoding.ASCII.GetString(mcu.World.Line.Take()));
        }
        Assert.That(pieces[..^1], Has.All.Empty);
        Assert.That(pieces[^1], Is.EqualTo("\r\n+MIPLNMI:0,0,0\r\n\r\nOK\r\n"));
    }

    [TestCase(0, 9600)]
    [TestCase(1200, 1200)]
    public void R27_With_a_pace_no_byte_of_a_line_is_10_ms_behind_the_last_one(int pace, int baud)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Pace = pace } });
        mcu.Send("AT+MIPLNMI?");
        List<double> arrivals = [];
        while (!mcu.Raw.EndsWith("OK\r\n", StringComparison.Ordinal) && mcu.World.Now < TimeSpan.FromSeconds(2))
        {
            var seen = mcu.Raw.Length;
            mcu.Advance(0.0001);
            arrivals.AddRange(Enumerable.Repeat(mcu.World.Now.TotalSeconds, mcu.Raw.Length - seen));
        }
        Assert.That(arrivals, Has.Count.EqualTo("\r\n+MIPLNMI:0,0,0\r\n\r\nOK\r\n".Length));
        Assert.That(arrivals.Zip(arrivals.Skip(1), (a, b) => b - a), Has.All.LessThan(0.01));
        Assert.That(arrivals[^1], Is.EqualTo(arrivals.Count * 10.0 / baud).Within(0.0005));
    }

    [TestCase("m5310a", "Pin", "\r\nREBOOT_CAUSE_SECURITY_RESET_PIN\r\n\r\nNeul \r\n\r\nOK\r\n")]
    [TestCase("m5310a", "At", "\r\nREBOOT_CAUSE_APPLICATION_AT\r\n\r\nNeul \r\n\r\nOK\r\n")]
    [TestCase("m5310a", "Watchdog", "\r\nREBOOT_CAUSE_APPLICATION_WATCHDOG\r\n\r\nNeul \r\n\r\nOK\r\n")]
    [TestCase("m5310a", "Fota", "\r\nREBOOT_CAUSE_SECURITY_FOTA_UPGRADE\r\n\r\nNeul \r\n\r\nOK\r\n")]
    [TestCase("m5311", "Power", "\r\n*ATREADY: 1\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+IP:")]
    public void R28_R30_Boot_lines_come_within_20_seconds_and_AT_is_accepted_right_after(string profile, string cause, string banner)
    {
        var mcu = Start(profile);
        mcu.Take();
        mcu.World.Reset(Enum.Parse<ResetCause>(cause));
        var before = mcu.Raw.Length;
        Assert.That(mcu.Next(20), Is.Not.StartsWith("(nothing"));
        mcu.Take();
        Assert.That(mcu.Raw[before..], Does.StartWith(banner));
        mcu.Command("ATE0");
        mcu.Take();
        Assert.That(mcu.Ask("AT"), Is.EqualTo("OK"));
    }

    [TestCase("m5310a", "AT+NRB", "\r\nREBOOTING\r\n")]
    [TestCase("m5311", "AT+CMRB", "\r\nOK\r\n\r\nREBOOTING..\r\n")]
    public void R29_The_reboot_command_says_so_in_each_models_way_and_is_ready_within_10_seconds(string profile, string command, string text)
    {
        var mcu = Start(profile);
        mcu.Take();
        var before = mcu.Raw.Length;
        mcu.Send(command);
        Assert.That(mcu.Raw[before..], Is.EqualTo(text));
        mcu.Advance(10);
        mcu.Command("ATE0");
        mcu.Take();
        Assert.That(mcu.Ask("AT"), Is.EqualTo("OK"));
    }
}
