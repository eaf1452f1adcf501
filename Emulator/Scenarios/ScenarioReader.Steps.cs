using M531x.Emulator.Profiles;

namespace M531x.Emulator.Scenarios;

/// <content>Steps: each is a mapping with one key that says what it does.</content>
static partial class ScenarioReader
{
    const int MaxDepth = 8;

    public static IReadOnlyList<string> StepKeys { get; } =
    [
        "send", "send-raw", "expect", "next", "never", "advance", "silent", "fault", "clear-fault", "override", "platform", "answer", "radio", "reset", "set", "assert", "include", "repeat",
    ];

    static IEnumerable<ScenarioStep> ReadStep(ScenarioNode node, Func<string, string?> open, int depth)
    {
        if (depth > MaxDepth)
            throw node.Wrong("includes are nested too deeply");
        var (verb, value) = node.Members(StepKeys) is { Count: 1 } keys
            ? keys.First()
            : throw node.Wrong("a step has one key, such as 'send' or 'expect'");
        return verb switch
        {
            "send" => value.ItemsOrOne().Select(line => (ScenarioStep)new SendStep(line.Place, line.Text(), Raw: false)),
            "send-raw" => [new SendStep(value.Place, value.Text(), Raw: true)],
            "expect" => value.ItemsOrOne().Select(line => ReadExpect(line, skips: true)),
            "next" => value.ItemsOrOne().Select(line => ReadExpect(line, skips: false)),
            "never" => value.ItemsOrOne().Select(line => (ScenarioStep)new NeverStep(line.Place, ReadPattern(line))),
            "advance" => [new AdvanceStep(value.Place, value.Duration(), Silent: false)],
            "silent" => [new AdvanceStep(value.Place, value.Duration(), Silent: true)],
            "fault" => value.ItemsOrOne().Select(fault => (ScenarioStep)new FaultStep(fault.Place, [.. FaultReader.Read(fault)])),
            "clear-fault" => [new ClearStep(value.Place, value.Text() == "all" ? null : value.Text())],
            "override" => [ReadOverride(value)],
            "platform" => [ReadPlatform(value)],
            "answer" => [ReadAnswer(value)],
            "radio" => value.Members("coverage", "rssi", "attached").Select(m => (ScenarioStep)new RadioStep(m.Value.Place, m.Key, m.Value.Text())),
            "reset" => [new ResetStep(value.Place, Enum.Parse<ResetCause>(value.Choice("power", "pin", "at", "watchdog"), ignoreCase: true))],
            "set" => value.Members().Select(m => (ScenarioStep)new SetStep(m.Value.Place, m.Key, m.Value.Text())),
            "assert" => value.Members().Select(ReadAssert),
            "include" => Include(value, open, depth),
            _ => Repeat(value, open, depth),
        };
    }

    static ExpectStep ReadExpect(ScenarioNode node, bool skips)
    {
        if (node.IsScalar)
        {
            ReadPattern(node);
            return new ExpectStep(node.Place, node.Text(), DefaultWithin, skips);
        }
        var keys = node.Members("line", "within");
        if (!keys.TryGetValue("line", out var line))
            throw node.Wrong("line is missing");
        ReadPattern(line);
        return new ExpectStep(node.Place, line.Text(), keys.TryGetValue("within", out var within) ? within.Duration() : DefaultWithin, skips);
    }

    static AnswerStep ReadAnswer(ScenarioNode node)
    {
        if (node.IsScalar)
            return new AnswerStep(node.Place, node.Text(), DefaultWithin);
        var keys = node.Members("is", "within");
        return new AnswerStep(node.Place, keys.TryGetValue("is", out var expected) ? expected.Text() : throw node.Wrong("is is missing"),
            keys.TryGetValue("within", out var within) ? within.Duration() : DefaultWithin);
    }

    static OverrideStep ReadOverride(ScenarioNode node)
    {
        var keys = node.Members("match", "respond", "times");
        return new OverrideStep(node.Place, Required(node, keys, "match").Text(), [.. Required(node, keys, "respond").ItemsOrOne().Select(l => l.Text())],
            keys.TryGetValue("times", out var times) ? times.Integer(1, int.MaxValue) : 1);
    }

