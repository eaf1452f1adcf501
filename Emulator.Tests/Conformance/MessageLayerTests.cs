using System.Net;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Conformance.StandardModule;

namespace M531x.Emulator.Tests.Conformance;

/// <summary>What RFC 7252 and 7641 ask of every endpoint, seen from outside a module.</summary>
[TestFixture(Lwm2mDialect.OneNet)]
[TestFixture(Lwm2mDialect.Lwm2m)]
public sealed class MessageLayerTests(Lwm2mDialect dialect)
{
    const string Path3303 = "B4 33333033 01 30 04 35373030"; // /3303/0/5700

    [Test]
    public void A_ping_is_reset()
    {
        var module = Registered(dialect);
        module.Server.SendHex("40001234");
        Assert.That(module.Server.NextHex(), Is.EqualTo("70001234"));
    }

    [Test]
    public void An_unknown_critical_option_is_refused_in_con_and_passed_over_in_non()
    {
        var module = Registered(dialect);
        module.Server.SendHex($"41011235 07 {Path3303} 20"); // option 13
        var answer = module.Server.Next();
        Assert.That((answer.Type, answer.MessageId, Code(answer)), Is.EqualTo((CoapType.Acknowledgement, (ushort)0x1235, "4.02")));
        module.Server.SendHex($"51011236 07 {Path3303} 20");
        module.Server.ExpectSilence(5);
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_non_confirmable_request_is_answered_non_confirmable()
    {
        var module = Registered(dialect);
        module.Server.SendHex($"51011238 07 {Path3303}");
        var mid = module.Mcu.Await("+MIPLREAD:0,").Split(',')[1];
        Assert.That(mid, Is.EqualTo("4664"));
        module.Mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3303,0,5700,4,4,1.5,0,0");
        var answer = module.Server.Next();
        Assert.That((answer.Type, Code(answer), answer.Token.ToArray()), Is.EqualTo((CoapType.NonConfirmable, "2.05", new byte[] { 7 })));
        Assert.That(answer.MessageId, Is.Not.EqualTo(0x1238));
        module.Server.ExpectSilence(200);
    }

    [Test]
    public void A_confirmable_response_nobody_asked_for_is_reset_and_others_ignored()
    {
        var module = Registered(dialect);
        module.Server.SendHex("42451239 0102");
        Assert.That(module.Server.NextHex(), Is.EqualTo("70001239"));
        module.Server.SendHex("5245123A 0102");
        module.Server.SendHex("6245123B 0102");
        module.Server.SendHex("7000123C");
        module.Server.ExpectSilence(5);
    }

    [TestCase("0101123D 07 B4 33333033", TestName = "Version_0_is_ignored")]
    [TestCase("8101123D 07 B4 33333033", TestName = "Version_2_is_ignored")]
    [TestCase("", TestName = "An_empty_datagram_is_ignored")]
    [TestCase("6901123D 010203040506070809", TestName = "A_broken_ack_is_ignored")]
    public void Ignored(string hex)
    {
        var module = Registered(dialect);
        module.Server.SendHex(hex);
        module.Server.ExpectSilence(5);
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_malformed_confirmable_is_reset()
    {
        var module = Registered(dialect);
        module.Server.SendHex("4901123D 010203040506070809");
        Assert.That(module.Server.NextHex(), Is.EqualTo("7000123D"));
    }

    [Test]
    public void An_unknown_method_is_not_allowed()
    {
        var module = Registered(dialect);
        module.Server.SendHex($"4105123E 07 {Path3303}");
        Assert.That(Code(module.Server.Next()), Is.EqualTo("4.05"));
    }

    [Test]
    public void A_separate_response_to_register_is_acknowledged_each_time_it_comes()
    {
        var module = new StandardModule(dialect);
        module.Open();
        var register = module.Server.Next();
        module.Server.Empty(CoapType.Acknowledgement, register.MessageId);
        module.Server.ExpectSilence(10);
        var created = Created(register, CoapType.Confirmable, 0x4001);
        module.Server.Send(created);
        Assert.That(module.Server.NextHex(), Is.EqualTo("60004001"));
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        module.Server.Send(created);
        Assert.That(module.Server.NextHex(), Is.EqualTo("60004001"));
        module.Server.ExpectSilence(60);
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_response_that_overtakes_the_ack_ends_the_exchange()
    {
        var module = new StandardModule(dialect);
        module.Open();
        var register = module.Server.Next();
        module.Server.Send(Created(register, CoapType.Confirmable, 0x4002));
        Assert.That(module.Server.NextHex(), Is.EqualTo("60004002"));
        module.Server.Empty(CoapType.Acknowledgement, register.MessageId);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        module.Server.ExpectSilence(100);
    }

    [Test]
    public void A_response_without_its_token_does_not_count()
    {
        var module = new StandardModule(dialect);
        module.Open();
        var register = module.Server.Next();
        module.Server.Send(new CoapMessage
        {
            Type = CoapType.Acknowledgement,
            Code = CoapCode.Created,
            MessageId = register.MessageId,
            Token = new byte[] { 1, 2, 3, 4 },
            Options = [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd")],
        });
        Assert.That(module.Server.Next().MessageId, Is.EqualTo(register.MessageId), "the Register is sent again");
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [TestCase("183.230.40.40:5684")]
    [TestCase("183.230.40.41:5683")]
    [TestCase("10.0.0.9:5683")]
    public void A_stranger_is_not_heard(string address)
    {
        var module = Registered(dialect);
        var stranger = IPEndPoint.Parse(address);
        var played = new Support.PlayedServer(module.Mcu, stranger);
        played.SendHex("4000123F", stranger);
        played.SendHex($"4101123F 07 {Path3303}", stranger);
        played.ExpectSilence(5);
        module.Server.ExpectSilence(5);
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_repeated_execute_is_done_once_and_answered_alike()
    {
        var module = Registered(dialect);
        const string Execute = "41021240 07 B4 33333033 01 30 04 35373030 FF 61";
        module.Server.SendHex(Execute);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEXECUTE:0,4672,3303,0,5700,1,\"a\""));
        module.Mcu.Command("AT+MIPLEXECUTERSP=0,4672,2");
        Assert.That(module.Server.NextHex(), Is.EqualTo("6144124007"));
        module.Server.SendHex(Execute);
        Assert.That(module.Server.NextHex(), Is.EqualTo("6144124007"));
        module.Mcu.Advance(200);
        Assert.That(module.Mcu.Take(), Is.Empty);
    }

    [Test]
    public void A_notification_is_repeated_in_the_same_bytes_until_acknowledged()
    {
        var module = Registered(dialect);
        module.Mcu.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,1.5,0,0");
        module.Server.Get("3303/0/5700", "observe=0");
        module.Mcu.Take();
        module.Mcu.Command("AT+MIPLNOTIFY=0,0,3303,0,5700,4,4,2.5,0,0,9");
        var first = module.Server.NextHex();
        Assert.That(first, Does.StartWith("43"));
        Assert.That(module.Server.NextHex(4), Is.EqualTo(first));
        Assert.That(module.Mcu.Take(), Is.Empty);
        Assert.That(CoapCodec.TryDecode(Convert.FromHexString(first), out var message, out _), Is.True);
        module.Server.Empty(CoapType.Acknowledgement, message!.MessageId);
        Assert.That(module.Mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
        module.Server.ExpectSilence(100);
    }

    static CoapMessage Created(CoapMessage register, CoapType type, ushort messageId) => new()
    {
        Type = type,
        Code = CoapCode.Created,
        MessageId = messageId,
        Token = register.Token,
        Options = [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "1")],
    };
}
