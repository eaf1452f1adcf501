using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Coap;

public sealed class BlockTests
{
    static readonly byte[] Data = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    static CoapMessage Put(byte[] data, CoapBlock? block, string path = "a", int? format = null, uint? size1 = null)
    {
        List<CoapOption> options = [CoapOptions.Text(CoapOptionNumber.UriPath, path)];
        if (format is { } f)
            options.Add(CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)f));
        if (block is { } b)
            options.Add(CoapOptions.Block(CoapOptionNumber.Block1, b));
        if (size1 is { } s)
            options.Add(CoapOptions.UInt(CoapOptionNumber.Size1, s));
        return new CoapMessage { Type = CoapType.Confirmable, Code = CoapCode.Put, MessageId = 1, Options = options, Payload = data };
    }

    static CoapMessage Part(int number, int szx = 2, string path = "a", int? format = null)
    {
        var block = new CoapBlock(number, false, szx);
        var more = block.Offset + block.Size < Data.Length;
        return Put(Data[block.Offset..Math.Min(Data.Length, block.Offset + block.Size)], block with { More = more }, path, format);
    }

    static Block1Result Feed(Block1Assembler assembler, CoapMessage request, double seconds = 0, CoapPeer? peer = null) =>
        assembler.Feed(peer ?? EndpointBench.Server, request, TimeSpan.FromSeconds(seconds));

    [Test]
    public void Blocks_in_order_make_the_payload()
    {
        var assembler = new Block1Assembler();
        for (var i = 0; i < 3; i++)
        {
            var result = Feed(assembler, Part(i));
            Assert.That((result.Status, result.Block), Is.EqualTo((Block1Status.Continue, (CoapBlock?)new CoapBlock(i, true, 2))));
            Assert.That(result.ToResponse().Code, Is.EqualTo(CoapCode.Continue));
            Assert.That(result.ToResponse().Options.Single().Number, Is.EqualTo(CoapOptionNumber.Block1));
        }
        var last = Feed(assembler, Part(3));
        Assert.That((last.Status, last.Block), Is.EqualTo((Block1Status.Complete, (CoapBlock?)new CoapBlock(3, false, 2))));
        Assert.That(last.Payload.ToArray(), Is.EqualTo(Data));
        Assert.That(assembler.Count, Is.Zero);
    }

    [Test]
    public void A_repeated_block_neither_restarts_nor_doubles()
    {
        var assembler = new Block1Assembler();
        foreach (var i in new[] { 0, 0, 1, 1, 1, 2 })
            Assert.That(Feed(assembler, Part(i)).Status, Is.EqualTo(Block1Status.Continue));
        Assert.That(Feed(assembler, Part(3)).Payload.ToArray(), Is.EqualTo(Data));
    }

    [Test]
    public void A_gap_and_a_stranger_are_incomplete()
    {
        var assembler = new Block1Assembler();
        Feed(assembler, Part(0));
        Assert.That(Feed(assembler, Part(2)).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(Feed(assembler, Part(1)).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete), "the transfer is over");
        Feed(assembler, Part(0));
        Assert.That(Feed(assembler, Part(1, path: "b")).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(Feed(assembler, Part(1), peer: EndpointBench.Other).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(Feed(assembler, Part(1, format: 42)).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
    }

    [Test]
    public void Block_zero_starts_anew()
    {
        var assembler = new Block1Assembler();
        foreach (var i in new[] { 0, 1, 0, 1, 2 })
            Feed(assembler, Part(i));
        Assert.That(Feed(assembler, Part(3)).Payload.ToArray(), Is.EqualTo(Data));
    }

    [Test]
    public void The_block_size_may_shrink_on_the_way()
    {
        var assembler = new Block1Assembler();
        Feed(assembler, Part(0, szx: 3));
        Assert.That(Feed(assembler, Part(2, szx: 2)).Status, Is.EqualTo(Block1Status.Continue));
        Assert.That(Feed(assembler, Part(3, szx: 2)).Payload.ToArray(), Is.EqualTo(Data));
    }

    [Test]
    public void Too_much_is_too_large_as_soon_as_it_shows()
    {
        var assembler = new Block1Assembler(limit: 150);
        Assert.That(Feed(assembler, Put(Data, null)).Code, Is.EqualTo(CoapCode.RequestEntityTooLarge));
        Assert.That(Feed(assembler, Put(Data[..64], new CoapBlock(0, true, 2), size1: 200)).Code, Is.EqualTo(CoapCode.RequestEntityTooLarge));
        Feed(assembler, Part(0));
        Feed(assembler, Part(1));
        Assert.That(Feed(assembler, Part(2)).Code, Is.EqualTo(CoapCode.RequestEntityTooLarge));
        Assert.That(assembler.Count, Is.Zero);
    }

    [Test]
    public void Too_much_is_told_with_what_would_be_taken()
    {
        var assembler = new Block1Assembler(limit: 150);
        foreach (var request in new[] { Put(Data, null), Put(Data[..64], new CoapBlock(0, true, 2), size1: 200) })
            Assert.That(Feed(assembler, request).ToResponse().Options.Single(o => o.Number == CoapOptionNumber.Size1).Value.ToArray(), Is.EqualTo(new byte[] { 150 }));
    }

    [Test]
    public void The_answer_to_the_first_block_asks_for_smaller_ones()
    {
        var assembler = new Block1Assembler(maxSzx: 2);
        Assert.That(Feed(assembler, Part(0, szx: 3)).Block, Is.EqualTo(new CoapBlock(0, true, 2)));
        Assert.That(Feed(assembler, Part(2, szx: 2)).Block, Is.EqualTo(new CoapBlock(2, true, 2)));
        Assert.That(Feed(assembler, Part(3, szx: 2)).Payload.ToArray(), Is.EqualTo(Data));
        Feed(assembler, Part(0, szx: 3));
        var stubborn = Feed(assembler, Part(1, szx: 3));
        Assert.That((stubborn.Status, stubborn.Block), Is.EqualTo((Block1Status.Complete, (CoapBlock?)new CoapBlock(1, false, 3))), "who does not listen is served too");
        Assert.That(Feed(new Block1Assembler(maxSzx: 5), Part(0, szx: 2)).Block, Is.EqualTo(new CoapBlock(0, true, 2)), "nobody is asked for larger ones");
    }

    [Test]
    public void A_stream_hands_on_each_block_once_it_is_its_turn()
    {
        var stream = new Block1Stream(maxSzx: 2);
        Block1Result Step(int number, bool more, int szx = 2, int seconds = 0) => stream.Feed(TimeSpan.FromSeconds(1 + seconds), new CoapBlock(number, more, szx), 16 << szx);
        Assert.That(Step(1, true).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete), "the first is missing");
        Assert.That(Step(0, true, szx: 3).Block, Is.EqualTo(new CoapBlock(0, true, 2)), "smaller ones, please");
        Assert.That(Step(2, true).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete), "the first is not taken yet");
        Assert.That(Step(0, true).Status, Is.EqualTo(Block1Status.Complete));
        stream.Settle(new CoapBlock(0, true, 2), taken: true);
        for (var i = 0; i < 2; i++)
            Assert.That(Step(1, true).Status, Is.EqualTo(Block1Status.Complete), "again and again until it is taken");
        stream.Settle(new CoapBlock(1, true, 2), taken: true);
        Assert.That((Step(1, true).Status, Step(1, true).Code), Is.EqualTo((Block1Status.Continue, CoapCode.Continue)), "then only answered");
        Assert.That(Step(2, false).Status, Is.EqualTo(Block1Status.Complete));
        stream.Settle(new CoapBlock(2, false, 2), taken: true);
        Assert.That(Step(2, false).Code, Is.EqualTo(CoapCode.Changed));
    }

    [Test]
    public void A_stream_ends_with_a_refused_block_and_with_silence()
    {
        var stream = new Block1Stream();
        Block1Result Step(int number, int seconds) => stream.Feed(TimeSpan.FromSeconds(seconds), new CoapBlock(number, true, 2), 64);
        Step(0, 1);
        stream.Settle(new CoapBlock(0, true, 2), taken: false);
        Assert.That(Step(1, 2).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Step(0, 3);
        stream.Settle(new CoapBlock(0, true, 2), taken: true);
        Assert.That(Step(1, 3 + 247).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(stream.Feed(default, new CoapBlock(0, true, 2), 63).Code, Is.EqualTo(CoapCode.BadRequest));
    }

    static CoapMessage Answer(int number, byte tag = 1, int format = 0, int? length = null, bool? more = null)
    {
        var block = new CoapBlock(number, false, 2);
        var part = Data[block.Offset..Math.Min(Data.Length, block.Offset + (length ?? block.Size))];
        block = block with { More = more ?? block.Offset + part.Length < Data.Length };
        return new CoapMessage
        {
            Type = CoapType.Acknowledgement,
            Code = CoapCode.Content,
            MessageId = 1,
            Payload = part,
            Options = [new CoapOption(CoapOptionNumber.ETag, new[] { tag }), CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format), CoapOptions.Block(CoapOptionNumber.Block2, block)],
        };
    }

    [Test]
    public void Blocks_of_an_answer_are_put_together()
    {
        var collector = new Block2Collector();
        for (var i = 0; i < 4; i++)
            Assert.That(collector.TryAdd(Answer(i), Answer(i).Block2!.Value), Is.True);
        Assert.That(collector.Whole.Payload.ToArray(), Is.EqualTo(Data));
        Assert.That(Block2Collector.After(new CoapBlock(1, true, 2)), Is.EqualTo(new CoapBlock(2, false, 2)));
    }

    [Test]
    public void What_does_not_continue_an_answer_is_refused()
    {
        foreach (var wrong in new[] { Answer(2), Answer(1, tag: 2), Answer(1, format: 42), Answer(1, length: 10, more: true), Answer(0) })
        {
            var collector = new Block2Collector();
            Assert.That(collector.TryAdd(Answer(0), Answer(0).Block2!.Value), Is.True);
            Assert.That(collector.TryAdd(wrong, wrong.Block2!.Value), Is.False);
        }
        Assert.That(new Block2Collector(limit: 50).TryAdd(Answer(0), Answer(0).Block2!.Value), Is.False);
    }

    [Test]
    public void A_block_that_is_not_full_though_more_follow_is_a_bad_request()
    {
        var result = Feed(new Block1Assembler(), Put(Data[..10], new CoapBlock(0, true, 2)));
        Assert.That((result.Status, result.Code), Is.EqualTo((Block1Status.Error, CoapCode.BadRequest)));
    }

    [Test]
    public void A_transfer_at_rest_expires()
    {
        var assembler = new Block1Assembler();
        Feed(assembler, Part(0));
        Feed(assembler, Part(1), seconds: 246);
        Assert.That(Feed(assembler, Part(2), seconds: 246 + 247).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
    }

    [Test]
    public void The_transfer_that_rested_longest_gives_way()
    {
        var assembler = new Block1Assembler(maxTransfers: 2);
        Feed(assembler, Part(0, path: "a"));
        Feed(assembler, Part(0, path: "b"), seconds: 1);
        Feed(assembler, Part(1, path: "a"), seconds: 2);
        Feed(assembler, Part(0, path: "c"), seconds: 3);
        Assert.That(assembler.Count, Is.EqualTo(2));
        Assert.That(Feed(assembler, Part(2, path: "a"), seconds: 4).Status, Is.EqualTo(Block1Status.Continue));
        Assert.That(Feed(assembler, Part(1, path: "b"), seconds: 5).Status, Is.EqualTo(Block1Status.Error));
    }

    [Test]
    public void A_request_without_block_is_complete_as_it_is()
    {
        var result = Feed(new Block1Assembler(), Put(Data, null));
        Assert.That((result.Status, result.Block, result.Options.Count), Is.EqualTo((Block1Status.Complete, (CoapBlock?)null, 0)));
        Assert.That(result.Payload.ToArray(), Is.EqualTo(Data));
    }

    // asked number, asked szx (-1: no option), default szx; number, more, szx, offset, length
    [TestCase(0, -1, 6, 0, false, 6, 0, 200)]
    [TestCase(0, -1, 3, 0, true, 3, 0, 128)]
    [TestCase(1, 3, 6, 1, false, 3, 128, 72)]
    [TestCase(2, 2, 6, 2, true, 2, 128, 64)]
    [TestCase(3, 2, 6, 3, false, 2, 192, 8)]
    [TestCase(1, 3, 2, 2, true, 2, 128, 64)]
    public void The_block_asked_for_is_cut_out(int number, int szx, int defaultSzx, int gotNumber, bool more, int gotSzx, int offset, int length)
    {
        CoapBlock? asked = szx < 0 ? null : new CoapBlock(number, false, szx);
        Assert.That(Block2Slicer.Slice(Data, asked, defaultSzx, out var block, out var part), Is.True);
        Assert.That(block, Is.EqualTo(new CoapBlock(gotNumber, more, gotSzx)));
        Assert.That(part.ToArray(), Is.EqualTo(Data[offset..(offset + length)]));
    }

    [Test]
    public void Past_the_end_there_is_no_block()
    {
        Assert.That(Block2Slicer.Slice(Data, new CoapBlock(4, false, 2), 6, out _, out _), Is.False);
        Assert.That(Block2Slicer.Slice(Data.AsMemory(0, 128), new CoapBlock(1, false, 3), 6, out _, out _), Is.False);
        Assert.That(Block2Slicer.Slice(default, null, 6, out var block, out var part), Is.True);
        Assert.That((block, part.Length), Is.EqualTo((new CoapBlock(0, false, 6), 0)));
    }
}
