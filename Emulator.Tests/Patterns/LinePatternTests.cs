using M531x.Emulator.Core.Patterns;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Patterns;

public sealed class LinePatternTests
{
    [Test]
    public void A_pattern_that_would_backtrack_for_ever_is_matched_in_one_pass()
    {
        var pattern = LinePattern.Parse("~ /^(a+)+$/");
        var line = new string('a', 4000) + "!";
        Assert.That(pattern.Matches(line, new Dictionary<string, string>()), Is.False);
    }

    [TestCase("~ /(a)\\1/")]
    [TestCase("~ /(?=a)a/")]
    [TestCase("~ /(?<!b)a/")]
    public void A_pattern_that_needs_backtracking_is_refused(string text) =>
        Assert.That(() => LinePattern.Parse(text), Throws.TypeOf<FormatException>().With.Message.StartsWith("not a regular expression: "));

    [Test]
    public void Named_groups_become_variables()
    {
        var variables = new Dictionary<string, string>();
        Assert.That(LinePattern.Parse(@"~ /\+MIPLREAD:0,(?<mid>\d+),/").Matches("+MIPLREAD:0,4711,3200,0,5750", variables), Is.True);
        Assert.That(variables["mid"], Is.EqualTo("4711"));
    }
}
