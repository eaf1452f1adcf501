using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
using M531x.Emulator.Tracing;

namespace M531x.Emulator.Scenarios;

/// <summary>How a scenario ended.</summary>
enum ScenarioStatus
{
    Passed,
    Failed,
}

/// <summary>What a scenario showed.</summary>
/// <param name="Failure">Where and how it failed, with the transcript around; null when it passed.</param>
/// <param name="Digest">SHA-256 over all that happened, the same for the same seed.</param>
sealed record ScenarioOutcome(ScenarioStatus Status, ulong Seed, TimeSpan CoreTime, string? Failure, string Digest, IReadOnlyList<string> Transcript);

/// <summary>Runs one scenario against a module and the local OneNET in virtual time.</summary>
sealed partial class ScenarioRunner
{
    const int LinesAround = 12;

    readonly Scenario _scenario;
    readonly ulong _seed;
    readonly VirtualWorld _world;
    readonly List<string> _transcript = [];
    readonly Queue<string> _lines = new();
    readonly Dictionary<string, string> _variables;
    readonly List<LinePattern> _never;
    string _rest = "";
    string? _forbidden;
    long _call;
    Func<bool> _isOutOfTime = () => false;

    public ScenarioRunner(Scenario scenario, ulong seed)
    {
        _scenario = scenario;
        _seed = seed;
        _never = [.. scenario.Never];
        var module = new ModuleOptions
        {
            Profile = scenario.Profile,
            Dialect = scenario.Dialect,
            Quirks = scenario.Quirks,
            IpAgeing = scenario.IpAgeing,
            AttachDelay = scenario.AttachDelay,
            DtlsConnectionIds = scenario.ConnectionIds,
        };
        _variables = new Dictionary<string, string>(scenario.Variables, StringComparer.Ordinal) { ["imei"] = module.Imei, ["imsi"] = module.Imsi };
        _world = new VirtualWorld(new VirtualWorldOptions
        {
            Seed = seed,
            Module = module,
            Platform = VirtualWorld.DefaultPlatform(module) with { AutoProvision = scenario.AutoProvision, DtlsConnectionIds = scenario.ConnectionIds },
        });
        foreach (var fault in scenario.Faults)
            _world.AddFault(fault);
    }

    public VirtualWorld World => _world;

    /// <summary>Runs to the end or to the first failure.</summary>
    /// <param name="isOutOfTime">Whether the wall-time limit is over; asked now and then.</param>
    public ScenarioOutcome Run(Func<bool>? isOutOfTime = null)
    {
        _isOutOfTime = isOutOfTime ?? (() => false);
        string? failure = null;
        foreach (var step in _scenario.Steps)
        {
            failure = Execute(step) ?? Forbidden() ?? (_world.Now > _scenario.CoreLimit ? $"took longer than core-time {_scenario.CoreLimit}" : null);
            if (failure is not null)
            {
                failure = Explain(step, failure);
                break;
            }
        }
        return new ScenarioOutcome(failure is null ? ScenarioStatus.Passed : ScenarioStatus.Failed, _seed, _world.Now, failure, Digest(), _transcript);
    }

    /// <summary>Null when the step holds, else what came instead.</summary>
    string? Execute(ScenarioStep step)
    {
        switch (step)
        {
            case SendStep send:
                Send(Fill(send.Text), send.Raw);
                return null;
            case ExpectStep expect:
                return Expect(expect);
            case NeverStep never:
                _never.Add(never.Pattern);
                return null;
            case AdvanceStep { Silent: true } silent:
                return RunUntil(() => _lines.Count > 0 || Forbidden() is not null, silent.By) && _lines.TryPeek(out var line) ? $"the module printed {line}" : null;
            case AdvanceStep advance:
                RunUntil(() => Forbidden() is not null, advance.By);
                return null;
            case FaultStep fault:
                foreach (var spec in fault.Faults)
                {
                    Note($"fault {spec.Name}");
                    _world.AddFault(spec);
                }
                Collect();
                return null;
            case OverrideStep replaced:
                _world.Module.Override(Fill(replaced.Match), [.. replaced.Respond.Select(Fill)], replaced.Times);
                return null;
            case ClearStep { Name: null }:
                _world.ClearFaults();
                return null;
            case ClearStep clear:
                return _world.Faults.Remove(clear.Name!) ? null : $"there is no fault '{clear.Name}'";
            case CallStep call:
                return Call(call);
            case AnswerStep answer:
                return Answer(answer);
            case RadioStep radio:
                return SetRadio(radio);
            case ResetStep reset:
                _world.Reset(reset.Cause);
                Collect();
                return null;
            case SetStep set:
                _variables[set.Name] = Fill(set.Value);
                return null;
            case AssertStep assert:
                return Check(assert);
            default:
                throw new InvalidOperationException($"no step {step.GetType().Name}");
        }
    }

