using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class InstantCommandTests
{
    const string Device = $"imei={PlatformFixture.Imei}";
    const string Success = """{"errno":0,"error":"succ"}""";

    PlatformFixture _fixture = new();
    Board _board = null!;

    [SetUp]
    public void SetUp()
    {
        _fixture = new PlatformFixture();
        _board = _fixture.AddBoard();
        _board.Register("</3200/0>,</3303/0>");
        _board.Requests.Clear();
    }

    [Test]
    public void A_resource_read_as_text_is_shown_by_its_type()
    {
        _board.Answer = _ => Board.Content(CoapContentFormat.Text, "20.123000000000001"u8.ToArray());

        var answer = _fixture.Call("GET", $"/nbiot?{Device}&obj_id=3303&obj_inst_id=0&res_id=5700");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(
                """{"errno":0,"data":[{"obj_inst_id":0,"res":[{"res_id":5700,"val":20.123}]}],"error":"succ"}"""));
            Assert.That(Board.PathOf(_board.Requests[0]), Is.EqualTo("/3303/0/5700"));
            Assert.That(_board.Requests[0].Accept, Is.EqualTo(CoapContentFormat.Tlv));
        });
    }

    [TestCase(CoapContentFormat.LegacyTlv)]
    [TestCase(CoapContentFormat.Tlv)]
    public void An_instance_read_as_wrapped_tlv_shows_every_resource(int format)
    {
        _board.Answer = _ => Board.Content(format, Convert.FromHexString("080017E1157C00E1157DF4E4167674657374E51581E309C82FE6"));

        var answer = _fixture.Call("GET", $"/nbiot?{Device}&obj_id=3303&obj_inst_id=0");

        Assert.That(answer, Is.EqualTo(
            """{"errno":0,"data":[{"obj_inst_id":0,"res":[{"res_id":5500,"val":false},{"res_id":5501,"val":-12},"""
            + """{"res_id":5750,"val":"test"},{"res_id":5505,"val":"E309C82FE6"}]}],"error":"succ"}"""));
    }

    [Test]
    public void An_object_read_shows_every_instance()
    {
        _board.Answer = _ => Board.Content(CoapContentFormat.LegacyTlv, Convert.FromHexString("0700E4167674657374" + "0701E4167674657375"));

        var answer = _fixture.Call("GET", $"/nbiot?{Device}&obj_id=3200");

        Assert.That(answer, Is.EqualTo(
            """{"errno":0,"data":[{"obj_inst_id":0,"res":[{"res_id":5750,"val":"test"}]},"""
            + """{"obj_inst_id":1,"res":[{"res_id":5750,"val":"tesu"}]}],"error":"succ"}"""));
    }

    [Test]
    public void An_opaque_resource_is_shown_as_hexadecimal_digits()
    {
        _board.Answer = _ => Board.Content(CoapContentFormat.OctetStream, [0xE3, 0x09]);

        var answer = _fixture.Call("GET", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&res_id=5505");

        Assert.That(answer, Is.EqualTo("""{"errno":0,"data":[{"obj_inst_id":0,"res":[{"res_id":5505,"val":"E309"}]}],"error":"succ"}"""));
    }

    [Test]
    public void An_unreadable_answer_is_a_response_error()
    {
        _board.Answer = _ => Board.Content(CoapContentFormat.LegacyTlv, [0xE4, 0x16]);

        Assert.That(_fixture.Call("GET", $"/nbiot?{Device}&obj_id=3200"), Is.EqualTo("""{"errno":5106,"error":"RESP_ERROR"}"""));
    }

    [Test]
    public void The_body_of_the_manual_with_its_trailing_commas_writes_a_string()
    {
        var answer = _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
            "{\n\"data\":[{\n\"val\":\"abcd\",\n\"res_id\":5750}],\n}");

        var request = _board.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(Success));
            Assert.That(request.Code, Is.EqualTo(CoapCode.Post));
            Assert.That(Board.PathOf(request), Is.EqualTo("/3200/0"));
            Assert.That(request.ContentFormat, Is.EqualTo(CoapContentFormat.Tlv));
            Assert.That(Convert.ToHexString(request.Payload.Span), Is.EqualTo("E4167661626364"));
        });
    }

    [TestCase("""{"res_id":5501,"val":-12}""", "E1157DF4")]
    [TestCase("""{"res_id":5501,"val":300}""", "E2157D012C")]
    [TestCase("""{"res_id":5700,"val":20.123}""", "E4164441A0FBE7")]
    [TestCase("""{"res_id":5700,"val":20}""", "E4164441A00000")]
    [TestCase("""{"res_id":5500,"val":true}""", "E1157C01")]
    [TestCase("""{"res_id":5505,"val":"E309C82FE6","type":1}""", "E51581E309C82FE6")]
    [TestCase("""{"res_id":5506,"val":1520501400,"type":2}""", "E415825AA10298")]
    [TestCase("""{"res_id":5506,"val":"2018-03-08T17:30:00","type":2}""", "E415825AA10298")]
    [TestCase("""{"res_id":5750,"val":"a"},{"res_id":1,"val":7}""", "E1167661C10107")]
    public void A_replacing_write_puts_typed_values(string elements, string expected)
    {
        _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=1", $$"""{"data":[{{elements}}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(_board.Requests.Single().Code, Is.EqualTo(CoapCode.Put));
            Assert.That(Convert.ToHexString(_board.Requests.Single().Payload.Span), Is.EqualTo(expected));
        });
    }

    [Test]
    public void A_long_write_goes_out_in_blocks_of_512_bytes_each_after_the_answer_to_the_last()
    {
        _board.Answer = request => new CoapResponse(
            request.Block1!.Value.More ? CoapCode.Continue : CoapCode.Changed,
            [CoapOptions.Block(CoapOptionNumber.Block1, request.Block1.Value)], default);
        var text = new string('x', 1200);

        var answer = _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
            "{\"data\":[{\"res_id\":5750,\"val\":\"" + text + "\"}]}");

        var whole = _board.Requests.SelectMany(r => r.Payload.ToArray()).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(Success));
            Assert.That(_board.Requests.Select(r => r.Block1?.ToString()), Is.EqualTo(new[] { "0/1/512", "1/1/512", "2/0/512" }));
            Assert.That(Convert.ToHexString(whole[..5]), Is.EqualTo("F0167604B0"));
            Assert.That(Encoding.ASCII.GetString(whole[5..]), Is.EqualTo(text));
        });
    }

    [Test]
    public void A_refused_block_ends_the_write()
    {
        _board.Answer = _ => new CoapResponse(CoapCode.BadRequest);

        var answer = _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
            "{\"data\":[{\"res_id\":5750,\"val\":\"" + new string('x', 1200) + "\"}]}");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo("""{"errno":5106,"error":"BAD_REQUEST"}"""));
            Assert.That(_board.Requests, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void A_write_over_two_kilobytes_is_refused_unsent()
    {
        var answer = _fixture.Call("POST", $"/nbiot?{Device}&obj_id=3200&obj_inst_id=0&mode=2",
            "{\"data\":[{\"res_id\":5750,\"val\":\"" + new string('x', 2048) + "\"}]}");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Does.StartWith("""{"errno":5006,"""));
            Assert.That(_board.Requests, Is.Empty);
        });
    }

    [TestCase("""{"args":"ping"}""", "ping")]
    [TestCase("", "")]
    [TestCase("{}", "")]
    public void An_execute_posts_its_arguments_as_text(string body, string expected)
    {
        var answer = _fixture.Call("POST", $"/nbiot/execute?{Device}&obj_id=3303&obj_inst_id=0&res_id=5605", body);

        var request = _board.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(Success));
            Assert.That(request.Code, Is.EqualTo(CoapCode.Post));
            Assert.That(Board.PathOf(request), Is.EqualTo("/3303/0/5605"));
            Assert.That(Encoding.UTF8.GetString(request.Payload.Span), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Attributes_are_written_before_the_observe()
    {
        var answer = _fixture.Call("POST",
            $"/nbiot/observe?{Device}&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700&pmin=15&pmax=60&gt=50.0&lt=0.0&st=2.0");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(Success));
            Assert.That(_board.Requests.Select(Board.PathOf), Is.All.EqualTo("/3303/0/5700"));
            Assert.That(_board.Requests.Select(r => r.Code), Is.EqualTo(new[] { CoapCode.Put, CoapCode.Get }));
            Assert.That(_board.Requests[0].UriQuery, Is.EqualTo(new[] { "pmin=15", "pmax=60", "gt=50.0", "lt=0.0", "st=2.0" }));
            Assert.That(_board.Requests[0].Payload.IsEmpty);
            Assert.That(_board.Requests[1].Observe, Is.Zero);
        });
    }

    [Test]
    public void Refused_attributes_leave_the_observe_out()
    {
        _board.Answer = _ => new CoapResponse(CoapCode.BadRequest);

        var answer = _fixture.Call("POST", $"/nbiot/observe?{Device}&cancel=false&obj_id=3303&pmin=15");

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo("""{"errno":5106,"error":"BAD_REQUEST"}"""));
            Assert.That(_board.Requests, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public void Cancelling_repeats_the_token_of_the_observation_and_ends_it()
    {
        _fixture.Call("POST", $"/nbiot/observe?{Device}&cancel=false&obj_id=3303");
        var token = _board.Requests.Single().Token.ToArray();

        var answer = _fixture.Call("POST", $"/nbiot/observe?{Device}&cancel=true&obj_id=3303");
        _board.Notify("/3303", CoapContentFormat.LegacyTlv, Convert.FromHexString("0700E4167674657374"));

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(Success));
            Assert.That(_board.Requests[^1].Observe, Is.EqualTo(1));
            Assert.That(_board.Requests[^1].Token.ToArray(), Is.EqualTo(token));
            Assert.That(_fixture.Events.OfType<DatapointStored>(), Is.Empty);
        });
    }

    [Test]
    public void Discover_shows_the_resources_of_each_instance_and_keeps_them()
    {
        _board.Answer = _ => Board.Links("</3200>,</3200/0>,</3200/0/5500>,</3200/0/5750>,</3200/1>");

        Assert.Multiple(() =>
        {
            Assert.That(_fixture.Call("GET", $"/nbiot/discover?{Device}&obj_id=3200"), Is.EqualTo(
                """{"errno":0,"data":[{"obj_inst_id":0,"res_id":[5500,5750]},{"obj_inst_id":1,"res_id":[]}],"error":"succ"}"""));
            Assert.That(_fixture.Call("GET", $"/nbiot/resources?{Device}&obj_id=3200"), Is.EqualTo(
                """{"errno":0,"data":{"total_count":1,"item":[{"obj_id":3200,"instances":["""
                + """{"inst_id":0,"resources":[5500,5750]},{"inst_id":1,"resources":[]}]}]},"error":"succ"}"""));
        });
    }

    [TestCase(0x80, "BAD_REQUEST")]
    [TestCase(0x81, "UNAUTHORIZED")]
    [TestCase(0x83, "FORBIDDEN")]
    [TestCase(0x84, "NOT_FOUND")]
    [TestCase(0x85, "METHOD_NOT_ALLOWED")]
    [TestCase(0x86, "NOT_ACCEPTABLE")]
    [TestCase(0x8F, "UNSUPPORTED_CONTENT_FORMAT")]
    [TestCase(0xA0, "INTERNAL_SERVER_ERROR")]
    public void An_error_response_of_the_device_is_named(byte code, string name)
    {
        _board.Answer = _ => new CoapResponse(new CoapCode(code));

        Assert.That(_fixture.Call("GET", $"/nbiot?{Device}&obj_id=3200"), Is.EqualTo($$"""{"errno":5106,"error":"{{name}}"}"""));
    }

    [TestCase("", 25)]
    [TestCase("&timeout=5", 5)]
    [TestCase("&timeout=40", 40)]
    public void A_silent_device_times_out_after_the_time_that_the_call_names(string timeout, int seconds)
    {
        _board.Answer = _ => null;
        var call = _fixture.Start("GET", $"/nbiot?{Device}&obj_id=3200{timeout}");

        _fixture.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        var before = _fixture.AnswerTo(call);
        _fixture.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Multiple(() =>
        {
            Assert.That(before, Is.Null);
            Assert.That(_fixture.AnswerTo(call), Is.EqualTo("""{"errno":5106,"error":"TIME_OUT"}"""));
        });
    }

    [Test]
    public void A_response_just_within_the_longest_time_out_counts()
    {
        _board.Answer = _ => null;
        var call = _fixture.Start("POST", $"/nbiot/execute?{Device}&obj_id=3200&obj_inst_id=0&res_id=5750&timeout=40");
        _fixture.Advance(TimeSpan.FromSeconds(39.9));

        _board.Respond("/3200/0/5750", new CoapResponse(CoapCode.Changed));

        Assert.That(_fixture.AnswerTo(call), Is.EqualTo(Success));
    }

    [Test]
    public void A_cancelled_call_is_never_answered_nor_sent_again()
    {
        _board.Answer = _ => null;
        var call = _fixture.Start("GET", $"/nbiot?{Device}&obj_id=3200");
        _fixture.Platform.CancelCall(call);
        var before = _board.Datagrams.Count;

        _fixture.Advance(TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That(_fixture.AnswerTo(call), Is.Null);
            Assert.That(_board.Datagrams, Has.Count.EqualTo(before));
        });
    }

    [Test]
    public void A_call_under_way_ends_as_offline_when_the_device_deregisters()
    {
        _board.Answer = _ => null;
        var call = _fixture.Start("GET", $"/nbiot?{Device}&obj_id=3200");

        _board.Deregister();

        Assert.That(_fixture.AnswerTo(call), Is.EqualTo("""{"errno":5106,"error":"OFFLINE"}"""));
    }

    [Test]
    public void A_device_that_is_not_registered_is_not_online()
    {
        _board.Deregister();

        Assert.That(_fixture.Call("GET", $"/nbiot?{Device}&obj_id=3200"), Is.EqualTo("""{"errno":2001,"error":"device not online"}"""));
    }

    [TestCase("GET", "/nbiot?obj_id=3200", 3, "parameter required: imei")]
    [TestCase("GET", $"/nbiot?{Device}", 3, "parameter required: obj_id")]
    [TestCase("GET", $"/nbiot?{Device}&obj_id=3200&res_id=1", 3, "parameter required: obj_inst_id")]
    [TestCase("GET", $"/nbiot?{Device}&obj_id=65536", 5108, "invalid parameter: obj_id")]
    [TestCase("GET", $"/nbiot?{Device}&obj_id=x", 5108, "invalid parameter: obj_id")]
    [TestCase("GET", $"/nbiot?{Device}&obj_id=1&timeout=4", 5108, "invalid parameter: timeout")]
    [TestCase("GET", $"/nbiot?{Device}&obj_id=1&timeout=41", 5108, "invalid parameter: timeout")]
    [TestCase("POST", $"/nbiot?{Device}&obj_id=1&obj_inst_id=0", 3, "parameter required: mode")]
    [TestCase("POST", $"/nbiot?{Device}&obj_id=1&obj_inst_id=0&mode=3", 5108, "invalid parameter: mode")]
    [TestCase("POST", $"/nbiot?{Device}&obj_id=1&obj_inst_id=0&mode=1", 3, "parameter required: body")]
    [TestCase("POST", $"/nbiot/execute?{Device}&obj_id=1&obj_inst_id=0", 3, "parameter required: res_id")]
    [TestCase("POST", $"/nbiot/observe?{Device}&obj_id=1", 3, "parameter required: cancel")]
    [TestCase("POST", $"/nbiot/observe?{Device}&cancel=maybe&obj_id=1", 5108, "invalid parameter: cancel")]
    [TestCase("POST", $"/nbiot/observe?{Device}&cancel=false&obj_id=1&gt=high", 5108, "invalid parameter: gt")]
    [TestCase("GET", "/nbiot?imei=1&obj_id=3200", 1, "auth failed: no device with imei 1")]
    public void The_error_of_a_wrong_parameter_names_it(string method, string url, int errno, string error)
    {
        Assert.Multiple(() =>
        {
            Assert.That(_fixture.Call(method, url), Is.EqualTo($$"""{"errno":{{errno}},"error":"{{error}}"}"""));
            Assert.That(_board.Requests, Is.Empty);
        });
    }

    [TestCase("""{"data":[]}""", 3, "parameter required: data")]
    [TestCase("""{"data":[{"val":1}]}""", 3, "parameter required: res_id")]
    [TestCase("""{"data":[{"res_id":1}]}""", 3, "parameter required: val")]
    [TestCase("""{"data":[{"res_id":-1,"val":1}]}""", 5108, "invalid parameter: res_id")]
    [TestCase("""{"data":[{"res_id":1,"val":"xyz","type":1}]}""", 5108, "invalid parameter: val")]
    [TestCase("""{"data":[{"res_id":1,"val":"abc","type":1}]}""", 5108, "invalid parameter: val")]
    [TestCase("""{"data":[{"res_id":1,"val":null}]}""", 5108, "invalid parameter: val")]
    [TestCase("""{"data":[{"res_id":1,"val":1,"type":9}]}""", 5108, "invalid parameter: type")]
    [TestCase("""{"data":[7]}""", 5108, "invalid parameter: data")]
    public void The_error_of_a_wrong_write_body_names_the_member(string body, int errno, string error)
    {
        Assert.That(
            _fixture.Call("POST", $"/nbiot?{Device}&obj_id=1&obj_inst_id=0&mode=1", body),
            Is.EqualTo($$"""{"errno":{{errno}},"error":"{{error}}"}"""));
    }
}
