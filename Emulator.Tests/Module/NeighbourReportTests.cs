using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>What the model does while the MCU watches, in virtual time.</summary>
public sealed class NeighbourReportTests
{
    const string Notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,";
    const string ReadUrl = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750";
    static readonly string[] Ok = ["OK"];

    /// <summary>Registered and idle, on a network that never forgets the module.</summary>
    static Mcu Registered(params string[] commands)
    {
        var mcu = NeighbourProfiles.Start(ages: false);
        mcu.Register();
        mcu.Advance(60);
        mcu.Take();
        foreach (var command in commands)
            Assert.That(mcu.Command(command), Is.EqualTo(Ok));
        return mcu;
    }

    [Test]
    public void Registration_is_reported_step_by_step()
    {
        var mcu = NeighbourProfiles.Start(attachSeconds: 10);
        mcu.Command("AT+CEREG=1");
        Assert.That(mcu.Next(), Is.EqualTo("+CEREG:1"));
        mcu.Send("AT+CFUN=0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CEREG:0" }));
        mcu.Command("AT+CEREG=2");
        mcu.Send("AT+CFUN=1");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CEREG:2" }));
        mcu.Advance(9.9);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Advance(0.1);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "+CEREG:1,19E6,94,7" }));
        mcu.Send("AT+CGATT=0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CEREG:0" }));
    }

    [Test]
    public void Without_reports_the_line_stays_silent()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CFUN=0");
        mcu.Command("AT+CFUN=1");
        mcu.Advance(100);
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void Radio_off_shows_in_every_command()
    {
        var mcu = NeighbourProfiles.Start();
        var address = mcu.World.Module.Radio.Address;
        mcu.Command("AT+CFUN=0");
        Assert.That(mcu.Command("AT+CFUN?")[0], Is.EqualTo("+CFUN:0"));
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,0"));
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:0"));
        Assert.That(mcu.Command("AT+CSCON?")[0], Is.EqualTo("+CSCON:0,0"));
        Assert.That(mcu.Command("AT+CGPADDR")[0], Is.EqualTo("+CGPADDR:0"));
        Assert.That(mcu.Command("AT+CSQ")[0], Is.EqualTo("+CSQ:99,99"));
        mcu.Command("AT+CFUN=1");
        Assert.That(mcu.Command("AT+CGPADDR")[0], Is.Not.EqualTo($"+CGPADDR:0,{address}").And.StartsWith("+CGPADDR:0,10."));
    }

    [Test]
    public void Radio_off_cuts_the_session_off()
    {
        var mcu = Registered();
        mcu.Send(Notify + "0,146");
        var left = mcu.World.Datagrams.Count(d => d.Up);
        mcu.Send("AT+CFUN=0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "OK", "+MIPLEVENT:0,25,146" }), "what waits for an answer fails");
        foreach (var command in (string[])["AT+MIPLOPEN?", "AT+MIPLUPDATE=0,300,0", "AT+MIPLCLOSE=0", "AT+MIPLMGR=0"])
            Assert.That(mcu.Ask(command), Is.EqualTo("+CIS ERROR:602"), command);
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:0|OK"));
        mcu.Send(Notify + "0,147");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+MIPLEVENT:0,25,147" }), "declared, as before OPEN");
        mcu.Advance(200);
        mcu.Take();
        Assert.That(mcu.World.Datagrams.Count(d => d.Up), Is.EqualTo(left), "the platform is told nothing");

        mcu.Command("AT+CFUN=1");
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("+CIS ERROR:602"));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [TestCase]
    [TestCase("AT+MIPLOPEN=0,3000,30")]
    public void What_the_MCU_has_set_up_for_OPEN_outlives_a_radio_that_was_off(params string[] opened)
    {
        var mcu = NeighbourProfiles.Start();
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5751\"", .. opened, "AT+CFUN=0", "AT+CFUN=1"])
            Assert.That(mcu.Command(command)[^1], Is.EqualTo("OK"), command);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        mcu.Await("+MIPLDISCOVER:0,");
        mcu.Advance(1);
        Assert.That(mcu.World.Datagrams.Select(d => System.Text.Encoding.Latin1.GetString(d.Bytes.Span)), Has.Some.Contains("</3200/0/5751>"));
    }

    [TestCase("AT+MIPLCREATEEX=\"192.0.2.1\",1", "+MIPLEVENT:0,3")]
    [TestCase("AT+MIPLCREATEEX=\"192.0.2.1\",0", "+MIPLEVENT:0,7")]
    public void Radio_off_fails_a_registration_under_way(string create, string failure)
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command(create);
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        mcu.Take();
        mcu.Send("AT+CFUN=0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", failure }));
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"), "nothing is under way any more");
    }

    [Test]
    public void A_report_of_a_detached_module_does_not_leave()
    {
        var mcu = Registered("AT+MIPLNMI=0,0,1", "AT+CGATT=0");
        var datagrams = mcu.World.Datagrams.Count;
        Assert.That(mcu.Command(Notify + "0,147"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLNSMI:0,0,0"));
        Assert.That(mcu.Next(150), Is.EqualTo("+MIPLEVENT:0,25,147"));
        Assert.That(mcu.World.Datagrams, Has.Count.EqualTo(datagrams));
    }

    [Test]
    public void A_downlink_to_a_radio_that_is_off_is_lost()
    {
        var mcu = Registered("AT+CFUN=0");
        mcu.Call("GET", ReadUrl);
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_new_attach_moves_the_module()
    {
        var mcu = Registered();
        var before = mcu.World.ModuleAddress;
        mcu.Command("AT+CFUN=0");
        mcu.Command("AT+CFUN=1");
        Assert.That(mcu.World.ModuleAddress, Is.Not.EqualTo(before));
    }

    [Test]
    public void The_connection_is_reported_around_traffic()
    {
        var mcu = Registered("AT+CSCON=1");
        mcu.Send(Notify + "0,7");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CSCON:1" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,7"));
        var answered = mcu.World.Now;
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.World.Now - answered, Is.EqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void The_inactivity_time_can_be_set()
    {
        var mcu = NeighbourProfiles.Start(inactivitySeconds: 3);
        mcu.Command("AT+CSCON=1");
        mcu.Advance(2.9);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Advance(0.1);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "+CSCON:0" }));
    }

    [TestCase("0x200")]
    [TestCase("512")]
    public void Flag_0x200_releases_once_the_datagram_has_left(string flag)
    {
        var mcu = Registered("AT+CSCON=1");
        var start = mcu.World.Now;
        mcu.Send(Notify + flag + ",8");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CSCON:1" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,8"));
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void Flag_0x400_releases_after_the_answer()
    {
        var mcu = Registered("AT+CSCON=1");
        mcu.Send(Notify + "0x400,9");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CSCON:1" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
        var answered = mcu.World.Now;
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.World.Now - answered, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void Flag_0x400_without_an_answer_waits_for_the_inactivity()
    {
        var mcu = Registered("AT+CSCON=1");
        var start = mcu.World.Now;
        mcu.Send(Notify + "0x400");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CSCON:1" }));
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void A_read_answer_releases_early_as_well()
    {
        var mcu = Registered("AT+CSCON=1");
        mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:1"));
        var mid = mcu.Next().Split(',')[1];
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"efgh\",0,0x200"), Is.EqualTo(Ok));
        var start = mcu.World.Now;
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void Power_saving_begins_after_the_active_time_and_swallows_downlinks()
    {
        var mcu = Registered("AT+NPSMR=1", "AT+CPSMS=1,,,\"00100001\",\"00000101\"");
        var start = mcu.World.Now;
        Assert.That(mcu.Next(), Is.EqualTo("+NPSMR:1"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(20 + 10)));
        Assert.That(mcu.Command("AT+NPSMR?")[0], Is.EqualTo("+NPSMR:1,1"));
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,1"));

        mcu.Call("GET", ReadUrl);
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);

        mcu.Send(Notify + "0,10");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+NPSMR:0" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,10"));
        mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Next(), Does.StartWith("+MIPLREAD:0,"));
    }

    [Test]
    public void A_release_flag_brings_power_saving_early()
    {
        var mcu = Registered("AT+CPSMS=1,,,\"00100001\",\"00000000\"");
        mcu.Advance(30);
        mcu.Command("AT+NPSMR=1");
        mcu.Command("AT+CSCON=1");
        var start = mcu.World.Now;
        mcu.Send(Notify + "0x200");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+NPSMR:0", "+CSCON:1" }));
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON:0"));
        Assert.That(mcu.Next(), Is.EqualTo("+NPSMR:1"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void The_periodic_update_shows_as_a_wake_up()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000101\"");
        mcu.Command("AT+NPSMR=1");
        Assert.That(mcu.Next(), Is.EqualTo("+NPSMR:1"));
        var asleep = mcu.World.Now;
        Assert.That(mcu.Next(400), Is.EqualTo("+NPSMR:0"));
        Assert.That(mcu.World.Now - asleep, Is.EqualTo(TimeSpan.FromSeconds(300 - 10)));
        Assert.That(mcu.Next(), Is.EqualTo("+NPSMR:1"));
    }

    [Test]
    public void The_M5311_names_its_power_saving_events()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000101\"");
        mcu.Command("AT*MNBIOTEVENT=1,1");
        mcu.Command("AT*MATWAKEUP=1");
        Assert.That(mcu.Next(), Is.EqualTo("*MNBIOTEVENT: \"ENTER PSM\""));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        Assert.That(mcu.Next(400), Is.EqualTo("*MNBIOTEVENT: \"EXIT PSM\""));
        Assert.That(mcu.Next(), Is.EqualTo("*MATWAKEUP"));
    }

    [TestCase("AT+SM=LOCK")]
    [TestCase("at+sm=lock_forever")]
    [TestCase("AT*SLEEP=0")]
    public void A_sleep_lock_keeps_the_M5311_awake(string command)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000101\"");
        mcu.Command(command);
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void Extended_drx_delays_a_downlink_to_the_next_window()
    {
        var mcu = NeighbourProfiles.Start(inactivitySeconds: 5);
        mcu.Register();
        mcu.Command("AT+NPTWEDRXS=1,5,\"0000\",\"0010\"");
        mcu.Advance(5 + 4);
        mcu.Take();
        var idle = mcu.World.Now - TimeSpan.FromSeconds(4);
        mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Next(), Does.StartWith("+MIPLREAD:0,"));
        Assert.That(mcu.World.Now - idle, Is.EqualTo(TimeSpan.FromSeconds(20.48)));
    }

    [Test]
    public void What_extended_drx_holds_is_lost_when_power_saving_begins()
    {
        var mcu = NeighbourProfiles.Start(inactivitySeconds: 5, ages: false);
        mcu.Register();
        mcu.Command("AT+NPTWEDRXS=1,5,\"0000\",\"0010\"");
        mcu.Command("AT+CPSMS=1,,,\"00100001\",\"00000101\"");
        mcu.Command("AT+NPSMR=1");
        mcu.Advance(5 + 4);
        mcu.Take();
        mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Next(), Is.EqualTo("+NPSMR:1"), "before the paging window at 20.48 s");
        mcu.Advance(120);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Send(Notify + "0,12");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+NPSMR:0" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,12"));
    }

    [Test]
    public void An_uplink_fetches_what_extended_drx_holds()
    {
        var mcu = NeighbourProfiles.Start(inactivitySeconds: 5);
        mcu.Register();
        mcu.Command("AT+NPTWEDRXS=1,5,\"0000\",\"0010\"");
        mcu.Advance(5 + 4);
        mcu.Take();
        mcu.Call("GET", ReadUrl);
        mcu.Advance(1);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Send(Notify + "0");
        Assert.That(mcu.Take()[1], Does.StartWith("+MIPLREAD:0,"));
    }
}
