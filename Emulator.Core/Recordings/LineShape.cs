using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Patterns;

namespace M531x.Emulator.Core.Recordings;

/// <summary>
/// Turns a recorded line into a pattern that leaves open what differs between two modules or two runs: message ids, signal and cell,
/// addresses, identities, times, versions. All else has to be the same.
/// </summary>
static partial class LineShape
{
    const int EveryField = -1;

    /// <summary>Fields that differ, from 0, by the kind of the line or the name of the command that it answers.</summary>
    static readonly FrozenDictionary<string, int[]> Varying = new Dictionary<string, int[]>
    {
        ["+MIPLREAD"] = [1],
        ["+MIPLWRITE"] = [1],
        ["+MIPLEXECUTE"] = [1],
        ["+MIPLPARAMETER"] = [1],
        ["+MIPLOBSERVE"] = [1],
        ["+MIPLDISCOVER"] = [1],
        ["+MIPLNSMI"] = [2],
        ["+MIPLLTRDP"] = [EveryField],
        ["+MIPLDEVINFO"] = [3],
        ["+MIPLVER"] = [EveryField],
        ["+CSQ"] = [0],
        ["+CESQ"] = [EveryField],
        ["+CCLK"] = [EveryField],
        ["+CGMR"] = [EveryField],
        ["+NUESTATS"] = [EveryField],
        ["*ENGINFO"] = [EveryField],
        ["+NPING"] = [1, 2],
        ["+PING"] = [1, 2],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The pattern in the notation of <see cref="LinePattern"/>; the line itself when nothing in it varies.</summary>
    /// <param name="line">As recorded.</param>
    /// <param name="command">Name of the command that it answers, such as +CGMR; empty for an unsolicited line.</param>
    public static string Of(string line, string command)
    {
        var kind = LineKinds.KindOf(line);
        if (!Varying.TryGetValue(kind, out var fields) && (!Varying.TryGetValue(command, out fields) || FinalResult.Is(line)))
            return kind == "+CEREG" ? Cell().Replace(line, "{H}") : General(line);
        var start = line.AsSpan().IndexOfAny(':', '=') + 1;
        var text = new StringBuilder(line[..start]);
        var index = 0;
        foreach (Match field in Field().Matches(line[start..]))
        {
            if (field.Value == ",")
                index++;
            var isOpen = fields.Contains(index) || fields[0] == EveryField && field.Value.Any(char.IsAsciiDigit);
            text.Append(isOpen ? Open(field.Value) : General(field.Value));
        }
        return text.ToString();
    }

    public static bool Fits(string shape, string line) => shape == line || LinePattern.Parse(shape).Matches(line, new Dictionary<string, string>());

    static string Open(string field)
    {
        if (field == ",")
            return field;
        var value = field.TrimStart(' ');
        var blanks = field[..^value.Length];
        if (value.All(char.IsAsciiDigit))
            return blanks + "{N}";
        return blanks + (value is ['"', .. var inner, '"'] && inner.Length > 0 && inner.All(char.IsAsciiHexDigit) ? "\"{H}\"" : "{R}");
    }

    static string General(string text) => Identity().Replace(Address().Replace(text, "{N}.{N}.{N}.{N}"), "{N}");

    /// <summary>Quoted text with its commas, other text, or a comma.</summary>
    [GeneratedRegex("""(?:"[^"]*"|[^",])+|,""", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    /// <summary>IMEI, IMSI and card number have 15 to 20 digits.</summary>
    [GeneratedRegex(@"\b\d{15,20}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Identity();

    /// <summary>Tracking area and cell.</summary>
    [GeneratedRegex(@"\b[0-9A-Fa-f]{4,8}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Cell();
}
