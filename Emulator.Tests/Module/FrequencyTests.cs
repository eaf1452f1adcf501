using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Locks and bands: what is set is read, is kept, and moves the cell that every other command shows.</summary>
public sealed class FrequencyTests
{
    static readonly string[] Ok = ["OK"];

    static Mcu Start(ModuleProfile profile, string? saved = null)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = profile, SavedSettings = saved } });
        mcu.Take();
        return mcu;
    }

    [Test]
    public void A_locked_frequency_shows_everywhere_and_outlives_process_and_restart()
    {
        var mcu = Start(ModuleProfile.M5310A);
        Assert.That(mcu.Command("AT+NEARFCN=0,2500,1F"), Is.EqualTo(Ok));
        AssertLocked(mcu);
        mcu.Send("AT+NRB");
        mcu.Advance(5);
        mcu.Take();
        AssertLocked(mcu);
        AssertLocked(Start(ModuleProfile.M5310A, mcu.World.SavedSettings));

        static void AssertLocked(Mcu mcu)
        {
            Assert.That(mcu.Command("AT+NEARFCN?"), Is.EqualTo(new[] { "+NEARFCN:0,2500,1F", "OK" }));
            Assert.That(mcu.Command("AT+NUESTATS"), Is.SupersetOf(new[] { "EARFCN:2500", "PCI:31", "CURRENT BAND:5" }));
            Assert.That(mcu.Command("AT+NUESTATS=CELL")[0], Does.StartWith("NUESTATS:CELL,2500,31,1,"));
        }
    }

    [Test]
    public void Stored_frequencies_can_be_forgotten()
    {
        var mcu = Start(ModuleProfile.M5310A);
        mcu.Command("AT+NEARFCN=0,2500,1F");
        Assert.That(mcu.Command("AT+NCSEARFCN"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+NEARFCN?"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+NUESTATS"), Is.SupersetOf(new[] { "EARFCN:3555", "PCI:216", "CURRENT BAND:8" }));
        Assert.That(Start(ModuleProfile.M5310A, mcu.World.SavedSettings).Command("AT+NEARFCN?"), Is.EqualTo(Ok));
    }

    [TestCase("1,3736", "*FRCLLCK: 1,3736,2", "*ENGINFOSC: 3736,2,216,")]
    [TestCase("1,3736,0", "*FRCLLCK: 1,3736,0", "*ENGINFOSC: 3736,0,216,")]
    [TestCase("1,2500,21,503", "*FRCLLCK: 1,2500,21,503", "*ENGINFOSC: 2500,21,503,")]
    public void A_locked_cell_of_the_M5311_shows_everywhere_and_outlives_the_process(string given, string read, string cell)
    {
        var mcu = Start(NeighbourProfiles.M5311);
        Assert.That(mcu.Command($"AT*FRCLLCK={given}"), Is.EqualTo(Ok));
        var next = Start(NeighbourProfiles.M5311, mcu.World.SavedSettings);
        foreach (var each in (Mcu[])[mcu, next])
        {
            Assert.That(each.Command("AT*FRCLLCK?"), Is.EqualTo(new[] { read, "OK" }));
            Assert.That(each.Command("AT*FRCLLCK"), Is.EqualTo(new[] { read, "OK" }));
            Assert.That(each.Command("AT*ENGINFO=0")[0], Does.StartWith(cell));
        }
        Assert.That(next.Command("AT*FRCLLCK=0"), Is.EqualTo(Ok));
        Assert.That(next.Command("AT*FRCLLCK?"), Is.EqualTo(new[] { "*FRCLLCK: 0", "OK" }));
        Assert.That(next.Command("AT*ENGINFO=0")[0], Does.StartWith("*ENGINFOSC: 3555,2,216,"));
    }

    [TestCase("5,8", "3555", "8")]
    [TestCase("5", "2524", "5")]
    [TestCase("28,20", "9434", "28")]
    public void The_cell_is_in_a_band_that_is_searched(string bands, string earfcn, string band)
    {
        var mcu = Start(ModuleProfile.M5310A);
        Assert.That(mcu.Command($"AT+NBAND={bands}"), Is.EqualTo(Ok));
        var next = Start(ModuleProfile.M5310A, mcu.World.SavedSettings);
        foreach (var each in (Mcu[])[mcu, next])
        {
            Assert.That(each.Command("AT+NBAND?"), Is.EqualTo(new[] { $"+NBAND:{bands}", "OK" }));
            Assert.That(each.Command("AT+NUESTATS"), Is.SupersetOf(new[] { $"EARFCN:{earfcn}", $"CURRENT BAND:{band}" }));
        }
    }

    [Test]
    public void Bands_of_the_M5311_are_kept_as_well()
    {
        var mcu = Start(NeighbourProfiles.M5311);
        Assert.That(mcu.Command("AT*CMBAND=3,5"), Is.EqualTo(Ok));
        var next = Start(NeighbourProfiles.M5311, mcu.World.SavedSettings);
        Assert.That(next.Command("AT*CMBAND?"), Is.EqualTo(new[] { "*CMBAND: 3,5", "OK" }));
        Assert.That(next.Command("AT*ENGINFO=0")[0].Split(',')[9], Is.EqualTo("3"));
    }

    [Test]
    public void A_refused_band_or_frequency_changes_nothing()
    {
        var mcu = Start(ModuleProfile.M5310A);
        foreach (var command in (string[])["AT+NBAND=5,2", "AT+NEARFCN=0,5000"])
            Assert.That(mcu.Command(command), Is.EqualTo(new[] { "ERROR" }), command);
        Assert.That(mcu.Command("AT+NBAND?")[0], Is.EqualTo("+NBAND:8"));
        Assert.That(mcu.Command("AT+NUESTATS"), Does.Contain("EARFCN:3555"));
        Assert.That(mcu.World.SavedSettings, Is.Null);
    }
}
