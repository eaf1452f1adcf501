using System.Text;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;
using static M531x.Emulator.Tests.Client.ClientBench;

namespace M531x.Emulator.Tests.Client;

/// <summary>Discover, read, write, execute and write-attributes in the onenet dialect.</summary>
public sealed class RequestBytesTests
{
    const string Token = "A1A2A3A4A5A6A7A8";

    static ClientBench Registered(Lwm2mDialect dialect = Lwm2mDialect.OneNet)
    {
        var bench = new ClientBench(dialect);
        bench.Register();
        return bench;
    }

    [Test]
    public void Discover_lists_object_instance_and_resources()
    {
        var bench = Registered();
        bench.Client.Objects.Find(3200)!.Listed.AddRange([5500, 5750]);
        bench.Receive($"480198D2 {Token} B4'3200' 6128");
        bench.ExpectBytes($"684598D2 {Token} C128 FF'</3200>,</3200/0>,</3200/0/5500>,</3200/0/5750>'");
        Assert.That(bench.TakeEvent<DiscoverHandled>(), Is.EqualTo(new DiscoverHandled(0x98D2, new ResourcePath(3200))));
    }

    [Test]
    public void Discover_goes_instance_by_instance_and_includes_what_was_only_reported()
    {
        var bench = Registered();
        var item = bench.Client.Objects.Find(3200)!;
        item.Instances.Add(2);
        item.Listed.AddRange([5750, 5500]);
        item.Declare(2, 9).Last = Lwm2mValue.Of("a");
        var answer = bench.Request(CoapCode.Get, "3200", [Accept(CoapContentFormat.Link)]);
        Assert.That(Text(answer), Is.EqualTo("</3200>,</3200/0>,</3200/0/5750>,</3200/0/5500>,</3200/2>,</3200/2/5750>,</3200/2/5500>,</3200/2/9>"));
    }

