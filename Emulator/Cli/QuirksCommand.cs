using M531x.Emulator.Profiles;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x quirks</c>: every quirk with what it does and where that is documented.</summary>
static class QuirksCommand
{
    public static void Write(TextWriter output)
    {
        var name = QuirkCatalog.All.Max(q => q.Name.Length);
        var summary = QuirkCatalog.All.Max(q => q.Summary.Length);
        foreach (var quirk in QuirkCatalog.All)
            output.WriteLine($"{quirk.Name.PadRight(name)}  {quirk.Summary.PadRight(summary)}  {quirk.Source}");
    }
}
