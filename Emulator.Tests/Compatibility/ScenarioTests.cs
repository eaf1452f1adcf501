using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>
/// What developers of MCU programs struggle with, as far as it needs no injected faults. Where it is shown:
/// <list type="table">
/// <item><term>1 registration refused</term><description>here; after a time-out: Golden/1.6-open-timeout; raw event 8: Quirks/EventQuirkTests</description></item>
/// <item><term>2 slow registration</term><description>here</description></item>
/// <item><term>3 only the MCU restarts</term><description>here; the other number: Quirks/CommandQuirkTests (create-exists-602)</description></item>
/// <item><term>4 OPEN every second</term><description>RequirementTests R20</description></item>
/// <item><term>5 no automatic observe</term><description>here</description></item>
/// <item><term>6 built-in objects observed</term><description>DriverTests 4.8; Quirks/LineQuirkTests (observe-built-in)</description></item>
/// <item><term>11 lifetime runs out</term><description>Module/LifetimeTests; DriverTests 4.3; Golden/recipe-m5311</description></item>
/// <item><term>12 device deleted on the platform</term><description>here; an update answered 4.04: Module/RegistrationTests</description></item>
/// <item><term>13 UPDATE while a report is pending</term><description>Module/RegistrationTests: accepted and sent after it</description></item>
/// <item><term>14 READ answered too late</term><description>here</description></item>
/// <item><term>15 WRITE retransmitted</term><description>here; byte for byte: Golden/5.3.3-write-unanswered</description></item>
/// <item><term>16 READ of a whole instance</term><description>Module/ReadTests; DriverTests 4.9; Acceptance 7.3, 7.4</description></item>
/// <item><term>17 long and empty WRITE</term><description>Module/WriteTests; DriverTests 4.9; RequirementTests R13</description></item>
/// <item><term>18 queue and sent reports</term><description>Module/MessageIndicationTests; RequirementTests R12</description></item>
/// <item><term>24 stray OK at boot</term><description>RequirementTests R28; Golden/profile-m5310a</description></item>
/// <item><term>25 restart in mid-session</term><description>here; what is forgotten: Module/RestartTests</description></item>
/// <item><term>26 power saving</term><description>Module/SleepTests, Module/NeighbourReportTests; downlinks: here</description></item>
/// <item><term>27 firmware update</term><description>here: its restart alone; nothing downloads firmware, so events 40 to 47 never come</description></item>
/// <item><term>28 ack ids</term><description>Module/NotifyTests; Quirks/EventQuirkTests (ackid-five-minutes)</description></item>
/// </list>
/// </summary>
sealed class ScenarioTests
{
    const string Device = DriverBench.Device;
    const string Report = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0";

    static Mcu Start(string profile = "m5310a", Func<OneNetOptions, OneNetOptions>? platform = null)
    {
        var module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } };
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
