using System.Text;
using System.Text.RegularExpressions;

namespace M531x.Emulator.Core.Patterns;

/// <summary>
/// What a line has to look like: exact text; <c>~ /regex/</c>, whose named groups become variables; or text with {N} (digits),
/// {H} (hexadecimal digits) and {R} (anything).
/// </summary>
sealed class LinePattern
{
    readonly Regex? _regex;

    LinePattern(string text, Regex? regex)
    {
        Text = text;
        _regex = regex;
    }

    public string Text { get; }

    /// <summary>Names of the groups, whose values become variables.</summary>
    public IReadOnlyList<string> Groups => [.. (_regex?.GetGroupNames() ?? []).Where(name => !char.IsAsciiDigit(name[0]))];

    /// <exception cref="FormatException">The regular expression is not legal, or needs backtracking.</exception>
    public static LinePattern Parse(string text)
    {
        var trimmed = text.TrimStart();
        if (trimmed is ['~', .. var rest] && rest.Trim() is ['/', .. var inner, '/'])
            return new LinePattern(text, UserPattern.Compile(inner));
        if (!text.Contains("{N}", StringComparison.Ordinal) && !text.Contains("{H}", StringComparison.Ordinal) && !text.Contains("{R}", StringComparison.Ordinal))
            return new LinePattern(text, null);
        var pattern = new StringBuilder(Regex.Escape(text));
        pattern.Replace("\\{N}", "[0-9]+").Replace("\\{H}", "[0-9A-Fa-f]+").Replace("\\{R}", ".*");
        return new LinePattern(text, UserPattern.Compile($"^{pattern}$"));
    }

    /// <summary>Whether the line fits; named groups go to <paramref name="variables"/>.</summary>
    public bool Matches(string line, IDictionary<string, string> variables)
    {
        if (_regex is null)
            return line == Text;
        var match = _regex.Match(line);
        if (!match.Success)
            return false;
        foreach (Group group in match.Groups)
        {
            if (group.Success && !char.IsAsciiDigit(group.Name[0]))
                variables[group.Name] = group.Value;
        }
        return true;
    }
}
