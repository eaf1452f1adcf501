using System.Text.Json;
using M531x.Emulator.Cli;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Cli;

[NonParallelizable]
public sealed class BugReportTests
{
    static readonly TraceHeader Header = TraceHeader.Of(new ModuleOptions(), 7);

    /// <summary>What is said on stderr.</summary>
    static string Tell(BugReport report, IReadOnlyList<string> traces, string folder)
    {
        var before = Console.Error;
        using var said = new StringWriter();
        Console.SetError(said);
        try
        {
            Assert.That(report.Tell(traces, Header, folder, new InvalidOperationException("it looped")), Is.EqualTo(ExitCode.Bug));
        }
        finally
        {
            Console.SetError(before);
        }
        return said.ToString();
    }

    [Test]
    public void It_names_the_traces_that_there_are()
    {
        using var folder = new Folder();
        var said = Tell(new BugReport(), ["a.jsonl", "b"], folder.Path);
        Assert.That(said, Does.Contain("it looped").And.Contain("m531x: trace: a.jsonl, b"));
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void Without_any_the_last_events_are_written()
    {
        using var folder = new Folder();
        var report = new BugReport();
        for (var i = 0; i < BugReport.Kept + 5; i++)
            report.Take(new TraceEvent(TimeSpan.FromSeconds(i), 0, "uart", "rx", [("bytes", i)]));
        var said = Tell(report, [], folder.Path);
        var file = Directory.GetFiles(folder.Path).Single();
        Assert.That(said, Does.Contain($"m531x: trace: {file}"));
        var lines = File.ReadAllLines(file).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.That(lines[0].GetProperty("seed").GetString(), Is.EqualTo("7"));
        Assert.That(lines.Skip(1).Select(l => l.GetProperty("bytes").GetInt32()), Is.EqualTo(Enumerable.Range(5, BugReport.Kept)));
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_told() =>
        Assert.That(Tell(new BugReport(), [], "/no/such/folder"), Does.Contain("m531x: trace: none, "));
}
