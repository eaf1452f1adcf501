using M531x.Emulator.Cli;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>What --help says.</summary>
[TestFixture, Category("EndToEnd")]
sealed class HelpTests
{
    [Test]
    public void Every_command_tells_the_exit_codes()
    {
        var left = new Queue<string[]>([[]]);
        var seen = new List<string>();
        while (left.TryDequeue(out var command))
        {
            using var program = BuiltProgram.Start([.. command, "--help"]);
            Assert.That(program.WaitExit(), Is.Zero);
            var help = program.Output.AwaitEnd();
            seen.Add(string.Join(' ', command));
            foreach (var (code, summary) in ExitCodes.All)
                Assert.That(help, Has.Some.EqualTo($"  {(int)code,-3}  {summary}"), $"m531x {seen[^1]}");
            foreach (var line in help.SkipWhile(l => l != "Commands:").Skip(1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)).Where(l => l[2] != ' '))
                left.Enqueue([.. command, line.Trim().Split(' ')[0]]);
        }
        Assert.That(seen, Has.Some.EqualTo("run").And.Some.EqualTo("test").And.Some.EqualTo("exec").And.Some.EqualTo("config show"));
    }

    [Test]
    public void Every_exit_code_has_one_row() =>
        Assert.That(ExitCodes.All.Select(c => c.Code), Is.EqualTo(Enum.GetValues<ExitCode>()));
}
