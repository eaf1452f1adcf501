using System.Text;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Coap.EndpointBench;

namespace M531x.Emulator.Tests.Coap;

public sealed class RejectionTests
{
    [Test]
    public void An_empty_confirmable_is_answered_with_reset()
    {
        var bench = new EndpointBench();
        bench.Receive("4000BEEF");
        Assert.That(bench.TakeHex(), Is.EqualTo("7000BEEF"));
        bench.ExpectQuiet();
    }

    [TestCase("4901BEEF 010203040506070809")]
    [TestCase("4401BEEF 01")]
    [TestCase("4001BEEF FF")]
    [TestCase("4001BEEF F0")]
    [TestCase("4001BEEF B961")]
    [TestCase("4100BEEF 01")]
    [TestCase("4020BEEF")]
    [TestCase("40C5BEEF")]
    [TestCase("40E1BEEF")]
    public void A_malformed_confirmable_is_reset_and_in_any_other_type_ignored(string confirmable)
    {
        var bench = new EndpointBench();
        bench.Receive(confirmable);
        Assert.That(bench.TakeHex(), Is.EqualTo("7000BEEF"));
        bench.TakeEvent<CoapMessageIgnored>();
        foreach (var type in "567")
        {
            bench.Receive(type + confirmable[1..]);
            bench.ExpectNoTransmit();
            bench.TakeEvent<CoapMessageIgnored>();
        }
        bench.ExpectQuiet();
    }

    [TestCase("")]
    [TestCase("40")]
    [TestCase("400100")]
    [TestCase("0001BEEF")]
    [TestCase("8001BEEF")]
    [TestCase("C001BEEF")]
    public void What_has_no_header_or_another_version_is_never_answered(string hex)
    {
        var bench = new EndpointBench();
        bench.Receive(hex);
        bench.ExpectNoTransmit();
        bench.TakeEvent<CoapMessageIgnored>();
        bench.ExpectQuiet();
    }

    [Test]
    public void A_confirmable_response_with_an_unknown_token_is_reset_and_others_ignored()
    {
        var bench = new EndpointBench();
        bench.Receive("4245BEEF 0102");
        Assert.That(bench.TakeHex(), Is.EqualTo("7000BEEF"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        bench.Receive("5245BEEF 0102");
        bench.ExpectIgnored(CoapIgnoreReason.UnknownToken);
        bench.Receive("6245BEEF 0102");
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive("6000BEEF");
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive("7000BEEF");
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.ExpectQuiet();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_reset_request_fails(bool confirmable)
    {
        var bench = new EndpointBench();
        var exchange = bench.Get(confirmable: confirmable);
        bench.Receive(Empty(CoapType.Reset, bench.TakeMessage().MessageId));
        Assert.That(bench.TakeEvent<CoapExchangeFailed>(), Is.EqualTo(new CoapExchangeFailed(Server, exchange, CoapFailure.Reset)));
        Assert.That(bench.Endpoint.Remembered, Is.Zero);
    }

    [Test]
    public void What_was_not_sent_yet_can_neither_be_acknowledged_nor_reset()
    {
        var bench = new EndpointBench();
        bench.Get();
        var messageId = (ushort)(bench.TakeMessage().MessageId + 1);
        bench.Get();
        bench.Receive(Empty(CoapType.Reset, messageId));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
        bench.Receive(Empty(CoapType.Acknowledgement, messageId));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownMessage);
    }

    static IEnumerable<TestCaseData> BadCritical()
    {
        yield return Case("unknown", 9, new CoapOption(9, default));
        yield return Case("far away", 65001, new CoapOption(65001, new byte[1]));
        yield return Case("Accept of three bytes", 17, new CoapOption(17, new byte[3]));
        yield return Case("Accept twice", 17, new CoapOption(17, default), new CoapOption(17, default));
        yield return Case("Uri-Path of 256 bytes", 11, new CoapOption(11, new byte[256]));
        yield return Case("Uri-Path that is no UTF-8", 11, new CoapOption(11, new byte[] { 0xFF }));
        yield return Case("Uri-Query of 256 bytes", 15, new CoapOption(15, new byte[256]));
        yield return Case("Block1 of four bytes", 27, new CoapOption(27, new byte[4]));
        yield return Case("Block2 twice", 23, new CoapOption(23, default), new CoapOption(23, default));
        yield return Case("If-None-Match with a value", 5, new CoapOption(5, new byte[1]));
        yield return Case("Auth-Code, when the owner does not know it", 63, CoapOptions.Text(63, "cmiot"));

        static TestCaseData Case(string name, int number, params CoapOption[] options) => new TestCaseData(number, options).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(BadCritical))]
    public void A_critical_option_not_understood_is_refused_in_con_and_passed_over_in_non(int number, CoapOption[] list)
    {
        var bench = new EndpointBench();
        bench.Receive(Request(CoapType.Confirmable, list));
        var answer = bench.TakeMessage();
        Assert.Multiple(() =>
        {
            Assert.That((answer.Type, answer.Code, answer.MessageId), Is.EqualTo((CoapType.Acknowledgement, CoapCode.BadOption, (ushort)5)));
            Assert.That(answer.Token.ToArray(), Is.EqualTo(new byte[] { 7 }));
            Assert.That(Encoding.UTF8.GetString(answer.Payload.Span), Is.EqualTo($"critical option {number}"));
        });
        bench.ExpectIgnored(CoapIgnoreReason.UnknownCriticalOption);
        bench.Receive(Request(CoapType.NonConfirmable, list));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownCriticalOption);
        bench.ExpectQuiet();
    }

