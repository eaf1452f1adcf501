using M531x.Emulator.Profiles;
using M531x.Lwm2m;

namespace M531x.Emulator.Module;

/// <summary>How long the module takes for what it does.</summary>
enum LatencyMode
{
    /// <summary>No longer than the emulator does.</summary>
    None,
    Typical,
    Slowest,

    /// <summary>Between typical and slowest, drawn from the seed.</summary>
    Seeded,
}

/// <summary>Chooses delays out of their ranges.</summary>
sealed class ModuleLatency(LatencyMode mode, SeededRandom random)
{
    public bool IsNone => mode == LatencyMode.None;

    /// <summary>Zero when no latency is asked for.</summary>
    public TimeSpan Of(DelayRange range) => mode switch
    {
        LatencyMode.Typical => range.Typical,
        LatencyMode.Slowest => range.Slowest,
        LatencyMode.Seeded => range.Typical + ((range.Slowest - range.Typical) * random.NextDouble()),
        _ => TimeSpan.Zero,
    };
}
