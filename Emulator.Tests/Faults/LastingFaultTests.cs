using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Faults;

/// <summary>What a fault has changed is as before once it is over, removed or cleared.</summary>
public sealed class LastingFaultTests
{
    static string Ask(Mcu mcu, string command) => string.Join(' ', mcu.Command(command));

    [TestCase("csq", "AT+CSQ", "+CSQ:24,99 OK", "+CSQ:5,99 OK")]
    [TestCase("no-coverage", "AT+CEREG?", "+CEREG:0,1 OK", "+CEREG:0,2 OK")]
    [TestCase("edrx", "AT+CEDRXRDP", "+CEDRXRDP:0 OK", "+CEDRXRDP:5,\"0101\",\"0101\",\"0011\" OK")]
    [TestCase("hang", "AT+CGATT?", "+CGATT:1 OK", "")]
    [TestCase("break", "AT+CGATT?", "+CGATT:1 OK", "")]
    public void The_state_before_comes_back(string type, string command, string before, string during)
    {
        var mcu = new Mcu();
        mcu.Advance(1);
        Assert.That(Ask(mcu, command), Is.EqualTo(before));

        mcu.World.AddFault(FaultCatalog.Make(type) with { For = TimeSpan.FromSeconds(30) });
        Assert.That(Ask(mcu, command).Trim('\0'), Is.EqualTo(during), "while it lasts");
        mcu.Advance(31);
        Assert.That(Ask(mcu, command).TrimStart('\0', ' '), Is.EqualTo(before), "when its time is over");

        mcu.World.AddFault(FaultCatalog.Make(type) with { For = TimeSpan.FromHours(1) });
        Assert.That(Ask(mcu, command).Trim('\0'), Is.EqualTo(during), "again");
        mcu.World.ClearFaults();
        Assert.That(Ask(mcu, command).TrimStart('\0', ' '), Is.EqualTo(before), "when all are cleared");
    }

    [Test]
    public void The_preset_ip_ageing_ages_after_silence_and_not_before()
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { IpAgeing = null } });
        foreach (var fault in FaultCatalog.Presets["ip-ageing"])
            mcu.World.AddFault(fault);
        mcu.Advance(119);
        Assert.That(mcu.World.Events.Count(e => e.Key == "radio.mapping.aged"), Is.Zero);
        mcu.Advance(5);
        Assert.That(mcu.World.Events.Count(e => e.Key == "radio.mapping.aged"), Is.EqualTo(1));
    }

    [Test]
    public void An_address_that_ages_by_silence_is_kept_again_afterwards()
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { IpAgeing = null } });
        mcu.Advance(1);
        mcu.World.AddFault(FaultCatalog.Make("ip-age", ("idle", "20s")));
        mcu.Advance(21);
        Assert.That(mcu.World.Events.Count(e => e.Key == "radio.mapping.aged"), Is.EqualTo(1));
        mcu.World.ClearFaults();
        mcu.Command("AT+NPING=192.0.2.1"); // traffic makes a new mapping
        mcu.Advance(600);
        Assert.That(mcu.World.Events.Count(e => e.Key == "radio.mapping.aged"), Is.EqualTo(1));
    }
}
