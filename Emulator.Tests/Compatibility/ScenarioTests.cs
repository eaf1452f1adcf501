using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>What developers of MCU programs struggle with, as far as it is not shown elsewhere; <see cref="FieldScenarios"/> says where.</summary>
sealed class ScenarioTests
{
    const string Device = DriverBench.Device;
    const string Report = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0";

    static Mcu Start(string profile = "m5310a", Func<OneNetOptions, OneNetOptions>? platform = null, double attachSeconds = 0)
    {
        var module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false }, AttachDelay = TimeSpan.FromSeconds(attachSeconds) };
        var mcu = new Mcu(new VirtualWorldOptions
        {
            Module = module,
            Platform = platform?.Invoke(VirtualWorld.DefaultPlatform(module)),
        });
        mcu.Take();
        return mcu;
    }

    static Mcu Registered(string profile = "m5310a")
    {
        var mcu = Start(profile);
        mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        return mcu;
    }

    static void Open(Mcu mcu, string create)
    {
        mcu.Command(create);
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
    }

    [TestCase("AT+MIPLCREATEEX=\"183.230.40.40\",0", null, "+MIPLEVENT:0,7")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com\",1", null, "+MIPLEVENT:0,3")]
    [TestCase("AT+MIPLCREATEEX=\"183.230.40.40\",0,\"wrong\"", "right", "+MIPLEVENT:0,7")]
    [TestCase("AT+MIPLCREATEEX=\"183.230.40.40\",0,\"right\"", "right", "+MIPLEVENT:0,6")]
    public void Scenario_1_An_unknown_device_or_a_wrong_code_is_refused(string create, string? code, string line)
    {
        var mcu = Start(platform: o => o with { Devices = code is null ? [] : [o.Devices[0] with { AuthCode = code }] });
        Open(mcu, create);
        Assert.That(mcu.Next(), Is.EqualTo(line));
    }

    [Test]
    public void Scenario_2_A_registration_of_16_s_outlives_the_impatient_second_open()
    {
        var mcu = Start();
        mcu.World.Passes = (_, _) => mcu.World.Now >= TimeSpan.FromSeconds(16);
        Open(mcu, "AT+MIPLCREATEEX=\"183.230.40.40\",0");
        mcu.Advance(15);
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("+CIS ERROR:602"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(mcu.World.PlatformEvents.OfType<DeviceRegistered>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Scenario_3_After_a_restart_of_the_MCU_alone_delete_clears_the_way()
    {
        var mcu = Registered();
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask("AT+MIPLDELETE=0"), Is.EqualTo("OK"));
        mcu.Register();
    }

    [Test]
    public void Scenario_5_Without_the_automatic_observe_nothing_follows_event_6()
    {
        var mcu = Start(platform: o => o with { Devices = [o.Devices[0] with { Observe = false }] });
        Open(mcu, "AT+MIPLCREATEEX=\"183.230.40.40\",0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(mcu.Next(60), Is.EqualTo("(nothing within 60 s)"));
        Assert.That(mcu.Ask(Report + ",1"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,25,1"), "nobody observes it");
    }

    [TestCase(20)]
    [TestCase(120)]
    public void Scenario_7_Before_the_network_is_attached_there_is_no_signal_and_opening_fails(int attachSeconds)
    {
        var mcu = Start(attachSeconds: attachSeconds);
        Assert.That(mcu.Ask("AT+CSQ"), Is.EqualTo("+CSQ:99,99|OK"));
        Assert.That(mcu.Ask("AT+CEREG?"), Is.EqualTo("+CEREG:0,2|OK"));
        Open(mcu, "AT+MIPLCREATEEX=\"183.230.40.40\",0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        mcu.Advance(attachSeconds);
        mcu.Take();
        Assert.That(mcu.Ask("AT+CEREG?"), Is.EqualTo("+CEREG:0,1|OK"));
        Assert.That(mcu.Ask("AT+CSQ"), Is.EqualTo("+CSQ:24,99|OK"));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [Test]
    public void Scenario_8_Without_coverage_a_report_is_taken_and_fails_and_works_again_after_it()
    {
        var mcu = Registered();
        mcu.World.Module.SetCoverage(mcu.World.Now, false);
        Assert.That(mcu.Ask(Report + ",5"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(200), Is.EqualTo("+MIPLEVENT:0,25,5"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("+CIS ERROR:652"), "the first is under way");
        mcu.World.Module.SetCoverage(mcu.World.Now, true);
        Assert.That(mcu.Await("+MIPLEVENT:0,11", 120), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(mcu.Ask(Report + ",6"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,6"));
    }

    [Test]
    public void Scenario_13_An_update_beside_a_report_under_way_is_sent_after_it()
    {
        var mcu = Registered();
        Assert.That(mcu.Ask(Report + ",5"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(new[] { mcu.Next(), mcu.Next() }, Is.EqualTo(new[] { "+MIPLEVENT:0,26,5", "+MIPLEVENT:0,11" }));
    }

    [TestCase("T+CSQ", "ERROR")]
    [TestCase("xAT+CSQ", "ERROR")]
    [TestCase("\0AT+CSQ", "+CSQ:24,99|OK")]
    public void Scenario_21_After_a_lost_or_an_odd_first_character_the_next_command_is_whole(string sent, string answer)
    {
        var mcu = Start();
        Assert.That(mcu.Ask(sent), Is.EqualTo(answer));
        Assert.That(mcu.Ask("AT"), Is.EqualTo("OK"));
    }

    [Test]
    public void Scenario_29_A_report_of_a_thousand_bytes_in_one_long_command_arrives_whole()
    {
        var mcu = Registered();
        var value = string.Concat(Enumerable.Range(0, 900).Select(i => (char)('a' + i % 26)));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"{value}\",0,0,3"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,3"));
        Assert.That(mcu.World.PlatformEvents.OfType<DatapointStored>().Single().Value, Is.EqualTo($"\"{value}\""));
    }

    [TestCase("AT+MIPLCREATEEX=\"no.such.host:5683\",0", "+MIPLEVENT:0,7")]
    [TestCase("AT+MIPLCREATEEX=\"no.such.host:5683\",1", "+MIPLEVENT:0,3")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0", "+MIPLEVENT:0,7")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5684\",1", "+MIPLEVENT:0,3")]
    public void Scenario_30_A_name_that_is_not_found_and_DTLS_without_a_key_end_in_the_event_of_their_stage(string create, string line)
    {
        var mcu = Start();
        Open(mcu, create);
        Assert.That(mcu.Next(200), Is.EqualTo(line));
    }

    [Test]
    public void Scenario_12_A_device_deleted_on_the_platform_learns_it_by_its_update()
    {
        var mcu = Registered();
        var id = mcu.Json(mcu.Call("GET", "/devices")).GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString();
        mcu.Answer(mcu.Call("DELETE", $"/devices/{id}"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,31"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("+CIS ERROR:602"));
    }

    [Test]
    public void Scenario_14_A_read_answered_too_late_fails_on_the_platform_and_then_in_the_module()
    {
        var mcu = Registered();
        var call = mcu.Call("GET", $"/nbiot?{Device}&res_id=5750&timeout=5");
        var mid = mcu.Await("+MIPLREAD").Split(',')[1];
        Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"));
        mcu.Advance(60);
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"late\",0,0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"), "and the session goes on");
    }

    [Test]
    public void Scenario_15_An_unanswered_write_comes_three_times_with_one_message_id()
    {
        var mcu = Registered();
        mcu.Command(Report);
        mcu.Take();
        mcu.Call("POST", $"/nbiot?{Device}&mode=2&timeout=40", "{\"data\":[{\"res_id\":5750,\"val\":\"test\"}]}");
        mcu.Advance(30);
        var lines = mcu.Take();
        Assert.That(lines, Has.Length.EqualTo(3).And.All.EqualTo(lines[0]));
        Assert.That(lines[0], Does.Match(@"^\+MIPLWRITE:0,\d+,3200,0,5750,1,4,test,0$"));
    }

    [TestCase(ResetCause.Power)]
    [TestCase(ResetCause.Watchdog)]
    [TestCase(ResetCause.Fota)]
    public void Scenario_25_27_A_module_that_restarts_by_itself_has_forgotten_the_session(ResetCause cause)
    {
        var mcu = Registered();
        mcu.World.Reset(cause);
        mcu.Send(Report);
        Assert.That(mcu.Next(), Does.StartWith("REBOOT_CAUSE_"), "what is sent meanwhile is lost");
        Assert.That(new[] { mcu.Next(), mcu.Next() }, Is.EqualTo(new[] { "Neul ", "OK" }));
        Assert.That(mcu.Ask(Report), Is.EqualTo("+CIS ERROR:653"));
        mcu.Register();
    }

    [Test]
    public void Scenario_26_A_downlink_to_a_sleeping_module_is_lost_and_the_session_goes_on_after_the_next_report()
    {
        var mcu = Registered("m5311");
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000101\"");
        mcu.Await("*GOTOSLEEP");
        var lost = mcu.Call("GET", $"/nbiot?{Device}&res_id=5750&timeout=5");
        Assert.That(mcu.Answer(lost), Does.Contain("TIME_OUT"));
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Send("AT");
        mcu.Advance(2);
        Assert.That(mcu.Take(), Is.Empty, "it wakes the module and is lost");
        Assert.That(mcu.Ask(Report), Is.EqualTo("OK"));
        mcu.Advance(1);
        mcu.Call("GET", $"/nbiot?{Device}&res_id=5750");
        Assert.That(mcu.Next(), Does.StartWith("+MIPLREAD:0,"));
    }
}
