using System.Net;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Quirks;

[Category("EndToEnd")]
public sealed class QuirkCliTests
{
    [Test]
    public void The_quirks_verb_lists_name_modules_summary_and_source_in_columns()
    {
        using var program = BuiltProgram.Start("quirks");
        Assert.That(program.WaitExit(), Is.Zero);
        var lines = program.Output.AwaitEnd();
        string[][] rows =
        [
            ["quirk", "on by itself in", "what it does", "source"],
            .. QuirkCatalog.All.Select(q => new[] { q.Name, q.Quirk == Quirk.NsmiRefusesMidZero ? "m5311" : "-", q.Summary, q.Source }),
        ];
        Assert.That(lines.Select(l => l.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), Is.EqualTo(rows));
        foreach (var start in rows[0].Select(head => lines[0].IndexOf(head, StringComparison.Ordinal)).Skip(1))
            Assert.That(lines, Has.All.Matches<string>(l => l![(start - 2)..start] == "  " && l[start] != ' '), $"column at {start}");
    }

    [TestCase("OK", "m5311", "nsmi-refuses-mid-zero=off")]
    [TestCase("+CIS ERROR:601", "m5311")]
    [TestCase("+CIS ERROR:601", "m5311", "nsmi-refuses-mid-zero=off", "nsmi-refuses-mid-zero")]
    [TestCase("OK", "m5310a", "nsmi-refuses-mid-zero", "nsmi-refuses-mid-zero=off")]
    [TestCase("+CIS ERROR:601", "m5310a", "nsmi-refuses-mid-zero")]
    public void A_quirk_of_the_profile_can_be_switched_off_and_the_last_word_wins(string answer, string profile, params string[] quirks)
    {
        using var program = BuiltProgram.Start(["--line", "tcp-listen:127.0.0.1:0", "--profile", profile, "--api", "off", .. quirks.SelectMany(q => new[] { "--quirk", q })]);
        using var uart = Uart.Connect(IPEndPoint.Parse(program.ReadyText("line")));
        uart.Await(profile == "m5311" ? "+IP:" : "OK");
        foreach (var command in new[] { "ATE0", "AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,1,0,0", "AT+MIPLNMI=0,0,1" })
            uart.Command(command);
        Assert.That(uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo(answer));
    }
}
