using System.Text.Json;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Control;

/// <summary>--time virtual: time passes when a call has it pass, and nothing else moves it.</summary>
[TestFixture]
sealed class VirtualTimeApiTests
{
    const string Time = "/v1/time";

    [Test]
    public async Task Time_stands_still_until_it_is_advanced()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync();
        var before = await api.GetAsync(Time);
        Assert.That((before.GetProperty("mode").GetString(), before.GetProperty("rate").ValueKind, before.GetProperty("frozen").GetBoolean()), Is.EqualTo(("virtual", JsonValueKind.Null, true)));
        Assert.That(before.GetProperty("next").GetDouble(), Is.GreaterThan(Now(before)));
        Assert.That(Now(await api.GetAsync(Time)), Is.EqualTo(Now(before)));

        var after = await api.PostAsync(Time, """{"advance":"2m"}""");
        Assert.That(Now(after), Is.EqualTo(Now(before) + 120).Within(1e-6));
        Assert.That(Now(await api.PostAsync(Time, """{"advance":0.5}""")), Is.EqualTo(Now(after) + 0.5).Within(1e-6));
        Assert.That(Now(await api.PostAsync(Time + "/advance", """{"by":"250ms"}""")), Is.EqualTo(Now(after) + 0.75).Within(1e-6));
    }

    [Test]
    public async Task Each_timer_fires_at_its_own_time()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync(lifetime: 300);
        var registered = (await api.GetAsync(VirtualApi.At)).GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("text").GetString() == "+MIPLEVENT:0,6").GetProperty("at").GetDouble();
        var last = await api.LastLineAsync();
        await api.PostAsync(Time, """{"advance":"1d"}""");

        var lines = (await api.GetAsync($"{VirtualApi.At}?after={last}")).GetProperty("lines").EnumerateArray().ToList();
        var ends = lines.Single(l => l.GetProperty("text").GetString() == "+MIPLEVENT:0,15").GetProperty("at").GetDouble();
        Assert.That(ends - registered, Is.EqualTo(300).Within(0.001), "it ended then, not at the end of the day");
    }

    [Test]
    public async Task A_command_takes_the_time_that_it_takes()
    {
        using var api = new VirtualApi(module: new ModuleOptions { Latency = LatencyMode.Slowest });
        var before = Now(await api.GetAsync(Time));
        var answer = await api.PostAsync(VirtualApi.At, """{"line":"AT"}""");
        Assert.That((answer.GetProperty("result").GetString(), VirtualApi.Lines(answer)), Is.EqualTo(("OK", "OK")));
        Assert.That(answer.GetProperty("now").GetDouble(), Is.GreaterThan(before));
        Assert.That(Now(await api.GetAsync(Time)), Is.EqualTo(answer.GetProperty("now").GetDouble()), "and not more");
    }

    [TestCase("""{"rate":60}""", "invalid_field", "rate: virtual time")]
    [TestCase("""{"freeze":true}""", "invalid_field", "freeze: virtual time")]
    [TestCase("""{"advance":"1x"}""", "invalid_field", "advance: expected a time above 0")]
    [TestCase("""{"advance":0}""", "invalid_field", "advance: expected a time above 0")]
    [TestCase("""{"advance":-1}""", "invalid_field", "advance: expected a time above 0")]
    [TestCase("""{"advance":"3651d"}""", "invalid_field", "advance: expected a time above 0 and up to 3650d")]
    [TestCase("""{"advance":1e300}""", "invalid_field", "advance: expected a time above 0 and up to 3650d")]
    [TestCase("""{"advance":"99999999999999999999999999999999d"}""", "invalid_field", "advance: expected a time above 0 and up to 3650d")]
    [TestCase("""{"advance":true}""", "invalid_field", "advance: expected a time above 0")]
    [TestCase("""{"advance":null}""", "invalid_field", "advance: expected a time above 0")]
    [TestCase("""{"by":"2m"}""", "unknown_field", "by: ")]
    [TestCase("{}", "invalid_body", "body: expected advance, rate or freeze")]
    [TestCase("2m", "invalid_body", "body: ")]
    public async Task A_wrong_body_is_400_names_the_field_and_moves_nothing(string body, string code, string error)
    {
        using var api = new VirtualApi();
        var answer = await api.PostAsync(Time, body, status: 400);
        Assert.That(answer.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(answer.GetProperty("error").GetString(), Does.StartWith(error));
        Assert.That(answer.GetProperty("hint").GetString(), Does.Contain("\"advance\":\"2m\""));
        Assert.That(Now(await api.GetAsync(Time)), Is.Zero);
    }

    [Test]
    public async Task Core_time_has_an_end()
    {
        using var api = new VirtualApi();
        for (var years = 0; years < 90; years += 10)
            await api.PostAsync(Time, """{"advance":"3650d"}""");
        await api.PostAsync(Time, """{"advance":"3650d"}""");
        var refused = await api.PostAsync(Time, """{"advance":"1s"}""", status: 400);
        Assert.That(refused.GetProperty("error").GetString(), Is.EqualTo("advance: core time ends after 36500 days"));
        Assert.That(await api.CommandAsync("AT"), Is.EqualTo("OK"), "the module goes on");
    }

    [Test]
    public async Task An_advance_that_nobody_waits_for_any_more_ends()
    {
        var tap = new EventList();
        using var api = new VirtualApi(taps: tap);
        await api.RegisterAsync(updates: true);
        using var gone = new CancellationTokenSource();
        var advance = api.CallAsync("POST", Time, """{"advance":"3650d"}""", gone.Token);
        Assert.That(advance.IsCompleted, Is.False, "it lets the thread go in between");
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => advance);
        var now = Now(await api.GetAsync(Time));
        Assert.That(now, Is.InRange(3600, TimeSpan.FromDays(3650).TotalSeconds - 1));
        Assert.That(tap.Events.Single(e => e.Key == "time.advanced").Number("ms") / 1000d, Is.EqualTo(now).Within(1), "what was done, not what was asked for");
    }

    [Test]
    public async Task A_call_that_waits_for_its_turn_can_be_given_up()
    {
        using var api = new VirtualApi();
        await api.RegisterAsync(updates: true);
        using var gone = new CancellationTokenSource();
        var advance = api.CallAsync("POST", Time, """{"advance":"3650d"}""", gone.Token);
        using var impatient = new CancellationTokenSource();
        var second = api.CallAsync("POST", Time, """{"advance":"3650d"}""", impatient.Token);
        await impatient.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => second);
        Assert.That(advance.IsCompleted, Is.False, "the first is still at it");
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => advance);
    }

    [Test]
    public async Task A_read_that_nobody_waits_for_any_more_is_withdrawn()
    {
        var tap = new EventList();
        using var api = new VirtualApi(taps: tap);
        await api.RegisterAsync();
        using var gone = new CancellationTokenSource();
        var last = await api.LastLineAsync();
        var read = await Calls.BeginAsync(() => api.CallAsync("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750", "", gone.Token));
        var request = VirtualApi.Lines(await api.GetAsync($"{VirtualApi.At}?after={last}"));
        Assert.That(request, Does.StartWith("+MIPLREAD:0,"));
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => read);
        Assert.That(await api.CommandAsync($"AT+MIPLREADRSP=0,{request.Split(',')[1]},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo("OK"));
        Assert.That(tap.Events.Select(e => e.Key), Has.None.EqualTo("onenet.api.called"));
    }

    [Test]
    public async Task Advances_are_in_the_trace()
    {
        var tap = new EventList();
        using var api = new VirtualApi(taps: tap);
        await api.PostAsync(Time, """{"advance":"2m"}""");
        await api.PostAsync(Time + "/advance", """{"by":1}""");
        Assert.That(tap.Events.Where(e => e.Key == "time.advanced").Select(e => (e.At.TotalSeconds, e.Number("ms"))), Is.EqualTo(new (double, long?)[] { (120, 120_000), (121, 1000) }));
    }

    [TestCase("0.3ms", 0.0003)]
    [TestCase("9.998h", 35_992.8)]
    [TestCase("0.001", 0.001)]
    public async Task An_advance_with_a_fraction_is_exact(string by, double seconds)
    {
        using var api = new VirtualApi();
        Assert.That(Now(await api.PostAsync(Time, $$"""{"advance":"{{by}}"}""")), Is.EqualTo(seconds));
    }

    [Test]
    public async Task Two_runs_with_one_seed_print_the_same_at_the_same_time()
    {
        var first = await RunAsync(4);
        Assert.That(await RunAsync(4), Is.EqualTo(first));
        Assert.That(await RunAsync(5), Is.Not.EqualTo(first));
    }

    /// <summary>Half a day with losses and reports; all that was printed, with its time.</summary>
    static async Task<string> RunAsync(ulong seed)
    {
        using var api = new VirtualApi(seed);
        await api.RegisterAsync();
        await api.PostAsync("/v1/modules/0/faults", """{"type":"loss","probability":0.3}""");
        for (var i = 0; i < 40; i++)
        {
            await api.CommandAsync($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,{i}");
            await api.PostAsync(Time, """{"advance":"90s"}""");
        }
        return (await api.GetAsync(VirtualApi.At)).GetRawText();
    }

    static double Now(JsonElement answer) => answer.GetProperty("now").GetDouble();
}
