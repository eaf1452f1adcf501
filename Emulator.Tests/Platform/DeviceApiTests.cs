using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class DeviceApiTests
{
    // The manual's own example (§5.4.1).
    const string ManualBody = """
        {
            "title":"test000",
            "desc":"some description",
            "tags": ["china","mobile"],
            "protocol":"LWM2M",
            "auth_info": {"869975030000462":"1064826326459"},
            "obsv":true,
            "psk":"1234abcd"
        }
        """;

    PlatformFixture _fixture = new();

    [SetUp]
    public void SetUp() => _fixture = new PlatformFixture();

    [Test]
    public void The_device_of_the_manual_is_created_and_shown()
    {
        var created = Parse(_fixture.Call("POST", "/devices", ManualBody));
        var id = (string?)created["data"]!["device_id"];

        var device = Parse(_fixture.Call("GET", $"/devices/{id}"))["data"]!;

        Assert.Multiple(() =>
        {
            Assert.That(created.ToJsonString(), Is.EqualTo(
                $$"""{"errno":0,"data":{"device_id":"{{id}}","psk":"1234abcd"},"error":"succ"}"""));
            Assert.That(id, Does.Match("^[0-9]{9}$"));
            Assert.That((string?)device["title"], Is.EqualTo("test000"));
            Assert.That(device["tags"]!.ToJsonString(), Is.EqualTo("""["china","mobile"]"""));
            Assert.That(device["auth_info"]!.ToJsonString(), Is.EqualTo("""{"869975030000462":"1064826326459"}"""));
            Assert.That((bool?)device["online"], Is.False);
        });
    }

    [Test]
    public void Device_ids_depend_on_the_seed_alone()
    {
        var other = new PlatformFixture().Call("POST", "/devices", ManualBody);

        Assert.That(_fixture.Call("POST", "/devices", ManualBody), Is.EqualTo(other));
    }

    [Test]
    public void An_imei_exists_once()
    {
        _fixture.Call("POST", "/devices", ManualBody);

        var again = _fixture.Call("POST", "/devices", ManualBody);

        Assert.That(again, Does.StartWith("""{"errno":5108,"error":"invalid parameter: auth_info"""));
    }

    [TestCase("", 3, "parameter required: body")]
    [TestCase("[]", 3, "parameter required: body")]
    [TestCase("""{"title":"x"}""", 3, "parameter required: auth_info")]
    [TestCase("""{"auth_info":{"86997503000046x":"1"}}""", 5108, "invalid parameter: auth_info")]
    [TestCase("""{"auth_info":{"1":"2","3":"4"}}""", 5108, "invalid parameter: auth_info")]
    [TestCase("""{"auth_info":{"1":"2"},"psk":"short12"}""", 5108, "invalid parameter: psk")]
    [TestCase("""{"auth_info":{"1":"2"},"psk":"seventeen12345678"}""", 5108, "invalid parameter: psk")]
    [TestCase("""{"auth_info":{"1":"2"},"psk":"not-a-letter"}""", 5108, "invalid parameter: psk")]
    [TestCase("""{"auth_info":{"1":"2"},"auth_code":"seventeen-letters"}""", 5108, "invalid parameter: auth_code")]
    [TestCase("""{"auth_info":{"1":"2"},"protocol":"MQTT"}""", 5108, "invalid parameter: protocol")]
    public void The_error_of_a_wrong_device_names_the_field(string body, int errno, string error) =>
        Assert.That(_fixture.Call("POST", "/devices", body), Is.EqualTo($$"""{"errno":{{errno}},"error":"{{error}}"}"""));

    [Test]
    public void A_device_can_be_edited_and_deleted()
    {
        var id = (string?)Parse(_fixture.Call("POST", "/devices", ManualBody))["data"]!["device_id"];

        _fixture.Call("PUT", $"/devices/{id}", """{"title":"renamed","private":true}""");
        var edited = Parse(_fixture.Call("GET", $"/devices/{id}"))["data"]!;
        _fixture.Call("DELETE", $"/devices/{id}");

        Assert.Multiple(() =>
        {
            Assert.That((string?)edited["title"], Is.EqualTo("renamed"));
            Assert.That((bool?)edited["private"], Is.True);
            Assert.That(_fixture.Call("GET", $"/devices/{id}"), Is.EqualTo($$"""{"errno":3,"error":"device not found: {{id}}"}"""));
        });
    }

    [Test]
    public void The_list_of_devices_comes_in_pages()
    {
        for (var i = 0; i < 4; i++)
            _fixture.Call("POST", "/devices", "{\"title\":\"d" + i + "\",\"auth_info\":{\"" + i + "\":\"1\"}}");

        var page = Parse(_fixture.Call("GET", "/devices?page=2&per_page=2"))["data"]!;

        Assert.Multiple(() =>
        {
            Assert.That((int?)page["total_count"], Is.EqualTo(5));
            Assert.That(page["devices"]!.AsArray().Select(d => (string?)d!["title"]), Is.EqualTo(new[] { "d1", "d2" }));
        });
    }

    [TestCase(null)]
    [TestCase("wrong")]
    [TestCase("")]
    public void Without_the_right_key_every_call_fails(string? key) =>
        Assert.That(_fixture.Call("GET", "/devices", apiKey: key), Is.EqualTo("""{"errno":1,"error":"auth failed"}"""));

    [Test]
    public void The_name_of_the_key_header_is_case_insensitive()
    {
        var call = _fixture.Platform.Call(TimeSpan.Zero, new ApiRequest(
            "GET", "/devices", new Dictionary<string, string>(),
            new Dictionary<string, string> { ["Api-Key"] = PlatformFixture.ApiKey }, default));
        _fixture.Run();

        Assert.That(_fixture.AnswerTo(call), Does.StartWith("""{"errno":0"""));
    }

    [Test]
    public void An_unknown_path_is_not_found()
    {
        var call = _fixture.Start("GET", "/nbiot/offline");

        Assert.That(_fixture.Answers[call].Status, Is.EqualTo(404));
    }

    [Test]
    public void Keys_are_set_edited_and_shown()
    {
        const string Path = $"/nbiot/device/accpsk?imei={PlatformFixture.Imei}";
        var id = _fixture.Events.OfType<DeviceCreated>().Single().DeviceId;

        Assert.Multiple(() =>
        {
            Assert.That(_fixture.Call("GET", Path), Is.EqualTo($$"""{"errno":0,"data":{"device_id":"{{id}}"},"error":"succ"}"""));
            Assert.That(_fixture.Call("POST", Path, """{"key":"abcdefge"}"""), Is.EqualTo("""{"errno":0,"error":"succ"}"""));
            Assert.That(_fixture.Call("GET", Path), Is.EqualTo(
                $$"""{"errno":0,"data":{"device_id":"{{id}}","psk":"abcdefge"},"error":"succ"}"""));
            Assert.That(_fixture.Call("PUT", Path, """{"key":"x"}"""), Is.EqualTo("""{"errno":5108,"error":"invalid parameter: key"}"""));
            Assert.That(_fixture.Call("PUT", Path.Replace("accpsk", "psk", StringComparison.Ordinal), """{"key":"bootkey12"}"""),
                Is.EqualTo("""{"errno":0,"error":"succ"}"""));
            Assert.That(_fixture.Events.Select(e => e.ToString()), Has.None.Contains("abcdefge").Or.None.Contains("bootkey12"));
        });
    }

    [Test]
    public void Notified_values_become_data_points_in_beijing_time()
    {
        var board = _fixture.AddBoard();
        board.Register("</3303/0>", lifetime: "3000");
        _fixture.Advance(TimeSpan.FromMilliseconds(556_667));
        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("08000EE4164441D370A4E4167674657374"));
        var id = _fixture.Events.OfType<DeviceCreated>().Single().DeviceId;

        Assert.Multiple(() =>
        {
            Assert.That(_fixture.Call("GET", $"/devices/{id}/datapoints?datastream_id=3303_0_5700&limit=50"), Is.EqualTo(
                """{"errno":0,"data":{"count":1,"datastreams":[{"id":"3303_0_5700","datapoints":["""
                + """{"at":"2019-04-28 00:09:16.667","value":26.43}]}]},"error":"succ"}"""));
            Assert.That(_fixture.Call("GET", $"/devices/{id}/datastreams"), Is.EqualTo(
                """{"errno":0,"data":[{"id":"3303_0_5700","update_at":"2019-04-28 00:09:16","current_value":26.43},"""
                + """{"id":"3303_0_5750","update_at":"2019-04-28 00:09:16","current_value":"test"}],"error":"succ"}"""));
        });
    }

    [Test]
    public void Data_points_are_picked_by_time()
    {
        var board = _fixture.AddBoard();
        board.Register("</3303/0>", lifetime: "86400");
        for (uint i = 1; i <= 3; i++)
        {
            _fixture.Advance(TimeSpan.FromSeconds(200));
            board.Notify("/3303/0", CoapContentFormat.Tlv, [0xE1, 0x16, 0x76, (byte)('0' + i)], number: i);
        }
        var id = _fixture.Events.OfType<DeviceCreated>().Single().DeviceId;

        var answer = Parse(_fixture.Call("GET", $"/devices/{id}/datapoints?start=2019-04-28T00:06:40&end=2019-04-28T00:06:40"))["data"]!;

        Assert.Multiple(() =>
        {
            Assert.That((int?)answer["count"], Is.EqualTo(1));
            Assert.That((string?)answer["datastreams"]![0]!["datapoints"]![0]!["value"], Is.EqualTo("2"));
        });
    }

    static JsonNode Parse(string? json) => JsonNode.Parse(json!) ?? throw new JsonException();
}
