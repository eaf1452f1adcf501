using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>Reads a fault: the name of a preset or of a type, or a mapping with a type.</summary>
static class FaultReader
{
    /// <summary>What a fault is made of.</summary>
    public static IReadOnlyList<string> Keys => ScenarioShapes.FaultShape.Names;

    public static IReadOnlyList<FaultSpec> Read(ScenarioNode node)
    {
        if (node.IsScalar)
        {
            return FaultCatalog.Presets.TryGetValue(node.Text(), out var preset) ? preset
                : FaultCatalog.Find(node.Text()) is { } plain ? [new FaultSpec { Name = plain.Name, Type = plain }]
                : throw node.Wrong($"no preset or type '{node.Text()}'; presets are {string.Join(", ", FaultCatalog.Presets.Keys)}; types are {Types()}");
        }
        var keys = node.Members(Keys);
        if (!keys.TryGetValue("type", out var typeNode))
            throw (node with { What = "type" }).Wrong("is missing");
        var type = FaultCatalog.Find(typeNode.Text()) ?? throw typeNode.Wrong($"no fault type '{typeNode.Text()}'; known are {Types()}");
        if (keys.TryGetValue("target", out var target) && !string.Equals(target.Text(), type.Target.ToString(), StringComparison.OrdinalIgnoreCase))
            throw target.Wrong($"{type.Name} acts on {type.Target.ToString().ToLowerInvariant()}");
        return
        [
            new FaultSpec
            {
                Name = keys.TryGetValue("name", out var name) ? ReadName(name) : type.Name,
                Type = type,
                Direction = keys.TryGetValue("direction", out var direction) ? ReadDirection(direction, type) : FaultDirection.Both,
                Probability = keys.TryGetValue("probability", out var chance) ? ReadProbability(chance) : 1,
                Times = keys.TryGetValue("times", out var times) ? ReadTimes(times, type) : null,
                After = keys.TryGetValue("after", out var after) ? after.Duration() : TimeSpan.Zero,
                For = keys.TryGetValue("for", out var lasts) ? ReadFor(lasts, type) : null,
                Match = keys.TryGetValue("match", out var match) ? ReadMatch(match, type) : null,
                Attributes = keys.TryGetValue("attributes", out var attributes) ? ReadAttributes(attributes, type) : new Dictionary<string, string>(),
            },
        ];
    }

    static string Types() => string.Join(", ", FaultCatalog.All.Select(t => t.Name));

    static string ReadName(ScenarioNode node) => node.Text() is { Length: > 0 } name && !name.Contains('/', StringComparison.Ordinal) ? name : throw node.Wrong("expected a name without '/'");

    static double ReadProbability(ScenarioNode node) => node.Number() is >= 0 and <= 1 and var chance ? chance : throw node.Wrong("expected a number from 0 to 1");

    static FaultDirection ReadDirection(ScenarioNode node, FaultType type)
    {
        var direction = Enum.Parse<FaultDirection>(node.Choice("up", "down", "both"), ignoreCase: true);
        if (type.Kind != FaultKind.Passing && direction != FaultDirection.Both)
            throw node.Wrong($"{type.Name} acts on no traffic: expected both");
        if (type.Direction != FaultDirection.Both && direction != FaultDirection.Both && direction != type.Direction)
            throw node.Wrong($"{type.Name} acts {type.Direction.ToString().ToLowerInvariant()} alone: expected {type.Direction.ToString().ToLowerInvariant()}, both");
        return direction;
    }

    static int ReadTimes(ScenarioNode node, FaultType type)
    {
        var times = node.Integer(1, int.MaxValue);
        return times == 1 || type.Kind == FaultKind.Passing ? times : throw node.Wrong($"{type.Name} happens once: expected 1");
    }

    static TimeSpan ReadFor(ScenarioNode node, FaultType type) =>
        type.Kind != FaultKind.Instant ? node.Duration() : throw node.Wrong($"{type.Name} happens once and does not last");

    static string ReadMatch(ScenarioNode node, FaultType type)
    {
        var match = node.Text();
        if (type.Kind != FaultKind.Passing)
            throw node.Wrong($"{type.Name} acts on nothing that could match");
        try
        {
            FaultSpec.PatternOf(match);
        }
        catch (FormatException e)
        {
            throw node.Wrong(e.Message);
        }
        return match;
    }

    static Dictionary<string, string> ReadAttributes(ScenarioNode node, FaultType type)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        if (type.Attributes.Length == 0)
            throw node.Wrong($"{type.Name} has no attributes");
        foreach (var (name, value) in node.Members([.. type.Attributes.Select(a => a.Name)]))
        {
            if (type.Attributes.First(a => a.Name == name).ProblemOf(value.Text()) is { } problem)
                throw value.Wrong(problem);
            given[name] = value.Text();
        }
        return given;
    }
}
