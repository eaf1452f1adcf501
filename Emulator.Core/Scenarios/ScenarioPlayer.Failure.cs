using System.Globalization;
using System.Text;

namespace M531x.Emulator.Core.Scenarios;

/// <content>What a failure looks like.</content>
sealed partial class ScenarioPlayer
{
    const int LinesAround = 12;
    const string LineUnderLine = "\n       ";

    /// <summary>The step, the transcript before it, and what was wanted beside what came.</summary>
    string Explain(string came)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_step?.Place ?? _stage.Scenario.File}: {_stage.Scenario.Name}{(_module.Name.Length > 0 ? $" ({_module.Name})" : "")}\n");
        if (_transcript.Count > LinesAround)
            text.Append("    ...\n");
        foreach (var line in _transcript.TakeLast(LinesAround))
            text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
        text.Append(CultureInfo.InvariantCulture, $"  want {(_step is null ? "no such line" : Wanted(_step))}\n");
        text.Append(CultureInfo.InvariantCulture, $"  came {came}");
        return text.ToString();
    }

    string Wanted(ScenarioStep step) => step switch
    {
        ExpectStep expect => $"{Filled(expect.Pattern)}  {(expect.Skips ? $"within {Seconds(expect.Within)}" : $"as the next line within {Seconds(expect.Within)}")}",
        AssertStep assert => $"{assert.Subject} {assert.Operator} {Filled(assert.Value)}",
        AnswerStep answer => $"answer {Filled(answer.Pattern)}  within {Seconds(answer.Within)}",
        AdvanceStep { Silent: true } silent => $"silence for {Seconds(silent.By)}",
        AdvanceStep advance => $"no such line for {Seconds(advance.By)}",
        AwaitStep waiting => $"signal {waiting.Name}  within {Seconds(waiting.Within)}",
        ClearStep clear => $"fault {clear.Name} to end it",
        _ => "the step to be done",
    };

    /// <summary>A variable without a value stays as it is: the failure may be just that.</summary>
    string Filled(string text) => ScenarioVariables.Fill(text, name => _variables.GetValueOrDefault(name) ?? $"${{{name}}}");

    static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