    [Test]
    public void An_option_that_the_owner_knows_is_let_through()
    {
        var bench = new EndpointBench(new CoapEndpointOptions { KnownCriticalOptions = [CoapOptionNumber.AuthCode] });
        bench.Receive(Request(CoapType.Confirmable, CoapOptions.Text(63, "cmiot")));
        Assert.That(bench.TakeEvent<CoapRequestReceived>().Request.Option(63)!.Value.Length, Is.EqualTo(5));
    }

    [Test]
    public void Elective_and_repeatable_options_are_let_through()
    {
        var bench = new EndpointBench();
        bench.Receive(Request(
            CoapType.Confirmable, new CoapOption(1, new byte[8]), new CoapOption(1, default), new CoapOption(3, new byte[1]), new CoapOption(5, default),
            new CoapOption(6, new byte[4]), new CoapOption(7, new byte[2]), CoapOptions.Text(11, "a"), CoapOptions.Text(11, "b"),
            new CoapOption(12, new byte[9]), CoapOptions.Text(15, "a"), CoapOptions.Text(15, "b"), new CoapOption(9998, new byte[1])));
        Assert.That(bench.TakeEvent<CoapRequestReceived>().Request.Observe, Is.Null);
        bench.ExpectQuiet();
    }

    [TestCase(5)]
    [TestCase(31)]
    public void An_unknown_method_is_refused(byte method)
    {
        var bench = new EndpointBench();
        bench.Receive($"41{method:X2}0005 07 B161");
        Assert.That(bench.TakeHex(), Is.EqualTo("6185000507"));
        bench.Receive($"51{method:X2}0006 07 B161");
        Assert.That(bench.TakeMessage().ToString(), Does.Match("^NON 4.05 mid=\\d+ tok=07$"));
        bench.ExpectQuiet();
    }

    [TestCase(CoapOptionNumber.ProxyUri)]
    [TestCase(CoapOptionNumber.ProxyScheme)]
    public void A_request_for_a_proxy_is_refused(int number)
    {
        var bench = new EndpointBench();
        bench.Receive(Request(CoapType.Confirmable, CoapOptions.Text(number, "coap")));
        Assert.That(bench.TakeHex(), Is.EqualTo("61A5000507"));
        bench.ExpectQuiet();
    }

    [TestCase(CoapOptionNumber.Block1)]
    [TestCase(CoapOptionNumber.Block2)]
    public void The_reserved_block_size_is_a_bad_request(int number)
    {
        var bench = new EndpointBench();
        bench.Receive(Request(CoapType.Confirmable, new CoapOption(number, new byte[] { 0x0F })));
        Assert.That(bench.TakeMessage().Code, Is.EqualTo(CoapCode.BadRequest));
        bench.ExpectQuiet();
    }

    [Test]
    public void A_response_with_an_unknown_critical_option_does_not_count()
    {
        var bench = new EndpointBench();
        bench.Get();
        var request = bench.TakeMessage();
        bench.Receive(Answer(request, options: new CoapOption(9, default)));
        bench.ExpectNoTransmit();
        bench.ExpectIgnored(CoapIgnoreReason.UnknownCriticalOption);
        bench.Receive(Answer(request, CoapType.Confirmable, 0x77, options: new CoapOption(9, default)));
        Assert.That(bench.TakeHex(), Is.EqualTo("70000077"));
        bench.ExpectIgnored(CoapIgnoreReason.UnknownCriticalOption);
        bench.Receive(Answer(request, CoapType.NonConfirmable, 0x78, options: new CoapOption(9, default)));
        bench.ExpectNoTransmit();
        bench.ExpectIgnored(CoapIgnoreReason.UnknownCriticalOption);
        bench.Jump();
        Assert.That(bench.TakeTransmit().Attempt, Is.EqualTo(1));
    }

    static CoapMessage Request(CoapType type, params CoapOption[] options) => new()
    {
        Type = type,
        Code = CoapCode.Get,
        MessageId = 5,
        Token = new byte[] { 7 },
        Options = options,
    };
}
