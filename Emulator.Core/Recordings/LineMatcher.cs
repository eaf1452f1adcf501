using System.Globalization;
using System.Text.RegularExpressions;

namespace M531x.Emulator.Core.Recordings;

/// <summary>Finds the recorded line for each one that comes, translates message ids, and judges in the end.</summary>
sealed partial class LineMatcher
{
    readonly Dictionary<string, List<ModuleLine>> _expected = new(StringComparer.Ordinal);
    readonly Dictionary<ModuleLine, ModuleLine> _claims = new(ReferenceEqualityComparer.Instance);
    readonly HashSet<ModuleLine> _taken = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, string> _messageIds = new(StringComparer.Ordinal);
    readonly bool _exact;
    bool _echoDiffers;

    public LineMatcher(RecordedSession session, bool exact)
    {
        _exact = exact;
        foreach (var line in session.Exchanges.SelectMany(e => e.Unsolicited))
        {
            if (!_expected.TryGetValue(line.Kind, out var lines))
                _expected[line.Kind] = lines = [];
            lines.Add(line);
        }
    }

    /// <summary>The recorded line has its counterpart.</summary>
    public bool IsClaimed(ModuleLine recorded) => _claims.ContainsKey(recorded);

    /// <summary>An unsolicited line came: it stands for the first recorded one of its kind that it fits and that has none yet.</summary>
    public void Claim(ModuleLine came)
    {
        if (!_expected.TryGetValue(came.Kind, out var lines) || lines.Find(l => Judge(l.Text, came.Text, "") is not null) is not { } recorded)
            return;
        lines.Remove(recorded);
        _claims[recorded] = came;
        _taken.Add(came);
        if (DownlinkUrc.Find(recorded) is { } old && DownlinkUrc.Find(came) is { } present)
            _messageIds[old.MessageId] = present.MessageId;
    }

    /// <summary>The MCU's answer to a request carries the message id that the request has here.</summary>
    public string Translate(string command)
    {
        var match = Answer().Match(command);
        return match.Success && _messageIds.TryGetValue(match.Groups["mid"].Value, out var present)
            ? command[..match.Groups["mid"].Index] + present + command[(match.Groups["mid"].Index + match.Groups["mid"].Length)..]
            : command;
    }

    /// <summary>Judges all. Once.</summary>
    public Comparison Compare(IReadOnlyList<Exchange> recorded, IReadOnlyList<Exchange> played, Func<Exchange, IReadOnlyList<string>> notesOf)
    {
        var commands = new List<ComparedCommand>();
        var told = false;
        for (var i = 0; i < recorded.Count; i++)
        {
            var lines = CompareResponse(recorded[i], played[i]);
            // What comes behind the recording's end was not waited for there either.
            lines.AddRange(CompareUnsolicited(recorded[i], played[i], isLast: i == recorded.Count - 1));
            if (i > 0 || lines.Count > 0)
                commands.Add(new ComparedCommand(recorded[i].Line, recorded[i].At, recorded[i].Command, lines, NotesOf(recorded[i])));
        }
        return new Comparison(commands);

        IReadOnlyList<string> NotesOf(Exchange exchange)
        {
            var notes = notesOf(exchange);
            var isFirst = _echoDiffers && !told;
            told |= isFirst;
            return isFirst ? [.. notes, "one side echoes commands, the other does not; counted once"] : notes;
        }
    }

