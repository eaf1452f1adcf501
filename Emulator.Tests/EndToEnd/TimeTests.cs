using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program's clock over HTTP. Frozen and advanced it is exact, whatever the wall clock does in between.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class TimeTests : IDisposable
{
    const string At = "/v1/modules/0/at";

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_frozen_clock_lets_commands_and_datagrams_through_and_no_timer()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--latency", "typical");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        var frozen = await TimeAsync(program, new JsonObject { ["freeze"] = true });
        Assert.That(frozen.GetProperty("frozen").GetBoolean(), Is.True);
        uart.Send("AT");
        await AwaitNextAsync(program, frozen);
        Assert.That(uart.Raw, Does.EndWith(Uart.BootBytes), "the answer takes its time, and there is none");

        var advanced = await TimeAsync(program, new JsonObject { ["advance"] = "10s" });
        Assert.That(uart.Next(), Is.EqualTo("OK"));
        Assert.That(Now(advanced), Is.EqualTo(Now(frozen) + 10).Within(1e-6));
        Assert.That(Now(await program.CallAsync(HttpMethod.Get, "/v1/time")), Is.EqualTo(Now(advanced)), "it stands where it was put");
    }

    [Test]
    public async Task An_advance_over_a_day_skips_no_timer_and_each_fires_at_its_own_time()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--trace", _folder.At("trace"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        await TimeAsync(program, new JsonObject { ["freeze"] = true });
        uart.Command("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        uart.Command("AT+MIPLUPDATESET=0,1");
        uart.Command("AT+MIPLOPEN=0,3600,30");
        var registered = await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["until"] = "+MIPLREAD:{R}" });
        await TimeAsync(program, new JsonObject { ["advance"] = "24h" });
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);

        var events = File.ReadLines(_folder.At("trace")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var updates = Times(events, "onenet", "updated");
        Assert.That(updates, Has.Count.InRange(20, 40), "every update of a day");
        Assert.That(updates.Zip(updates.Skip(1), (a, b) => b - a), Has.All.InRange(2000, 3600), "none early, none late");
        Assert.That(Times(events, "onenet", "offline"), Is.Empty);
        Assert.That(events.Count(e => IsEvent(e, "coap", "sent") && e.TryGetProperty("attempt", out var attempt) && attempt.GetInt32() > 1), Is.Zero, "no answer came too late");
        Assert.That(Times(events, "radio", "mapping.aged"), Has.Count.GreaterThanOrEqualTo(updates.Count), "the address ages between them");
        Assert.That(Times(events, "time", "advanced").Single() - registered.GetProperty("now").GetDouble(), Is.EqualTo(86400).Within(1e-3));
    }

    [Test]
    public async Task Advances_that_meet_are_done_one_after_the_other()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        var start = Now(await TimeAsync(program, new JsonObject { ["freeze"] = true }));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TimeAsync(program, new JsonObject { ["advance"] = "1h" })));
        Assert.That(answers.Select(a => Math.Round((Now(a) - start) / 3600, 6)), Is.EquivalentTo(new[] { 1, 2, 3, 4, 5 }), "each answer shows where that advance ended");
        var end = await program.CallAsync(HttpMethod.Get, "/v1/time");
        Assert.That(Now(end), Is.EqualTo(start + (5 * 3600)).Within(1e-3));
    }

    [Test]
    public async Task An_advance_ends_where_it_is_when_its_client_goes_away()
    {
        using var program = BuiltProgram.Start("--line", "mem:", "--api", "127.0.0.1:0");
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLUPDATESET=0,1"])
            await CommandAsync(program, command);
        await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = "AT+MIPLOPEN=0,300,30", ["until"] = "+MIPLEVENT:0,6" });
        var start = Now(await TimeAsync(program, new JsonObject { ["freeze"] = true }));
        using var gone = new CancellationTokenSource();
        var advance = program.CallAsync(HttpMethod.Post, "/v1/time", new JsonObject { ["advance"] = "3650d" }, gone.Token);
        while (Now(await program.CallAsync(HttpMethod.Get, "/v1/time")) == start)
            await Task.Yield();
        await gone.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => advance);
        // It comes behind the other one, whose million updates take minutes.
        var after = await TimeAsync(program, new JsonObject { ["advance"] = "1s" });
        Assert.That(Now(after), Is.LessThan(start + TimeSpan.FromDays(3650).TotalSeconds));
    }

    [Test]
    public async Task A_fault_is_in_the_trace_when_it_acted()
    {
        using var program = BuiltProgram.Start("--line", "mem:", "--api", "127.0.0.1:0", "--fault", "loss", "--trace", _folder.At("trace"));
        await TimeAsync(program, new JsonObject { ["freeze"] = true });
        await CommandAsync(program, "AT+MIPLCREATE");
        await CommandAsync(program, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        await CommandAsync(program, "AT+MIPLOPEN=0,3000,30");
        await TimeAsync(program, new JsonObject { ["advance"] = "5m" });
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        var events = File.ReadLines(_folder.At("trace")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var sent = Times(events, "coap", "sent");
        Assert.That(sent, Has.Count.GreaterThan(1), "it is retransmitted");
        Assert.That(Times(events, "fault", "fired"), Is.EqualTo(sent));
    }

    [Test]
    public async Task A_rate_makes_core_time_run_faster()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--time", "x300");
        Assert.That(program.Ready.ValueKind, Is.EqualTo(JsonValueKind.Object));
        Assert.That(program.Output.All, Has.Some.EqualTo("  time      x300: a minute of core time takes 0.2 s"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,300,300");
        // The lifetime is longer than this test may take.
        uart.Await("+MIPLEVENT:0,15");
        var slow = await TimeAsync(program, new JsonObject { ["rate"] = 1 });
        Assert.That((slow.GetProperty("mode").GetString(), slow.GetProperty("rate").GetDouble(), slow.GetProperty("frozen").GetBoolean()), Is.EqualTo(("real", 1d, false)));
        Assert.That(Now(slow), Is.GreaterThan(300));
    }

    [Test]
    public async Task Core_time_that_leaves_real_time_is_warned_of_with_servers_outside()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--time", "x60", "--route", "a.example=127.0.0.1:9");
        Assert.That(program.Ready.ValueKind, Is.EqualTo(JsonValueKind.Object));
        Assert.That(program.Output.All, Has.Some.StartsWith("  warning   --time x60: servers outside keep real time"));
        var frozen = await TimeAsync(program, new JsonObject { ["freeze"] = true });
        Assert.That(frozen.GetProperty("warning").GetString(), Does.StartWith("servers outside keep real time"));
        var real = await TimeAsync(program, new JsonObject { ["freeze"] = false, ["rate"] = 1 });
        Assert.That(real.TryGetProperty("warning", out _), Is.False);
    }

    [Test]
    public async Task A_command_over_the_API_shows_on_the_line_too()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        var answer = await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = "AT+MIPLCREATE" });
        Assert.That(answer.GetProperty("result").GetString(), Is.EqualTo("OK"));
        Assert.That((uart.Next(), uart.Next()), Is.EqualTo(("+MIPLCREATE:0", "OK")));
    }

    [Test]
    public async Task A_module_takes_one_command_at_a_time_and_a_wait_ends_in_core_time()
    {
        using var program = BuiltProgram.Start("--line", "mem:", "--api", "127.0.0.1:0", "--latency", "typical");
        var frozen = await TimeAsync(program, new JsonObject { ["freeze"] = true });
        var first = program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = "AT" });
        await AwaitNextAsync(program, frozen);
        var second = await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = "AT" });
        Assert.That((second.GetProperty("code").GetString(), first.IsCompleted), Is.EqualTo(("busy", false)));
        await TimeAsync(program, new JsonObject { ["advance"] = "1s" });
        Assert.That((await first).GetProperty("result").GetString(), Is.EqualTo("OK"));
        var late = program.CallAsync(HttpMethod.Post, At, new JsonObject { ["until"] = "no such line", ["within"] = "5s" });
        do
            await TimeAsync(program, new JsonObject { ["advance"] = "1s" });
        while (!late.IsCompleted);
        Assert.That((await late).GetProperty("error").GetString(), Is.EqualTo("no such line within 5 s of core time"));
    }

    [Test]
    public async Task In_virtual_time_a_program_drives_module_and_cloud_over_HTTP_alone()
    {
        using var program = BuiltProgram.Start("--line", "mem:", "--time", "virtual", "--api", "127.0.0.1:0", "--seed", "3", "--trace", _folder.At("trace"), "--nvram", _folder.At("nvram"));
        Assert.That((program.ReadyText("line"), program.Ready.GetProperty("bootstrap").ValueKind), Is.EqualTo(("-", JsonValueKind.Null)));
        Assert.That(program.Output.All, Has.Some.StartsWith("  time      virtual: stands still until"));
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "AT+NATSPEED=57600"])
            await CommandAsync(program, command);
        var open = await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = "AT+MIPLOPEN=0,3000,30", ["until"] = "+MIPLEVENT:0,6" });
        Assert.That(open.GetProperty("result").GetString(), Is.EqualTo("OK"));
        await TimeAsync(program, new JsonObject { ["advance"] = "1m" });
        var last = (await program.CallAsync(HttpMethod.Get, At)).GetProperty("lines").EnumerateArray().Last().GetProperty("number").GetInt64();

        var read = program.ReadAsync("/3200/0/5750");
        string? request = null;
        while (request is null)
            request = (await program.CallAsync(HttpMethod.Get, $"{At}?after={last}")).GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("text").GetString()).FirstOrDefault();
        Assert.That(request, Does.StartWith("+MIPLREAD:0,"));
        await CommandAsync(program, $"AT+MIPLREADRSP=0,{request.Split(',')[1]},1,3200,0,5750,1,4,\"efgh\",0,0");
        Assert.That((await read).GetRawText(), Does.Contain("efgh"));

        await TimeAsync(program, new JsonObject { ["advance"] = "3000s" });
        var lines = (await program.CallAsync(HttpMethod.Get, $"{At}?after={last}")).GetRawText();
        Assert.That(lines, Does.Contain("+MIPLEVENT:0,15"), "the lifetime is over");
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(File.ReadAllText(_folder.At("trace")), Does.Contain("\"ev\":\"registered\""));
        Assert.That(File.ReadAllText(_folder.At("nvram")), Does.Contain("57600"));
    }

    [Test]
    public async Task In_virtual_time_who_waits_for_a_turn_keeps_nobody_else_waiting()
    {
        using var program = BuiltProgram.StartIn(_folder.At(""), [("DOTNET_PROCESSOR_COUNT", "1")], "--line", "mem:", "--time", "virtual", "--api", "127.0.0.1:0");
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLUPDATESET=0,1", "AT+MIPLOPEN=0,300,30"])
            await CommandAsync(program, command);
        var advances = Enumerable.Range(0, 30).Select(_ => TimeAsync(program, new JsonObject { ["advance"] = "3650d" })).ToList();
        Assert.That((await program.CallAsync(HttpMethod.Get, "/healthz")).GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That(advances.Count(a => a.IsCompleted), Is.LessThan(3), "the advances take long");
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        foreach (var advance in advances)
            await Assert.CatchAsync<HttpRequestException>(() => advance);
    }

    static async Task CommandAsync(BuiltProgram program, string command) => Assert.That(
        (await program.CallAsync(HttpMethod.Post, At, new JsonObject { ["line"] = command })).GetProperty("result").GetString(), Is.EqualTo("OK"), command);

    static Task<JsonElement> TimeAsync(BuiltProgram program, JsonObject change) => program.CallAsync(HttpMethod.Post, "/v1/time", change);

    /// <summary>Until the module has taken the command: its answer is the next timer.</summary>
    static async Task AwaitNextAsync(BuiltProgram program, JsonElement before)
    {
        while ((await program.CallAsync(HttpMethod.Get, "/v1/time")).GetProperty("next").GetRawText() == before.GetProperty("next").GetRawText())
            await Task.Yield();
    }

    static double Now(JsonElement time) => time.GetProperty("now").GetDouble();

    static bool IsEvent(JsonElement traceEvent, string layer, string name) =>
        traceEvent.GetProperty("layer").GetString() == layer && traceEvent.GetProperty("ev").GetString() == name;

    static List<double> Times(IEnumerable<JsonElement> events, string layer, string name) =>
        [.. events.Where(e => IsEvent(e, layer, name)).Select(e => e.GetProperty("t").GetDouble())];
}
