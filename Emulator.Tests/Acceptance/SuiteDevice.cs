using System.Globalization;
using System.Text.Json;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Acceptance;

/// <summary>
/// The device of China Mobile's communication suite test: object 3303 with two instances, object 3306 with one,
/// and the platform seen through its HTTP API.
/// </summary>
sealed class SuiteDevice
{
    public const string TemperatureResources = "5700;5701;5601;5602;5603;5604;5605";
    public const string ActuationResources = "5850;5851;5852;5853;5750";
    const string Device = "imei=" + Mcu.Imei;

    public static readonly string[] Ok = ["OK"];

    public Mcu Mcu { get; } = new();

    public static SuiteDevice Registered()
    {
        var device = new SuiteDevice();
        device.Create();
        device.AddObjects();
        device.Open();
        return device;
    }

    public string[] Command(string command) => Mcu.Command(command);

    public void Create() => Assert.That(Command("AT+MIPLCREATE"), Is.EqualTo(new[] { "+MIPLCREATE:0", "OK" }));

    public void AddObjects()
    {
        Assert.That(Command("AT+MIPLADDOBJ=0,3303,2,\"11\",6,1"), Is.EqualTo(Ok));
        Assert.That(Command("AT+MIPLADDOBJ=0,3306,1,\"1\",5,0"), Is.EqualTo(Ok));
        ListResources();
    }

    public void ListResources()
    {
        Assert.That(Command($"AT+MIPLDISCOVERRSP=0,3303,1,34,\"{TemperatureResources}\""), Is.EqualTo(Ok));
        Assert.That(Command($"AT+MIPLDISCOVERRSP=0,3306,1,24,\"{ActuationResources}\""), Is.EqualTo(Ok));
    }

    /// <summary>Registers and lets the platform's own requests pass.</summary>
    public void Open()
    {
        Assert.That(Command("AT+MIPLOPEN=0,3600,30"), Is.EqualTo(Ok));
        Mcu.Await("+MIPLEVENT:0,6");
        Mcu.Await("+MIPLREAD:0,");
        Mcu.Advance(1);
        Mcu.Take();
    }

    public string DeviceId => Json("GET", $"/devices/status?{Device}").GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString()!;

    public bool IsOnline => Json("GET", $"/devices/status?{Device}").GetProperty("data").GetProperty("devices")[0].GetProperty("online").GetBoolean();

    /// <summary>Starts a call under /nbiot with the device's imei.</summary>
    public long Nbiot(string method, string path, string query, string? body = null) => Mcu.Call(method, $"/nbiot{path}?{Device}&{query}", body);

    public JsonElement Json(string method, string pathAndQuery) => Mcu.Json(Mcu.Call(method, pathAndQuery));

    /// <summary>The data of a call that must succeed.</summary>
    public JsonElement Data(long call)
    {
        var answer = Mcu.Json(call);
        Assert.That(answer.GetProperty("errno").GetInt32(), Is.Zero, answer.ToString());
        return answer.TryGetProperty("data", out var data) ? data : default;
    }

    public void ExpectSuccess(long call) => Assert.That(Mcu.Answer(call), Is.EqualTo("""{"errno":0,"error":"succ"}"""));

    /// <summary>Resources the platform knows from Discover: "3303/0: 5700,5701".</summary>
    public string[] PlatformResources()
    {
        var items = Json("GET", $"/nbiot/resources?{Device}").GetProperty("data").GetProperty("item");
        return [.. items.EnumerateArray().SelectMany(item => item.GetProperty("instances").EnumerateArray().Select(instance => string.Create(
            CultureInfo.InvariantCulture,
            $"{item.GetProperty("obj_id").GetInt32()}/{instance.GetProperty("inst_id").GetInt32()}: {string.Join(',', instance.GetProperty("resources").EnumerateArray().Select(r => r.GetInt32()))}")))];
    }

    /// <summary>Waits for a URC with this start and these ids behind the message id; returns the message id.</summary>
    public string AwaitOperation(string name, string rest)
    {
        var line = Mcu.Await($"+{name}:0,");
        var mid = line.Split(',')[1];
        Assert.That(line, Is.EqualTo($"+{name}:0,{mid},{rest}"));
        Assert.That(int.Parse(mid, CultureInfo.InvariantCulture), Is.InRange(0, ushort.MaxValue));
        return mid;
    }

    /// <summary>The value the platform stored last in a data stream such as 3303_0_5700.</summary>
    public JsonElement LastDatapoint(string stream)
    {
        var streams = Json("GET", $"/devices/{DeviceId}/datapoints?datastream_id={stream}&limit=1").GetProperty("data").GetProperty("datastreams");
        Assert.That(streams.GetArrayLength(), Is.EqualTo(1), $"no data in {stream}");
        return streams[0].GetProperty("datapoints")[0].GetProperty("value");
    }

    public int CountDatapoints => Json("GET", $"/devices/{DeviceId}/datapoints?limit=1000").GetProperty("data").GetProperty("count").GetInt32();

    public IEnumerable<TEvent> Events<TEvent>() where TEvent : OneNetEvent => Mcu.World.PlatformEvents.OfType<TEvent>();
}
