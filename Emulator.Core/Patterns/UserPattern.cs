using System.Text.RegularExpressions;

namespace M531x.Emulator.Core.Patterns;

/// <summary>Regular expressions that a user wrote. Matching takes time in proportion to the text, so that no pattern blocks the core.</summary>
static class UserPattern
{
    const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <exception cref="FormatException">The text is not a regular expression, or needs backtracking: look-around, back-references.</exception>
    public static Regex Compile(string text)
    {
        try
        {
            return new Regex(text, Options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"not a regular expression: {e.Message}", e);
        }
    }
}
