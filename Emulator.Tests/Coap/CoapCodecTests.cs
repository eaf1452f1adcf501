using System.Text;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class CoapCodecTests
{
    const string Name = "869975030000461;460041064826326";
    static readonly string EpHex = Convert.ToHexString(Encoding.ASCII.GetBytes("ep=" + Name));
    static readonly string LinksHex = Convert.ToHexString(Encoding.ASCII.GetBytes("</>;rt=\"oma.lwm2m\",</0/0>,</0/1>,</3200/0>"));

    static IEnumerable<TestCaseData> Vectors()
    {
        const string token = "A1A2A3A4A5A6A7A8";
        yield return Vector("bootstrap", $"44021234 34127856 B26273 4D15{EpHex}",
            $"CON POST mid=4660 tok=34127856 /bs?ep={Name}");
        yield return Vector("bootstrap with code", $"44021234 34127856 B26273 4D15{EpHex} D523636D696F74",
            $"CON POST mid=4660 tok=34127856 /bs?ep={Name} authcode=…");
        yield return Vector("register", $"44021235 35127856 B27264 1128 3D15{EpHex} 03623D55 076C743D33303030 FF{LinksHex}",
            $"CON POST mid=4661 tok=35127856 /rd?ep={Name}&b=U&lt=3000 format=40 42B");
        yield return Vector("registered", "64411235 35127856 827264 0461316232", "ACK 2.01 mid=4661 tok=35127856 location=/rd/a1b2");
        yield return Vector("update", "44021236 36127856 B27264 0461316232 476C743D33303030", "CON POST mid=4662 tok=36127856 /rd/a1b2?lt=3000");
        yield return Vector("deregister", "44041237 37127856 B27264 0461316232", "CON DELETE mid=4663 tok=37127856 /rd/a1b2");
        yield return Vector("observe", $"480198D1 {token} 60 5433323030 0130", "CON GET mid=39121 tok=a1a2a3a4a5a6a7a8 /3200/0 observe=0");
        yield return Vector("observed", $"684598D1 {token} 60", "ACK 2.05 mid=39121 tok=a1a2a3a4a5a6a7a8 observe=0");
        yield return Vector("discover", $"480198D2 {token} B433323030 6128", "CON GET mid=39122 tok=a1a2a3a4a5a6a7a8 /3200 accept=40");
        yield return Vector("discovered", $"684598D2 {token} C128 FF3C2F333230303E", "ACK 2.05 mid=39122 tok=a1a2a3a4a5a6a7a8 format=40 7B");
        yield return Vector("notify", $"58451240 {token} 6101 620606 FF0700E4167674657374",
            "NON 2.05 mid=4672 tok=a1a2a3a4a5a6a7a8 observe=1 format=1542 9B");
        yield return Vector("empty ACK", "60001234", "ACK empty mid=4660");
        yield return Vector("reset", "70001234", "RST empty mid=4660");
        yield return Vector("RFC 7252 figure 16", "40017D34 BB74656D7065726174757265", "CON GET mid=32052 /temperature");
        yield return Vector("RFC 7252 figure 16, answer", "60457D34 FF32322E332043", "ACK 2.05 mid=32052 6B");
        yield return Vector("RFC 7252 figure 17", "41017D35 20 BB74656D7065726174757265", "CON GET mid=32053 tok=20 /temperature");
        yield return Vector("block", "6044000A D10E0B", "ACK 2.04 mid=10 block1=0/1/128");
        yield return Vector("extended delta and length of two bytes", $"40010001 EE00000000 {new string('4', 538)}",
            $"CON GET mid=1 / option269={new string('4', 538)}");
    }

    static TestCaseData Vector(string name, string hex, string text) => new TestCaseData(hex, text).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Vectors))]
    public void A_known_datagram_is_read_and_written_back(string hex, string text)
    {
        var message = Decode(hex);
        Assert.Multiple(() =>
        {
            Assert.That(message.ToString(), Is.EqualTo(text));
            Assert.That(CoapCodec.Encode(message), Is.EqualTo(Bytes(hex)));
        });
    }

    [TestCase("", CoapIgnoreReason.MalformedHeader)]
    [TestCase("400100", CoapIgnoreReason.MalformedHeader)]
    [TestCase("00010001", CoapIgnoreReason.UnsupportedVersion)]
    [TestCase("80010001", CoapIgnoreReason.UnsupportedVersion)]
    [TestCase("C0010001", CoapIgnoreReason.UnsupportedVersion)]
    [TestCase("49010001 010203040506070809", CoapIgnoreReason.MalformedHeader)]
    [TestCase("4F010001 0102030405060708090A0B0C0D0E0F", CoapIgnoreReason.MalformedHeader)]
    [TestCase("44010001 010203", CoapIgnoreReason.MalformedHeader)]
    [TestCase("40010001 FF", CoapIgnoreReason.MessageFormat)]
    [TestCase("40010001 B161 FF", CoapIgnoreReason.MessageFormat)]
    [TestCase("40010001 F1", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 F00000", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 1F", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 B561", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 D0", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 E000", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 0D", CoapIgnoreReason.MalformedOption)]
    [TestCase("40010001 E0FFFF", CoapIgnoreReason.MalformedOption)]
    [TestCase("41000001 01", CoapIgnoreReason.MessageFormat)]
    [TestCase("40000001 FF01", CoapIgnoreReason.MessageFormat)]
    [TestCase("40200001", CoapIgnoreReason.ReservedCode)]
    [TestCase("40600001", CoapIgnoreReason.ReservedCode)]
    [TestCase("40C00001", CoapIgnoreReason.ReservedCode)]
    [TestCase("40E10001", CoapIgnoreReason.ReservedCode)]
    [TestCase("50000001", CoapIgnoreReason.MessageFormat)]
    [TestCase("60010001", CoapIgnoreReason.MessageFormat)]
    [TestCase("70450001", CoapIgnoreReason.MessageFormat)]
    public void A_malformed_datagram_is_refused_with_its_reason(string hex, CoapIgnoreReason expected)
    {
        Assert.That(CoapCodec.TryDecode(Bytes(hex), out var message, out var reason), Is.False);
        Assert.That(message, Is.Null);
        Assert.That(reason, Is.EqualTo(expected));
    }

    [Test]
    public void Options_are_written_in_ascending_order_and_equal_numbers_keep_theirs()
    {
        var message = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Get,
            MessageId = 1,
            Options = [CoapOptions.Text(15, "a"), CoapOptions.Text(11, "z"), CoapOptions.Text(11, "b"), CoapOptions.UInt(6, 0)],
        };
        Assert.That(CoapCodec.Encode(message), Is.EqualTo(Bytes("40010001 60 517A 0162 4161")));
    }

    [TestCase(0u, "")]
    [TestCase(1u, "01")]
    [TestCase(256u, "0100")]
    [TestCase(11542u, "2D16")]
    [TestCase(0xFFFFFFu, "FFFFFF")]
    [TestCase(0xFFFFFFFFu, "FFFFFFFF")]
    public void An_integer_option_takes_the_fewest_bytes(uint value, string hex) =>
        Assert.That(CoapOptions.UInt(6, value).Value.ToArray(), Is.EqualTo(Bytes(hex)));

    [Test]
    public void An_elective_option_with_a_value_too_long_counts_as_absent()
    {
        var message = Decode("60450001 6401020304 63010203");
        Assert.Multiple(() =>
        {
            Assert.That(message.Observe, Is.Null);
            Assert.That(message.ContentFormat, Is.Null);
            Assert.That(message.Option(6)!.Value.Length, Is.EqualTo(4));
        });
    }

    [Test]
    public void A_block_value_is_read_and_written()
    {
        var block = new CoapBlock(1000, true, 5);
        var option = CoapOptions.Block(CoapOptionNumber.Block2, block);
        var message = new CoapMessage { Type = CoapType.Confirmable, Code = CoapCode.Get, MessageId = 1, Options = [option] };
        Assert.Multiple(() =>
        {
            Assert.That(option.Value.ToArray(), Is.EqualTo(new byte[] { 0x3E, 0x8D }));
            Assert.That(message.Block2, Is.EqualTo(block));
            Assert.That(message.Block1, Is.Null);
            Assert.That((block.Size, block.Offset), Is.EqualTo((512, 512_000)));
        });
    }

    [Test]
    public void A_token_over_eight_bytes_cannot_be_encoded() =>
        Assert.That(
            () => CoapCodec.Encode(new CoapMessage { Type = CoapType.Confirmable, Code = CoapCode.Get, MessageId = 1, Token = new byte[9] }),
            Throws.ArgumentException);

    [Test]
    public void A_trace_line_stays_one_line_whatever_the_path() =>
        Assert.That(Decode("40010001 B3 610A62").ToString(), Is.EqualTo("CON GET mid=1 /a.b"));
}
