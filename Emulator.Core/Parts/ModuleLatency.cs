using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Parts;

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
        LatencyMode.Seeded => Between(range.Typical, range.Slowest),
        _ => TimeSpan.Zero,
    };

    /// <summary>Drawn from the seed, but at worst the slowest; zero when no latency is asked for.</summary>
    public TimeSpan Of(DelaySpread spread) => mode switch
    {
        LatencyMode.Typical or LatencyMode.Seeded => Between(spread.Fastest, spread.Slowest),
        LatencyMode.Slowest => spread.Slowest,
        _ => TimeSpan.Zero,
    };

    TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * random.NextDouble());
}
