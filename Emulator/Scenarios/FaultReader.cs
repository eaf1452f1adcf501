using M531x.Emulator.Faults;

namespace M531x.Emulator.Scenarios;

/// <summary>Reads a fault: the name of a preset, or a mapping with a type.</summary>
static class FaultReader
{
    static readonly string[] Common = ["name", "type", "target", "direction", "probability", "times", "after", "for", "match", "attributes"];

    public static IEnumerable<FaultSpec> Read(ScenarioNode node)
    {
        if (node.IsScalar)
        {
            return FaultCatalog.Presets.TryGetValue(node.Text(), out var preset)
                ? preset
                : throw node.Wrong($"no preset '{node.Text()}'; known are {string.Join(", ", FaultCatalog.Presets.Keys)}");
        }
        var keys = node.Members(Common);
        if (!keys.TryGetValue("type", out var typeNode))
            throw (node with { What = "type" }).Wrong("is missing");
        var type = FaultCatalog.Find(typeNode.Text()) ?? throw typeNode.Wrong($"no fault type '{typeNode.Text()}'; known are {string.Join(", ", FaultCatalog.All.Select(t => t.Name))}");
        if (keys.TryGetValue("target", out var target) && !string.Equals(target.Text(), type.Target.ToString(), StringComparison.OrdinalIgnoreCase))
            throw target.Wrong($"{type.Name} acts on {type.Target.ToString().ToLowerInvariant()}");
        var probability = keys.TryGetValue("probability", out var chance) ? chance.Number() : 1;
        if (probability is < 0 or > 1)
            throw chance.Wrong("expected a number from 0 to 1");
        return
        [
            new FaultSpec
            {
                Name = keys.TryGetValue("name", out var name) ? name.Text() : type.Name,
                Type = type,
                Direction = keys.TryGetValue("direction", out var direction) ? Enum.Parse<FaultDirection>(direction.Choice("up", "down", "both"), ignoreCase: true) : FaultDirection.Both,
                Probability = probability,
                Times = keys.TryGetValue("times", out var times) ? times.Integer(1, int.MaxValue) : null,
                After = keys.TryGetValue("after", out var after) ? after.Duration() : TimeSpan.Zero,
                For = keys.TryGetValue("for", out var lasts) ? lasts.Duration() : null,
                Match = keys.TryGetValue("match", out var match) ? match.Text() : null,
                Attributes = keys.TryGetValue("attributes", out var attributes) ? ReadAttributes(attributes, type) : new Dictionary<string, string>(),
            },
        ];
    }

    static Dictionary<string, string> ReadAttributes(ScenarioNode node, FaultType type)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        if (type.Attributes.Length == 0)
            throw node.Wrong($"{type.Name} has no attributes");
        foreach (var (name, value) in node.Members([.. type.Attributes.Select(a => a.Name)]))
        {
            var attribute = type.Attributes.First(a => a.Name == name);
            if (!attribute.Accepts(value.Text()))
                throw value.Wrong(attribute.Kind == Faults.FaultValueKind.Choice ? $"expected {string.Join(", ", attribute.Choices)}" : $"'{value.Text()}' is not a {attribute.Kind.ToString().ToLowerInvariant()}");
            given[name] = value.Text();
        }
        return given;
    }
}
