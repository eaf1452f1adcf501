using System.Text;
using System.Text.Json;
using M531x.Emulator.Control;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

[TestFixture]
sealed class ControlApiTests
{
    const string Faults = "/v1/modules/0/faults";

    readonly List<ResetCause> _resets = [];
    int _ages;

    [SetUp]
    public void Clear()
    {
        _resets.Clear();
        _ages = 0;
    }

    [TestCase("power", ResetCause.Power)]
    [TestCase("pin", ResetCause.Pin)]
    [TestCase("at", ResetCause.At)]
    [TestCase("watchdog", ResetCause.Watchdog)]
    public async Task A_reset_has_the_cause_that_was_asked_for(string text, ResetCause cause)
    {
        var answer = await CallAsync($$"""{"cause":"{{text}}"}""");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Body, Is.EqualTo($$"""{"module":0,"cause":"{{text}}"}"""));
        Assert.That(_resets, Is.EqualTo(new[] { cause }));
    }

    [TestCase("""{"cause":"Pin"}""", "invalid_field", "cause: ")]
    [TestCase("""{"cause":"0"}""", "invalid_field", "cause: ")]
    [TestCase("""{"cause":1}""", "invalid_field", "cause: ")]
    [TestCase("""{"cause":null}""", "invalid_field", "cause: ")]
    [TestCase("{}", "invalid_field", "cause: ")]
    [TestCase("""{"cause":"pin","delay":1}""", "unknown_field", "delay: ")]
    [TestCase("""{"cause":"pin","cause":"at"}""", "invalid_body", "body: ")]
    [TestCase("[]", "invalid_body", "body: ")]
    [TestCase("", "invalid_body", "body: ")]
    [TestCase("null", "invalid_body", "body: ")]
    public async Task A_wrong_body_is_400_and_names_the_field(string body, string code, string error)
    {
        var answer = await CallAsync(body);
        var json = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(json.GetProperty("code").GetString(), Is.EqualTo(code));
            Assert.That(json.GetProperty("error").GetString(), Does.StartWith(error));
            Assert.That(json.GetProperty("hint").GetString(), Does.Contain("power, pin, at, watchdog"));
            Assert.That(_resets, Is.Empty);
        });
    }

    [Test]
    public async Task A_fault_of_a_known_type_happens_at_once()
    {
        var answer = await CallAsync("""{"type":"ip-age"}""", path: Faults);
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Body, Is.EqualTo("""{"module":0,"type":"ip-age"}"""));
        Assert.That((_ages, _resets.Count), Is.EqualTo((1, 0)));
    }

    [TestCase("""{"type":"earthquake"}""", "invalid_field", "type: no type 'earthquake'")]
    [TestCase("""{"type":"IP-AGE"}""", "invalid_field", "type: ")]
    [TestCase("""{"type":7}""", "invalid_field", "type: ")]
    [TestCase("""{"type":null}""", "invalid_field", "type: ")]
    [TestCase("{}", "invalid_field", "type: ")]
    [TestCase("""{"cause":"pin"}""", "unknown_field", "cause: ")]
    [TestCase("""{"type":"ip-age","after":"2s"}""", "unknown_field", "after: ")]
    [TestCase("\"ip-age\"", "invalid_body", "body: ")]
    public async Task A_wrong_fault_is_400_and_names_the_field(string body, string code, string error)
    {
        var answer = await CallAsync(body, path: Faults);
        var json = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(json.GetProperty("code").GetString(), Is.EqualTo(code));
            Assert.That(json.GetProperty("error").GetString(), Does.StartWith(error));
            Assert.That(json.GetProperty("hint").GetString(), Does.Contain("types are ip-age"));
            Assert.That(_ages, Is.Zero);
        });
    }

    [TestCase("GET", "/v1/modules/0/faults", 405, "wrong_method")]
    [TestCase("DELETE", "/v1/modules/0/faults", 405, "wrong_method")]
    [TestCase("POST", "/v1/modules/1/faults", 404, "unknown_module")]
    [TestCase("GET", "/v1/modules/0/reset", 405, "wrong_method")]
    [TestCase("POST", "/v1/modules/1/reset", 404, "unknown_module")]
    [TestCase("POST", "/v1/modules/0/explode", 404, "unknown_path")]
    [TestCase("POST", "/v1/", 404, "unknown_path")]
    [TestCase("POST", "/v1/modules/0/reset/", 404, "unknown_path")]
    public async Task Other_calls_are_refused(string method, string path, int status, string code)
    {
        var answer = await CallAsync("""{"cause":"pin"}""", method, path);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(_resets, Is.Empty);
    }

    [TestCase("other")]
    [TestCase("")]
    [TestCase(null)]
    public async Task Without_the_key_nothing_happens(string? key)
    {
        var answer = await CallAsync("""{"cause":"pin"}""", key: key);
        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That(answer.Body, Does.Not.Contain("secret"));
        Assert.That(_resets, Is.Empty);
    }

    Task<ApiAnswer> CallAsync(string body, string method = "POST", string path = "/v1/modules/0/reset", string? key = "secret")
    {
        var headers = new Dictionary<string, string>();
        if (key is not null)
            headers["API-Key"] = key;
        var request = new ApiRequest(method, path, new Dictionary<string, string>(), headers, Encoding.UTF8.GetBytes(body));
        Assert.That(ControlApi.Owns(request), Is.True);
        return new ControlApi("secret", Reset, Age).CallAsync(request, CancellationToken.None);
    }

    Task Age(CancellationToken cancellation)
    {
        _ages++;
        return Task.CompletedTask;
    }

    Task Reset(ResetCause cause, CancellationToken cancellation)
    {
        _resets.Add(cause);
        return Task.CompletedTask;
    }
}
