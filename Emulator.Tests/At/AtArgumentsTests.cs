using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

public sealed class AtArgumentsTests
{
    [TestCase("0", "0")]
    [TestCase("0,3200,1", "0|3200|1")]
    [TestCase(" 0 ,  3200,1 ", "0|3200|1")]
    [TestCase("\"a,b\",2", "'a,b'|2")]
    [TestCase("\" a \" , 2", "' a '|2")]
    [TestCase("\"\"", "''")]
    [TestCase("\"a;b=?\"", "'a;b=?'")]
    [TestCase("a b,c", "a b|c")]
    [TestCase("", "-")]
    [TestCase(",", "-|-")]
    [TestCase("0,,1,", "0|-|1|-")]
    [TestCase(" , \"\" ", "-|''")]
    public void Text_is_split_at_the_commas_outside_quotes(string text, string expected)
    {
        Assert.That(AtArguments.TrySplit(text, out var found), Is.True);
        Assert.That(string.Join('|', found.Select(a => a.IsMissing ? "-" : a.Quoted ? $"'{a.Text}'" : a.Text)), Is.EqualTo(expected));
    }

    [TestCase("\"")]
    [TestCase("\"abc")]
    [TestCase("0,\"abc")]
    [TestCase("\"abc\"def")]
    [TestCase("\"a\"\"b\"")]
    [TestCase("abc\"def\"")]
    [TestCase("abc\"")]
    [TestCase("0,a\"b,1")]
    public void Text_beside_quotes_or_an_open_quote_is_refused(string text) =>
        Assert.That(AtArguments.TrySplit(text, out _), Is.False);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Quoted_values_without_quotes_inside_survive(FsCheck.NonNull<string>[] values)
    {
        var texts = values.Select(v => (v.Get ?? "").Replace("\"", "'", StringComparison.Ordinal)).Append("end").ToArray();
        return AtArguments.TrySplit(string.Join(" , ", texts.Select(t => $"\"{t}\"")), out var found)
            && found.Select(a => a.Text).SequenceEqual(texts) && found.All(a => a.Quoted);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Any_text_is_split_or_refused(FsCheck.NonNull<string> text)
    {
        var known = AtArguments.TrySplit(text.Get, out var found);
        return !known || found.Count == CommasOutsideQuotes(text.Get) + 1;
    }

    [TestCase("0", true)]
    [TestCase("65535", true)]
    [TestCase("+7", true)]
    [TestCase("007", true)]
    [TestCase("65536", false)]
    [TestCase("-1", false)]
    [TestCase("1.0", false)]
    [TestCase("0x10", false)]
    [TestCase("1e3", false)]
    [TestCase("99999999999999999999", false)]
    [TestCase("", false)]
    [TestCase(" ", false)]
    public void An_id_is_a_decimal_number_of_16_bits(string text, bool accepted) =>
        Assert.That(AtParameter.Id("x").ProblemOf(new AtArgument(text, false)) is null, Is.EqualTo(accepted));

    [TestCase("", true)]
    [TestCase("0aFF", true)]
    [TestCase("0a0", false)]
    [TestCase("0g", false)]
    [TestCase("0 ", false)]
    public void Hexadecimal_has_pairs_of_digits(string text, bool accepted) =>
        Assert.That(AtParameter.Hex("x").ProblemOf(new AtArgument(text, true)) is null, Is.EqualTo(accepted));

    [TestCase("0", 0)]
    [TestCase("512", 512)]
    [TestCase("0x100", 0x100)]
    [TestCase("0X400", 0x400)]
    [TestCase("0x", -1)]
    [TestCase("-1", -1)]
    [TestCase("1h", -1)]
    public void A_flag_is_decimal_or_hexadecimal(string text, int flag)
    {
        Assert.That(AtParameter.TryParseFlag(text, out var read), Is.EqualTo(flag >= 0));
        if (flag >= 0)
            Assert.That(read, Is.EqualTo(flag));
    }

    [TestCase("0,60", true)]
    [TestCase("0,60,30", true)]
    [TestCase("0,60,", true)]
    [TestCase("0", false)]
    [TestCase("0,", false)]
    [TestCase(",60", false)]
    [TestCase("0,60,30,1", false)]
    [TestCase("1,60", false)]
    [TestCase("0,0", false)]
    [TestCase("0,268435456", false)]
    [TestCase("0,60,0", false)]
    [TestCase("0,x", false)]
    public void A_row_checks_count_type_and_range(string arguments, bool accepted)
    {
        var row = CommandTable.Rows.Single(r => r.Name == "+MIPLOPEN");
        Assert.That(AtArguments.TrySplit(arguments, out var found), Is.True);
        Assert.That(row.Check(found) is null, Is.EqualTo(accepted));
    }

    [Test]
    public void A_rows_syntax_shows_what_may_be_left_out() =>
        Assert.That(CommandTable.Rows.Single(r => r.Name == "+MIPLOPEN").Syntax, Is.EqualTo("<ref>,<lifetime>[,<timeout>]"));

    static int CommasOutsideQuotes(string text)
    {
        var quoted = false;
        var count = 0;
        foreach (var c in text)
        {
            if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                count++;
        }
        return count;
    }
}
