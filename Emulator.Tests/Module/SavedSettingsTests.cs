using System.Text.Json.Nodes;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Settings that go out as text when they change and come back in at the next start.</summary>
public sealed class SavedSettingsTests
{
    static readonly string Factory = new ModuleSettings(ModuleProfile.M5310A).ToJson();

    [Test]
    public void What_an_mcu_sets_is_there_in_the_next_process()
    {
        var mcu = new Mcu();
        foreach (var command in new[] { "AT+NCONFIG=CELL_RESELECTION,FALSE", "AT+CGDCONT=3,\"IP\",\"other\"", "AT+NCDP=\"192.0.2.7\",5683", "AT+NBAND=5", "AT+NEARFCN=0,3736,1F7", "AT+CPSMS=1,,,\"10100101\",\"00100100\"", "AT+CEDRXS=1,5,\"1001\"", "AT+CCLK=\"21/05/06,07:08:09+20\"" })
            Assert.That(mcu.Command(command), Is.EqualTo(new[] { "OK" }), command);

        var next = Start(mcu.World.SavedSettings);

        Assert.Multiple(() =>
        {
            Assert.That(next.Command("AT+NCONFIG?"), Does.Contain("+NCONFIG:CELL_RESELECTION,FALSE"));
            foreach (var command in new[] { "AT+CGDCONT?", "AT+NCDP?", "AT+NBAND?", "AT+NEARFCN?", "AT+CPSMS?", "AT+CEDRXS?", "AT+CCLK?" })
                Assert.That(next.Command(command), Is.EqualTo(mcu.Command(command)).And.Length.GreaterThan(1), command);
        });
    }

