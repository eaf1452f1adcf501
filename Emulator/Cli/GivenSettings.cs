using System.CommandLine;

namespace M531x.Emulator.Cli;

/// <summary>The values of the run options from all places: a flag wins over the environment, that over the file, that over the default.</summary>
sealed class GivenSettings
{
    const string EnvironmentPrefix = "M531X_";

    readonly ParseResult _parsed;
    readonly IReadOnlyList<Option> _options;
    readonly Dictionary<Option, GivenValue> _given;

    GivenSettings(ParseResult parsed, IReadOnlyList<Option> options, Dictionary<Option, GivenValue> given)
    {
        _parsed = parsed;
        _options = options;
        _given = given;
    }

    /// <summary>Gathers what is given; <paramref name="config"/> says which file, the others may stand in it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">The option that names the file.</param>
    /// <param name="options">The other options.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    /// <exception cref="FormatException">What is wrong with the file or a variable.</exception>
    public static GivenSettings Collect(ParseResult parsed, Option<string?> config, IReadOnlyList<Option> options, Func<string, string?> environment)
    {
        var byName = options.ToDictionary(NameOf);
        var path = parsed.GetValue(config) ?? FromEnvironment(config, environment)?.Texts[0].Text;
        var given = ReadFile(path, byName);
        foreach (var option in options)
        {
            if (FromEnvironment(option, environment) is { } value)
                given[option] = value;
            if (parsed.GetResult(option) is { Implicit: false })
                given[option] = new GivenValue(Values(parsed, option), SettingOrigin.Flag);
        }
        return new GivenSettings(parsed, options, given);
    }

    /// <summary>The long name without dashes: the key in the file.</summary>
    public static string NameOf(Option option) => option.Aliases.Prepend(option.Name).First(n => n.StartsWith("--", StringComparison.Ordinal))[2..];

    public static string VariableOf(Option option) => EnvironmentPrefix + NameOf(option).Replace('-', '_').ToUpperInvariant();

    /// <summary>The value that holds; without texts for an option that is not given and has no default.</summary>
    public GivenValue Of(Option option) => _given.GetValueOrDefault(option) ?? new GivenValue(Values(_parsed, option), SettingOrigin.Default);

    public IReadOnlyList<GivenText> List(Option<string[]> option) => Of(option).Texts;

    public string Text(Option<string> option) => Of(option).Texts[0].Text;

    public string? OptionalText(Option<string?> option) => Of(option).Texts is [var given] ? given.Text : null;

    public bool IsOn(Option<bool> option) => Of(option).Texts[0].Text == "true";

    /// <summary>A message that names the place, the setting and its value.</summary>
    public string Complain(Option option, string problem) => Complain(option, Of(option).Texts[0], problem);

    /// <summary>The same for a problem that shows later, by the option's name; <paramref name="value"/> is what was tried.</summary>
    public string Complain(string name, string value, string problem)
    {
        var option = _options.First(o => o.Name == name);
        return Complain(option, new GivenText(value, Of(option).Origin), problem);
    }

    public static string Complain(Option option, GivenText given, string problem) => given.Origin.Layer switch
    {
        SettingLayer.File => $"{given.Origin.Place}: {NameOf(option)} {given.Text}: {problem}",
        SettingLayer.Environment => $"{given.Origin.Place}={given.Text}: {problem}",
        _ => $"{option.Name} {given.Text}: {problem}",
    };

    static string[] Values(ParseResult parsed, Option option) => option switch
    {
        Option<bool> truth => [parsed.GetValue(truth) ? "true" : "false"],
        Option<string[]> list => parsed.GetValue(list) ?? [],
        Option<string> text when parsed.GetValue(text) is { } value => [value],
        _ => [],
    };

    /// <summary>Null when the variable is not there or empty; a repeatable option's values are separated by commas.</summary>
    static GivenValue? FromEnvironment(Option option, Func<string, string?> environment)
    {
        var name = VariableOf(option);
        if (environment(name) is not { Length: > 0 } value)
            return null;
        var origin = new SettingOrigin(SettingLayer.Environment, name);
        if (option is Option<bool>)
            value = value switch { "1" => "true", "0" => "false", "true" or "false" => value, _ => throw new FormatException($"{name}={value}: expected true or false") };
        var texts = option is Option<string[]> ? value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [value];
        return new GivenValue(texts, origin);
    }

    static Dictionary<Option, GivenValue> ReadFile(string? path, Dictionary<string, Option> options)
    {
        if (path is null && !File.Exists(ConfigFile.DefaultName))
            return [];
        path ??= ConfigFile.DefaultName;
        try
        {
            using var text = File.OpenText(path);
            return ConfigFile.Read(path, text, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FormatException($"--config {path}: {e.Message}", e);
        }
    }
}
