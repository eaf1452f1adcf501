using System.Collections.Frozen;

namespace M531x.Emulator.Recordings;

/// <summary>What a module's line is, as far as its own text tells.</summary>
static class LineKinds
{
    /// <summary>Printed by AT+IPSEND of the M5313, without a line end.</summary>
    public const string Prompt = "> ";

    /// <summary>Kinds that come on their own, as the modules and their drivers have them.</summary>
    static readonly FrozenSet<string> Unsolicited = new[]
    {
        "+MIPLREAD", "+MIPLWRITE", "+MIPLEXECUTE", "+MIPLPARAMETER", "+MIPLOBSERVE", "+MIPLDISCOVER", "+MIPLEVENT", "+MIPLNSMI", "+MIPLNMI",
        "+CEREG", "+CSCON", "+CEDRXP", "+NPTWEDRXP", "+NPSMR", "+IP", "+NSONMI", "+NSORF", "+NSOCLI", "+NSOSTR", "+IPRD", "+IPCLOSE", "+RECEIVE",
        "+NPING", "+NPINGERR", "+PING", "+PINGERR", "+NNMI", "*ATREADY", "*GOTOSLEEP", "*MATWAKEUP", "*ENTERPSM", "*EXITPSM",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>+MIPLEVENT of "+MIPLEVENT:0,6"; empty for a line that names nothing.</summary>
    public static string KindOf(string line)
    {
        if (line is not ['+' or '*', ..])
            return "";
        var end = line.AsSpan().IndexOfAny(':', '=', ',');
        return end < 0 ? line : line[..end];
    }

    public static bool IsUnsolicited(string kind) => Unsolicited.Contains(kind);

    /// <summary>Ends a command (ITU-T V.250 §5.7.1, 3GPP TS 27.007 §9.2, the modules' own).</summary>
    public static bool IsFinal(string line) => line is "OK" or "ERROR" or "SEND OK" or "SEND FAIL" or Prompt
        || line.StartsWith("+CIS ERROR", StringComparison.Ordinal) || line.StartsWith("+CME ERROR", StringComparison.Ordinal);
}
