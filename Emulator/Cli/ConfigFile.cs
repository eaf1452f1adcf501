using System.CommandLine;
using M531x.Emulator.Core.Scenarios;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace M531x.Emulator.Cli;

/// <summary>
/// A YAML file with one mapping from the names of the run options, without dashes, to their values; a repeatable option may have a
/// list. A value that is null counts as not given.
/// </summary>
static class ConfigFile
{
    /// <summary>Read when it is in the working directory and --config names no other.</summary>
    public const string DefaultName = "m531x.yaml";

    /// <exception cref="FormatException">What is wrong, beginning with file, line and column.</exception>
    public static Dictionary<Option, GivenValue> Read(string path, TextReader text, IReadOnlyDictionary<string, Option> options)
    {
        var given = new Dictionary<Option, GivenValue>();
        if (Root(path, text) is not { } root)
            return given;
        foreach (var (key, value) in root.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !options.TryGetValue(name, out var option))
                throw Wrong(path, key, key is YamlScalarNode scalar ? scalar.Value! : "a key", $"unknown setting; known are {string.Join(", ", options.Keys)}");
            if (Value(path, name, value, option) is { } found)
                given[option] = found;
        }
        return given;
    }

    static YamlMappingNode? Root(string path, TextReader text)
    {
        YamlStream stream;
        try
        {
            stream = YamlText.Load(text);
        }
        catch (YamlException e)
        {
            throw new FormatException($"{path}:{e.Start.Line}:{e.Start.Column}: not YAML: {e.Message}", e);
        }
        if (stream.Documents.Count > 1)
            throw Wrong(path, stream.Documents[1].RootNode, "file", "expected one document");
        var root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        return root switch
        {
            null => null,
            YamlMappingNode mapping => mapping,
            YamlScalarNode scalar when IsNull(scalar) => null,
            _ => throw Wrong(path, root, "file", "expected settings, such as 'profile: m5311'"),
        };
    }

    /// <summary>Null when the value says nothing.</summary>
    static GivenValue? Value(string path, string name, YamlNode value, Option option)
    {
        if (value is YamlScalarNode scalar)
        {
            if (IsNull(scalar))
                return null;
            if (option is Option<bool> && scalar.Value is not ("true" or "false"))
                throw Wrong(path, value, $"{name} {scalar.Value}", "expected true or false");
            return new GivenValue([Given(path, scalar)], Origin(path, scalar));
        }
        if (option is not Option<string[]>)
            throw Wrong(path, value, name, "expected a single value");
        if (value is not YamlSequenceNode list)
            throw Wrong(path, value, name, "expected a list");
        var items = list.Select(item => item is YamlScalarNode entry && !IsNull(entry) ? Given(path, entry) : throw Wrong(path, item, name, "expected a list of single values"));
        return new GivenValue([.. items], Origin(path, list));
    }

    static GivenText Given(string path, YamlScalarNode node) => new(node.Value ?? "", Origin(path, node));

    static SettingOrigin Origin(string path, YamlNode node) => new(SettingLayer.File, Place(path, node));

    static bool IsNull(YamlScalarNode node) => node.Style == ScalarStyle.Plain && node.Value is (null or "" or "~" or "null");

    static string Place(string path, YamlNode node) => $"{path}:{node.Start.Line}:{node.Start.Column}";

    static FormatException Wrong(string path, YamlNode node, string what, string problem) => new($"{Place(path, node)}: {what}: {problem}");
}
