using System.Security.Cryptography;
using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>How a scenario ended.</summary>
enum ScenarioStatus
{
    Passed,
    Failed,
}

/// <summary>What a scenario showed.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Seed">It ran with.</param>
/// <param name="CoreTime">It took.</param>
/// <param name="Failure">Where and how it failed, with the transcript around; null when it passed.</param>
/// <param name="Digest">SHA-256 over all that happened, the same for the same seed.</param>
/// <param name="Transcript">Of the line; of several modules one after the other.</param>
sealed record ScenarioOutcome(ScenarioStatus Status, ulong Seed, TimeSpan CoreTime, string? Failure, string Digest, IReadOnlyList<string> Transcript);

/// <summary>Runs one scenario against its modules and the local OneNET in virtual time. Modules that can go on at the same time do so in their order.</summary>
sealed class ScenarioRunner
{
    readonly Scenario _scenario;
    readonly ulong _seed;
    readonly VirtualWorld _world;

    /// <param name="scenario">To run.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="taps">Told of everything; with some of them the modules give out their secrets.</param>
    public ScenarioRunner(Scenario scenario, ulong seed, params IReadOnlyList<ITraceTap> taps)
    {
        _scenario = scenario;
        _seed = seed;
        IReadOnlyList<ModuleOptions> modules = [.. Modules(scenario).Select(m => m with { EmitsSecrets = taps.Count > 0 })];
        _world = new VirtualWorld(new VirtualWorldOptions
        {
            Seed = seed,
            Module = modules[0],
            More = [.. modules.Skip(1)],
            Platform = VirtualWorld.DefaultPlatform(modules) with { AutoProvision = scenario.AutoProvision, DtlsConnectionIds = scenario.ConnectionIds },
            Taps = taps,
        });
        foreach (var fault in scenario.Faults)
            _world.AddFault(fault);
    }

    public VirtualWorld World => _world;

    /// <summary>The modules as the scenario has them.</summary>
    public static IEnumerable<ModuleOptions> Modules(Scenario scenario) => scenario.Modules.Select(module => new ModuleOptions
    {
        Profile = module.Profile,
        Imei = module.Imei,
        Imsi = module.Imsi,
        PskIdentity = module.PskIdentity,
        Dialect = module.Dialect,
        Quirks = module.Quirks,
        Latency = module.Latency,
        IpAgeing = module.IpAgeing,
        AttachDelay = module.AttachDelay,
        DtlsConnectionIds = scenario.ConnectionIds,
    });

    /// <summary>Runs to the end or to the first failure.</summary>
    /// <param name="isOutOfTime">Whether the wall-time limit is over; asked now and then.</param>
    public ScenarioOutcome Run(Func<bool>? isOutOfTime = null)
    {
        var stage = new ScenarioStage(_world, _scenario, isOutOfTime ?? (() => false));
        var players = _scenario.Modules.Zip(_world.Modules, (module, device) => new ScenarioPlayer(stage, module, device)).ToList();
        while (players.Any(p => !p.IsDone) && players.All(p => p.Failure is null))
        {
            Collect(players);
            if (players.Find(p => p.CanGoOn) is { } next)
                next.GoOn();
            else
                _world.RunUntil(() => Collect(players), players.Min(p => p.WaitsUntil) - _world.Now);
        }
        var failure = players.Select(p => p.Failure).FirstOrDefault(f => f is not null);
        var transcript = players.SelectMany((player, i) => players.Count == 1 ? player.Transcript : [$"# module {_scenario.Modules[i].Name}", .. player.Transcript]).ToList();
        return new ScenarioOutcome(failure is null ? ScenarioStatus.Passed : ScenarioStatus.Failed, _seed, _world.Now, failure, Digest(transcript), transcript);
    }

    /// <summary>Whether a module can go on.</summary>
    static bool Collect(List<ScenarioPlayer> players)
    {
        foreach (var player in players)
            player.Collect();
        return players.Exists(p => p.CanGoOn);
    }

    /// <summary>Over the transcript, the trace and every datagram with its time.</summary>
    string Digest(IEnumerable<string> transcript)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in transcript.Concat(_world.Trace))
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        foreach (var (at, up, server, bytes) in _world.Datagrams)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{at.Ticks} {up} {server}\n"));
            hash.AppendData(bytes.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
