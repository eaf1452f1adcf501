using System.Text;
using M531x.Emulator.Core.At;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

public sealed class AtLineReaderTests
{
    [Test]
    public void A_carriage_return_ends_a_line()
    {
        Assert.That(Lines("AT+CSQ\r"), Is.EqualTo(new[] { "AT+CSQ" }));
        Assert.That(Lines("AT+CSQ"), Is.Empty);
        Assert.That(Lines("AT+CSQ\n"), Is.Empty);
    }

    [Test]
    public void Line_feeds_and_nuls_are_skipped_wherever_they_are() =>
        Assert.That(Lines("\n\0A\nT\0\r\n\nAT+\n\0CSQ\n\r"), Is.EqualTo(new[] { "AT", "AT+CSQ" }));

    [TestCase("AR\bT\r", "AT")]
    [TestCase("AR\u007FT\r", "AT")]
    [TestCase("\b\b\bAT\r", "AT")]
    [TestCase("XY\b\b\b\bAT\r", "AT")]
    public void Backspace_and_delete_take_a_character_back(string bytes, string line) =>
        Assert.That(Lines(bytes), Is.EqualTo(new[] { line }));

    [Test]
    public void A_burst_gives_its_lines_in_order() =>
        Assert.That(Lines("AT\rATI\r\nAT+CSQ\r"), Is.EqualTo(new[] { "AT", "ATI", "AT+CSQ" }));

    [Test]
    public void Empty_and_blank_lines_are_no_lines() =>
        Assert.That(Lines("\r\r\n\r  \r \n\rAT\r"), Is.EqualTo(new[] { "AT" }));

    [Test]
    public void Blanks_stay_part_of_the_line() =>
        Assert.That(Lines("  AT +CSQ \r"), Is.EqualTo(new[] { "  AT +CSQ " }));

    [TestCase(4000, ExpectedResult = "None")]
    [TestCase(AtLineReader.MaxLength, ExpectedResult = "None")]
    [TestCase(AtLineReader.MaxLength + 1, ExpectedResult = "TooLong")]
    [TestCase(10_000, ExpectedResult = "TooLong")]
    public string A_line_holds_4096_characters(int length)
    {
        var reader = new AtLineReader();
        Feed(reader, new string('A', length), out _);
        Assert.That(reader.Feed((byte)'\r', out var line, out var problem), Is.True);
        Assert.That(line, Has.Length.EqualTo(Math.Min(length, AtLineReader.MaxLength)));
        return problem.ToString();
    }

    [Test]
    public void A_line_that_is_too_long_stays_so_after_backspaces()
    {
        var reader = new AtLineReader();
        Feed(reader, new string('A', 5000) + "\b\b", out _);
        reader.Feed((byte)'\r', out _, out var problem);
        Assert.That(problem, Is.EqualTo(AtLineProblem.TooLong));
    }

    [Test]
    public void The_line_after_a_bad_one_is_good_again([Values("\u0080", "\u00FF", "\u0001", "\u001B", "\t")] string bad)
    {
        var reader = new AtLineReader();
        Feed(reader, "AT" + bad, out _);
        Assert.That(reader.Feed((byte)'\r', out _, out var problem), Is.True);
        Assert.That(problem, Is.EqualTo(AtLineProblem.NotPrintable));
        Feed(reader, "AT", out _);
        Assert.That(reader.Feed((byte)'\r', out var line, out problem), Is.True);
        Assert.That((line, problem), Is.EqualTo(("AT", AtLineProblem.None)));
    }

    [Test]
    public void A_bad_byte_alone_is_reported_at_its_carriage_return()
    {
        var reader = new AtLineReader();
        Assert.That(reader.Feed(0xFF, out _, out _), Is.False);
        Assert.That(reader.Feed((byte)'\r', out var line, out var problem), Is.True);
        Assert.That((line, problem), Is.EqualTo(("", AtLineProblem.NotPrintable)));
    }

    [Test]
    public void Clearing_forgets_what_came()
    {
        var reader = new AtLineReader();
        Feed(reader, "AT+NRB\u0080", out _);
        reader.Clear();
        Assert.That(reader.Feed((byte)'\r', out _, out _), Is.False);
    }

    static List<string> Lines(string bytes)
    {
        var lines = Feed(new AtLineReader(), bytes, out var problems);
        Assert.That(problems, Has.All.EqualTo(AtLineProblem.None));
        return lines;
    }

    static List<string> Feed(AtLineReader reader, string bytes, out List<AtLineProblem> problems)
    {
        List<string> lines = [];
        problems = [];
        foreach (var value in Encoding.Latin1.GetBytes(bytes))
        {
            if (!reader.Feed(value, out var line, out var problem))
                continue;
            lines.Add(line);
            problems.Add(problem);
        }
        return lines;
    }
}
