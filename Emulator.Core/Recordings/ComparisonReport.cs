using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Core.Recordings;

/// <summary>A comparison as text or JSON.</summary>
static class ComparisonReport
{
    const int WidestColumn = 60;
    const string BeforeCommands = "(before the first command)";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Each command with its percentage and its lines, recorded ones beside those that came; the total at the end.</summary>
    /// <param name="onlyDifferences">Leaves out commands that agree.</param>
    public static string Text(Comparison comparison, bool onlyDifferences)
    {
        var text = new StringBuilder();
        foreach (var command in comparison.Commands.Where(c => !onlyDifferences || c.Agreeing < c.Lines.Count || c.Notes.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{command.Percent,5:0.0} %  {(command.Line == 0 ? BeforeCommands : $"line {command.Line}: {Show(command.Command)}")}\n");
            var width = Math.Min(WidestColumn, command.Lines.Select(l => Show(l.Expected).Length).DefaultIfEmpty(0).Max());
            foreach (var line in command.Lines)
                text.Append($"         {Word(line.Verdict),-10} {Show(line.Expected).PadRight(width)} | {Show(line.Came)}".TrimEnd()).Append('\n');
            foreach (var note in command.Notes)
                text.Append("         note       ").Append(Show(note)).Append('\n');
        }
        return text.Append(Total(comparison)).Append('\n').ToString();
    }

    /// <summary>One line.</summary>
    public static string Total(Comparison comparison) => string.Create(CultureInfo.InvariantCulture,
        $"{comparison.Percent:0.0} % of {comparison.Total} lines agree: {comparison.Count(LineVerdict.Exact)} exactly, {comparison.Count(LineVerdict.Shape)} by shape; {comparison.Count(LineVerdict.Different)} different, {comparison.Count(LineVerdict.Missing)} missing, {comparison.Count(LineVerdict.Extra)} extra");

    /// <param name="head">What was compared with what, as members in front of the rest.</param>
    public static string Json(Comparison comparison, IReadOnlyDictionary<string, object?> head)
    {
        var members = new Dictionary<string, object?>(head)
        {
            ["percent"] = comparison.Percent,
            ["lines"] = comparison.Total,
            ["exact"] = comparison.Count(LineVerdict.Exact),
            ["shape"] = comparison.Count(LineVerdict.Shape),
            ["different"] = comparison.Count(LineVerdict.Different),
            ["missing"] = comparison.Count(LineVerdict.Missing),
            ["extra"] = comparison.Count(LineVerdict.Extra),
            ["commands"] = comparison.Commands.Select(c => new
            {
                line = c.Line,
                at = c.At.TotalSeconds,
                command = c.Command,
                percent = c.Percent,
                lines = c.Lines.Select(l => new { verdict = Word(l.Verdict), line = l.Line, expected = l.Expected, came = l.Came }),
                notes = c.Notes,
            }),
        };
        return JsonSerializer.Serialize(members, Indented);
    }

    static string Word(LineVerdict verdict) => verdict.ToString().ToLowerInvariant();

    static string Show(string? text) => text is null ? "" : AtLogLine.Escape(Encoding.Latin1.GetBytes(text));
}
