using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

/// <summary>RFC 7959 at the local OneNET.</summary>
public sealed class BlockwiseTests
{
    const string Device = $"imei={PlatformFixture.Imei}";
    const string Success = """{"errno":0,"error":"succ"}""";
    const string Read = $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&res_id=5750";

    PlatformFixture _fixture = null!;
    Board _board = null!;

    [SetUp]
    public void Register()
    {
        _fixture = new PlatformFixture();
        _board = _fixture.AddBoard();
        Assert.That(_board.Register("</3200/0>"), Is.EqualTo(CoapCode.Created));
        _board.Requests.Clear();
    }

    /// <summary>A response with the block that a request names, or with the first one.</summary>
    static CoapResponse InBlocks(
        CoapMessage request, string text, int format = CoapContentFormat.Text, int szx = 4, params CoapOption[] more)
    {
        Assert.That(Block2Slicer.Slice(Encoding.ASCII.GetBytes(text), request.Block2, szx, out var block, out var part), Is.True);
        return new CoapResponse(CoapCode.Content,
        [
            .. more,
            new CoapOption(CoapOptionNumber.ETag, new byte[] { 7 }),
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)format),
            CoapOptions.Block(CoapOptionNumber.Block2, block),
        ], part);
    }

    string? Write(int length) => _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
        "{\"data\":[{\"res_id\":5750,\"val\":\"" + new string('x', length) + "\"}]}");

    [Test]
    public void All_blocks_of_a_write_carry_one_token_and_another_write_another_one()
    {
        _board.Answer = request => new CoapResponse(
            request.Block1!.Value.More ? CoapCode.Continue : CoapCode.Changed,
            [CoapOptions.Block(CoapOptionNumber.Block1, request.Block1.Value)], default);
        Assert.That((Write(1200), Write(1200)), Is.EqualTo((Success, Success)));
        var tokens = _board.Requests.Select(r => Convert.ToHexString(r.Token.Span)).ToList();
        Assert.That(tokens, Has.Count.EqualTo(6));
        Assert.That((tokens[..3].Distinct().Count(), tokens[3..].Distinct().Count(), tokens.Distinct().Count()), Is.EqualTo((1, 1, 2)));
    }

    [Test]
    public void A_device_that_asks_for_smaller_blocks_gets_them()
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
    public void An_error_response_to_a_block_ends_the_write(byte code)
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
        Assert.That(_fixture.Call("GET", Read), Does.Contain($"\"val\":\"{text}\""));
        Assert.That(_board.Requests.Select(r => r.Block2?.ToString()), Is.EqualTo(new[] { null, "1/0/256", "2/0/256", "3/0/256" }));
        Assert.That(_board.Requests.Select(r => (Convert.ToHexString(r.Token.Span), r.Accept)).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_fixture.Events.OfType<DownlinkAnswered>().Count(e => e.Path.Resource == 5750), Is.EqualTo(1));
    }

    [Test]
    public void A_response_whose_content_changes_between_blocks_is_a_response_error()
    {
        _board.Answer = request => InBlocks(request, new string('a', 600)) is var answer && request.Block2 is null
            ? answer
            : answer with { Options = [.. answer.Options.Where(o => o.Number != CoapOptionNumber.ETag)] };
        Assert.That(_fixture.Call("GET", Read), Is.EqualTo("""{"errno":5106,"error":"RESP_ERROR"}"""));
        Assert.That(_fixture.Events.OfType<OneNetWarning>().Last().ToString(), Does.Contain("1/1/256"));
    }

    [Test]
    public void A_discover_answered_in_blocks_shows_all_resources()
    {
        var links = string.Join(',', Enumerable.Range(5000, 50).Select(i => $"</3200/0/{i}>"));
        _board.Answer = request => InBlocks(request, links, CoapContentFormat.Link);
        var answer = _fixture.Call("GET", $"/nbiot/discover?{Device}&obj_id=3200");
        Assert.That(answer, Does.Contain("5000,").And.Contain(",5049"));
        Assert.That(_board.Requests.Select(r => r.Accept), Has.All.EqualTo(CoapContentFormat.Link));
    }

    [Test]
    public void A_notification_that_is_a_first_block_is_stored_whole()
    {
        var text = string.Concat(Enumerable.Range(0, 150).Select(i => $"{i:D4}"));
        _board.Answer = request => request switch
        {
            { Accept: CoapContentFormat.Link } => Board.Links("</3200>,</3200/0>,</3200/0/5750>"),
            { Observe: null } => InBlocks(request, text),
            _ => InBlocks(request, "first", more: CoapOptions.UInt(CoapOptionNumber.Observe, 0)),
        };
        _fixture.Call("GET", $"/nbiot/discover?{Device}&obj_id=3200");
        var observed = _fixture.Call("POST", $"/nbiot/observe?{Device}&obj_id=3200&obj_inst_id=0&res_id=5750&cancel=false");
        Assert.That(observed, Is.EqualTo(Success));
        var observe = _board.Requests.Last(r => r.Observe == 0);
        _board.Requests.Clear();
        var first = InBlocks(observe, text, more: CoapOptions.UInt(CoapOptionNumber.Observe, 1));
        var server = new CoapPeer(System.Net.IPEndPoint.Parse("183.230.40.40:5683"));
        _board.Endpoint.Notify(_fixture.Now, server, observe.Token, first, confirmable: true);
        _fixture.Run();
        Assert.That(_fixture.Events.OfType<DatapointStored>().Last().ToString(), Does.Contain(text));
        Assert.That(_board.Requests.Select(r => r.Observe), Is.All.Null);
        Assert.That(_board.Requests.Select(r => r.Block2?.ToString()), Is.EqualTo(new[] { "1/0/256", "2/0/256" }));
        var tokens = _board.Requests.Select(r => Convert.ToHexString(r.Token.Span));
        Assert.That(tokens, Has.None.EqualTo(Convert.ToHexString(observe.Token.Span)));
    }

    [TestCase(16384, 0x41)]
    [TestCase(16385, 0x8D)]
    public void A_link_list_in_blocks_registers_up_to_16_kilobytes(int length, byte code)
    {
        var links = "</>;rt=\"oma.lwm2m\",</3200/0>".PadRight(length, ',');
        var board = _fixture.AddBoard("10.0.0.3:40000", seed: 9);
        CoapMessage? answer = null;
        for (var offset = 0; offset < length; offset += 1024)
        {
            var end = Math.Min(length, offset + 1024);
            answer = board.RequestWith(CoapCode.Post, $"/rd?ep={PlatformFixture.Imei};{PlatformFixture.Imsi}",
            [
                CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Link),
                CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(offset / 1024, end < length, 6)),
            ], Encoding.ASCII.GetBytes(links[offset..end]));
            Assert.That(answer.Code, Is.EqualTo(end < length ? CoapCode.Continue : new CoapCode(code)));
        }
        Assert.That(answer!.Block1, Is.EqualTo(new CoapBlock((length - 1) / 1024, false, 6)));
    }

    [Test]
    public void A_missing_block_of_a_link_list_registers_nothing()
    {
        var board = _fixture.AddBoard("10.0.0.3:40000", seed: 9);
        var before = _fixture.Events.OfType<DeviceRegistered>().Count();
        var answer = board.RequestWith(CoapCode.Post, $"/rd?ep={PlatformFixture.Imei};{PlatformFixture.Imsi}",
            [CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(1, false, 6))], Encoding.ASCII.GetBytes("</3200/0>"));
        Assert.That(answer.Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(_fixture.Events.OfType<DeviceRegistered>().Count(), Is.EqualTo(before));
    }
}