    [Test]
    public void A_module_that_was_told_so_does_not_attach_by_itself_in_the_next_process()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Command("AT+NCONFIG=AUTOCONNECT,FALSE"), Is.EqualTo(new[] { "OK" }));
        var next = Start(mcu.World.SavedSettings);
        Assert.That(next.Command("AT+CFUN?"), Is.EqualTo(new[] { "+CFUN:0", "OK" }));
        Assert.That(next.Command("AT+CGATT?"), Is.EqualTo(new[] { "+CGATT:0", "OK" }));
    }

    [Test]
    public void What_a_restart_takes_is_not_saved()
    {
        var mcu = new Mcu();
        foreach (var command in new[] { "AT+NNMI=1", "AT+NSMI=1", "AT+CEREG=1", "AT+MIPLCREATE" })
            mcu.Command(command);
        Assert.That(mcu.World.SavedSettings, Is.Null, "nothing changed that outlives a restart");

        var m5311 = Start(null, NeighbourProfiles.M5311);
        m5311.Take();
        m5311.Command("AT+SM=LOCK");
        Assert.That(m5311.World.SavedSettings, Is.Null);
        m5311.Command("AT+SM=LOCK_FOREVER");
        var next = Start(m5311.World.SavedSettings, NeighbourProfiles.M5311);
        next.Take();
        Assert.That(next.Command("AT+SM?"), Is.EqualTo(new[] { "+SM: LOCK_FOREVER", "OK" }));
    }

    [Test]
    public void Questions_and_repetitions_save_nothing_again()
    {
        var mcu = new Mcu();
        mcu.Command("AT+NBAND=5,8");
        var saved = mcu.World.SavedSettings;
        Assert.That(saved, Is.Not.Null);
        mcu.Command("AT+NBAND=5,8");
        mcu.Command("AT+NBAND?");
        Assert.That(mcu.World.SavedSettings, Is.SameAs(saved));
    }

    [TestCaseSource(typeof(ModuleProfile), nameof(ModuleProfile.All))]
    public void Every_kept_setting_of_every_profile_can_be_read_back(object profile)
    {
        var module = (ModuleProfile)profile with { EchoByDefault = false };
        var mcu = Start(null, module);
        string[] commands =
        [
            "AT+NATSPEED=9600,30,1,2,1,0,0", "AT+IPR=115200", "AT+CMSYSCTRL=1,2", "AT+CFGDUALMODE=1,0", "AT+CFGRATPRIO=2", "AT*SLEEP=0",
            "AT*MATWAKEUP=1", "AT+NPTWEDRXS=1,5,\"0011\",\"0101\"", "AT+NBAND=5,8", "AT*CMBAND=8", "AT+NCDP=192.0.2.1", "AT*MCGDEFCONT=\"IP\",\"a\xE9b\"",
            "AT+NEARFCN=0,3734", "AT*FRCLLCK=1,3734,5",
        ];
        foreach (var command in commands)
            mcu.Command(command);
        var saved = mcu.World.SavedSettings!;
        Assert.That(ModuleSettings.FromJson(module, saved).ToJson(), Is.EqualTo(saved));
    }

    [TestCase("profile", "\"m5311\"", "profile: the settings of m5311 do not fit m5310a")]
    [TestCase("profile", "5", "profile: expected up to")]
    [TestCase("contexts", "[]", "contexts: expected an object")]
    [TestCase("contexts", "{}", "contexts.0: the module's own context is missing")]
    [TestCase("contexts", "{\"11\":{}}", "contexts.11: expected a number from 0 to 10")]
    [TestCase("contexts", "{\"0\":{\"type\":\"IP\"}}", "contexts.0.apn: missing")]
    [TestCase("contexts", "{\"0\":{\"type\":\"IP\",\"apn\":\"a\\r\\nb\"}}", "contexts.0.apn: expected up to")]
    [TestCase("contexts", "{\"0\":{\"type\":\"IP\",\"apn\":\"\",\"x\":1}}", "contexts.0.x: unknown field")]
    [TestCase("functions", "{\"NOISE\":\"TRUE\"}", "functions.NOISE: unknown field")]
    [TestCase("functions", "{\"AUTOCONNECT\":\"MAYBE\"}", "functions.AUTOCONNECT: expected TRUE or FALSE")]
    [TestCase("contexts", "{\"0\":{\"type\":\"X25\",\"apn\":\"\"}}", "contexts.0.type: expected one of IP, IPV6, IPV4V6, NONIP")]
    [TestCase("bands", "8", "bands: expected one or more of 1,3,5,8,20,28")]
    [TestCase("bands", "[]", "bands: expected one or more of 1,3,5,8,20,28")]
    [TestCase("bands", "[8,2]", "bands: expected one or more of 1,3,5,8,20,28")]
    [TestCase("lock", "{\"mode\":0,\"earfcn\":5000,\"offset\":null,\"physicalCell\":null}", "lock.earfcn: expected a frequency of band 1,3,5,8,20,28")]
    [TestCase("lock", "{\"mode\":0,\"earfcn\":3555,\"offset\":22,\"physicalCell\":null}", "lock.offset: expected a whole number from 0 to 21")]
    [TestCase("lock", "{\"mode\":0,\"earfcn\":3555,\"offset\":null}", "lock.physicalCell: missing")]
    [TestCase("psm", "{\"on\":1,\"periodic\":\"10100101\",\"activeTime\":\"00100101\"}", "psm.on: expected true or false")]
    [TestCase("psm", "{\"on\":true,\"periodic\":\"10100101\",\"activeTime\":\"0010010\"}", "psm.activeTime: expected 8 binary digits")]
    [TestCase("edrx", "{\"on\":true,\"cycle\":\"0012\",\"window\":\"0011\"}", "edrx.cycle: expected 4 binary digits")]
    [TestCase("clockOffsetMilliseconds", "1e300", "clockOffsetMilliseconds: expected a whole number")]
    [TestCase("timeZone", "97", "timeZone: expected a whole number from -96 to 96")]
    [TestCase("kept", "{\"+SM\":\"LOCK\"}", "kept.+SM: no setting of the M5310-A")]
    [TestCase("kept", "{\"+IPR\":\"fast\"}", "kept.+IPR: no setting of the M5310-A")]
    [TestCase("more", "1", "more: unknown field")]
    public void A_bad_field_is_named(string field, string json, string error)
    {
        var settings = JsonNode.Parse(Factory)!.AsObject();
        settings[field] = JsonNode.Parse(json);
        Assert.That(() => ModuleSettings.FromJson(ModuleProfile.M5310A, settings.ToJsonString()),
            Throws.TypeOf<FormatException>().With.Message.StartWith(error));
    }

    [Test]
    public void A_missing_field_is_named()
    {
        foreach (var field in JsonNode.Parse(Factory)!.AsObject().Select(p => p.Key))
        {
            var settings = JsonNode.Parse(Factory)!.AsObject();
            settings.Remove(field);
            Assert.That(() => ModuleSettings.FromJson(ModuleProfile.M5310A, settings.ToJsonString()),
                Throws.TypeOf<FormatException>().With.Message.EqualTo($"{field}: missing"));
        }
    }

    [TestCase("", "not JSON: ")]
    [TestCase("{", "not JSON: ")]
    [TestCase("7", "file: expected an object")]
    public void What_is_no_settings_file_is_refused(string json, string error) =>
        Assert.That(() => ModuleSettings.FromJson(ModuleProfile.M5310A, json), Throws.TypeOf<FormatException>().With.Message.StartWith(error));

    static Mcu Start(string? saved, ModuleProfile? profile = null) => new(new VirtualWorldOptions
    {
        Module = new ModuleOptions { SavedSettings = saved, Profile = profile ?? ModuleProfile.M5310A },
    });
}
