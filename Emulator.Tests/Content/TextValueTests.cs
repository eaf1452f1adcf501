using System.Globalization;
using System.Text;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class TextValueTests
{
    static IEnumerable<TestCaseData> Texts()
    {
        yield return new TestCaseData(Lwm2mValue.Of("test"), "test");
        yield return new TestCaseData(Lwm2mValue.Of(""), "");
        yield return new TestCaseData(Lwm2mValue.Of(-12), "-12");
        yield return new TestCaseData(Lwm2mValue.Of(long.MinValue), "-9223372036854775808");
        yield return new TestCaseData(Lwm2mValue.Of(20.123), "20.123000000000001");
        yield return new TestCaseData(Lwm2mValue.Of(true), "1");
        yield return new TestCaseData(Lwm2mValue.Of(false), "0");
    }

    [TestCaseSource(nameof(Texts))]
    public void Values_are_plain_text(Lwm2mValue value, string expected)
    {
        var (format, bytes) = TextValue.Encode(value);
        Assert.That((format, Encoding.UTF8.GetString(bytes)), Is.EqualTo((0, expected)));
    }

    [TestCaseSource(nameof(Texts))]
    public void Values_read_back_from_text(Lwm2mValue value, string text)
    {
        Assert.That(TextValue.TryDecode(Encoding.UTF8.GetBytes(text), value.Type, out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [Test]
    public void Opaque_leaves_as_raw_octets()
    {
        var (format, bytes) = TextValue.Encode(Lwm2mValue.Of([0x00, 0xFF, 0x0A]));
        Assert.That((format, Convert.ToHexString(bytes)), Is.EqualTo((42, "00FF0A")));
    }

    [Test]
    public void Opaque_text_is_base64()
    {
        Assert.That(TextValue.TryDecode("AP8K"u8, Lwm2mType.Opaque, out var value), Is.True);
        Assert.That(value, Is.EqualTo(Lwm2mValue.Of([0x00, 0xFF, 0x0A])));
    }

    [TestCase("", Lwm2mType.Integer)]
    [TestCase("1.0", Lwm2mType.Integer)]
    [TestCase(" 1", Lwm2mType.Integer)]
    [TestCase("9223372036854775808", Lwm2mType.Integer)]
    [TestCase("", Lwm2mType.Float)]
    [TestCase("NaN", Lwm2mType.Float)]
    [TestCase("Infinity", Lwm2mType.Float)]
    [TestCase("1e999", Lwm2mType.Float)]
    [TestCase("1,5", Lwm2mType.Float)]
    [TestCase("", Lwm2mType.Boolean)]
    [TestCase("2", Lwm2mType.Boolean)]
    [TestCase("true", Lwm2mType.Boolean)]
    [TestCase("01", Lwm2mType.Boolean)]
    [TestCase("AP8", Lwm2mType.Opaque)]
    [TestCase("****", Lwm2mType.Opaque)]
    [TestCase("x", (Lwm2mType)0)]
    public void Text_of_another_type_is_refused(string text, Lwm2mType type)
    {
        Assert.That(TextValue.TryDecode(Encoding.UTF8.GetBytes(text), type, out _), Is.False);
    }

    // What C's printf("%.15f") prints (glibc).
    [TestCase(0.1, "0.100000000000000")]
    [TestCase(-12.5, "-12.500000000000000")]
    [TestCase(1e22, "10000000000000000000000.000000000000000")]
    [TestCase(20.123, "20.123000000000001")]
    [TestCase(1e-7, "0.000000100000000")]
    [TestCase(1.0 / 65536, "0.000015258789062")]
    [TestCase(3.0 / 65536, "0.000045776367188")]
    [TestCase(0.0, "0.000000000000000")]
    [TestCase(-0.0, "-0.000000000000000")]
    [TestCase(5e-324, "0.000000000000000")]
    [TestCase(0.9999999999999999, "1.000000000000000")]
    [TestCase(123456789.123456789, "123456789.123456791043282")]
    [TestCase(double.NaN, "nan")]
    [TestCase(double.PositiveInfinity, "inf")]
    [TestCase(double.NegativeInfinity, "-inf")]
    public void A_float_is_printed_as_c_does(double number, string expected)
    {
        Assert.That(DecimalText.Fixed(number, 15), Is.EqualTo(expected));
    }

    [TestCase(0.25, "0.2")]
    [TestCase(0.35, "0.3")]
    [TestCase(0.75, "0.8")]
    [TestCase(-0.05, "-0.1")]
    [TestCase(60, "60.0")]
    public void One_decimal_is_rounded_from_the_exact_value_with_ties_to_even(double number, string expected)
    {
        Assert.That(DecimalText.Fixed(number, 1), Is.EqualTo(expected));
    }

    [Test]
    public void The_largest_double_is_printed_in_full()
    {
        var text = DecimalText.Fixed(double.MaxValue, 15);
        Assert.That(text, Does.StartWith("179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558"));
        Assert.That(text, Does.EndWith("404026184124858368.000000000000000"));
        Assert.That(text, Has.Length.EqualTo(309 + 16));
    }

    [TestCase(20.123, "20.123")]
    [TestCase(20, "20")]
    [TestCase(-0.0, "-0")]
    [TestCase(1e22, "10000000000000000000000")]
    [TestCase(-1.5e17, "-150000000000000000")]
    [TestCase(1e-7, "0.0000001")]
    [TestCase(-1.25e-9, "-0.00000000125")]
    public void The_shortest_form_has_no_exponent(double number, string expected)
    {
        var (_, bytes) = TextValue.Encode(Lwm2mValue.Of(number), shortestFloat: true);
        Assert.That(Encoding.UTF8.GetString(bytes), Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void The_shortest_form_reads_back_as_the_same_bits(ulong bits)
    {
        var number = BitConverter.UInt64BitsToDouble(bits);
        if (!double.IsFinite(number))
            return;
        var (_, bytes) = TextValue.Encode(Lwm2mValue.Of(number), shortestFloat: true);
        Assert.That(Encoding.UTF8.GetString(bytes), Does.Match(@"^-?[0-9]+(\.[0-9]*[1-9])?$"));
        Assert.That(TextValue.TryDecode(bytes, Lwm2mType.Float, out var read), Is.True);
        Assert.That(BitConverter.DoubleToUInt64Bits(((FloatValue)read).Number), Is.EqualTo(bits));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Fifteen_decimals_are_the_nearest_there_are(int whole, uint part)
    {
        var number = whole + part / 4294967296.0;
        var parsed = decimal.Parse(DecimalText.Fixed(number, 15), NumberStyles.Float, CultureInfo.InvariantCulture);
        // A double holds whole + part/2^32 exactly, so both sides compare as integers.
        var error = (System.Numerics.BigInteger)(parsed * 1_000_000_000_000_000m) * 4294967296
            - ((System.Numerics.BigInteger)whole * 4294967296 + part) * 1_000_000_000_000_000;
        Assert.That(System.Numerics.BigInteger.Abs(error) <= 2147483648, Is.True);
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Reading_any_bytes_as_any_type_never_throws(byte[] bytes, int type)
    {
        Assert.That(() => TextValue.TryDecode(bytes, (Lwm2mType)(type % 7), out _), Throws.Nothing);
    }
}
