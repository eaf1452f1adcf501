using System.Text.RegularExpressions;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>Variables in texts: <c>${name}</c>; <c>$${name}</c> stands for those characters themselves.</summary>
static partial class ScenarioVariables
{
    public const string NamePattern = "^[A-Za-z_][A-Za-z0-9_-]*$";

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <param name="text">With variables.</param>
    /// <param name="valueOf">Throws for a name that is not known.</param>
    public static string Fill(string text, Func<string, string> valueOf) =>
        Use().Replace(text, use => use.Groups["escape"].Success ? use.Value[1..] : valueOf(use.Groups["name"].Value));

    /// <summary>The names that a text uses.</summary>
    public static IEnumerable<string> NamesIn(string text) =>
        Use().Matches(text).Where(use => !use.Groups["escape"].Success).Select(use => use.Groups["name"].Value);

    public static string Unknown(string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        return $"no variable '{name}' here; {(names.Count > 0 ? $"known are {string.Join(", ", names)}" : "none is known")}";
    }

    [GeneratedRegex(@"(?<escape>\$)?\$\{(?<name>[^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Use();

    [GeneratedRegex(NamePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
