using M531x.Emulator.Faults;
using M531x.Emulator.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Scenarios;

/// <summary>A scenario, read and checked.</summary>
sealed record Scenario
{
    public required string Name { get; init; }
    public required string File { get; init; }
    public ModuleProfile Profile { get; init; } = ModuleProfile.M5310A;
    public Lwm2mDialect Dialect { get; init; } = Lwm2mDialect.OneNet;
    public QuirkSet Quirks { get; init; } = QuirkSet.None;
    public ulong? Seed { get; init; }
    public bool AutoProvision { get; init; } = true;
    public bool ConnectionIds { get; init; }

    /// <summary>Null turns ageing off.</summary>
    public TimeSpan? IpAgeing { get; init; } = TimeSpan.FromSeconds(120);
    public TimeSpan AttachDelay { get; init; }
    public TimeSpan CoreLimit { get; init; } = TimeSpan.FromDays(2);
    public TimeSpan WallLimit { get; init; } = TimeSpan.FromSeconds(60);
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Lines that must not come at any time.</summary>
    public IReadOnlyList<LinePattern> Never { get; init; } = [];
    public IReadOnlyList<FaultSpec> Faults { get; init; } = [];
    public required IReadOnlyList<ScenarioStep> Steps { get; init; }
}

/// <summary>One step, with its place in the file.</summary>
abstract record ScenarioStep(string Place);

/// <summary>Sends a command line, or raw text without a CR.</summary>
sealed record SendStep(string Place, string Text, bool Raw) : ScenarioStep(Place);

/// <summary>Waits for a line.</summary>
/// <param name="Skips">Other lines may come before it.</param>
sealed record ExpectStep(string Place, string Pattern, TimeSpan Within, bool Skips) : ScenarioStep(Place);

/// <summary>From here on this line must not come.</summary>
sealed record NeverStep(string Place, LinePattern Pattern) : ScenarioStep(Place);

/// <summary>Time passes; with <paramref name="Silent"/> the module must print nothing.</summary>
sealed record AdvanceStep(string Place, TimeSpan By, bool Silent) : ScenarioStep(Place);
sealed record FaultStep(string Place, IReadOnlyList<FaultSpec> Faults) : ScenarioStep(Place);

/// <summary>Ends a fault by name, or all for null.</summary>
sealed record ClearStep(string Place, string? Name) : ScenarioStep(Place);

/// <summary>Answers a command with these lines instead of running it, so many times.</summary>
sealed record OverrideStep(string Place, string Match, IReadOnlyList<string> Respond, int Times) : ScenarioStep(Place);

/// <summary>A call of the local OneNET's HTTP API.</summary>
sealed record CallStep(string Place, string Method, string Path, string Body) : ScenarioStep(Place);

/// <summary>The answer to the last call: its errno, its error text or a value in its data.</summary>
sealed record AnswerStep(string Place, string Expected, TimeSpan Within) : ScenarioStep(Place);

sealed record RadioStep(string Place, string What, string Value) : ScenarioStep(Place);
sealed record ResetStep(string Place, Profiles.ResetCause Cause) : ScenarioStep(Place);
sealed record SetStep(string Place, string Name, string Value) : ScenarioStep(Place);

/// <summary>Compares a counter, or what the platform last received at a path, with a value.</summary>
sealed record AssertStep(string Place, string Subject, string Operator, string Value) : ScenarioStep(Place);
