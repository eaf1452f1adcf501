using System.Globalization;
using M531x.Emulator.Faults;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace M531x.Emulator.Scenarios;

/// <summary>Something wrong in a scenario file: file, line, column, what and why.</summary>
sealed class ScenarioException(string place, string what, string problem) : Exception($"{place}: {what}: {problem}")
{
    public string What => what;
    public string Problem => problem;
}

/// <summary>A YAML node that knows where it stands, read with errors that say so.</summary>
readonly record struct ScenarioNode(string File, YamlNode Node, string What)
{
    public string Place => $"{File}:{Node.Start.Line}:{Node.Start.Column}";

    public bool IsMapping => Node is YamlMappingNode;
    public bool IsList => Node is YamlSequenceNode;
    public bool IsScalar => Node is YamlScalarNode;

    /// <exception cref="ScenarioException">The text is no YAML, or not one document.</exception>
    public static ScenarioNode Load(string file, TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException e)
        {
            throw new ScenarioException($"{file}:{e.Start.Line}:{e.Start.Column}", "file", $"not YAML: {e.Message}");
        }
        if (stream.Documents.Count != 1)
            throw new ScenarioException($"{file}:1:1", "file", "expected one document");
        return new ScenarioNode(file, stream.Documents[0].RootNode, "scenario");
    }

    public ScenarioException Wrong(string problem) => new(Place, What, problem);

    /// <summary>The members by key; a key that is not allowed is refused where it stands.</summary>
    public IReadOnlyDictionary<string, ScenarioNode> Members(params IReadOnlyCollection<string> allowed)
    {
        if (Node is not YamlMappingNode mapping)
            throw Wrong($"expected a mapping with {string.Join(", ", allowed)}");
        var members = new Dictionary<string, ScenarioNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            var name = key is YamlScalarNode { Value: { } text } ? text : "?";
            if (allowed.Count > 0 && !allowed.Contains(name))
                throw new ScenarioException($"{File}:{key.Start.Line}:{key.Start.Column}", name, $"unknown key; known are {string.Join(", ", allowed)}");
            members[name] = new ScenarioNode(File, value, name);
        }
        return members;
    }

    public IReadOnlyList<ScenarioNode> Items()
    {
        if (Node is not YamlSequenceNode list)
            throw Wrong("expected a list");
        var (file, what) = (File, What);
        return [.. list.Select(item => new ScenarioNode(file, item, what))];
    }

    /// <summary>A list, or the one item that stands instead of it.</summary>
    public IReadOnlyList<ScenarioNode> ItemsOrOne() => IsList ? Items() : [this];

    public string Text() => Node is YamlScalarNode { Value: { } text } ? text : throw Wrong("expected a text");

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

    public TimeSpan Duration() => CoreDuration.TryParse(Text(), out var duration) ? duration : throw Wrong($"'{Text()}' is not a duration such as 250ms, 30s or 2m");

    public string Choice(params IReadOnlyCollection<string> choices) => choices.Contains(Text()) ? Text() : throw Wrong($"expected {string.Join(", ", choices)}");
}
