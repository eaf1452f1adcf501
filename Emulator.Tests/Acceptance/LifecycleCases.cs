using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Server;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Acceptance;

/// <summary>Chapters 5, 6 and 9 of China Mobile's communication suite test specification 2.1.</summary>
public sealed class LifecycleCases
{
    static string[] Ok => SuiteDevice.Ok;

    [Test]
    public void Case_5_1_The_version_is_shown()
    {
        var answer = new SuiteDevice().Command("AT+MIPLVER?");
        Assert.That(answer, Is.EqualTo(new[] { "+MIPLVER:2.3.0", "OK" }));
    }

    [Test]
    public void Case_5_2_A_created_instance_can_register()
    {
        var device = new SuiteDevice();
        device.Create();
        device.AddObjects();
        device.Open();
        Assert.That(device.IsOnline, Is.True);
        Assert.That(device.Events<DeviceRegistered>().Single().Lifetime, Is.EqualTo(3600));
    }

    [Test]
    public void Case_5_3_After_delete_there_is_nothing_to_register()
    {
        var device = new SuiteDevice();
        device.Create();
        device.AddObjects();
        Assert.That(device.Command("AT+MIPLDELETE=0"), Is.EqualTo(Ok));
        Assert.That(device.Command("AT+MIPLOPEN=0,3600,30"), Is.EqualTo(new[] { "+CIS ERROR:653" }));
        device.Mcu.Advance(60);
        Assert.That(device.Mcu.World.Datagrams, Is.Empty);
        Assert.That(device.IsOnline, Is.False);
    }

    [Test]
    public void Case_5_4_Added_objects_are_discovered_by_the_platform()
    {
        var device = new SuiteDevice();
        device.Create();
        Assert.That(device.Command("AT+MIPLADDOBJ=0,3303,2,\"11\",6,1"), Is.EqualTo(Ok));
        Assert.That(device.Command("AT+MIPLADDOBJ=0,3306,1,\"1\",5,0"), Is.EqualTo(Ok));
        device.ListResources();
        device.Open();
        Assert.That(device.PlatformResources(), Is.EqualTo(new[]
        {
            "3303/0: 5700,5701,5601,5602,5603,5604,5605",
            "3303/1: 5700,5701,5601,5602,5603,5604,5605",
            "3306/0: 5850,5851,5852,5853,5750",
        }));
    }

    [Test]
    public void Case_5_5_A_deleted_object_is_discovered_no_more()
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.PlatformResources().Last(), Does.StartWith("3306/0: "));
        Assert.That(device.Command("AT+MIPLDELOBJ=0,3306"), Is.EqualTo(Ok));
        Assert.That(device.Command("AT+MIPLCLOSE=0"), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));

        Assert.That(device.Command($"AT+MIPLDISCOVERRSP=0,3303,1,34,\"{SuiteDevice.TemperatureResources}\""), Is.EqualTo(Ok));
        Assert.That(device.Command("AT+MIPLOPEN=0,3600,30"), Is.EqualTo(Ok));
        device.Mcu.Await("+MIPLEVENT:0,6");
        device.Mcu.Await("+MIPLREAD:0,");
        device.Mcu.Advance(1);
        Assert.That(device.PlatformResources().Select(r => r[..6]), Is.EqualTo(new[] { "3303/0", "3303/1" }));
        Assert.That(device.Mcu.Take().Where(l => l.Contains("3306", StringComparison.Ordinal)), Is.Empty);
        Assert.That(device.Mcu.Json(device.Nbiot("GET", "/discover", "obj_id=3306")).GetProperty("error").GetString(), Is.EqualTo("NOT_FOUND"));
    }

    [Test]
    public void Case_6_1_A_registered_device_is_online_observed_and_discovered()
    {
        var device = new SuiteDevice();
        device.Create();
        device.AddObjects();
        Assert.That(device.IsOnline, Is.False);
        Assert.That(device.Command("AT+MIPLOPEN=0,3600,30"), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(device.IsOnline, Is.True);
        string[] lines = [.. Enumerable.Range(0, 6).Select(_ => device.Mcu.Next())];
        Assert.That(lines.Select(WithoutMid), Is.EqualTo(new[]
        {
            "+MIPLOBSERVE:0,mid,1,3303,0,-1", "+MIPLOBSERVE:0,mid,1,3303,1,-1", "+MIPLOBSERVE:0,mid,1,3306,0,-1",
            "+MIPLDISCOVER:0,mid,3303", "+MIPLDISCOVER:0,mid,3306", "+MIPLREAD:0,mid,3,0,-1",
        }));
        var mids = lines.Select(l => int.Parse(l.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.That(mids, Is.EqualTo(Enumerable.Range(0, 6).Select(i => (mids[0] + i) & 0xFFFF)));
        device.Mcu.Advance(60);
        Assert.That(device.Mcu.Take(), Is.Empty);
        Assert.That(device.Events<DownlinkFailed>(), Is.Empty);
    }

    [TestCase("AT+MIPLUPDATE=0,0,0", 86400, TestName = "Case_6_2_An_update_without_parameters_succeeds")]
    [TestCase("AT+MIPLUPDATE=0,3600,1", 3600, TestName = "Case_6_3_An_update_with_lifetime_and_objects_succeeds")]
    public void Case_6_2_and_6_3_An_update_is_taken_by_the_platform(string command, int lifetime)
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.Command(command), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(device.Events<DeviceUpdated>().Single().Lifetime, Is.EqualTo(lifetime));
        Assert.That(device.IsOnline, Is.True);
        device.Mcu.Advance(lifetime - 1);
        Assert.That(device.IsOnline, Is.True);
    }

    [Test]
    public void Case_6_4_A_closed_device_is_offline()
    {
        var device = SuiteDevice.Registered();
        Assert.That(device.Command("AT+MIPLCLOSE=0"), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(device.IsOnline, Is.False);
        Assert.That(device.Events<DeviceOffline>().Single().Reason, Is.EqualTo(RegistrationEndReason.Deregistered));
        Assert.That(device.Mcu.Answer(device.Nbiot("GET", "", "obj_id=3303")), Does.Contain("2001"));
    }

    [Test]
    public void Case_9_1_Bootstrap_leads_to_event_2_and_then_6()
    {
        var device = new SuiteDevice();
        device.Create();
        device.AddObjects();
        Assert.That(device.Command("AT+MIPLDEVINFO?"), Is.EqualTo(new[] { "+MIPLDEVINFO:\"nbiotbt.heclouds.com:5683\",1", "OK" }));
        Assert.That(device.Command("AT+MIPLOPEN=0,3600,30"), Is.EqualTo(Ok));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(device.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(device.Events<BootstrapCompleted>().Count(), Is.EqualTo(1));
        Assert.That(device.Command("AT+MIPLDEVINFO?"), Is.EqualTo(new[] { "+MIPLDEVINFO:\"183.230.40.40:5683\",0", "OK" }));
    }

    static string WithoutMid(string line)
    {
        var parts = line.Split(',');
        parts[1] = "mid";
        return string.Join(',', parts);
    }
}
