using System.Text;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Client;

/// <summary>RFC 7959 at the client: sizes are negotiated, limits told, and the blocks of one content belong together.</summary>
public sealed class BlockwiseTests
{
    static readonly ResourcePath Resource = new(3200, 0, 5750);

    static ClientBench Registered(Lwm2mDialect dialect = Lwm2mDialect.OneNet)
    {
        var bench = new ClientBench(dialect);
        bench.Register();
        return bench;
    }

    static CoapOption Format(int format) => CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format);

    static CoapOption Block1(int number, bool more, int szx) => CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(number, more, szx));

    static CoapOption Block2(int number, int szx) => CoapOptions.Block(CoapOptionNumber.Block2, new CoapBlock(number, false, szx));

    static string Text(CoapMessage message) => Encoding.ASCII.GetString(message.Payload.Span);

    static CoapMessage Read(ClientBench bench, string value, params CoapOption[] options)
    {
        bench.Ask(CoapCode.Get, "3200/0/5750", options);
        bench.Client.RespondContent(bench.Now, bench.TakeEvent<ReadRequested>().Exchange, [(Resource, Lwm2mValue.Of(value))]);
        return bench.TakeMessage();
    }

    static CoapMessage Fetch(ClientBench bench, int number, int szx, params CoapOption[] more) =>
        bench.Request(CoapCode.Get, "3200/0/5750", [.. more, Block2(number, szx)]);

    [Test]
    public void Blocks_of_1024_bytes_are_asked_down_to_512()
    {
        var bench = Registered();
        var body = Enumerable.Range(0, 1600).Select(i => (byte)('a' + i % 26)).ToArray();
        var first = bench.Request(CoapCode.Put, "3200/0/5750", [Format(0), Block1(0, true, 6)], body[..1024]);
        Assert.That((first.Code, first.Block1), Is.EqualTo((CoapCode.Continue, (CoapBlock?)new CoapBlock(0, true, 5))));
        var second = bench.Request(CoapCode.Put, "3200/0/5750", [Format(0), Block1(2, true, 5)], body[1024..1536]);
        Assert.That((second.Code, second.Block1), Is.EqualTo((CoapCode.Continue, (CoapBlock?)new CoapBlock(2, true, 5))));
        bench.Ask(CoapCode.Put, "3200/0/5750", [Format(0), Block1(3, false, 5)], body[1536..]);
        Assert.That(bench.TakeEvent<WriteRequested>().Items.Single().Bytes.ToArray(), Is.EqualTo(body));
    }

    [TestCase(0x03, "3200/0/5750")]
    [TestCase(0x02, "3200/0/5605")]
    public void More_than_2048_bytes_are_4_13_in_one_piece_too_and_told_how_much_is_taken(byte method, string path)
    {
        var bench = Registered();
        var answer = bench.Request(new CoapCode(method), path, [Format(0)], new byte[2049]);
        Assert.That((answer.Code, answer.Block1), Is.EqualTo((CoapCode.RequestEntityTooLarge, (CoapBlock?)null)));
        Assert.That(Convert.ToHexString(answer.Option(CoapOptionNumber.Size1)!.Value.Span), Is.EqualTo("0800"));
        bench.ExpectQuiet();
        bench.Ask(new CoapCode(method), path, [Format(0)], new byte[2048]);
        Assert.That(bench.Client.TryTakeEvent(out _), Is.True);
    }

    [Test]
    public void A_size_that_is_announced_too_large_is_refused_at_the_first_block()
    {
        var bench = Registered();
        var answer = bench.Request(CoapCode.Put, "3200/0/5750", [Format(0), Block1(0, true, 5), CoapOptions.UInt(CoapOptionNumber.Size1, 3000)], new byte[512]);
        Assert.That(answer.Code, Is.EqualTo(CoapCode.RequestEntityTooLarge));
    }

    [TestCase(Lwm2mDialect.OneNet, 0x86)]
    [TestCase(Lwm2mDialect.Lwm2m, 0x80)]
    public void An_error_after_the_last_block_echoes_it(Lwm2mDialect dialect, byte code)
    {
        var bench = Registered(dialect);
        bench.Request(CoapCode.Put, "3200/0", [Format(CoapContentFormat.Tlv), Block1(0, true, 0)], new byte[16]);
        var answer = bench.Request(CoapCode.Put, "3200/0", [Format(CoapContentFormat.Tlv), Block1(1, false, 0)], [0xFF]);
        Assert.That((answer.Code, answer.Block1), Is.EqualTo((new CoapCode(code), (CoapBlock?)new CoapBlock(1, false, 0))));
    }

    [TestCase(Lwm2mDialect.OneNet)]
    [TestCase(Lwm2mDialect.Lwm2m)]
    public void All_blocks_of_a_content_bear_its_tag_and_another_content_another(Lwm2mDialect dialect)
    {
        var bench = Registered(dialect);
        var first = Read(bench, new string('x', 800), Block2(0, 4));
        var second = Fetch(bench, 1, 4);
        Assert.That(first.ETag!.Value.Length, Is.EqualTo(4));
        Assert.That(second.ETag!.Value.ToArray(), Is.EqualTo(first.ETag.Value.ToArray()));
        var other = Read(bench, new string('y', 800), Block2(0, 4));
        Assert.That(other.ETag!.Value.ToArray(), Is.Not.EqualTo(first.ETag.Value.ToArray()));
        Assert.That(Text(Fetch(bench, 3, 4)), Is.EqualTo(new string('y', 32)), "the newer one is served");
    }

    [Test]
    public void What_fits_one_block_bears_no_tag()
    {
        var bench = Registered();
        var answer = Read(bench, "abc", Block2(0, 6));
        Assert.That((answer.Block2, answer.ETag), Is.EqualTo(((CoapBlock?)new CoapBlock(0, false, 5), (ReadOnlyMemory<byte>?)null)));
    }

    [Test]
    public void A_server_may_ask_for_any_block_in_any_smaller_size()
    {
        var bench = Registered();
        var value = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i:D4}"));
        Assert.That(Text(Read(bench, value, Block2(0, 6))), Is.EqualTo(value[..512]), "1024 becomes 512");
        Assert.That(Text(Fetch(bench, 9, 2)), Is.EqualTo(value[576..640]));
        Assert.That(Text(Fetch(bench, 3, 4)), Is.EqualTo(value[768..]));
    }

    [Test]
    public void A_block_of_what_was_never_asked_or_long_ago_asks_the_mcu()
    {
        var bench = Registered();
        bench.Ask(CoapCode.Get, "3200/0/5750", [Block2(1, 4)]);
        bench.Client.RespondContent(bench.Now, bench.TakeEvent<ReadRequested>().Exchange, [(Resource, Lwm2mValue.Of(new string('x', 300)))]);
        Assert.That(bench.TakeMessage().Block2, Is.EqualTo(new CoapBlock(1, false, 4)));
        Fetch(bench, 1, 4);
        bench.Now += TimeSpan.FromSeconds(248);
        bench.Ask(CoapCode.Get, "3200/0/5750", [Block2(1, 4)]);
        bench.TakeEvent<ReadRequested>();
    }

    [Test]
    public void A_discover_in_blocks_does_not_stand_for_a_read()
    {
        var bench = Registered();
        bench.Client.Objects.Find(3200)!.Listed.AddRange(Enumerable.Range(5000, 20));
        var accept = CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link);
        var first = bench.Request(CoapCode.Get, "3200", [accept, Block2(0, 4)]);
        var second = bench.Request(CoapCode.Get, "3200", [accept, Block2(1, 4)]);
        Assert.That(Text(first) + Text(second), Does.StartWith("</3200>,</3200/0>,").And.EndWith("</3200/0/5019>"));
        while (bench.Client.TryTakeEvent(out _))
            ;
        bench.Ask(CoapCode.Get, "3200", [Block2(1, 4)]);
        bench.TakeEvent<ReadRequested>();
    }

    [Test]
    public void Notifications_carry_the_first_block_in_the_size_of_the_observe()
    {
        var bench = Registered(Lwm2mDialect.Lwm2m);
        var value = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i:D4}"));
        bench.Ask(CoapCode.Get, "3200/0/5750", [CoapOptions.UInt(CoapOptionNumber.Observe, 0), Block2(0, 4)]);
        bench.Client.RespondContent(bench.Now, bench.TakeEvent<ReadRequested>().Exchange, [(Resource, Lwm2mValue.Of("a"))]);
        bench.TakeMessage();
        bench.Client.Notify(bench.Now, [(Resource, Lwm2mValue.Of(value))], 0, confirmable: false);
        var notification = bench.TakeMessage();
        Assert.That((notification.Observe, notification.Block2), Is.EqualTo(((int?)1, (CoapBlock?)new CoapBlock(0, true, 4))));
        Assert.That(Text(notification) + Text(Fetch(bench, 1, 4)), Is.EqualTo(value));
    }
}