    void Send(string text, bool raw)
    {
        var bytes = Encoding.Latin1.GetBytes(raw ? text : text + "\r");
        Transcribe(byMcu: true, bytes);
        _world.Line.Send(bytes);
        Collect();
    }

    string? Expect(ExpectStep step)
    {
        var pattern = LinePattern.Parse(Fill(step.Pattern));
        var end = _world.Now + step.Within;
        var skipped = new List<string>();
        while (true)
        {
            RunUntil(() => _lines.Count > 0 || Forbidden() is not null, end - _world.Now);
            if (!_lines.TryDequeue(out var line))
                return Forbidden() ?? $"nothing like it within {step.Within.TotalSeconds:0.###} s{(skipped.Count > 0 ? $"; came: {string.Join(" | ", skipped)}" : "")}";
            if (pattern.Matches(line, _variables))
                return null;
            if (!step.Skips)
                return line;
            skipped.Add(line);
        }
    }

    string? SetRadio(RadioStep step)
    {
        var value = Fill(step.Value);
        switch (step.What)
        {
            case "coverage":
                _world.SetCoverage(value is "true" or "on");
                break;
            case "attached":
                _world.SetAttached(value is "true" or "on");
                break;
            default:
                _world.Module.Radio.Rssi = int.Parse(value, CultureInfo.InvariantCulture);
                break;
        }
        Collect();
        return null;
    }

    bool RunUntil(Func<bool> condition, TimeSpan within) => _world.RunUntil(() => { Collect(); return condition(); }, within < TimeSpan.Zero ? TimeSpan.Zero : within);

    void Collect()
    {
        var bytes = _world.Line.Take();
        if (bytes.Length == 0)
            return;
        Transcribe(byMcu: false, bytes);
        _rest += Encoding.Latin1.GetString(bytes);
        while (_rest.IndexOf("\r\n", StringComparison.Ordinal) is >= 0 and var end)
        {
            if (end > 0)
            {
                var line = _rest[..end];
                _lines.Enqueue(line);
                if (_forbidden is null && _never.Find(n => n.Matches(line, _variables)) is { } never)
                    _forbidden = $"'{line}' came, which must never ({never.Text})";
            }
            _rest = _rest[(end + 2)..];
        }
    }

    /// <summary>A line that must never come has come, or a limit is over.</summary>
    string? Forbidden() => _forbidden ?? (_isOutOfTime() ? $"took longer than wall-time {_scenario.WallLimit.TotalSeconds:0.###} s" : null);

    void Note(string text) => _transcript.Add($"# {text}");

    void Transcribe(bool byMcu, byte[] bytes) => _transcript.Add(new AtLogLine(_world.Now, byMcu, bytes).ToString());

    string Explain(ScenarioStep step, string came)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{step.Place}: {_scenario.Name}");
        foreach (var line in _transcript.TakeLast(LinesAround))
            text.Append("    ").AppendLine(line);
        text.AppendLine(CultureInfo.InvariantCulture, $"  want {Wanted(step)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  came {came}");
        return text.ToString();
    }

    string Wanted(ScenarioStep step) => step switch
    {
        ExpectStep expect => $"{Fill(expect.Pattern)} within {expect.Within.TotalSeconds:0.###} s",
        AssertStep assert => $"{assert.Subject} {assert.Operator} {Fill(assert.Value)}",
        AnswerStep answer => $"answer {Fill(answer.Expected)}",
        AdvanceStep { Silent: true } silent => $"silence for {silent.By.TotalSeconds:0.###} s",
        _ => step.GetType().Name,
    };

    string Fill(string text) => Variable().Replace(text, m => _variables.TryGetValue(m.Groups["name"].Value, out var value) ? value : m.Value);

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z0-9_-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
