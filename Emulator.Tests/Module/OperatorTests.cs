using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>AT+COPS: the mode follows what was set, and leaving the network holds until another mode is chosen (3GPP TS 27.007 §7.3).</summary>
public sealed class OperatorTests
{
    static readonly string[] Ok = ["OK"];

    [Test]
    public void The_mode_follows_what_was_set()
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:0,2,\"46000\""));
        Assert.That(mcu.Command("AT+COPS=1,2,\"46000\""), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:1,2,\"46000\""));
        Assert.That(mcu.Command("AT+COPS=2"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:2"));
        Assert.That(mcu.Command("AT+COPS=0"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:0,2,\"46000\""));
    }

    [Test]
    public void A_foreign_operator_is_refused_and_changes_nothing()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CMEE=1");
        Assert.That(mcu.Command("AT+COPS=1,2,\"46001\""), Is.EqualTo(new[] { "+CME ERROR: 30" }));
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:0,2,\"46000\""));
    }

    [Test]
    public void A_module_that_left_the_network_stays_away()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CMEE=1");
        mcu.Command("AT+COPS=2");
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,0"));
        Assert.That(mcu.Command("AT+CGATT=1"), Is.EqualTo(new[] { "+CME ERROR: 3" }));
        mcu.Command("AT+CFUN=0");
        mcu.Command("AT+CFUN=1");
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:0"));
        mcu.Command("AT+COPS=0");
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:1"));
    }

    [Test]
    public void A_restart_returns_to_the_automatic_mode()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+COPS=2");
        mcu.Send("AT+NRB");
        mcu.Advance(5);
        mcu.Take();
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:0,2,\"46000\""));
    }

    [Test]
    public void The_M5313_keeps_its_blank_in_every_mode()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5313);
        mcu.Take();
        mcu.Command("AT+COPS=1,2,\"46000\"");
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS: 1,2,\"46000\", 0"));
    }
}
