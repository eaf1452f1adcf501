using System.Text;
using System.Text.Json;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Patterns;

namespace M531x.Emulator.Core.Scenarios;

/// <content>The steps.</content>
sealed partial class ScenarioPlayer
{
    /// <summary>Does a step; it has failed when <see cref="_came"/> says what came instead.</summary>
    IEnumerable<ScenarioWait> Execute(ScenarioStep step)
    {
        switch (step)
        {
            case ExpectStep expect:
                return Expect(expect);
            case AdvanceStep advance:
                return Advance(advance);
            case AnswerStep answer:
                return Answer(answer);
            case AwaitStep waiting:
                return Await(waiting);
            default:
                Do(step);
                Collect();
                return [];
        }
    }

    void Do(ScenarioStep step)
    {
        switch (step)
        {
            case SendStep send:
                var text = Fill(send.Text) + (send.Raw ? "" : "\r");
                if (!UartText.IsBytes(text))
                {
                    _came = $"{text.TrimEnd('\r')}: {UartText.Expected}";
                    break;
                }
                var bytes = Encoding.Latin1.GetBytes(text);
                Transcribe(byMcu: true, bytes);
                _device.Line.Send(bytes);
                break;
            case NeverStep never:
                _never.Add(never.Pattern);
                break;
            case FaultStep fault:
                foreach (var spec in fault.Faults)
                {
                    Note($"fault {spec.Name}");
                    _world.AddFault(_device, spec);
                }
                break;
            case ClearStep { Name: null }:
                _world.ClearFaults();
                break;
            case ClearStep clear:
                _came = _world.RemoveFault(_device, clear.Name!) ? null : $"there is no fault '{clear.Name}'";
                break;
            case OverrideStep replaced:
                _device.Module.Override(Fill(replaced.Match), [.. replaced.Respond.Select(Fill)], replaced.Times);
                break;
            case CallStep call:
                Call(call);
                break;
            case PlatformStep happening:
                Note($"platform {happening.Event.Name}");
                _world.Cause(_device, happening.Event);
                break;
            case CoverageStep coverage:
                Note($"coverage {coverage.Covered}");
                _device.SetCoverage(coverage.Covered);
                break;
            case AttachedStep attached:
                Note($"attached {attached.Attached}");
                _device.SetAttached(attached.Attached);
                break;
            case SignalStrengthStep strength:
                _device.Module.Radio.Rssi = strength.Rssi;
                break;
            case ResetStep reset:
                _device.Reset(reset.Cause);
                break;
            case SetStep set:
                _variables[set.Name] = Fill(set.Value);
                break;
            case AssertStep assert:
                var actual = ScenarioSubjects.ValueOf(assert.Subject, _world, _device);
                _came = ScenarioSubjects.Holds(actual, assert.Operator, Fill(assert.Value)) ? null : actual;
                break;
            case SignalStep signal:
                _stage.Signals.Add(signal.Name);
                break;
            default:
                throw new InvalidOperationException($"no step {step.GetType().Name}");
        }
    }

    IEnumerable<ScenarioWait> Expect(ExpectStep step)
    {
        var pattern = LinePattern.Parse(Fill(step.Pattern));
        var end = _world.Now + step.Within;
        var skipped = new List<string>();
        while (true)
        {
            if (_lines.Count == 0)
                yield return new ScenarioWait(() => _lines.Count > 0, end);
            if (!_lines.TryDequeue(out var line))
            {
                _came = Forbidden() ?? (skipped.Count > 0 ? string.Join(LineUnderLine, skipped) : "nothing");
                yield break;
            }
            if (pattern.Matches(line, _variables))
                yield break;
            if (!step.Skips)
            {
                _came = line;
                yield break;
            }
            skipped.Add(line);
        }
    }

    IEnumerable<ScenarioWait> Advance(AdvanceStep step)
    {
        if (step.Silent && _lines.Count == 0 || !step.Silent)
            yield return new ScenarioWait(() => step.Silent && _lines.Count > 0, _world.Now + step.By);
        if (step.Silent && _lines.TryPeek(out var line))
            _came = line;
    }

    IEnumerable<ScenarioWait> Await(AwaitStep step)
    {
        yield return new ScenarioWait(() => _stage.Signals.Contains(step.Name), _world.Now + step.Within);
        if (!_stage.Signals.Contains(step.Name))
            _came = "nothing";
    }

    void Call(CallStep step)
    {
        var target = Fill(step.Path);
        var body = FillJson(step.Body);
        Note($"platform {step.Method} {target} {body}".TrimEnd());
        _call = _world.Call(step.Method, target, body);
    }

    /// <summary>succ, an error text such as TIME_OUT, or a value that stands in the data.</summary>
    IEnumerable<ScenarioWait> Answer(AnswerStep step)
    {
        if (_call == 0)
        {
            _came = "nothing: there is no platform step before it";
            yield break;
        }
        if (_world.Answer(_call) is null)
            yield return new ScenarioWait(() => _world.Answer(_call) is not null, _world.Now + step.Within);
        if (_world.Answer(_call) is not { } answer)
        {
            _came = "nothing";
            yield break;
        }
        Note($"answer {answer.Body}");
        var pattern = LinePattern.Parse(Fill(step.Pattern));
        using var json = JsonDocument.Parse(answer.Body);
        var error = json.RootElement.TryGetProperty("error", out var text) ? text.GetString() : "";
        var values = json.RootElement.TryGetProperty("data", out var data) ? Values(data) : [];
        if (!values.Prepend(error ?? "").Any(value => pattern.Matches(value, _variables)))
            _came = answer.Body;
    }

    static IEnumerable<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Values(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Values),
        JsonValueKind.String => [element.GetString()!],
        _ => [element.GetRawText()],
    };
}
