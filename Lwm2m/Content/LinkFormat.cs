using System.Text;

namespace M531x.Lwm2m.Content;

/// <summary>One link with its attributes in order; a value is null for a flag (RFC 6690 §2).</summary>
public sealed record Link(string Target, IReadOnlyList<KeyValuePair<string, string?>> Attributes);

/// <summary>CoRE link format (RFC 6690), used by Register and Discover.</summary>
public static class LinkFormat
{
    // Attributes whose grammar or custom asks for quotes whatever the value: RFC 6690 §2 and LwM2M 1.0 §5.3.1, §5.4.2.
    static readonly string[] AlwaysQuoted = ["rt", "if", "title", "anchor", "lwm2m", "ver"];

    /// <summary>Writes links as they stand in a Register or Discover payload: comma separated, nothing at the end.
    /// A value is quoted when its attribute always is (rt, if, title, anchor, lwm2m, ver), when it is empty,
    /// or when it holds anything but letters, digits and <c>-._</c>.</summary>
    public static string Write(IEnumerable<Link> links)
    {
        var output = new StringBuilder();
        foreach (var link in links)
        {
            if (output.Length > 0)
                output.Append(',');
            output.Append('<').Append(link.Target).Append('>');
            foreach (var (name, value) in link.Attributes)
                WriteAttribute(output, name, value);
        }
        return output.ToString();
    }

    /// <summary>Reads a list; commas and semicolons inside quotes belong to the value. False when malformed.
    /// Lenient where nothing is lost: blanks around separators, empty list elements and unquoted values are taken.</summary>
    public static bool TryParse(string text, out IReadOnlyList<Link> links)
    {
        links = [];
        var found = new List<Link>();
        var reader = new LinkReader(text);
        while (!reader.AtEnd)
        {
            if (reader.Take(','))
                continue;
            if (!reader.TryReadLink(out var link))
                return false;
            found.Add(link);
            if (!reader.AtEnd && !reader.Take(','))
                return false;
        }
        links = found;
        return true;
    }

    static void WriteAttribute(StringBuilder output, string name, string? value)
    {
        output.Append(';').Append(name);
        if (value is null)
            return;
        output.Append('=');
        if (!NeedsQuotes(name, value))
        {
            output.Append(value);
            return;
        }
        output.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                output.Append('\\');
            output.Append(c);
        }
        output.Append('"');
    }

    static bool NeedsQuotes(string name, string value) =>
        AlwaysQuoted.Contains(name) || value.Length == 0 || !value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}
