using System.Globalization;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Quirks.QuirkBench;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Quirks of +MIPLEVENT.</summary>
public sealed class EventQuirkTests
{
    const string AckedNotify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,147";

    [ForQuirk(Quirk.CloseEvent20)]
    [TestCase(false, "OK|+MIPLEVENT:0,15")]
    [TestCase(true, "OK|+MIPLEVENT:0,20")]
    public void Close_reports(bool on, string lines) =>
        Assert.That(AskAndWait(Registered(Quirk.CloseEvent20, on).Mcu, "AT+MIPLCLOSE=0"), Is.EqualTo(lines));

    [Test]
    public void The_end_of_the_lifetime_is_15_whatever_close_reports()
    {
        var mcu = McuWith(Quirk.CloseEvent20, on: true);
        FakeServer.Register(mcu, 20);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [ForQuirk(Quirk.CloseEventOnSend)]
    [TestCase(false, "OK", 5)]
    [TestCase(true, "OK|+MIPLEVENT:0,15", 1)]
    public void Close_that_is_not_answered_reports(bool on, string lines, int sent)
    {
        var (mcu, server) = Registered(Quirk.CloseEventOnSend, on);
        server.Answers = false;
        mcu.Send("AT+MIPLCLOSE=0");
        Assert.That(mcu.Lines(), Is.EqualTo(lines));
        mcu.Advance(100);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(server.Received.Count(m => m.Code == CoapCode.Delete), Is.EqualTo(sent));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
    }

    [ForQuirk(Quirk.DeleteDeregisters)]
    [TestCase(false, "OK")]
    [TestCase(true, "+MIPLEVENT:0,15|OK")]
    public void Delete_while_registered(bool on, string lines)
    {
        var (mcu, server) = Registered(Quirk.DeleteDeregisters, on);
        var before = server.Received.Count;
        Assert.That(AskAndWait(mcu, "AT+MIPLDELETE=0"), Is.EqualTo(lines));
        Assert.That(server.Received, Has.Count.EqualTo(before + (on ? 1 : 0)));
        if (on)
            Assert.That(Hex(server.Last), Does.Match("^4404[0-9A-F]{12}B272640137$"));
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLDELETE=0"), Is.EqualTo("OK"), "not registered");
    }

    [ForQuirk(Quirk.UpdateEvent10)]
    [TestCase(false, "OK|+MIPLEVENT:0,11")]
    [TestCase(true, "OK|+MIPLEVENT:0,10")]
    public void Update_reports(bool on, string lines) =>
        Assert.That(AskAndWait(Registered(Quirk.UpdateEvent10, on).Mcu, "AT+MIPLUPDATE=0,300,0"), Is.EqualTo(lines));

    [ForQuirk(Quirk.NotifyAckEvent11)]
    [TestCase(false, "OK|+MIPLEVENT:0,26,147")]
    [TestCase(true, "OK|+MIPLEVENT:0,11,147")]
    public void An_acknowledged_notify_reports(bool on, string lines) =>
        Assert.That(AskAndWait(Observed(Quirk.NotifyAckEvent11, on).Mcu, AckedNotify), Is.EqualTo(lines));

    [ForQuirk(Quirk.NotifyAckLine)]
    [TestCase(false, "OK|+MIPLEVENT:0,26,147")]
    [TestCase(true, "OK|+MIPLNOTIFY:0,26,147")]
    public void An_acknowledged_notify_prints(bool on, string lines) =>
        Assert.That(AskAndWait(Observed(Quirk.NotifyAckLine, on).Mcu, AckedNotify), Is.EqualTo(lines));

    [ForQuirk(Quirk.OpenFailureEvents6And2)]
    [TestCase(false, "OK|+MIPLEVENT:0,7", "OK|+MIPLEVENT:0,3")]
    [TestCase(true, "OK|+MIPLEVENT:0,6", "OK|+MIPLEVENT:0,2")]
    public void A_failed_registration_and_a_failed_bootstrap_report(bool on, string registration, string bootstrap)
    {
        var mcu = McuWith(Quirk.OpenFailureEvents6And2, on);
        mcu.World.Passes = (_, _) => false;
        mcu.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        Assert.That(AskAndWait(mcu, "AT+MIPLOPEN=0,300,5", 6), Is.EqualTo(registration));
        mcu.Command("AT+MIPLDELETE=0");
        mcu.Command("AT+MIPLCREATE");
        Assert.That(AskAndWait(mcu, "AT+MIPLOPEN=0,300,5", 6), Is.EqualTo(bootstrap));
    }

    [ForQuirk(Quirk.RawCisEvents)]
    [TestCase(false, "OK|+MIPLEVENT:0,2|+MIPLEVENT:0,6", "OK", "")]
    [TestCase(true, "OK|+MIPLEVENT:0,1|+MIPLEVENT:0,2|+MIPLEVENT:0,4|+MIPLEVENT:0,6", "OK|+MIPLEVENT:0,21",
        "+MIPLEVENT:0,14,93|+MIPLEVENT:0,14,46|+MIPLEVENT:0,14,23|+MIPLEVENT:0,14,11|+MIPLEVENT:0,14,5|+MIPLEVENT:0,14,2|+MIPLEVENT:0,14,1|+MIPLEVENT:0,9|")]
    public void A_session_reports(bool on, string opened, string answered, string ended)
    {
        var mcu = McuWith(Quirk.RawCisEvents, on);
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        var lines = AskAndWait(mcu, "AT+MIPLOPEN=0,300", 3);
        Assert.That(lines[..lines.IndexOf("|+MIPLOBSERVE", StringComparison.Ordinal)], Is.EqualTo(opened));
        mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750");
        var mid = mcu.Next().Split(',')[1];
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,0") + (on ? "|" + mcu.Next() : ""), Is.EqualTo(answered));
        mcu.Advance(300);
        Assert.That(mcu.Lines(), Is.EqualTo(ended + "+MIPLEVENT:0,15"));
    }

    [TestCase("no.such.host", "+MIPLEVENT:0,5|+MIPLEVENT:0,7")]
    [TestCase("192.0.2.77", "+MIPLEVENT:0,4|+MIPLEVENT:0,8|+MIPLEVENT:0,7")]
    public void Raw_events_say_why_a_registration_failed(string host, string lines)
    {
        var mcu = McuWith(Quirk.RawCisEvents, on: true);
        mcu.Command($"AT+MIPLCREATEEX=\"{host}:5683\",0");
        Assert.That(AskAndWait(mcu, "AT+MIPLOPEN=0,300,5", 6), Is.EqualTo("OK|" + lines));
    }

    [TestCase(187, 94, 93)]
    [TestCase(186, 124, 62)]
    [TestCase(94, 32, 62)]
    [TestCase(60, 30, 30)]
    public void The_first_request_for_an_update_comes(int lifetime, int after, int left)
    {
        var mcu = McuWith(Quirk.RawCisEvents, on: true);
        var server = new PlayedServer(mcu, FakeServer.Address);
        mcu.Command($"AT+MIPLCREATEEX=\"{FakeServer.Address}\",0");
        mcu.Command(string.Create(CultureInfo.InvariantCulture, $"AT+MIPLOPEN=0,{lifetime},30"));
        server.AcceptRegister();
        mcu.Await("+MIPLEVENT:0,6");
        mcu.Advance(after - 0.5);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"+MIPLEVENT:0,14,{left}")));
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Advance(200);
        Assert.That(mcu.Lines(), Is.Empty, "CLOSE ends the requests");
    }

    [Test]
    public void A_response_that_cannot_leave_reports_20_with_its_message_id()
    {
        var mcu = McuWith(Quirk.RawCisEvents, on: true);
        mcu.Register();
        mcu.Advance(1);
        mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750");
        var mid = mcu.Await("+MIPLREAD:0,").Split(',')[1];
        mcu.World.SetCoverage(false);
        mcu.Send($"AT+MIPLREADRSP=0,{mid},13");
        Assert.That(mcu.Lines(), Is.EqualTo($"OK|+MIPLEVENT:0,20,{mid}"));
    }
}