    [TestCase("3200/0/5750", "C0 FF'test'")]
    [TestCase("3200/0", "C20606 FF 0700E4167674657374")]
    [TestCase("3200", "C20606 FF 0700E4167674657374")]
    public void A_read_is_answered_in_the_ack_whatever_the_accept(string path, string rest)
    {
        foreach (var accept in new int?[] { null, CoapContentFormat.Text, CoapContentFormat.Tlv, CoapContentFormat.Json })
        {
            var bench = Registered();
            var request = bench.Ask(CoapCode.Get, path, accept is null ? [] : [Accept(accept.Value)]);
            var read = bench.TakeEvent<ReadRequested>();
            Assert.That((read.MessageId, read.Path.ToString()), Is.EqualTo((request.MessageId, $"/{path}")));
            bench.ExpectNoTransmit();
            Assert.That(bench.Client.RespondContent(bench.Now, read.Exchange, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("test"))]), Is.True);
            bench.ExpectBytes($"6245MMMM A1A2 {rest}");
            Assert.That(bench.Client.Respond(bench.Now, read.Exchange, CoapCode.NotFound), Is.False, "answered already");
        }
    }

    [TestCase(0x80)]
    [TestCase(0x81)]
    [TestCase(0x84)]
    [TestCase(0x85)]
    [TestCase(0x86)]
    public void A_refused_read_has_no_payload(byte code)
    {
        var bench = Registered();
        bench.Ask(CoapCode.Get, "3200/0/5750");
        bench.Client.Respond(bench.Now, bench.TakeEvent<ReadRequested>().Exchange, new CoapCode(code));
        bench.ExpectBytes($"62{code:X2}MMMM A1A2");
    }

    static IEnumerable<TestCaseData> Writes()
    {
        var tlv = Convert.FromHexString("E1157DF4E4167674657374");
        yield return Case("instance by PUT", CoapCode.Put, "3200/0", CoapContentFormat.Tlv, tlv, "/3200/0/5501=F4 Tlv, /3200/0/5750=74657374 Tlv");
        yield return Case("instance by POST", CoapCode.Post, "3200/0", CoapContentFormat.LegacyTlv, tlv, "/3200/0/5501=F4 Tlv, /3200/0/5750=74657374 Tlv");
        yield return Case("wrapped instance", CoapCode.Put, "3200/0", CoapContentFormat.Tlv, Convert.FromHexString("0700E4167674657374"), "/3200/0/5750=74657374 Tlv");
        yield return Case("resource as TLV", CoapCode.Put, "3200/0/5750", CoapContentFormat.Tlv, Convert.FromHexString("E4167674657374"), "/3200/0/5750=74657374 Tlv");
        yield return Case("resource as text", CoapCode.Put, "3200/0/5750", CoapContentFormat.Text, "test"u8.ToArray(), "/3200/0/5750=74657374 Text");
        yield return Case("resource without a format", CoapCode.Put, "3200/0/5750", null, "test"u8.ToArray(), "/3200/0/5750=74657374 Text");
        yield return Case("resource in an unknown format", CoapCode.Put, "3200/0/5750", 9999, "test"u8.ToArray(), "/3200/0/5750=74657374 Text");
        yield return Case("resource as opaque", CoapCode.Put, "3200/0/5750", CoapContentFormat.OctetStream, "test"u8.ToArray(), "/3200/0/5750=74657374 Opaque");

        static TestCaseData Case(string name, CoapCode method, string path, int? format, byte[] payload, string items) =>
            new TestCaseData(method, path, format, payload, items).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Writes))]
    public void A_write_is_handed_over_and_answered_changed(CoapCode method, string path, int? format, byte[] payload, string items)
    {
        var bench = Registered();
        bench.Ask(method, path, format is null ? [] : [Format(format.Value)], payload);
        var write = bench.TakeEvent<WriteRequested>();
        Assert.That(string.Join(", ", write.Items.Select(i => $"{i.Path}={Convert.ToHexString(i.Bytes.Span)} {i.Format}")), Is.EqualTo(items));
        Assert.That(write.PayloadLength, Is.EqualTo(payload.Length));
        bench.Client.Respond(bench.Now, write.Exchange, CoapCode.Changed);
        bench.ExpectBytes("6244MMMM A1A2");
    }

    [TestCase("")]
    [TestCase("reset")]
    public void An_execute_is_handed_over_with_its_arguments(string arguments)
    {
        var bench = Registered();
        bench.Ask(CoapCode.Post, "3200/0/5605", payload: Encoding.ASCII.GetBytes(arguments));
        var execute = bench.TakeEvent<ExecuteRequested>();
        Assert.That((execute.Path.ToString(), Encoding.ASCII.GetString(execute.Arguments.Span)), Is.EqualTo(("/3200/0/5605", arguments)));
        bench.Client.Respond(bench.Now, execute.Exchange, CoapCode.Changed);
        bench.ExpectBytes("6244MMMM A1A2");
    }

    static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case("POST of an object", CoapCode.Post, "3200", "80");
        yield return Case("PUT of an object", CoapCode.Put, "3200", "80");
        yield return Case("PUT of an unknown object", CoapCode.Put, "3201", "84");
        yield return Case("PUT of an unknown instance", CoapCode.Put, "3200/7", "84");
        yield return Case("PUT of an instance as text", CoapCode.Put, "3200/0", "86");
        yield return Case("DELETE of an instance", CoapCode.Delete, "3200/0", "84");
        yield return Case("DELETE of an unknown object", CoapCode.Delete, "1", "84");
        yield return Case("GET of the Security object", CoapCode.Get, "0/0", "84");
        yield return Case("GET of no path", CoapCode.Get, "", "84");
        yield return Case("GET of words", CoapCode.Get, "rd/a", "84");
        yield return Case("GET of four levels", CoapCode.Get, "3200/0/1/2", "84");

        static TestCaseData Case(string name, CoapCode method, string path, string code) => new TestCaseData(method, path, code).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_the_client_refuses_the_mcu_never_sees(CoapCode method, string path, string code)
    {
        var bench = Registered();
        bench.Ask(method, path, payload: method == CoapCode.Put ? "x"u8.ToArray() : []);
        bench.ExpectBytes($"62{code}MMMM A1A2");
        bench.ExpectQuiet();
    }

    [Test]
    public void Tlv_that_cannot_be_read_is_not_acceptable()
    {
        var bench = Registered();
        Assert.That(bench.Request(CoapCode.Put, "3200/0", [Format(CoapContentFormat.Tlv)], [0xC8, 0, 5, 1]).Code, Is.EqualTo(CoapCode.NotAcceptable));
        Assert.That(bench.Request(CoapCode.Put, "3200/0", [Format(CoapContentFormat.Tlv)], Convert.FromHexString("0701E4167674657374")).Code, Is.EqualTo(CoapCode.NotAcceptable));
        bench.ExpectQuiet();
    }

    [TestCase("3200/0/5700", "pmin=15 pmax=60 lt=0.0 gt=50.0 st=2.0", 0x44)]
    [TestCase("3200/0", "pmin=15 pmax=60", 0x44)]
    [TestCase("3200", "pmin=15", 0x44)]
    [TestCase("3200/0/5700", "pmin=60 pmax=60", 0x80)]
    [TestCase("3200/0/5700", "pmin=61 pmax=60", 0x80)]
    [TestCase("3200/0/5700", "lt=0 gt=50 st=25", 0x80)]
    [TestCase("3200/0/5700", "lt=0 gt=50 st=24.9", 0x44)]
    [TestCase("3200/0", "gt=50", 0x80)]
    [TestCase("3200", "st=1", 0x80)]
    [TestCase("3200/0/5700", "step=1", 0x80)]
    [TestCase("3200/0/5700", "pmin=x", 0x80)]
    public void Attributes_are_checked_and_answered_by_the_module(string path, string queries, byte code)
    {
        var bench = Registered();
        var answer = bench.Request(CoapCode.Put, path, [.. queries.Split(' ').Select(Query)]);
        Assert.That(answer.Code.Value, Is.EqualTo(code));
        if (answer.Code == CoapCode.Changed)
            Assert.That(bench.TakeEvent<AttributesHandled>().Path.ToString(), Is.EqualTo($"/{path}"));
        bench.ExpectQuiet();
    }

    [Test]
    public void Attributes_must_go_with_those_in_force()
    {
        var bench = Registered();
        Assert.That(bench.Request(CoapCode.Put, "3200/0/1", [Query("pmax=60")]).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bench.Request(CoapCode.Put, "3200/0/1", [Query("pmin=60")]).Code, Is.EqualTo(CoapCode.BadRequest));
        Assert.That(bench.Request(CoapCode.Put, "3200/0", [Query("pmin=10"), Query("pmax=20")]).Code, Is.EqualTo(CoapCode.Changed));
        var inForce = bench.Client.AttributesOf(new ResourcePath(3200, 0, 1));
        Assert.That((inForce.Pmin, inForce.Pmax), Is.EqualTo((10, 60)));
        Assert.That(bench.Request(CoapCode.Put, "3200/0/1", [Query("pmax")]).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bench.Client.AttributesOf(new ResourcePath(3200, 0, 1)).Pmax, Is.EqualTo(20));
    }

    [Test]
    public void Before_the_registration_requests_are_ignored_and_may_be_repeated_after_it()
    {
        var bench = new ClientBench();
        bench.Open();
        var register = bench.TakeMessage();
        const string Observe = "410198D2 07 60 54'3200' 01'0'";
        bench.Receive(Observe);
        bench.ExpectQuiet();
        bench.Created(register);
        bench.TakeEvent<Registered>();
        bench.Receive(Observe);
        bench.ExpectBytes("614598D2 07 60");
    }

    [Test]
    public void A_repeated_request_is_reported_while_open_and_answered_alike_when_done()
    {
        var bench = Registered();
        const string Read = "410198D2 07 B4'3200' 01'0' 04'5750'";
        bench.Receive(Read);
        var exchange = bench.TakeEvent<ReadRequested>().Exchange;
        bench.Receive(Read);
        Assert.That(bench.TakeEvent<RequestRepeated>().Exchange, Is.EqualTo(exchange));
        bench.ExpectNoTransmit();
        bench.Client.RespondContent(bench.Now, exchange, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of("a"))]);
        bench.ExpectBytes("614598D2 07 C0 FF'a'");
        bench.Receive(Read);
        bench.ExpectBytes("614598D2 07 C0 FF'a'");
        bench.ExpectQuiet();
    }

    [Test]
    public void A_long_write_in_blocks_arrives_whole()
    {
        var bench = Registered();
        var body = Enumerable.Range(0, 1100).Select(i => (byte)('a' + i % 26)).ToArray();
        for (var number = 0; number < 3; number++)
        {
            var block = new CoapBlock(number, number < 2, 5);
            bench.Ask(CoapCode.Put, "3200/0/5750",
                [Format(CoapContentFormat.Text), CoapOptions.Block(CoapOptionNumber.Block1, block)], body[block.Offset..Math.Min(body.Length, block.Offset + 512)]);
            if (number < 2)
                Assert.That(bench.TakeMessage() is { Code.Value: 0x5F, Block1.Number: var echoed } && echoed == number, Is.True);
        }
        var write = bench.TakeEvent<WriteRequested>();
        Assert.That(write.Items.Single().Bytes.ToArray(), Is.EqualTo(body));
        bench.Client.Respond(bench.Now, write.Exchange, CoapCode.Changed);
        Assert.That(bench.TakeMessage().Block1, Is.EqualTo(new CoapBlock(2, false, 5)));
    }

    [Test]
    public void A_missing_block_is_incomplete_and_over_2048_bytes_too_large()
    {
        var bench = Registered();
        CoapMessage Block(int number, bool more) => bench.Request(CoapCode.Put, "3200/0/5750",
            [Format(CoapContentFormat.Text), CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(number, more, 5))], new byte[512]);
        Assert.That(Block(0, true).Code, Is.EqualTo(CoapCode.Continue));
        Assert.That(Block(2, true).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        for (var number = 0; number < 4; number++)
            Assert.That(Block(number, true).Code, Is.EqualTo(CoapCode.Continue));
        Assert.That(Block(4, false).Code, Is.EqualTo(CoapCode.RequestEntityTooLarge));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_read_in_blocks_keeps_to_one_representation()
    {
        var bench = Registered();
        var value = new string('x', 600) + new string('y', 200);
        bench.Ask(CoapCode.Get, "3200/0/5750", [CoapOptions.Block(CoapOptionNumber.Block2, new CoapBlock(0, false, 5))]);
        bench.Client.RespondContent(bench.Now, bench.TakeEvent<ReadRequested>().Exchange, [(new ResourcePath(3200, 0, 5750), Lwm2mValue.Of(value))]);
        var first = bench.TakeMessage();
        var second = bench.Request(CoapCode.Get, "3200/0/5750", [CoapOptions.Block(CoapOptionNumber.Block2, new CoapBlock(1, false, 5))]);
        Assert.That((first.Block2, second.Block2), Is.EqualTo((new CoapBlock(0, true, 5), new CoapBlock(1, false, 5))));
        Assert.That(Text(first) + Text(second), Is.EqualTo(value));
        Assert.That(bench.Request(CoapCode.Get, "3200/0/5750", [CoapOptions.Block(CoapOptionNumber.Block2, new CoapBlock(9, false, 5))]).Code, Is.EqualTo(CoapCode.BadOption));
        bench.ExpectQuiet();
    }
}
