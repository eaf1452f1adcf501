using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>A scenario, read and checked.</summary>
sealed record Scenario
{
    public required string Name { get; init; }
    public required string File { get; init; }
    public ulong? Seed { get; init; }
    public bool AutoProvision { get; init; } = true;
    public bool ConnectionIds { get; init; }
    public TimeSpan CoreLimit { get; init; } = TimeSpan.FromDays(2);
    public TimeSpan WallLimit { get; init; } = TimeSpan.FromSeconds(60);
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>What goes wrong from the start, for every module.</summary>
    public IReadOnlyList<FaultSpec> Faults { get; init; } = [];

    /// <summary>One, or those that run in parallel.</summary>
    public required IReadOnlyList<ScenarioModule> Modules { get; init; }

    /// <summary>Changes every fault in it.</summary>
    public Scenario WithFaults(Func<FaultSpec, FaultSpec> change) => this with
    {
        Faults = [.. Faults.Select(change)],
        Modules = [.. Modules.Select(module => module with
        {
            Steps = [.. module.Steps.Select(s => s is FaultStep step ? step with { Faults = [.. step.Faults.Select(change)] } : s)],
        })],
    };

    public IEnumerable<FaultSpec> AllFaults() => Faults.Concat(Modules.SelectMany(m => m.Steps).OfType<FaultStep>().SelectMany(s => s.Faults));
}

/// <summary>A module of a scenario and what its MCU does.</summary>
sealed record ScenarioModule
{
    /// <summary>Empty when it is alone.</summary>
    public string Name { get; init; } = "";
    public ModuleProfile Profile { get; init; } = ModuleProfile.M5310A;
    public required string Imei { get; init; }
    public required string Imsi { get; init; }
    public string? PskIdentity { get; init; }
    public Lwm2mDialect Dialect { get; init; } = Lwm2mDialect.OneNet;
    public QuirkSet Quirks { get; init; } = QuirkSet.None;
    public LatencyMode Latency { get; init; }

    /// <summary>Null turns ageing off.</summary>
    public TimeSpan? IpAgeing { get; init; } = TimeSpan.FromSeconds(120);
    public TimeSpan AttachDelay { get; init; }

    /// <summary>Lines that must not come at any time.</summary>
    public IReadOnlyList<LinePattern> Never { get; init; } = [];
    public required IReadOnlyList<ScenarioStep> Steps { get; init; }
}
