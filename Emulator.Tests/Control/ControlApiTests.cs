using System.Text;
using System.Text.Json;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Drivers;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

[TestFixture]
sealed class ControlApiTests : IModuleControl
{
    const string Faults = "/v1/modules/0/faults";

    readonly List<ResetCause> _resets = [];
    readonly List<string> _overrides = [];

    /// <summary>Clock and serial line have tests of their own.</summary>
    static VirtualHost Virtual { get; } = new(new HostOptions(), Serilog.Core.Logger.None);

    List<FaultSpec> Added { get; } = [];

    [SetUp]
    public void Clear()
    {
        _resets.Clear();
        _overrides.Clear();
        Added.Clear();
    }

    [TestCase("power", ResetCause.Power)]
    [TestCase("pin", ResetCause.Pin)]
    [TestCase("at", ResetCause.At)]
    [TestCase("watchdog", ResetCause.Watchdog)]
    [TestCase("fota", ResetCause.Fota)]
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
        Assert.That(answer.Body, Is.EqualTo("""{"module":0,"type":"ip-age","name":"ip-age"}"""));
        Assert.That((Added.Single().Type.Name, _resets.Count), Is.EqualTo(("ip-age", 0)));
    }

    [TestCase("""{"type":"earthquake"}""", "invalid_field", "type: no fault type 'earthquake'")]
    [TestCase("""{"type":"IP-AGE"}""", "invalid_field", "type: ")]
    [TestCase("""{"type":7}""", "invalid_field", "type: ")]
    [TestCase("""{"type":null}""", "invalid_field", "type: ")]
    [TestCase("{}", "invalid_field", "type: ")]
    [TestCase("""{"cause":"pin"}""", "unknown_field", "cause: ")]
    [TestCase("""{"type":"ip-age","when":"2s"}""", "unknown_field", "when: ")]
    [TestCase("""{"type":"ip-age","after":"soon"}""", "invalid_field", "after: 'soon' is not a duration")]
    [TestCase("""{"type":"loss","probability":1.5}""", "invalid_field", "probability: ")]
    [TestCase("""{"type":"loss","target":"line"}""", "invalid_field", "target: loss acts on path")]
    [TestCase("""{"type":"mtu","attributes":{"octets":9}}""", "invalid_field", "octets: unknown key")]
    [TestCase("""{"preset":"storm"}""", "invalid_field", "preset: no preset 'storm'")]
    [TestCase("""{"preset":"flaky-radio","times":2}""", "unknown_field", "preset: stands alone")]
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
            Assert.That(json.GetProperty("hint").GetString(), Does.Contain("ip-age"));
            Assert.That(Added, Is.Empty);
        });
    }

    [TestCase("""{"match":"","respond":["OK"]}""", "match: expected a command line")]
    [TestCase("""{"match":"AT","respond":["中"]}""", "respond: expected characters of one byte each")]
    public async Task An_override_that_could_not_act_as_told_is_refused(string body, string error)
    {
        var answer = await CallAsync(body, path: "/v1/modules/0/overrides");
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(JsonDocument.Parse(answer.Body).RootElement.GetProperty("error").GetString(), Does.StartWith(error));
        Assert.That(_overrides, Is.Empty);
    }

    [TestCase("PUT", "/v1/modules/0/faults", 405, "wrong_method")]
    [TestCase("GET", "/v1/modules/0/overrides", 405, "wrong_method")]
    [TestCase("GET", "/v1/reset", 405, "wrong_method")]
    [TestCase("DELETE", "/v1/modules/0/faults/none", 404, "unknown_fault")]
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
        return new ControlApi("secret", this, Virtual, Virtual).CallAsync(request, CancellationToken.None);
    }

    public Task ResetAsync(ResetCause cause, CancellationToken cancellation)
    {
        _resets.Add(cause);
        return Task.CompletedTask;
    }

    public Task AddFaultsAsync(IReadOnlyList<FaultSpec> faults, CancellationToken cancellation)
    {
        Added.AddRange(faults);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<(FaultSpec Spec, int Fired)>> ListFaultsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<(FaultSpec, int)>>([.. Added.Select(f => (f, 3))]);

    public Task<bool> RemoveFaultAsync(string name, CancellationToken cancellation) => Task.FromResult(Added.RemoveAll(f => f.Name == name) > 0);

    public Task OverrideAsync(string command, IReadOnlyList<string> lines, int times, CancellationToken cancellation)
    {
        _overrides.Add($"{command} {string.Join('|', lines)} {times}");
        return Task.CompletedTask;
    }

    public Task ClearFaultsAsync(CancellationToken cancellation)
    {
        Added.Clear();
        return Task.CompletedTask;
    }

    public Task ClearOverridesAsync(CancellationToken cancellation)
    {
        _overrides.Clear();
        return Task.CompletedTask;
    }

    public bool HasPlatform { get; private set; }

    [Test]
    public async Task Faults_and_overrides_are_cleared_apart_and_by_reset_together()
    {
        async Task Fill()
        {
            Clear();
            await CallAsync("""{"type":"loss"}""", path: Faults);
            await CallAsync("""{"match":"AT","respond":["OK"]}""", path: "/v1/modules/0/overrides");
        }
        await Fill();
        await CallAsync("", "DELETE", Faults);
        Assert.That((Added.Count, _overrides.Count), Is.EqualTo((0, 1)));
        await Fill();
        await CallAsync("", "DELETE", "/v1/modules/0/overrides");
        Assert.That((Added.Count, _overrides.Count), Is.EqualTo((1, 0)));
        await Fill();
        await CallAsync("", path: "/v1/reset");
        Assert.That((Added.Count, _overrides.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_fault_of_the_platform_needs_one()
    {
        HasPlatform = false;
        var refused = await CallAsync("""{"type":"register-slow"}""", path: Faults);
        Assert.That((refused.Status, Added.Count), Is.EqualTo((400, 0)));
        Assert.That(refused.Body, Does.Contain("type: register-slow happens inside the local OneNET, and there is none"));
        HasPlatform = true;
        Assert.That((await CallAsync("""{"type":"register-slow"}""", path: Faults)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Faults_are_listed_and_removed_by_name()
    {
        await CallAsync("""{"type":"loss","name":"bad place","probability":0.2,"direction":"up"}""", path: Faults);
        var list = await CallAsync("", "GET", Faults);
        Assert.That(list.Body, Is.EqualTo("""{"module":0,"faults":[{"name":"bad place","type":"loss","target":"path","direction":"up","probability":0.2,"after":0,"attributes":{"burst":"1"},"fired":3}]}"""));
        Assert.That((await CallAsync("", "DELETE", Faults + "/bad place")).Status, Is.EqualTo(200));
        Assert.That(Added, Is.Empty);
    }

    [Test]
    public async Task A_preset_adds_all_its_faults_and_reset_clears_them()
    {
        var answer = await CallAsync("""{"preset":"flaky-radio"}""", path: Faults);
        Assert.That(answer.Body, Is.EqualTo("""{"module":0,"names":["loss","latency","paging-lost","csq"]}"""));
        await CallAsync("", path: "/v1/reset");
        Assert.That(Added, Is.Empty);
    }

    [Test]
    public async Task An_override_replaces_an_answer_so_many_times()
    {
        var answer = await CallAsync("""{"match":"AT+CSQ","respond":["+CSQ:99,99","OK"],"times":2}""", path: "/v1/modules/0/overrides");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body);
        Assert.That(_overrides, Is.EqualTo(new[] { "AT+CSQ +CSQ:99,99|OK 2" }));
        var wrong = await CallAsync("""{"match":"AT+CSQ","respond":"OK"}""", path: "/v1/modules/0/overrides");
        Assert.That(wrong.Body, Does.Contain("respond: expected a list of lines"));
    }
}
