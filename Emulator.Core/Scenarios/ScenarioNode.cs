using System.Globalization;
using M531x.Emulator.Core.Faults;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>Something wrong in a scenario file: file, line, column, what and why.</summary>
sealed class ScenarioException(string place, string what, string problem) : Exception($"{place}: {what}: {problem}")
{
    public string What => what;
    public string Problem => problem;
}

/// <summary>A YAML node that knows where it stands, read with errors that say so.</summary>
readonly record struct ScenarioNode(string File, YamlNode Node, string What)
{
    /// <summary>Values for ${name}; null while there are none.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    public string Place => $"{File}:{Node.Start.Line}:{Node.Start.Column}";

    public bool IsMapping => Node is YamlMappingNode;
    public bool IsList => Node is YamlSequenceNode;
    public bool IsScalar => Node is YamlScalarNode;

    /// <exception cref="ScenarioException">The text is no YAML, or not one document.</exception>
    public static ScenarioNode Load(string file, TextReader text)
    {
        YamlStream stream;
        try
        {
            stream = YamlText.Load(text);
        }
        catch (YamlException e)
        {
            throw new ScenarioException($"{file}:{e.Start.Line}:{e.Start.Column}", "file", $"not YAML: {e.Message}");
        }
        if (stream.Documents.Count != 1)
        {
            var second = stream.Documents.Count == 0 ? Mark.Empty : stream.Documents[1].RootNode.Start;
            throw new ScenarioException($"{file}:{second.Line}:{second.Column}", "file", "expected one document");
        }
        return new ScenarioNode(file, stream.Documents[0].RootNode, "scenario");
    }

    public ScenarioException Wrong(string problem) => new(Place, What, problem);

    /// <summary>The members by key; a key that is not known is refused where it stands, one that is missing at the mapping.</summary>
    public IReadOnlyDictionary<string, ScenarioNode> Members(ScenarioShape shape)
    {
        var members = Members(shape.Names);
        foreach (var key in shape.Keys)
        {
            if (key.IsRequired && !members.ContainsKey(key.Name))
                throw Wrong($"{key.Name} is missing");
        }
        if (shape.IsOneOf && members.Count != 1)
            throw Wrong($"expected one of {string.Join(", ", shape.Names)}");
        if (shape.OneOfKeys.Count > 0 && shape.OneOfKeys.Count(members.ContainsKey) != 1)
            throw Wrong($"expected {string.Join(" or ", shape.OneOfKeys)}");
        return members;
    }

    /// <summary>The members by key; without <paramref name="allowed"/> the author has chosen the names.</summary>
    public IReadOnlyDictionary<string, ScenarioNode> Members(params IReadOnlyCollection<string> allowed)
    {
        if (Node is not YamlMappingNode mapping)
            throw Wrong(allowed.Count > 0 ? $"expected a mapping with {string.Join(", ", allowed)}" : "expected a mapping");
        var members = new Dictionary<string, ScenarioNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            var name = key is YamlScalarNode { Value: { } text } ? text : "?";
            if (allowed.Count > 0 && !allowed.Contains(name))
                throw new ScenarioException($"{File}:{key.Start.Line}:{key.Start.Column}", name, $"unknown key; known are {string.Join(", ", allowed)}");
            members[name] = this with { Node = value, What = name };
        }
        return members;
    }

    public IReadOnlyList<ScenarioNode> Items()
    {
        if (Node is not YamlSequenceNode list)
            throw Wrong("expected a list");
        var self = this;
        return [.. list.Select(item => self with { Node = item })];
    }

    /// <summary>A list, or the one item that stands instead of it.</summary>
    public IReadOnlyList<ScenarioNode> ItemsOrOne() => IsList ? Items() : [this];

    /// <summary>The text as it stands there, for what is filled in when the scenario runs.</summary>
    public string Raw() => Node is YamlScalarNode { Value: { } text } ? text : throw Wrong("expected a text");

    /// <summary>The text with the values of variables.</summary>
    public string Text()
    {
        var (node, variables) = (this, Variables);
        return variables is null ? Raw() : ScenarioVariables.Fill(Raw(), name =>
            variables.TryGetValue(name, out var value) ? value : throw node.Wrong(ScenarioVariables.Unknown(name, variables.Keys)));
    }

    public double Number() =>
        double.TryParse(Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong($"'{Text()}' is not a number");

    public int Integer(int min, int max) =>
        int.TryParse(Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw Wrong($"expected a whole number from {min} to {max}");

    public ulong Seed() => ulong.TryParse(Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw Wrong("expected a whole number from 0");

    public bool Flag() => Text() switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong("expected true or false"),
    };

    public TimeSpan Duration() => CoreDuration.TryParse(Text(), out var duration) ? duration : throw Wrong(CoreDuration.ProblemOf(Text()));

    public string Choice(params IReadOnlyCollection<string> choices) => choices.Contains(Text()) ? Text() : throw Wrong($"expected {string.Join(", ", choices)}");
}
