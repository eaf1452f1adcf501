namespace M531x.Emulator.Core.At;

/// <summary>A command line taken apart: name in upper case, form, and the text of its arguments.</summary>
readonly record struct AtLine(string Name, AtForms Form, string Arguments)
{
    /// <summary>Reads one command after its AT prefix. The name ends at = or ?; blanks around it are dropped.</summary>
    public static AtLine Parse(string body)
    {
        body = body.Trim(' ');
        var equals = body.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0)
        {
            var name = body[..equals].TrimEnd(' ').ToUpperInvariant();
            var rest = body[(equals + 1)..].Trim(' ');
            return rest == "?" ? new AtLine(name, AtForms.Test, "") : new AtLine(name, AtForms.Set, rest);
        }
        return body.EndsWith('?')
            ? new AtLine(body[..^1].TrimEnd(' ').ToUpperInvariant(), AtForms.Read, "")
            : new AtLine(body.ToUpperInvariant(), AtForms.Execute, "");
    }

    /// <summary>+MIPLOPEN of "AT+MIPLOPEN=0,3000,30", in upper case; empty for what does not begin with AT.</summary>
    public static string NameOf(string command)
    {
        var text = command.Trim(' ');
        return text.StartsWith("AT", StringComparison.OrdinalIgnoreCase) ? Parse(text[2..]).Name : "";
    }

    /// <summary>
    /// Splits AT+A;+B into its commands. MIPL commands do not concatenate, and a semicolon inside quotes separates nothing.
    /// </summary>
    public static IEnumerable<string> SplitCommands(string body)
    {
        if (body.TrimStart(' ').StartsWith("+MIPL", StringComparison.OrdinalIgnoreCase))
            return [body];
        List<string> commands = [];
        var start = 0;
        var quoted = false;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '"')
                quoted = !quoted;
            if (body[i] != ';' || quoted)
                continue;
            commands.Add(body[start..i]);
            start = i + 1;
        }
        commands.Add(body[start..]);
        return commands;
    }
}
