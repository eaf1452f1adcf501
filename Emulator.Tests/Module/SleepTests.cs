using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>A module that sleeps in power saving mode is deaf: the first command wakes it and is lost.</summary>
public sealed class SleepTests
{
    /// <summary>T3412 of five minutes; T3324 of ten seconds.</summary>
    const string PowerSaving = "AT+CPSMS=1,,,\"10100101\",\"00000101\"";

    static readonly string[] Ok = ["OK"];

    /// <summary>An M5311 that has just fallen asleep.</summary>
    static Mcu Asleep(params string[] commands)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        foreach (var command in (string[])[PowerSaving, .. commands])
            Assert.That(mcu.Command(command), Is.EqualTo(Ok), command);
        mcu.Await("*GOTOSLEEP");
        return mcu;
    }

    [Test]
    public void The_first_command_wakes_the_module_and_is_lost()
    {
        var mcu = Asleep("AT*MATWAKEUP=1");
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(mcu.Next(), Is.EqualTo("*MATWAKEUP"));
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [Test]
    public void The_wake_up_is_told_only_to_those_who_asked()
    {
        var mcu = Asleep();
        mcu.Send("AT");
        mcu.Advance(2);
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [Test]
    public void Everything_is_lost_until_the_module_listens()
    {
        var mcu = Asleep();
        mcu.World.Line.Send("AT+CS"u8);
        mcu.Advance(NeighbourProfiles.M5311.Delays.Wake.Typical.TotalSeconds);
        mcu.World.Line.Send("Q\r"u8);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "ERROR" }), "what is left of the line");
    }

    [Test]
    public void A_woken_module_sleeps_again_when_the_line_is_silent()
    {
        var mcu = Asleep();
        mcu.Send("AT");
        mcu.Advance(1);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
            mcu.Advance(NeighbourProfiles.M5311.Limits.AwakeSeconds - 1);
        }
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
        var spoken = mcu.World.Now;
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        Assert.That(mcu.World.Now - spoken, Is.EqualTo(TimeSpan.FromSeconds(NeighbourProfiles.M5311.Limits.AwakeSeconds)));
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void The_periodic_update_wakes_the_module_as_well()
    {
        var mcu = Asleep("AT*MATWAKEUP=1");
        Assert.That(mcu.Next(400), Is.EqualTo("*MATWAKEUP"));
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
    }

    [Test]
    public void A_report_after_waking_leaves_power_saving_mode()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Register();
        mcu.Command(PowerSaving);
        mcu.Await("*GOTOSLEEP");
        mcu.Send("AT");
        mcu.Advance(1);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,7"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,7"));
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [Test]
    public void Told_to_sleep_the_module_waits_for_no_active_time()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00100100\""); // 24 minutes
        mcu.Command("AT+CSCON=1");
        var start = mcu.World.Now;
        Assert.That(mcu.Command("AT*ENTERSLEEP"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("+CSCON: 0"));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        Assert.That(mcu.World.Now - start, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
        Assert.That(mcu.World.Module.Radio.State, Is.EqualTo(M531x.Emulator.Core.Radio.RadioState.PowerSaving));
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
    }

    [Test]
    public void Told_to_sleep_in_the_active_time_the_module_sleeps_at_once()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311, inactivitySeconds: 5);
        mcu.Take();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00100100\"");
        mcu.Advance(10);
        mcu.Send("AT*ENTERSLEEP");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "*GOTOSLEEP" }));
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void Told_to_sleep_without_power_saving_mode_the_network_still_reaches_the_module()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311, ages: false);
        mcu.Take();
        mcu.Register();
        mcu.Command("AT*MATWAKEUP=1");
        mcu.Take();
        mcu.Command("AT*ENTERSLEEP");
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty, "deaf");
        Assert.That(mcu.Next(), Is.EqualTo("*MATWAKEUP"), "woken by the UART");
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty, "it stays awake");

        mcu.Command("AT*ENTERSLEEP");
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        mcu.Call("GET", $"/nbiot?imei={Mcu.Imei}&obj_id=3200&obj_inst_id=0&res_id=5750");
        Assert.That(mcu.Next(), Is.EqualTo("*MATWAKEUP"), "woken by the network");
        Assert.That(mcu.Next(), Does.StartWith("+MIPLREAD:0,"));
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [TestCase("AT+CFUN=0")]
    [TestCase("AT+CGATT=0")]
    public void Told_to_sleep_without_a_network_the_module_sleeps_at_once(string before)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command(before);
        Assert.That(mcu.Command("AT*ENTERSLEEP"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(0), Is.EqualTo("*GOTOSLEEP"));
        mcu.Send("AT");
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_report_puts_the_sleep_off_until_the_connection_is_released()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Register();
        mcu.Command(PowerSaving);
        mcu.Send("AT*ENTERSLEEP");
        mcu.Send("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,7");
        mcu.Await("+MIPLEVENT:0,26,7");
        var answered = mcu.World.Now;
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
        Assert.That(mcu.World.Now - answered, Is.EqualTo(TimeSpan.FromSeconds(20)), "the inactivity, and no active time");
    }

    [TestCase("AT+SM=LOCK")]
    [TestCase("AT+SM=LOCK_FOREVER")]
    [TestCase("AT*SLEEP=0")]
    public void A_sleep_lock_forbids_to_sleep(string command)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command("AT+CMEE=1");
        mcu.Command(command);
        Assert.That(mcu.Command("AT*ENTERSLEEP"), Is.EqualTo(new[] { "+CME ERROR: 3" }));
        mcu.Advance(60);
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [TestCase("AT+SM=LOCK")]
    [TestCase("AT+SM=LOCK_FOREVER")]
    [TestCase("AT*SLEEP=0")]
    public void A_sleep_lock_keeps_the_line_served(string command)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command(PowerSaving);
        mcu.Command(command);
        mcu.Advance(60);
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [Test]
    public void A_lock_given_up_in_power_saving_mode_lets_the_module_sleep()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command(PowerSaving);
        mcu.Command("AT+SM=LOCK");
        mcu.Advance(60);
        Assert.That(mcu.Command("AT+SM=UNLOCK"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("*GOTOSLEEP"));
    }

    [Test]
    public void A_restart_wakes_the_module()
    {
        var mcu = Asleep();
        mcu.World.Reset(ResetCause.Pin);
        mcu.Advance(6);
        mcu.Take();
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }

    [TestCase("m5310a")]
    [TestCase("m5313")]
    public void Other_modules_answer_in_power_saving_mode(string profile)
    {
        var mcu = NeighbourProfiles.Start(ModuleProfile.Find(profile)! with { EchoByDefault = false });
        mcu.Take();
        mcu.Command(PowerSaving);
        mcu.Advance(60);
        Assert.That(mcu.World.Module.Radio.State, Is.EqualTo(M531x.Emulator.Core.Radio.RadioState.PowerSaving));
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
    }
}
