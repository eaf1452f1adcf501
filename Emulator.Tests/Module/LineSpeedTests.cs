using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>AT+NATSPEED and AT+IPR change the speed of the UART for everything after their OK.</summary>
public sealed class LineSpeedTests
{
    [TestCase("m5310a", 9600)]
    [TestCase("m5311", 115200)]
    public void A_module_starts_at_the_speed_of_its_profile(string profile, int speed)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } } });
        mcu.Take();
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { speed }));
        Assert.That(mcu.Command("AT+IPR?")[0], Does.EndWith($"{speed}"));
        Assert.That(mcu.Command("AT+NATSPEED?")[0], Does.EndWith($"{speed},2,1,2,1,0,0"));
    }

    [TestCase("AT+NATSPEED=115200,30,1,2,1,0,0", 115200, "115200,30,1,2,1,0,0")]
    [TestCase("AT+NATSPEED=57600", 57600, "57600,2,1,2,1,0,0")]
    [TestCase("AT+IPR=19200", 19200, "19200,2,1,2,1,0,0")]
    public void The_speed_changes_after_the_OK_and_both_commands_show_it(string command, int speed, string detail)
    {
        var module = new M531xModule(new ModuleOptions(), new SeededRandom(1), new SeededRandom(2).Fill);
        module.PowerOn(TimeSpan.Zero, quiet: true);
        while (module.TryTake(out _))
        {
        }
        module.HandleSerial(TimeSpan.Zero, System.Text.Encoding.ASCII.GetBytes(command + "\r"));
        List<ModuleEffect> effects = [];
        while (module.TryTake(out var effect))
            effects.Add(effect);
        var ok = effects.FindIndex(e => e is SerialOutput);
        var change = effects.FindIndex(e => e is LineSpeedChanged);
        Assert.That(ok, Is.GreaterThanOrEqualTo(0).And.LessThan(change));
        Assert.That(effects[change], Is.EqualTo(new LineSpeedChanged(speed)));
        Assert.That(effects, Has.Some.Matches<ModuleEffect>(e => e is TraceOutput { Layer: "uart", Name: "speed" } told && told.Detail == $"{speed} bit/s"));

        var mcu = new Mcu();
        mcu.Command(command);
        Assert.That(mcu.Command("AT+IPR?")[0], Is.EqualTo($"+IPR:{speed}"));
        Assert.That(mcu.Command("AT+NATSPEED?")[0], Is.EqualTo($"+NATSPEED:{detail}"));
    }

    [TestCase("AT+NATSPEED=115200,30,1,2,1,0,0", 115200)]
    [TestCase("AT+NATSPEED=115200,30,0,2,1,0,0", 9600)]
    [TestCase("AT+IPR=115200", 115200)]
    public void Only_a_stored_speed_outlives_a_restart(string command, int afterwards)
    {
        var mcu = new Mcu();
        mcu.Command(command);
        Assert.That(mcu.World.LineSpeeds[^1], Is.EqualTo(115200));
        mcu.World.Reset(ResetCause.Pin);
        Assert.That(mcu.World.LineSpeeds[^1], Is.EqualTo(afterwards), "and holds before the boot lines are printed");
        mcu.Advance(5);
        mcu.Take();
        Assert.That(mcu.Command("AT+IPR?")[0], Is.EqualTo($"+IPR:{afterwards}"));
    }

    [Test]
    public void A_stored_speed_is_there_in_the_next_process()
    {
        var mcu = new Mcu();
        mcu.Command("AT+NATSPEED=115200,30,1,2,1,0,0");
        var next = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { SavedSettings = mcu.World.SavedSettings } });
        Assert.That(next.World.LineSpeeds, Is.EqualTo(new[] { 115200 }));
        Assert.That(next.Command("AT+NATSPEED?")[0], Is.EqualTo("+NATSPEED:115200,30,1,2,1,0,0"));
    }

    [Test]
    public void A_speed_of_0_follows_the_MCU()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+IPR=0"), Is.EqualTo("OK"));
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { 9600, 0 }));
    }

    [TestCase("AT+IPR=12345")]
    [TestCase("AT+NATSPEED=10000")]
    [TestCase("AT+NATSPEED=0")]
    public void A_speed_no_UART_has_is_refused(string command)
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask(command), Is.EqualTo("ERROR"));
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { 9600 }));
    }

    [Test]
    public void The_speed_in_use_again_changes_nothing()
    {
        var mcu = new Mcu();
        mcu.Command("AT+IPR=9600");
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { 9600 }));
    }
}