    /// <summary>read: /o/i/r · write: {path, value} · execute: {path, args} · observe, cancel, discover: /o/i/r · delete: true · psk: {bootstrap, access} · call: METHOD PATH [BODY].</summary>
    static CallStep ReadPlatform(ScenarioNode node)
    {
        var (verb, value) = node.Members("read", "write", "execute", "observe", "cancel", "discover", "psk", "access-psk", "call") is { Count: 1 } keys
            ? keys.First()
            : throw node.Wrong("expected one of read, write, execute, observe, cancel, discover, psk, access-psk, call");
        switch (verb)
        {
            case "read":
                return new CallStep(node.Place, "GET", $"/nbiot?imei=${{imei}}{Query(value)}", "");
            case "discover":
                return new CallStep(node.Place, "GET", $"/nbiot/discover?imei=${{imei}}{Query(value)}", "");
            case "observe" or "cancel":
                return new CallStep(node.Place, "POST", $"/nbiot/observe?imei=${{imei}}&cancel={(verb == "cancel" ? "true" : "false")}{Query(value)}", "");
            case "psk" or "access-psk":
                return new CallStep(node.Place, "PUT", $"/nbiot/device/{(verb == "psk" ? "psk" : "accpsk")}?imei=${{imei}}", $"{{\"key\":{JsonText(value)}}}");
            case "write":
                var write = value.Members("path", "value");
                var path = Required(value, write, "path");
                return new CallStep(node.Place, "POST", $"/nbiot?imei=${{imei}}&mode=2{Query(path, levels: 2)}",
                    $"{{\"data\":[{{\"res_id\":{Level(path, 2)},\"val\":{JsonText(Required(value, write, "value"))}}}]}}");
            case "execute":
                var execute = value.Members("path", "args");
                return new CallStep(node.Place, "POST", $"/nbiot/execute?imei=${{imei}}{Query(Required(value, execute, "path"))}",
                    execute.TryGetValue("args", out var args) ? $"{{\"args\":{JsonText(args)}}}" : "{}");
            default:
                var parts = value.Text().Split(' ', 3);
                return parts.Length >= 2 ? new CallStep(node.Place, parts[0], parts[1], parts.Length > 2 ? parts[2] : "") : throw value.Wrong("expected METHOD PATH [BODY]");
        }
    }

    static ScenarioNode Required(ScenarioNode node, IReadOnlyDictionary<string, ScenarioNode> keys, string name) =>
        keys.TryGetValue(name, out var value) ? value : throw node.Wrong($"{name} is missing");

    /// <summary>/3200/0/5750 as the API's query parameters.</summary>
    static string Query(ScenarioNode path, int levels = 3)
    {
        string[] names = ["obj_id", "obj_inst_id", "res_id"];
        var parts = path.Text().Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 1 or > 3 || !parts.All(p => p.All(char.IsAsciiDigit)))
            throw path.Wrong("expected a path such as /3200/0/5750");
        return string.Concat(parts.Take(levels).Select((part, i) => $"&{names[i]}={part}"));
    }

    static string Level(ScenarioNode path, int index)
    {
        var parts = path.Text().Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > index ? parts[index] : throw path.Wrong("expected the path of a resource");
    }

    static AssertStep ReadAssert(KeyValuePair<string, ScenarioNode> member)
    {
        if (!ScenarioRunner.IsSubject(member.Key))
            throw member.Value.Wrong($"nothing can be asserted of '{member.Key}'; known are {string.Join(", ", ScenarioRunner.Counters)} and server.last('/o/i/r')");
        var text = member.Value.Text();
        foreach (var symbol in (string[])[">=", "<=", ">", "<"])
        {
            if (text.StartsWith(symbol, StringComparison.Ordinal))
                return new AssertStep(member.Value.Place, member.Key, symbol, text[symbol.Length..].Trim());
        }
        return new AssertStep(member.Value.Place, member.Key, "=", text);
    }

    static IEnumerable<ScenarioStep> Include(ScenarioNode node, Func<string, string?> open, int depth)
    {
        var file = Path.Combine(Path.GetDirectoryName(node.File) ?? "", node.Text());
        using var reader = new StringReader(open(file) ?? throw node.Wrong($"no file {file}"));
        var root = ScenarioNode.Load(file, reader);
        return [.. root.Items().SelectMany(step => ReadStep(step, open, depth + 1))];
    }

    static IEnumerable<ScenarioStep> Repeat(ScenarioNode node, Func<string, string?> open, int depth)
    {
        var keys = node.Members("times", "steps");
        var times = Required(node, keys, "times").Integer(1, 100_000);
        var steps = Required(node, keys, "steps").Items().SelectMany(step => ReadStep(step, open, depth + 1)).ToList();
        return Enumerable.Repeat(steps, times).SelectMany(s => s);
    }
}
