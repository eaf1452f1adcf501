using System.Net;
using System.Text;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Quirks.QuirkBench;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Quirks of what goes on the wire.</summary>
public sealed class WireQuirkTests
{
    const string Notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0";

    [ForQuirk(Quirk.NotifyAsAck)]
    [TestCase(false, "52", "42", "OK|+MIPLEVENT:0,26,147")]
    [TestCase(true, "62", "62", "OK")]
    public void Notifications_leave_as(bool on, string plain, string withAckId, string lines)
    {
        var (mcu, server) = Observed(Quirk.NotifyAsAck, on);
        Assert.That(AskAndWait(mcu, Notify), Is.EqualTo("OK"));
        Assert.That(Hex(server.Last), Is.EqualTo($"{plain}45{server.Last.MessageId:X4}75306101620606FF{InstancePayload}"));
        var first = server.Last.MessageId;
        Assert.That(AskAndWait(mcu, Notify + ",147", 100), Is.EqualTo(lines));
        var sent = server.Received.Where(m => m.Observe == 2).ToList();
        Assert.That(sent, Has.Count.EqualTo(1));
        Assert.That(Hex(sent[0]), Is.EqualTo($"{withAckId}45{(ushort)(first + 1):X4}75306102620606FF{InstancePayload}"));
    }

    [ForQuirk(Quirk.PingAck)]
    [TestCase(false, "70001234")]
    [TestCase(true, "60001234")]
    public void A_ping_is_answered(bool on, string answer)
    {
        var (mcu, server) = Registered(Quirk.PingAck, on);
        mcu.World.SendToModule(FakeServer.Address, Convert.FromHexString("40001234"));
        mcu.Advance(1);
        Assert.That(Hex(server.Last), Is.EqualTo(answer));
    }

    [ForQuirk(Quirk.FixedAckTimeout)]
    [TestCase(false)]
    [TestCase(true)]
    public void Retransmissions_are_at(bool on)
    {
        var mcu = McuWith(Quirk.FixedAckTimeout, on);
        mcu.World.Passes = (_, _) => false;
        mcu.Command("AT+MIPLCREATEEX=\"192.0.2.1:5683\",0");
        mcu.Command("AT+MIPLOPEN=0,300,200");
        mcu.Advance(200);
        var start = mcu.World.Datagrams[0].At;
        var seconds = mcu.World.Datagrams.Select(d => (d.At - start).TotalSeconds).ToArray();
        var first = seconds[1];
        if (on)
            Assert.That(seconds, Is.EqualTo(new[] { 0.0, 2, 6, 14, 30 }));
        else
            Assert.That(first, Is.GreaterThan(2).And.LessThan(3));
        Assert.That(seconds, Is.EqualTo(new[] { 0, first, 3 * first, 7 * first, 15 * first }).Within(1e-6));
    }

    [ForQuirk(Quirk.SingleValueBare)]
    [TestCase(false, InstancePayload)]
    [TestCase(true, ResourcePayload)]
    public void One_resource_at_instance_level_goes_out_as(bool on, string payload)
    {
        var (mcu, server) = Observed(Quirk.SingleValueBare, on);
        AskAndWait(mcu, Notify);
        Assert.That(Convert.ToHexString(server.Last.Payload.Span), Is.EqualTo(payload));
        var mid = server.Read("3200/0");
        mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Convert.ToHexString(server.AnswerTo(mid).Payload.Span), Is.EqualTo(payload));
        var whole = server.Read("3200");
        mcu.Command($"AT+MIPLREADRSP=0,{whole},1,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Convert.ToHexString(server.AnswerTo(whole).Payload.Span), Is.EqualTo(InstancePayload), "an object names its instance");
    }

    [ForQuirk(Quirk.BootstrapPortFromConfig)]
    [TestCase(false, 5683)]
    [TestCase(true, 5690)]
    public void A_bootstrapped_server_is_looked_for_at_port(bool on, int port)
    {
        var mcu = McuWith(Quirk.BootstrapPortFromConfig, on);
        var bootstrap = new PlayedServer(mcu, IPEndPoint.Parse("192.0.2.9:5690"));
        mcu.Command("AT+MIPLCREATEEX=\"192.0.2.9:5690\",1");
        mcu.Command("AT+MIPLOPEN=0,300");
        bootstrap.Answer(bootstrap.Next(), CoapCode.Changed);
        Assert.That(bootstrap.Request(CoapCode.Put, "0/0", "format=11542", payload: Security()).Code, Is.EqualTo(CoapCode.Changed));
        Assert.That(bootstrap.Request(CoapCode.Post, "bs").Code, Is.EqualTo(CoapCode.Changed));
        var register = mcu.World.Datagrams.Last(d => d.Up);
        Assert.That(register.Server, Is.EqualTo(new IPEndPoint(IPAddress.Parse("192.0.2.1"), port)));
        Assert.That(Convert.ToHexString(register.Bytes.Span), Does.Match("^4402[0-9A-F]{12}B272641128"), "a Register");
    }

    /// <summary>Resources 0 (URI), 1 (no bootstrap server) and 2 (NoSec) as bare entries.</summary>
    static byte[] Security() => [0xC8, 0x00, 21, .. "coap://192.0.2.1:5683"u8, 0xC1, 0x01, 0x00, 0xC1, 0x02, 0x03];

    [ForQuirk(Quirk.NoSecurityLinks)]
    [TestCase(false, "</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>")]
    [TestCase(true, "</>;rt=\"oma.lwm2m\",</3200/0>")]
    public void Register_and_update_list(bool on, string links)
    {
        var (mcu, server) = Registered(Quirk.NoSecurityLinks, on);
        Assert.That(Encoding.ASCII.GetString(server.Received[0].Payload.Span), Is.EqualTo(links));
        AskAndWait(mcu, "AT+MIPLUPDATE=0,300,1");
        Assert.That(Encoding.ASCII.GetString(server.Last.Payload.Span), Is.EqualTo(links));
    }

    [ForQuirk(Quirk.RegisterRetry)]
    [TestCase(false)]
    [TestCase(true)]
    public void A_refused_registration(bool on)
    {
        var mcu = McuWith(Quirk.RegisterRetry, on);
        var server = new PlayedServer(mcu, FakeServer.Address);
        mcu.Command($"AT+MIPLCREATEEX=\"{FakeServer.Address}\",0");
        mcu.Command("AT+MIPLOPEN=0,300");
        server.Answer(server.Next(), CoapCode.Forbidden);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        if (!on)
        {
            server.ExpectSilence(60);
            Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
            return;
        }
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("+CIS ERROR:602"), "it is registering");
        server.ExpectSilence(4.9);
        server.Answer(server.Next(0.3), CoapCode.Forbidden);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        server.ExpectSilence(4.9);
        server.AcceptRegister(0.3);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        server.ExpectSilence(60);
    }

    [Test]
    public void Close_ends_the_retries_of_a_registration()
    {
        var mcu = McuWith(Quirk.RegisterRetry, on: true);
        var server = new PlayedServer(mcu, FakeServer.Address);
        mcu.Command($"AT+MIPLCREATEEX=\"{FakeServer.Address}\",0");
        mcu.Command("AT+MIPLOPEN=0,300");
        server.Answer(server.Next(), CoapCode.Forbidden);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        Assert.That(AskAndWait(mcu, "AT+MIPLCLOSE=0"), Is.EqualTo("OK|+MIPLEVENT:0,15"));
        server.ExpectSilence(60);
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
    }
}
