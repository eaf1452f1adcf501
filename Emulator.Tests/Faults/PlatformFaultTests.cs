using M531x.Emulator.Core.Faults;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Faults;

/// <summary>Faults of the platform that its HTTP API shows.</summary>
public sealed class PlatformFaultTests
{
    static string TimeOfReport(Mcu mcu, string value)
    {
        mcu.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,{value.Length},\"{value}\",0,0");
        mcu.Advance(1);
        var id = mcu.Json(mcu.Call("GET", "/devices")).GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString();
        var points = mcu.Json(mcu.Call("GET", $"/devices/{id}/datapoints?datastream_id=3200_0_5750&limit=1"));
        return points.GetProperty("data").GetProperty("datastreams")[0].GetProperty("datapoints")[0].GetProperty("at").GetString()!;
    }

    [TestCase("ahead", 3)]
    [TestCase("behind", -3)]
    public void A_skewed_clock_stamps_reports_with_its_own_time(string way, int hours)
    {
        var mcu = new Mcu();
        mcu.Register();
        var before = DateTime.Parse(TimeOfReport(mcu, "one"), System.Globalization.CultureInfo.InvariantCulture);
        mcu.World.AddFault(FaultCatalog.Make("clock-skew", ("by", "3h"), ("way", way)));
        var during = DateTime.Parse(TimeOfReport(mcu, "two"), System.Globalization.CultureInfo.InvariantCulture);
        mcu.World.ClearFaults();
        var after = DateTime.Parse(TimeOfReport(mcu, "six"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.That((during - before).TotalHours, Is.EqualTo(hours).Within(0.01));
        Assert.That((after - before).TotalHours, Is.EqualTo(0).Within(0.01));
    }
}
