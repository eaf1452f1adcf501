using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;
using static M531x.Emulator.Tests.Quirks.QuirkBench;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Quirks of what commands take and answer.</summary>
public sealed class CommandQuirkTests
{
    [ForQuirk(Quirk.CreateExists602)]
    [TestCase(false, "+CIS ERROR:653")]
    [TestCase(true, "+CIS ERROR:602")]
    public void A_second_create_answers(bool on, string answer)
    {
        var mcu = McuWith(Quirk.CreateExists602, on);
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0|OK"));
        Assert.That(mcu.Ask("AT+MIPLCREATE"), Is.EqualTo(answer));
        Assert.That(mcu.Ask("AT+MIPLCREATEEX=\"192.0.2.1\",0"), Is.EqualTo(answer));
        Assert.That(mcu.Ask("AT+MIPLCREATE=49,130031F10003F2002304001100000000000000123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0"), Is.EqualTo(answer));
    }

    [ForQuirk(Quirk.ConfigSizeInDigits)]
    [TestCase(false, 49, "+MIPLCREATE:0|OK")]
    [TestCase(false, 98, "+CIS ERROR:601")]
    [TestCase(true, 49, "+CIS ERROR:601")]
    [TestCase(true, 98, "+MIPLCREATE:0|OK")]
    public void A_configuration_of_49_bytes_has_a_size_of(bool on, int size, string answer) =>
        Assert.That(McuWith(Quirk.ConfigSizeInDigits, on).Ask($"AT+MIPLCREATE={size},130031F10003F2002304001100000000000000123138332E3233302E34302E33393A35363833000131F300080000000000,0,{size},0"), Is.EqualTo(answer));

