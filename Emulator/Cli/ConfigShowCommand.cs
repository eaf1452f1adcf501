namespace M531x.Emulator.Cli;

/// <summary><c>m531x config show</c>: every setting as the file would have it, with <c>--origin</c> also where its value comes from.</summary>
static class ConfigShowCommand
{
    const string Mask = "********";

    public static void Write(TextWriter output, RunOptions options, GivenSettings given, bool withOrigin)
    {
        var lines = options.Settings.Select(option =>
        {
            var texts = given.Of(option).Texts.Select(g => Quote(options.IsSecret(option) ? Mask : g.Text)).ToList();
            var value = options.IsList(option) ? $"[{string.Join(", ", texts)}]" : texts.LastOrDefault();
            return (Text: $"{GivenSettings.NameOf(option)}: {value}".TrimEnd(), Origin: Places(given.Of(option)));
        }).ToList();
        var width = lines.Max(l => l.Text.Length);
        foreach (var (text, origin) in lines)
            output.WriteLine(withOrigin ? $"{text.PadRight(width)}  # {origin}" : text);
    }

    /// <summary>A list in a file has a place for each of its items.</summary>
    static string Places(GivenValue value) =>
        value.Texts.Count == 0 ? value.Origin.Place : string.Join(", ", value.Texts.Select(t => t.Origin.Place).Distinct());

    /// <summary>As a YAML scalar that is read as this text again.</summary>
    static string Quote(string text)
    {
        var isPlain = text.Length > 0 && text is not ("null" or "~") && text[^1] != ':'
            && (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '/' or '.') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or ':' or '-' or '_' or '=');
        return isPlain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
