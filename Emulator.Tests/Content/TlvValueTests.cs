using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Content;

sealed class TlvValueTests
{
    [TestCase(0, "00")]
    [TestCase(127, "7F")]
    [TestCase(-128, "80")]
    [TestCase(128, "0080")]
    [TestCase(-129, "FF7F")]
    [TestCase(32767, "7FFF")]
    [TestCase(-32768, "8000")]
    [TestCase(32768, "00008000")]
    [TestCase(-32769, "FFFF7FFF")]
    [TestCase(int.MaxValue, "7FFFFFFF")]
    [TestCase(int.MinValue, "80000000")]
    [TestCase(int.MaxValue + 1L, "0000000080000000")]
    [TestCase(int.MinValue - 1L, "FFFFFFFF7FFFFFFF")]
    [TestCase(long.MinValue, "8000000000000000")]
    public void An_integer_takes_the_fewest_bytes(long number, string expected)
    {
        Assert.That(Convert.ToHexString(Tlv.EncodeValue(Lwm2mValue.Of(number))), Is.EqualTo(expected));
    }

    [TestCase(20.123, "41A0FBE7")]
    [TestCase(0.0, "00000000")]
    [TestCase(-0.0, "80000000")]
    [TestCase(3.4028234663852886e38, "7F7FFFFF")]
    [TestCase(-3.4028234663852886e38, "FF7FFFFF")]
    [TestCase(3.4028234663852891e38, "47EFFFFFE0000001")]
    [TestCase(1e300, "7E37E43C8800759C")]
    public void A_float_takes_four_bytes_unless_it_is_too_large(double number, string expected)
    {
        Assert.That(Convert.ToHexString(Tlv.EncodeValue(Lwm2mValue.Of(number))), Is.EqualTo(expected));
    }

    [Test]
    public void Text_is_utf8()
    {
        Assert.That(Convert.ToHexString(Tlv.EncodeValue(Lwm2mValue.Of("é中"))), Is.EqualTo("C3A9E4B8AD"));
    }

    [Test]
    public void Bytes_that_are_no_utf8_become_a_lone_surrogate_each()
    {
        Assert.That(Tlv.TryDecodeValue([0x41, 0xE9, 0x00, 0xFF], Lwm2mType.String, out var value), Is.True);
        Assert.That(value, Is.EqualTo(Lwm2mValue.Of("A\uDCE9\0\uDCFF")));
    }

    [TestCase("", Lwm2mType.Integer)]
    [TestCase("000000", Lwm2mType.Integer)]
    [TestCase("000000000000000000", Lwm2mType.Integer)]
    [TestCase("", Lwm2mType.Float)]
    [TestCase("0000", Lwm2mType.Float)]
    [TestCase("000000000000", Lwm2mType.Float)]
    [TestCase("", Lwm2mType.Boolean)]
    [TestCase("02", Lwm2mType.Boolean)]
    [TestCase("0001", Lwm2mType.Boolean)]
    [TestCase("00", (Lwm2mType)6)]
    public void Bytes_that_do_not_fit_the_type_are_refused(string hex, Lwm2mType type)
    {
        Assert.That(Tlv.TryDecodeValue(Convert.FromHexString(hex), type, out _), Is.False);
    }

    [FsCheck.NUnit.Property]
    public void Integers_round_trip(long number, byte shift)
    {
        AssertRoundTrip(Lwm2mValue.Of(number));
        AssertRoundTrip(Lwm2mValue.Of((long)((ulong)number << (shift % 64))));
    }

    [FsCheck.NUnit.Property]
    public void Single_precision_floats_round_trip(float number) => AssertRoundTrip(Lwm2mValue.Of((double)number));

    [FsCheck.NUnit.Property]
    public void Bytes_round_trip(byte[] bytes) => AssertRoundTrip(Lwm2mValue.Of(bytes));

    [TestCase(true)]
    [TestCase(false)]
    public void Booleans_round_trip(bool truth) => AssertRoundTrip(Lwm2mValue.Of(truth));

    [FsCheck.NUnit.Property]
    public void Well_formed_text_round_trips(FsCheck.UnicodeString text)
    {
        if (text.Get is { } given && !given.Any(char.IsSurrogate))
            AssertRoundTrip(Lwm2mValue.Of(given));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Bytes_that_became_text_leave_unchanged(byte[] bytes)
    {
        Assert.That(TextBytes.Encode(TextBytes.Decode(bytes)), Is.EqualTo(bytes));
    }

    /// <summary>The text is given as UTF-16 code units: attributes cannot hold lone surrogates.</summary>
    [TestCase("FF00FE", "DCFF0000DCFE")]
    [TestCase("E282AC", "20AC")]
    [TestCase("E282", "DCE2DC82")]
    [TestCase("EDB2BF", "DCEDDCB2DCBF")]
    [TestCase("C080", "DCC0DC80")]
    [TestCase("F09F98804180", "D83DDE000041DC80")]
    public void Malformed_bytes_become_lone_surrogates(string hex, string units)
    {
        var text = string.Concat(units.Chunk(4).Select(u => (char)Convert.ToUInt16(new string(u), 16)));
        Assert.That(TextBytes.Decode(Convert.FromHexString(hex)), Is.EqualTo(text));
        Assert.That(Convert.ToHexString(TextBytes.Encode(text)), Is.EqualTo(hex));
    }

    [Test]
    public void A_surrogate_that_stands_for_no_byte_becomes_the_replacement_character()
    {
        Assert.That(Convert.ToHexString(TextBytes.Encode("\uD83D\uDC7F\uDC7F\uDE00")), Is.EqualTo("F09F91BFEFBFBDEFBFBD"));
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public void Reading_any_bytes_as_any_type_never_throws(byte[] bytes, int type)
    {
        Assert.That(() => Tlv.TryDecodeValue(bytes, (Lwm2mType)(type % 7), out _), Throws.Nothing);
    }

    static void AssertRoundTrip(Lwm2mValue value)
    {
        Assert.That(Tlv.TryDecodeValue(Tlv.EncodeValue(value), value.Type, out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }
}
