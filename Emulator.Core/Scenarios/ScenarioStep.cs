using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>One step, with its place in the file.</summary>
abstract record ScenarioStep(string Place)
{
    /// <summary>Texts that are filled with variables when the step runs.</summary>
    public virtual IEnumerable<string> Templates => [];

    /// <summary>Variables that have a value after it.</summary>
    public virtual IEnumerable<string> Defines => [];
}

/// <summary>Sends a command line, or raw text without a CR.</summary>
sealed record SendStep(string Place, string Text, bool Raw) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Text];
}

/// <summary>Waits for a line.</summary>
/// <param name="Place">In the file.</param>
/// <param name="Pattern">See <see cref="LinePattern"/>.</param>
/// <param name="Within">The longest wait.</param>
/// <param name="Skips">Other lines may come before it.</param>
/// <param name="Groups">Names of the groups, which become variables.</param>
sealed record ExpectStep(string Place, string Pattern, TimeSpan Within, bool Skips, IReadOnlyList<string> Groups) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Pattern];
    public override IEnumerable<string> Defines => Groups;
}

/// <summary>From here on this line must not come.</summary>
sealed record NeverStep(string Place, LinePattern Pattern) : ScenarioStep(Place);

/// <summary>Time passes; with <paramref name="Silent"/> the module must print nothing.</summary>
sealed record AdvanceStep(string Place, TimeSpan By, bool Silent) : ScenarioStep(Place);
sealed record FaultStep(string Place, IReadOnlyList<FaultSpec> Faults) : ScenarioStep(Place);

/// <summary>Ends a fault by name, or all for null.</summary>
sealed record ClearStep(string Place, string? Name) : ScenarioStep(Place);

/// <summary>Answers a command with these lines instead of running it, so many times.</summary>
sealed record OverrideStep(string Place, string Match, IReadOnlyList<string> Respond, int Times) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Match, .. Respond];
}

/// <summary>A call of the local OneNET's HTTP API.</summary>
sealed record CallStep(string Place, string Method, string Path, string Body) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Path, Body];
}

/// <summary>Something happens on the platform without a call: a fault that happens once, whatever its probability.</summary>
sealed record PlatformStep(string Place, FaultType Event) : ScenarioStep(Place);

/// <summary>The answer to the last call: its error text or a value in its data fits.</summary>
sealed record AnswerStep(string Place, string Pattern, TimeSpan Within, IReadOnlyList<string> Groups) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Pattern];
    public override IEnumerable<string> Defines => Groups;
}

sealed record CoverageStep(string Place, bool Covered) : ScenarioStep(Place);
sealed record AttachedStep(string Place, bool Attached) : ScenarioStep(Place);

/// <summary>The signal as AT+CSQ prints it.</summary>
sealed record SignalStrengthStep(string Place, int Rssi) : ScenarioStep(Place);
sealed record ResetStep(string Place, ResetCause Cause) : ScenarioStep(Place);

sealed record SetStep(string Place, string Name, string Value) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Value];
    public override IEnumerable<string> Defines => [Name];
}

/// <summary>Compares what <paramref name="Subject"/> says, see <see cref="ScenarioSubjects"/>, with a value.</summary>
sealed record AssertStep(string Place, string Subject, string Operator, string Value) : ScenarioStep(Place)
{
    public override IEnumerable<string> Templates => [Value];
}

/// <summary>Tells the other modules.</summary>
sealed record SignalStep(string Place, string Name) : ScenarioStep(Place);

/// <summary>Waits until another module has told.</summary>
sealed record AwaitStep(string Place, string Name, TimeSpan Within) : ScenarioStep(Place);
