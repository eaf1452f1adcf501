using M531x.Emulator.Core.Patterns;
namespace M531x.Emulator.Core.Scenarios;

/// <summary>What a value in a scenario may be.</summary>
abstract record ScenarioValue
{
    /// <summary>Any scalar.</summary>
    public sealed record Text : ScenarioValue;

    /// <summary>A line or what it has to look like, see <see cref="LinePattern"/>.</summary>
    public sealed record Pattern : ScenarioValue;
    public sealed record Flag : ScenarioValue;

    /// <summary>Always true: the key says it all.</summary>
    public sealed record Mark : ScenarioValue;
    public sealed record Whole(long Min, long Max) : ScenarioValue;
    public sealed record Number(double Min, double Max) : ScenarioValue;

    /// <summary>See <see cref="Faults.CoreDuration"/>; <paramref name="Or"/> is a word that may stand instead.</summary>
    public sealed record Duration(string? Or = null) : ScenarioValue;
    public sealed record Choice(IReadOnlyList<string> Words) : ScenarioValue;

    /// <summary>Text with a form, as a regular expression of ECMA 262.</summary>
    public sealed record Form(string Regex, string Example) : ScenarioValue;

    /// <summary>Digits, so many.</summary>
    public sealed record Digits(int Min, int Max) : ScenarioValue;
    public sealed record OneOrMany(ScenarioValue Item) : ScenarioValue;
    public sealed record List(ScenarioValue Item) : ScenarioValue;

    /// <summary>Names that the author chooses.</summary>
    public sealed record Map(ScenarioValue Value, string? Names = null) : ScenarioValue;
    public sealed record Mapping(ScenarioShape Shape) : ScenarioValue;
    public sealed record Either(params IReadOnlyList<ScenarioValue> Options) : ScenarioValue;

    /// <summary>One that is defined once in the JSON schema: step or fault.</summary>
    public sealed record Named(string Name) : ScenarioValue;
}

/// <summary>A key of a mapping.</summary>
sealed record ScenarioKey(string Name, ScenarioValue Value, string Summary)
{
    public bool IsRequired { get; init; }
}

/// <summary>A mapping in a scenario: the reader takes its keys from here, and so does the JSON schema.</summary>
/// <param name="Keys">All that are known.</param>
sealed record ScenarioShape(params IReadOnlyList<ScenarioKey> Keys)
{
    /// <summary>Exactly one of the keys may stand.</summary>
    public bool IsOneOf { get; init; }

    /// <summary>Exactly one of these keys has to stand.</summary>
    public IReadOnlyList<string> OneOfKeys { get; init; } = [];
    public IReadOnlyList<string> Names { get; } = [.. Keys.Select(k => k.Name)];
}