    [ForQuirk(Quirk.StrictLen)]
    [TestCase(false, "1,17,\"test\"", "OK")]
    [TestCase(true, "1,17,\"test\"", "+CIS ERROR:601")]
    [TestCase(true, "1,4,\"test\"", "OK")]
    [TestCase(true, "1,0,\"\"", "OK")]
    [TestCase(true, "3,1,12", "+CIS ERROR:601")]
    [TestCase(true, "3,2,12", "OK")]
    [TestCase(true, "3,8,12", "OK")]
    [TestCase(true, "4,2,1.5", "+CIS ERROR:601")]
    [TestCase(true, "4,4,1.5", "OK")]
    [TestCase(true, "5,2,1", "+CIS ERROR:601")]
    [TestCase(true, "5,1,1", "OK")]
    [TestCase(true, "2,4,\"00FF\"", "+CIS ERROR:601")]
    [TestCase(true, "2,2,\"00FF\"", "OK")]
    [TestCase(true, "6,2,\"4142\"", "OK")]
    public void A_value_with_a_length_is_answered(bool on, string value, string answer)
    {
        var (mcu, server) = Observed(Quirk.StrictLen, on);
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,{value},0,0"), Is.EqualTo(answer));
        var mid = server.Read("3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,{value},0,0"), Is.EqualTo(answer));
    }

    [ForQuirk(Quirk.StrictLifetime)]
    [TestCase(false, 14, "OK")]
    [TestCase(true, 14, "+CIS ERROR:601")]
    [TestCase(true, 15, "OK")]
    public void A_short_lifetime_is_answered(bool on, int lifetime, string answer)
    {
        var (mcu, _) = Registered(Quirk.StrictLifetime, on);
        Assert.That(mcu.Ask($"AT+MIPLUPDATE=0,{lifetime},0"), Is.EqualTo(answer));
        mcu.Advance(1);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,0,0"), Is.EqualTo("OK"), "0 is a day");
        mcu.Advance(1);
        AskAndWait(mcu, "AT+MIPLCLOSE=0");
        Assert.That(mcu.Ask($"AT+MIPLOPEN=0,{lifetime}"), Is.EqualTo(answer));
    }

    [ForQuirk(Quirk.AckIdFiveMinutes)]
    [TestCase(false, "OK")]
    [TestCase(true, "OK|+MIPLEVENT:0,26,9")]
    public void An_ack_id_used_again_after_5_minutes_reports(bool on, string lines)
    {
        const string notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,9";
        var (mcu, server) = Observed(Quirk.AckIdFiveMinutes, on);
        Assert.That(AskAndWait(mcu, notify), Is.EqualTo("OK|+MIPLEVENT:0,26,9"));
        mcu.Advance(298);
        Assert.That(AskAndWait(mcu, notify), Is.EqualTo("OK"), "too early");
        Assert.That(AskAndWait(mcu, notify), Is.EqualTo(lines));
        Assert.That(server.Notifications.Count(), Is.EqualTo(3), "the data goes out in any case");
    }

    [ForQuirk(Quirk.ReadRspFlagInverted)]
    [TestCase(false, 1, 0)]
    [TestCase(true, 0, 1)]
    public void A_read_is_answered_in_parts(bool on, int holds, int sends)
    {
        var (mcu, server) = Registered(Quirk.ReadRspFlagInverted, on);
        var mid = server.Read("3200/0");
        mcu.Take();
        Assert.That(AskAndWait(mcu, $"AT+MIPLREADRSP=0,{mid},1,3200,0,5500,5,1,0,0,{holds}"), Is.EqualTo("OK"));
        Assert.That(AskAndWait(mcu, $"AT+MIPLREADRSP=0,{mid},1,3200,0,5501,3,3,-12,0,2"), Is.EqualTo("OK"));
        Assert.That(server.AnswersTo(mid), Is.Empty);
        Assert.That(AskAndWait(mcu, $"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"test\",0,{sends}"), Is.EqualTo("OK"));
        Assert.That(Convert.ToHexString(server.AnswerTo(mid).Payload.Span), Is.EqualTo("08000FE1157C00E1157DF4" + ResourcePayload));
    }

    [ForQuirk(Quirk.ReadPayload2048)]
    [TestCase(false, 1000)]
    [TestCase(true, 2048)]
    public void A_read_takes_at_most(bool on, int bytes)
    {
        var (mcu, server) = Registered(Quirk.ReadPayload2048, on);
        var mid = server.Read("3200/0/5750");
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,0,\"{new string('x', bytes + 1)}\",0,0"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,0,\"{new string('x', bytes)}\",0,0"), Is.EqualTo("OK"));
        Assert.That(server.AnswerTo(mid).Payload.ToArray(), Is.EqualTo(Enumerable.Repeat((byte)'x', bytes)));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,0,\"{new string('x', 1001)}\",0,0"), Is.EqualTo("+CIS ERROR:601"), "NOTIFY keeps its limit");
    }

    [ForQuirk(Quirk.NsmiRefusesMidZero)]
    [TestCase(false, "OK|+MIPLNSMI:0,1,0")]
    [TestCase(true, "+CIS ERROR:601")]
    public void A_notify_with_message_id_0_while_departures_are_told_is_answered(bool on, string lines)
    {
        var (mcu, _) = Observed(Quirk.NsmiRefusesMidZero, on);
        const string notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0";
        Assert.That(AskAndWait(mcu, notify), Is.EqualTo("OK"));
        mcu.Command("AT+MIPLNMI=0,0,1");
        Assert.That(AskAndWait(mcu, notify), Is.EqualTo(lines));
        Assert.That(AskAndWait(mcu, notify.Replace("=0,0,", "=0,1,", StringComparison.Ordinal)), Is.EqualTo("OK|+MIPLNSMI:0,1,1"));
    }

    [Test]
    public void The_m5311_refuses_message_id_0_by_itself()
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = ModuleProfile.Find("m5311")! } });
        mcu.Send("ATE0");
        mcu.Take();
        FakeServer.Register(mcu);
        mcu.Command("AT+MIPLNMI=0,0,1");
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:601"));
    }
}
