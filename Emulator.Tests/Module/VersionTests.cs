using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>AT+CMVER and AT+SWVER: drivers skip blanks and line ends and read the version up to the next line end.</summary>
public sealed class VersionTests
{
    [TestCase("m5310a", "AT+CMVER", "2.1.1.1809071028")]
    [TestCase("m5311", "AT+SWVER", "M5311-MLVH0S00")]
    public void A_version_is_one_bare_line(string profile, string command, string version) =>
        Assert.That(McuOf(profile).Command(command), Is.EqualTo(new[] { version, "OK" }));

    [Test]
    public void Every_module_has_a_firmware_version() =>
        Assert.That(ModuleProfile.All.Select(p => McuOf(p.Name).Command("AT+CMVER")), Has.All.Length.EqualTo(2).And.All.Some.EqualTo("OK"));

    [Test]
    public void Only_the_M5311_has_a_software_version() =>
        Assert.That(ModuleProfile.All.Where(p => McuOf(p.Name).Command("AT+SWVER")[^1] == "OK").Select(p => p.Name), Is.EqualTo(new[] { "m5311" }));

    static Mcu McuOf(string profile)
    {
        var module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } };
        var mcu = new Mcu(new VirtualWorldOptions { Module = module });
        mcu.Take(); // the address line
        return mcu;
    }
}
