using M531x.Emulator.Profiles;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Quirks;

[Category("EndToEnd")]
public sealed class QuirkCliTests
{
    [Test]
    public void The_quirks_verb_lists_name_summary_and_source_in_columns()
    {
        using var program = BuiltProgram.Start("quirks");
        Assert.That(program.WaitExit(), Is.Zero);
        var lines = program.Output.AwaitEnd();
        Assert.That(lines.Select(l => l.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            Is.EqualTo(QuirkCatalog.All.Select(q => new[] { q.Name, q.Summary, q.Source })));
        var summaries = lines.Zip(QuirkCatalog.All, (l, q) => l.IndexOf("  " + q.Summary, StringComparison.Ordinal));
        var sources = lines.Zip(QuirkCatalog.All, (l, q) => l.LastIndexOf("  " + q.Source, StringComparison.Ordinal));
        Assert.That((summaries.Distinct().Count(), sources.Distinct().Count()), Is.EqualTo((1, 1)));
    }
}
