using System.Text;
using System.Text.Json;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>What a step waits for.</summary>
/// <param name="IsOver">Asked after each thing that happens.</param>
/// <param name="Until">Core time at which it goes on in any case.</param>
readonly record struct ScenarioWait(Func<bool> IsOver, TimeSpan Until);

/// <summary>What the modules of a scenario share.</summary>
sealed record ScenarioStage(VirtualWorld World, Scenario Scenario, Func<bool> IsOutOfTime)
{
    /// <summary>What modules have told each other.</summary>
    public HashSet<string> Signals { get; } = new(StringComparer.Ordinal);
}

/// <summary>Plays the MCU of one module: goes through the steps until one has to wait for time to pass, and on from there.</summary>
sealed partial class ScenarioPlayer
{
    readonly ScenarioStage _stage;
    readonly VirtualWorld _world;
    readonly ScenarioModule _module;
    readonly VirtualModule _device;
    readonly IEnumerator<ScenarioWait> _steps;
    readonly List<string> _transcript = [];
    readonly Queue<string> _lines = new();
    readonly Dictionary<string, string> _variables;
    readonly List<LinePattern> _never;
    ScenarioStep? _step;
    ScenarioWait _wait;
    string _rest = "";
    string? _forbidden;
    string? _came;
    long _call;

    public ScenarioPlayer(ScenarioStage stage, ScenarioModule module, VirtualModule device)
    {
        _stage = stage;
        _world = stage.World;
        _module = module;
        _device = device;
        _never = [.. module.Never];
        _variables = new Dictionary<string, string>(stage.Scenario.Variables, StringComparer.Ordinal) { ["imei"] = module.Imei, ["imsi"] = module.Imsi };
        foreach (var other in stage.Scenario.Modules.Where(m => m.Name.Length > 0))
        {
            _variables[$"{other.Name}.imei"] = other.Imei;
            _variables[$"{other.Name}.imsi"] = other.Imsi;
        }
        _steps = Play().GetEnumerator();
    }

    public bool IsDone { get; private set; }

    /// <summary>Where and how it failed, with the transcript around; null when it did not.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyList<string> Transcript => _transcript;

    public TimeSpan WaitsUntil => IsDone ? TimeSpan.MaxValue : _wait.Until;

    public bool CanGoOn => IsDone ? Failure is null && _forbidden is not null : _wait.IsOver is null || _world.Now >= _wait.Until || _wait.IsOver() || Forbidden() is not null;

    /// <summary>Goes on as far as it can without time passing.</summary>
    public void GoOn()
    {
        try
        {
            while (!IsDone && CanGoOn)
            {
                if (_steps.MoveNext())
                    _wait = _steps.Current;
                else
                    IsDone = true;
            }
        }
        catch (ScenarioException e)
        {
            Fail(e.Problem);
        }
        if (IsDone && Failure is null && _forbidden is not null)
            Fail(_forbidden);
    }

    /// <summary>Takes what the module has printed.</summary>
    public void Collect()
    {
        var bytes = _device.Line.Take();
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
                    _forbidden = $"{line}, which must never come ({never.Text})";
            }
            _rest = _rest[(end + 2)..];
        }
    }

    IEnumerable<ScenarioWait> Play()
    {
        foreach (var step in _module.Steps)
        {
            _step = step;
            foreach (var wait in Execute(step))
                yield return wait;
            _came = Forbidden() ?? _came ?? (_world.Now > _stage.Scenario.CoreLimit ? $"took longer than core-time {_stage.Scenario.CoreLimit}" : null);
            if (_came is null)
                continue;
            Fail(_came);
            yield break;
        }
    }

    void Fail(string came)
    {
        IsDone = true;
        Failure = Explain(came);
    }

    /// <summary>A line that must never come has come, or the wall clock is over.</summary>
    string? Forbidden() => _forbidden ?? (_stage.IsOutOfTime() ? $"took longer than wall-time {_stage.Scenario.WallLimit.TotalSeconds:0.###} s" : null);

    void Note(string text) => _transcript.Add($"# {text}");

    void Transcribe(bool byMcu, byte[] bytes) => _transcript.Add(new AtLogLine(_world.Now, byMcu, bytes).ToString());

    string Fill(string text) => ScenarioVariables.Fill(text, ValueOf);

    /// <summary>A text in JSON.</summary>
    string FillJson(string text) => ScenarioVariables.Fill(text, name => JsonEncodedText.Encode(ValueOf(name)).Value);

    string ValueOf(string name) => _variables.TryGetValue(name, out var value) ? value
        : throw new ScenarioException(_step!.Place, "variable", $"'{name}' has no value yet: its group took no part in the match");
}
