using System.Text.RegularExpressions;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Golden;

/// <summary>Every example of the manual, every module's life and every known recipe as a transcript; README.md beside the transcripts says which is where.</summary>
public sealed partial class GoldenTests
{
    /// <summary>Sections of the manual that show at least one command or message with its answer.</summary>
    static readonly string[] SectionsWithExamples =
    [
        "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11", "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18", "1.19",
        "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "4.1", "4.2", "4.3",
        "5.3.1.2", "5.3.1.3", "5.3.2.1", "5.3.2.2", "5.3.2.3", "5.3.2.4", "5.3.3.1", "5.3.3.2", "5.3.4", "5.3.5", "5.4.1", "5.4.2.1", "5.4.2.2", "5.4.2.3", "5.4.2.4",
        "6.1", "6.2", "6.3", "6.4", "6.5",
    ];

    static IEnumerable<string> Files => GoldenScript.Files;

    [TestCaseSource(nameof(Files))]
    public void The_module_prints_what_the_transcript_shows(string file)
    {
        var failure = new GoldenRunner(GoldenScript.Read(file)).Run();
        Assert.That(failure, Is.Null, failure);
    }

    [TestCase("mcu> AT\nmod> ERROR", "want mod> ERROR", "came OK")]
    [TestCase("mcu> AT", "lines after the end: OK", "")]
    [TestCase("mcu> AT\nsilent 1s", "want silent 1s", "came OK")]
    [TestCase("mcu> AT\nmod> OK\nmod within 1s> OK", "want mod within 1s> OK", "came (nothing within 1 s)")]
    [TestCase("mcu> ATE1\nmod> OK\nmcu> AT\nmod> AT\r\nmod> OK", "not every line stands between CR LF", "")]
    [TestCase("mcu> ATI\nmod> {word}", "want mod> {word}", "came CMIOT")]
    [TestCase("mcu> AT+CSQ\nmod> +CSQ:{a},{b}\nmod> OK\nmcu> AT+CSQ\nmod> +CSQ:{a},{a}", "want mod> +CSQ:{a},{a}", "came +CSQ:24,99")]
    [TestCase("api> GET /devices/status?imei={imei}\napi< {\"errno\":1}", "want api< ", "came {")]
    public void A_transcript_that_does_not_hold_is_told_with_both_lines(string script, string want, string came)
    {
        var failure = new GoldenRunner(GoldenScript.Read("test", script.Split('\n'))).Run();
        Assert.That(failure, Does.Contain(want).And.Contain(came));
    }

    [Test]
    public void Every_section_with_an_example_has_its_transcript()
    {
        var listed = Rows().ToList();
        Assert.That(listed.Select(r => r.Section), Is.SupersetOf(SectionsWithExamples));
        Assert.That(listed.SelectMany(r => FileName().Matches(r.Files).Select(m => m.Value)).Distinct(), Is.EquivalentTo(Files));
        Assert.That(listed.Where(r => !FileName().IsMatch(r.Files)), Is.Empty, "rows without a file");
    }

    [Test]
    public void Each_profile_has_a_transcript_of_its_whole_life()
    {
        string[] causes = ["power", "pin", "at", "watchdog"];
        string[] life = ["AT+MIPLOPEN=", "AT+MIPLNOTIFY=", "AT+MIPLREADRSP=", "AT+MIPLWRITERSP=", "AT+MIPLEXECUTERSP=", "AT+MIPLUPDATE=", "AT+MIPLCLOSE=", "AT+MIPLDELETE="];
        foreach (var profile in ModuleProfile.All)
        {
            var steps = GoldenScript.Read($"profile-{profile.Name}.golden");
            Assert.That(steps[0].Source, Is.EqualTo($"profile {profile.Name}"));
            Assert.That(steps.Where(s => s.Verb == "reset").Select(s => s.Text), Is.EquivalentTo(causes), profile.Name);
            foreach (var command in life)
                Assert.That(steps.Any(s => s.Verb == "mcu>" && s.Text.StartsWith(command, StringComparison.Ordinal)), Is.True, $"{profile.Name} {command}");
        }
    }

    /// <summary>Rows of the tables: | section or module | files | verdict |.</summary>
    static IEnumerable<(string Section, string Files)> Rows() => File.ReadLines(Path.Combine(GoldenScript.Folder, "README.md"))
        .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
        .Where(c => c.Length >= 4 && c[1].Length > 0 && (char.IsAsciiDigit(c[1][0]) || c[2].EndsWith(".golden", StringComparison.Ordinal)))
        .Select(c => (c[1], c[2]));

    [GeneratedRegex(@"[a-z0-9.\-]+\.golden", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
