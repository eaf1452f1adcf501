using System.Text.Json.Nodes;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Scenarios;

/// <content>Steps: each is a mapping with one key that says what it does.</content>
static partial class ScenarioReader
{
    /// <summary>Steps of one repeat with all that it contains.</summary>
    const int MaxRepeated = 1_000_000;

    static IEnumerable<ScenarioStep> ReadStep(ScenarioNode node, ReadContext context)
    {
        var (verb, value) = node.Members(ScenarioShapes.StepShape).Single();
        return verb switch
        {
            "send" => value.ItemsOrOne().Select(line => (ScenarioStep)ReadSend(line, raw: false)),
            "send-raw" => [ReadSend(value, raw: true)],
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
            "radio" => value.Members(ScenarioShapes.Radio).Select(ReadRadio),
            "reset" => [new ResetStep(value.Place, Enum.Parse<ResetCause>(value.Choice("power", "pin", "at", "watchdog"), ignoreCase: true))],
            "set" => value.Members().Select(ReadSet),
            "assert" => value.Members().Select(ReadAssert),
            "signal" => [new SignalStep(value.Place, ReadName(value))],
            "await" => [ReadAwait(value)],
            "include" => Include(value, context),
            _ => Repeat(value, context),
        };
    }

    static SendStep ReadSend(ScenarioNode node, bool raw) =>
        new(node.Place, OnTheUart(node), raw);

    static string OnTheUart(ScenarioNode node) => UartText.IsBytes(node.Raw()) ? node.Raw() : throw node.Wrong(UartText.Expected);

    static ExpectStep ReadExpect(ScenarioNode node, bool skips)
    {
        if (node.IsScalar)
        {
            return new ExpectStep(node.Place, node.Raw(), DefaultWithin, skips, ReadPattern(node, node.Raw()).Groups);
        }
        var keys = node.Members(ScenarioShapes.Expect);
        var line = keys["line"];
        return new ExpectStep(node.Place, line.Raw(), Within(keys), skips, ReadPattern(line, line.Raw()).Groups);
    }

    static TimeSpan Within(IReadOnlyDictionary<string, ScenarioNode> keys) => keys.TryGetValue("within", out var within) ? within.Duration() : DefaultWithin;

    static AnswerStep ReadAnswer(ScenarioNode node)
    {
        if (node.IsScalar)
            return new AnswerStep(node.Place, node.Raw(), DefaultWithin, ReadPattern(node, node.Raw()).Groups);
        var keys = node.Members(ScenarioShapes.Answer);
        var wanted = keys["is"];
        return new AnswerStep(node.Place, wanted.Raw(), Within(keys), ReadPattern(wanted, wanted.Raw()).Groups);
    }

    static AwaitStep ReadAwait(ScenarioNode node)
    {
        if (node.IsScalar)
            return new AwaitStep(node.Place, ReadName(node), DefaultWithin);
        var keys = node.Members(ScenarioShapes.Await);
        return new AwaitStep(node.Place, ReadName(keys["signal"]), Within(keys));
    }

    static string ReadName(ScenarioNode node) =>
        ScenarioVariables.IsName(node.Text()) ? node.Text() : throw node.Wrong("expected a name of letters, digits, _ and -");

    static ScenarioStep ReadSet(KeyValuePair<string, ScenarioNode> member) =>
        ScenarioVariables.IsName(member.Key) ? new SetStep(member.Value.Place, member.Key, member.Value.Raw()) : throw member.Value.Wrong("expected a name of letters, digits, _ and -");

    static ScenarioStep ReadRadio(KeyValuePair<string, ScenarioNode> member) => member.Key switch
    {
        "coverage" => new CoverageStep(member.Value.Place, member.Value.Flag()),
        "attached" => new AttachedStep(member.Value.Place, member.Value.Flag()),
        _ => new SignalStrengthStep(member.Value.Place, member.Value.Integer(0, 31)),
    };

