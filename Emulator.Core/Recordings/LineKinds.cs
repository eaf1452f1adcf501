using System.Collections.Frozen;

namespace M531x.Emulator.Core.Recordings;

/// <summary>What a module's line is, as far as its own text tells.</summary>
static class LineKinds
{
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
}
