using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>AT+CPSMS, AT+CEDRXS and AT+NPTWEDRXS: turning off keeps the values, and only the mode that forgets forgets (3GPP TS 27.007 §7.38, §7.40).</summary>
public sealed class PowerSavingSettingTests
{
    static readonly string[] Ok = ["OK"];

    [Test]
    public void Extended_drx_reports_when_asked()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Send("AT+CEDRXS=2,5,\"0101\"");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+CEDRXP:5,\"0101\",\"0101\",\"0011\"" }));
        mcu.Send("AT+NPTWEDRXS=2,5,\"0001\",\"0011\"");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+NPTWEDRXP:5,\"0001\",\"0011\",\"0011\",\"0001\"" }));
    }

    [Test]
    public void Power_saving_that_is_turned_off_keeps_its_timers()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000101\"");
        Assert.That(mcu.Command("AT+CPSMS=0"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:0,,,\"10100101\",\"00000101\""));
        mcu.Advance(100);
        Assert.That(mcu.World.Module.Radio.State, Is.EqualTo(RadioState.Idle));
        mcu.Command("AT+CPSMS=1");
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:1,,,\"10100101\",\"00000101\""));
        mcu.Advance(100);
        Assert.That(mcu.World.Module.Radio.State, Is.EqualTo(RadioState.PowerSaving));
    }

    [Test]
    public void Only_mode_2_forgets_the_timers()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000111\"");
        Assert.That(mcu.Command("AT+CPSMS=2"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:0"));
        mcu.Advance(100);
        Assert.That(mcu.World.Module.Radio.State, Is.EqualTo(RadioState.Idle));
        mcu.Command("AT+CPSMS=1");
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:1,,,\"00100001\",\"00000101\""));
    }

    [Test]
    public void A_timer_that_is_left_out_stays()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00000111\"");
        mcu.Command("AT+CPSMS=1,,,,\"00000011\"");
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:1,,,\"10100101\",\"00000011\""));
        mcu.Command("AT+CPSMS=0,,,\"00100010\"");
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:0,,,\"00100010\",\"00000011\""));
    }

    [TestCase("AT+CEDRXS=0")]
    [TestCase("AT+NPTWEDRXS=0,5")]
    public void Extended_drx_that_is_turned_off_keeps_its_values(string off)
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+NPTWEDRXS=1,5,\"0001\",\"1001\"");
        Assert.That(mcu.Command(off), Is.EqualTo(Ok));
        Assert.That(mcu.World.Module.Radio.Edrx, Is.Null);
        Assert.That(mcu.Command("AT+CEDRXRDP")[0], Is.EqualTo("+CEDRXRDP:0"));
        Assert.That(mcu.Command("AT+CEDRXS?")[0], Is.EqualTo("+CEDRXS:5,\"1001\""));
        Assert.That(mcu.Command("AT+NPTWEDRXS?")[0], Is.EqualTo("+NPTWEDRXS:5,\"0001\",\"1001\""));
        mcu.Command("AT+CEDRXS=1,5");
        Assert.That(mcu.Command("AT+CEDRXRDP")[0], Is.EqualTo("+CEDRXRDP:5,\"1001\",\"1001\",\"0001\""));
    }

    [TestCase("AT+CEDRXS=3")]
    [TestCase("AT+NPTWEDRXS=3,5")]
    public void Only_mode_3_forgets_extended_drx(string forget)
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+NPTWEDRXS=1,5,\"0001\",\"1001\"");
        Assert.That(mcu.Command(forget), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CEDRXS?"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+NPTWEDRXS?"), Is.EqualTo(Ok));
        mcu.Command("AT+CEDRXS=1");
        Assert.That(mcu.Command("AT+CEDRXRDP")[0], Is.EqualTo("+CEDRXRDP:5,\"0010\",\"0010\",\"0011\""));
    }

    [Test]
    public void What_is_turned_off_is_still_off_in_the_next_process_and_not_forgotten()
    {
        var mcu = NeighbourProfiles.Start();
        foreach (var command in (string[])["AT+CPSMS=1,,,\"10100101\",\"00000101\"", "AT+CEDRXS=1,5,\"1001\"", "AT+CPSMS=0", "AT+CEDRXS=0"])
            mcu.Command(command);
        var next = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { SavedSettings = mcu.World.SavedSettings } });
        Assert.That(next.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:0,,,\"10100101\",\"00000101\""));
        Assert.That(next.Command("AT+CEDRXS?")[0], Is.EqualTo("+CEDRXS:5,\"1001\""));
        Assert.That((next.World.Module.Radio.Psm, next.World.Module.Radio.Edrx), Is.EqualTo(((PsmSettings?)null, (EdrxSettings?)null)));
    }
}
