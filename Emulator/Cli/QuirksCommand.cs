using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x quirks</c>: every quirk with the modules that have it by themselves, what it does and where that is documented.</summary>
static class QuirksCommand
{
    public static void Write(TextWriter output)
    {
        string[][] rows = [["quirk", "on by itself in", "what it does", "source"], .. QuirkCatalog.All.Select(Row)];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column < widths.Length ? cell.PadRight(widths[column]) : cell)));
    }

    static string[] Row(QuirkInfo quirk)
    {
        var with = ModuleProfile.All.Where(p => p.Quirks.Has(quirk.Quirk)).Select(p => p.Name).ToList();
        return [quirk.Name, with.Count == 0 ? "-" : string.Join(", ", with), quirk.Summary, quirk.Source];
    }
}
