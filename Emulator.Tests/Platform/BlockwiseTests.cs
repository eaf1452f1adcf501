using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

/// <summary>RFC 7959 at the local OneNET.</summary>
public sealed class BlockwiseTests
{
    const string Device = $"imei={PlatformBench.Imei}";
    const string Success = """{"errno":0,"error":"succ"}""";
    const string Read = $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&res_id=5750";

    PlatformBench _bench = null!;
    Board _board = null!;

    [SetUp]
    public void Register()
    {
        _bench = new PlatformBench();
        _board = _bench.AddBoard();
        Assert.That(_board.Register("</3200/0>"), Is.EqualTo(CoapCode.Created));
        _board.Requests.Clear();
    }

    /// <summary>Answers with the block that is asked for, the first one unasked.</summary>
    static CoapResponse InBlocks(CoapMessage request, string text, int format = CoapContentFormat.Text, int szx = 4, params CoapOption[] more)
    {
        Assert.That(Block2Slicer.Slice(Encoding.ASCII.GetBytes(text), request.Block2, szx, out var block, out var part), Is.True);
        return new CoapResponse(CoapCode.Content,
            [.. more, new CoapOption(CoapOptionNumber.ETag, new byte[] { 7 }), CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format), CoapOptions.Block(CoapOptionNumber.Block2, block)], part);
    }

    string? Write(int length) => _bench.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
        "{\"data\":[{\"res_id\":5750,\"val\":\"" + new string('x', length) + "\"}]}");

    [Test]
    public void All_blocks_of_a_write_bear_one_token_and_two_writes_two()
    {
        _board.Answer = request => new CoapResponse(
            request.Block1!.Value.More ? CoapCode.Continue : CoapCode.Changed, [CoapOptions.Block(CoapOptionNumber.Block1, request.Block1.Value)], default);
        Assert.That((Write(1200), Write(1200)), Is.EqualTo((Success, Success)));
        var tokens = _board.Requests.Select(r => Convert.ToHexString(r.Token.Span)).ToList();
        Assert.That(tokens, Has.Count.EqualTo(6));
        Assert.That((tokens[..3].Distinct().Count(), tokens[3..].Distinct().Count(), tokens.Distinct().Count()), Is.EqualTo((1, 1, 2)));
    }

    [Test]
    public void A_device_that_wants_smaller_blocks_gets_them()
    {
        _board.Answer = request =>
        {
            var block = request.Block1!.Value;
            return new CoapResponse(block.More ? CoapCode.Continue : CoapCode.Changed,
                [CoapOptions.Block(CoapOptionNumber.Block1, block.NoLargerThan(4))], default);
        };
        Assert.That(Write(1200), Is.EqualTo(Success));
        Assert.That(_board.Requests.Select(r => r.Block1.ToString()), Is.EqualTo(new[] { "0/1/512", "2/1/256", "3/1/256", "4/0/256" }));
        Assert.That(_board.Requests.Sum(r => r.Payload.Length), Is.EqualTo(1205));
    }

    [TestCase(0x88)]
    [TestCase(0x8D)]
    public void A_device_that_lost_a_block_or_has_no_room_ends_the_write(byte code)
    {
        _board.Answer = request => new CoapResponse(request.Block1!.Value.Number == 0 ? CoapCode.Continue : new CoapCode(code));
        Assert.That(Write(1200), Is.EqualTo("""{"errno":5106,"error":"RESP_ERROR"}"""));
        Assert.That(_board.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_read_answered_in_blocks_is_fetched_whole_on_one_token()
    {
        var text = string.Concat(Enumerable.Range(0, 250).Select(i => $"{i:D4}"));
        _board.Answer = request => InBlocks(request, text);
        Assert.That(_bench.Call("GET", Read), Does.Contain($"\"val\":\"{text}\""));
        Assert.That(_board.Requests.Select(r => r.Block2?.ToString()), Is.EqualTo(new[] { null, "1/0/256", "2/0/256", "3/0/256" }));
        Assert.That(_board.Requests.Select(r => (Convert.ToHexString(r.Token.Span), r.Accept)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_bench.Events.OfType<DownlinkAnswered>().Count(e => e.Path.Resource == 5750), Is.EqualTo(1));
    }

    [Test]
    public void A_content_that_changes_between_its_blocks_is_no_answer()
    {
        _board.Answer = request => InBlocks(request, new string('a', 600)) is var answer && request.Block2 is null
            ? answer
            : answer with { Options = [.. answer.Options.Where(o => o.Number != CoapOptionNumber.ETag)] };
        Assert.That(_bench.Call("GET", Read), Is.EqualTo("""{"errno":5106,"error":"RESP_ERROR"}"""));
        Assert.That(_bench.Events.OfType<OneNetWarning>().Last().ToString(), Does.Contain("1/1/256"));
    }

    [Test]
    public void A_discover_answered_in_blocks_shows_all_resources()
    {
        var links = string.Join(',', Enumerable.Range(5000, 50).Select(i => $"</3200/0/{i}>"));
        _board.Answer = request => InBlocks(request, links, CoapContentFormat.Link);
        var answer = _bench.Call("GET", $"/nbiot/discover?{Device}&obj_id=3200");
        Assert.That(answer, Does.Contain("5000,").And.Contain(",5049"));
        Assert.That(_board.Requests.Select(r => r.Accept), Has.All.EqualTo(CoapContentFormat.Link));
    }

    [Test]
    public void A_notification_that_is_a_first_block_is_stored_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 150).Select(i => $"{i:D4}"));
        _board.Answer = request => request.Accept == CoapContentFormat.Link ? Board.Links("</3200>,</3200/0>,</3200/0/5750>") : InBlocks(
            request, request.Observe is null ? text : "first", more: request.Observe is null ? [] : [CoapOptions.UInt(CoapOptionNumber.Observe, 0)]);
        _bench.Call("GET", $"/nbiot/discover?{Device}&obj_id=3200");
        Assert.That(_bench.Call("POST", $"/nbiot/observe?{Device}&obj_id=3200&obj_inst_id=0&res_id=5750&cancel=false"), Is.EqualTo(Success));
        var observe = _board.Requests.Last(r => r.Observe == 0);
        _board.Requests.Clear();
        var first = InBlocks(observe, text, more: CoapOptions.UInt(CoapOptionNumber.Observe, 1));
        _board.Endpoint.Notify(_bench.Now, new CoapPeer(System.Net.IPEndPoint.Parse("183.230.40.40:5683")), observe.Token, first, confirmable: true);
        _bench.Run();
        Assert.That(_bench.Events.OfType<DatapointStored>().Last().ToString(), Does.Contain(text));
        Assert.That(_board.Requests.Select(r => (r.Observe, r.Block2?.ToString())), Is.EqualTo(new (int?, string?)[] { (null, "1/0/256"), (null, "2/0/256") }));
        Assert.That(_board.Requests.Select(r => Convert.ToHexString(r.Token.Span)), Has.None.EqualTo(Convert.ToHexString(observe.Token.Span)));
    }

    [TestCase(16384, 0x41)]
    [TestCase(16385, 0x8D)]
    public void A_link_list_in_blocks_registers_up_to_16_kilobytes(int length, byte code)
    {
        var links = "</>;rt=\"oma.lwm2m\",</3200/0>".PadRight(length, ',');
        var board = _bench.AddBoard("10.0.0.3:40000", seed: 9);
        CoapMessage? answer = null;
        for (var offset = 0; offset < length; offset += 1024)
        {
            var end = Math.Min(length, offset + 1024);
            answer = board.Ask(CoapCode.Post, $"/rd?ep={PlatformBench.Imei};{PlatformBench.Imsi}",
                [CoapOptions.UInt(CoapOptionNumber.ContentFormat, 40), CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(offset / 1024, end < length, 6))],
                Encoding.ASCII.GetBytes(links[offset..end]));
            Assert.That(answer.Code, Is.EqualTo(end < length ? CoapCode.Continue : new CoapCode(code)));
        }
        Assert.That(answer!.Block1, Is.EqualTo(new CoapBlock((length - 1) / 1024, false, 6)));
    }

    [Test]
    public void A_missing_block_of_a_link_list_registers_nothing()
    {
        var board = _bench.AddBoard("10.0.0.3:40000", seed: 9);
        var before = _bench.Events.OfType<DeviceRegistered>().Count();
        var answer = board.Ask(CoapCode.Post, $"/rd?ep={PlatformBench.Imei};{PlatformBench.Imsi}",
            [CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(1, false, 6))], Encoding.ASCII.GetBytes("</3200/0>"));
        Assert.That(answer.Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(_bench.Events.OfType<DeviceRegistered>().Count(), Is.EqualTo(before));
    }
}
