using System.Text;

namespace M531x.Lwm2m.Content;

/// <summary>A cursor over link-format text; every read skips the blanks around it.</summary>
ref struct LinkReader(string text)
{
    ReadOnlySpan<char> _rest = text.AsSpan().Trim();

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool Take(char expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
            return false;
        Skip(1);
        return true;
    }

    public bool TryReadLink(out Link link)
    {
        link = new Link("", []);
        if (!Take('<'))
            return false;
        var end = _rest.IndexOf('>');
        if (end < 0)
            return false;
        var target = _rest[..end].Trim().ToString();
        Skip(end + 1);
        var attributes = new List<KeyValuePair<string, string?>>();
        while (Take(';'))
            if (!TryReadAttribute(attributes))
                return false;
        link = new Link(target, attributes);
        return true;
    }

    bool TryReadAttribute(List<KeyValuePair<string, string?>> attributes)
    {
        var name = TakeUntilAny("=;,\"<>");
        if (name.Length == 0)
            return AtEnd || _rest[0] is ';' or ',';
        string? value = null;
        if (Take('=') && !TryReadValue(out value))
            return false;
        attributes.Add(new(name, value));
        return AtEnd || _rest[0] is ';' or ',';
    }

    bool TryReadValue(out string? value)
    {
        value = _rest.StartsWith("\"", StringComparison.Ordinal) ? TakeQuoted() : TakeUntilAny(";,\"");
        return value is not null;
    }

    /// <summary>The text between quotes with its escapes undone; null when the closing quote is missing.</summary>
    string? TakeQuoted()
    {
        var value = new StringBuilder();
        for (var i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                Skip(i + 1);
                return value.ToString();
            }
            if (_rest[i] == '\\' && ++i == _rest.Length)
                break;
            value.Append(_rest[i]);
        }
        return null;
    }

    string TakeUntilAny(string stops)
    {
        var end = _rest.IndexOfAny(stops);
        if (end < 0)
            end = _rest.Length;
        var taken = _rest[..end].TrimEnd().ToString();
        Skip(end);
        return taken;
    }

    void Skip(int count) => _rest = _rest[count..].TrimStart();
}