    /// <summary>Aligned by the longest common sequence; what is left between two pairs differs, is missing or is extra.</summary>
    List<ComparedLine> CompareResponse(Exchange recorded, Exchange played)
    {
        // The echo of a translated command is that command's echo.
        var came = played.Response.Select(l => l.Text == played.Command ? l with { Text = recorded.Command } : l).ToList();
        List<ModuleLine> expected = [.. recorded.Response];
        var lines = new List<ComparedLine>();
        CompareEcho(recorded.Command, expected, came, lines);
        var longest = new int[expected.Count + 1, came.Count + 1];
        for (var i = expected.Count - 1; i >= 0; i--)
        {
            for (var j = came.Count - 1; j >= 0; j--)
            {
                longest[i, j] = Judge(expected[i].Text, came[j].Text, recorded.Name) is not null
                    ? longest[i + 1, j + 1] + 1
                    : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }
        List<ModuleLine> missing = [], extra = [];
        for (int i = 0, j = 0; i < expected.Count || j < came.Count;)
        {
            if (i < expected.Count && j < came.Count && Judge(expected[i].Text, came[j].Text, recorded.Name) is { } verdict)
            {
                lines.AddRange(Pair(missing, extra));
                lines.Add(Agreed(verdict, expected[i++], came[j++], recorded.Name));
            }
            else if (j == came.Count || i < expected.Count && longest[i + 1, j] >= longest[i, j + 1])
                missing.Add(expected[i++]);
            else
                extra.Add(came[j++]);
        }
        lines.AddRange(Pair(missing, extra));
        return lines;
    }

    /// <summary>One side echoes and the other does not: a difference once, not at each command.</summary>
    void CompareEcho(string command, List<ModuleLine> expected, List<ModuleLine> came, List<ComparedLine> lines)
    {
        var recorded = expected.Find(l => l.Text == command);
        var present = came.Find(l => l.Text == command);
        if (recorded is null == present is null || command.Length == 0)
            return;
        if (!_echoDiffers)
            lines.Add(new ComparedLine(recorded is null ? LineVerdict.Extra : LineVerdict.Missing, recorded?.Line ?? 0, recorded?.Text, present?.Text));
        _echoDiffers = true;
        expected.Remove(recorded!);
        came.Remove(present!);
    }

    IEnumerable<ComparedLine> CompareUnsolicited(Exchange recorded, Exchange played, bool isLast)
    {
        var extra = played.Unsolicited.Where(l => !_taken.Contains(l)).ToList();
        foreach (var line in recorded.Unsolicited)
        {
            if (_claims.TryGetValue(line, out var came))
                yield return Agreed(Judge(line.Text, came.Text, "")!.Value, line, came, "");
            else if (extra.Find(l => l.Kind == line.Kind) is { } other)
            {
                extra.Remove(other);
                yield return new ComparedLine(LineVerdict.Different, line.Line, line.Text, other.Text);
            }
            else
                yield return new ComparedLine(LineVerdict.Missing, line.Line, line.Text, null);
        }
        foreach (var line in isLast ? [] : extra)
            yield return new ComparedLine(LineVerdict.Extra, 0, null, line.Text);
    }

    static List<ComparedLine> Pair(List<ModuleLine> missing, List<ModuleLine> extra)
    {
        var lines = new List<ComparedLine>();
        for (var i = 0; i < Math.Max(missing.Count, extra.Count); i++)
        {
            var (expected, came) = (missing.ElementAtOrDefault(i), extra.ElementAtOrDefault(i));
            var verdict = expected is null ? LineVerdict.Extra : came is null ? LineVerdict.Missing : LineVerdict.Different;
            lines.Add(new ComparedLine(verdict, expected?.Line ?? 0, expected?.Text, came?.Text));
        }
        missing.Clear();
        extra.Clear();
        return lines;
    }

    static ComparedLine Agreed(LineVerdict verdict, ModuleLine expected, ModuleLine came, string command) =>
        new(verdict, expected.Line, verdict == LineVerdict.Shape ? LineShape.Of(expected.Text, command) : expected.Text, came.Text);

    /// <summary>Null when the lines do not agree.</summary>
    LineVerdict? Judge(string expected, string came, string command)
    {
        if (expected == came)
            return LineVerdict.Exact;
        if (!_exact)
            return LineShape.Fits(LineShape.Of(expected, command), came) ? LineVerdict.Shape : null;
        if (IsSameReport(expected, came))
            return LineVerdict.Exact;
        var (old, present) = (DownlinkUrc.Find(new ModuleLine(default, expected, 0)), DownlinkUrc.Find(new ModuleLine(default, came, 0)));
        return old is not null && present is not null && old with { MessageId = "" } == present with { MessageId = "" } ? LineVerdict.Exact : null;
    }

    /// <summary>+MIPLNSMI=ref,status,num: num is 127 &amp; the message id that the MCU has answered with (manual §4.3).</summary>
    bool IsSameReport(string expected, string came)
    {
        var (old, present) = (Report().Match(expected), Report().Match(came));
        return old.Success && present.Success && old.Groups["front"].Value == present.Groups["front"].Value
            && _messageIds.Any(p => NumberOf(p.Key) == old.Groups["num"].Value && NumberOf(p.Value) == present.Groups["num"].Value);
    }

    static string? NumberOf(string messageId) =>
        ulong.TryParse(messageId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (id & 127).ToString(CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^\s*AT\+MIPL(?:READRSP|WRITERSP|EXECUTERSP|PARAMETERRSP|OBSERVERSP|NOTIFY)\s*=\s*\d+\s*,\s*(?<mid>\d+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^(?<front>\+MIPLNSMI[:=]\d+,\d+,)(?<num>\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Report();
}