    static OverrideStep ReadOverride(ScenarioNode node)
    {
        var keys = node.Members(ScenarioShapes.Override);
        var match = keys["match"].Raw();
        if (match.Length == 0)
            throw keys["match"].Wrong("expected a command line");
        return new OverrideStep(node.Place, match, [.. keys["respond"].ItemsOrOne().Select(OnTheUart)],
            keys.TryGetValue("times", out var times) ? times.Integer(1, int.MaxValue) : 1);
    }

    static ScenarioStep ReadPlatform(ScenarioNode node)
    {
        var (verb, value) = node.Members(ScenarioShapes.Platform).Single();
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
            case "rotate-psk" or "delete":
                return value.Flag()
                    ? new PlatformStep(node.Place, Faults.FaultCatalog.Find(verb == "delete" ? "delete-device" : "psk-rotated")!)
                    : throw value.Wrong("expected true");
            case "write":
                var write = value.Members(ScenarioShapes.Write);
                var path = write["path"];
                return new CallStep(node.Place, "POST", $"/nbiot?imei=${{imei}}&mode=2{Query(path, levels: 2)}",
                    $"{{\"data\":[{{\"res_id\":{Level(path, 2)},\"val\":{JsonText(write["value"])}}}]}}");
            case "execute":
                var execute = value.Members(ScenarioShapes.Execute);
                return new CallStep(node.Place, "POST", $"/nbiot/execute?imei=${{imei}}{Query(execute["path"])}",
                    execute.TryGetValue("args", out var args) ? $"{{\"args\":{JsonText(args)}}}" : "{}");
            default:
                return value.Raw().Split(' ', 3) is [("GET" or "POST" or "PUT" or "DELETE") and var method, ['/', ..] and var target, .. var body]
                    ? new CallStep(node.Place, method, target, body is [var given] ? given : "")
                    : throw value.Wrong("expected METHOD PATH [BODY]");
        }
    }

    static string JsonText(ScenarioNode node) => JsonValue.Create(node.Raw())!.ToJsonString();

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
        if (!ScenarioSubjects.Has(member.Key))
            throw member.Value.Wrong($"nothing can be asserted of '{member.Key}'; known are {string.Join(", ", ScenarioSubjects.Forms)}");
        var text = member.Value.Raw();
        var symbol = ScenarioSubjects.Comparisons.FirstOrDefault(s => text.StartsWith(s, StringComparison.Ordinal));
        return new AssertStep(member.Value.Place, member.Key, symbol ?? "=", symbol is null ? text : text[symbol.Length..].Trim());
    }

    static IEnumerable<ScenarioStep> Include(ScenarioNode node, ReadContext context)
    {
        var file = Path.Combine(Path.GetDirectoryName(node.File) ?? "", node.Text());
        if (context.Files.Any(f => Path.GetFullPath(f) == Path.GetFullPath(file)))
            throw node.Wrong($"a file includes itself: {string.Join(" -> ", context.Files.Append(file).Select(f => Path.GetFileName(f)))}");
        using var reader = new StringReader(context.Open(file) ?? throw node.Wrong($"no file {file}"));
        var steps = ScenarioNode.Load(file, reader) with { Variables = node.Variables };
        return [.. steps.Items().SelectMany(step => ReadStep(step, context with { Files = [.. context.Files, file] }))];
    }

    static IEnumerable<ScenarioStep> Repeat(ScenarioNode node, ReadContext context)
    {
        var keys = node.Members(ScenarioShapes.Repeat);
        var times = keys["times"].Integer(1, 100_000);
        var steps = keys["steps"].Items().SelectMany(step => ReadStep(step, context)).ToList();
        if ((long)steps.Count * times > MaxRepeated)
            throw keys["times"].Wrong($"{steps.Count} steps {times} times: more than {MaxRepeated}");
        return Enumerable.Repeat(steps, times).SelectMany(s => s);
    }
}
