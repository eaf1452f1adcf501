using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.9: reports.</summary>
public sealed class NotifyTests
{
    static (Mcu Mcu, FakeServer Server) Observed(string path = "3200/0", params string[] before)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 86400, before);
        server.Observe(path);
        mcu.Take();
        return (mcu, server);
    }

    static CoapMessage? Sent(Mcu mcu, FakeServer server)
    {
        var before = server.Notifications.Count();
        mcu.Advance(0.2);
        return server.Notifications.Skip(before).SingleOrDefault();
    }

    static string Hex(CoapMessage message) => Convert.ToHexString(message.Payload.Span);

    [Test]
    public void Held_parts_leave_with_the_last_one_in_one_instance_entry()
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5500,5,1,\"0\",2,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5501,3,3,\"-12\",1,2"), Is.EqualTo("OK"));
        Assert.That(Sent(mcu, server), Is.Null);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        var sent = Sent(mcu, server)!;
        Assert.That(Hex(sent), Is.EqualTo("08000FE1157C00E1157DF4E4167674657374"));
        Assert.That(sent.ContentFormat, Is.EqualTo(1542));
        Assert.That(sent.Observe, Is.EqualTo(1));
        Assert.That(sent.Type, Is.EqualTo(CoapType.NonConfirmable));
    }

    [TestCase("5,1,1", "E1157C01", 5500)]
    [TestCase("5,1,\"0\"", "E1157C00", 5500)]
    [TestCase("3,1,127", "E1157D7F", 5501)]
    [TestCase("3,1,\"128\"", "E2157D0080", 5501)]
    [TestCase("3,1,-32769", "E4157DFFFF7FFF", 5501)]
    [TestCase("3,1,+5", "E1157D05", 5501)]
    [TestCase("3,1,9223372036854775807", "E8157D087FFFFFFFFFFFFFFF", 5501)]
    [TestCase("4,1,20.123", "E4164441A0FBE7", 5700)]
    [TestCase("4,1,\"-1e3\"", "E41644C47A0000", 5700)]
    [TestCase("4,1,1e300", "E81644087E37E43C8800759C", 5700)]
    [TestCase("2,10,\"E309C82FE6\"", "E51581E309C82FE6", 5505)]
    [TestCase("2,10,e309c82fe6", "E51581E309C82FE6", 5505)]
    [TestCase("2,0,\"\"", "E01581", 5505)]
    [TestCase("6,8,\"74657374\"", "E4167674657374", 5750)]
    [TestCase("6,8,FF00FE80", "E41676FF00FE80", 5750)]
    [TestCase("1,4,\"test\"", "E4167674657374", 5750)]
    [TestCase("1,4,test", "E4167674657374", 5750, Description = "unquoted strings are accepted")]
    [TestCase("1,9,\"1,1,25.2,6\"", "E816760A312C312C32352E322C36", 5750, Description = "commas inside quotes")]
    [TestCase("1,1,\"19.799999\"", "E816760931392E373939393939", 5750, Description = "R22: len is not checked")]
    [TestCase("1,17,\"te\"", "E216767465", 5750)]
    [TestCase("1,-1,\"te\"", "E216767465", 5750)]
    [TestCase("1,0,\"\"", "E01676", 5750)]
    public void A_value_is_sized_by_its_range_and_not_by_its_len(string value, string tlv, int resource)
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,{resource},{value},0,0"), Is.EqualTo("OK"));
        var header = tlv.Length / 2 <= 7 ? $"0{tlv.Length / 2:X}00" : $"0800{tlv.Length / 2:X2}";
        Assert.That(Hex(Sent(mcu, server)!), Is.EqualTo(header + tlv));
    }

    [TestCase("3,3,-12", "-12", 0)]
    [TestCase("4,1,20.123", "20.123000000000001", 0)]
    [TestCase("5,1,1", "1", 0)]
    [TestCase("1,4,\"test\"", "test", 0)]
    [TestCase("6,8,\"74657374\"", "test", 0)]
    [TestCase("6,8,\"E4BDA0FF\"", "\u00E4\u00BD\u00A0\u00FF", 0, Description = "bytes that are no UTF-8 leave unchanged")]
    [TestCase("2,4,\"FF00\"", "\u00FF\0", 42)]
    public void A_resource_observed_by_itself_goes_as_text(string value, string payload, int format)
    {
        var (mcu, server) = Observed("3200/0/5750");
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,{value},0,0"), Is.EqualTo("OK"));
        var sent = Sent(mcu, server)!;
        Assert.That(Encoding.Latin1.GetString(sent.Payload.Span), Is.EqualTo(payload));
        Assert.That(sent.ContentFormat, Is.EqualTo(format));
    }

    [TestCase("3,1,1.5")]
    [TestCase("3,1,")]
    [TestCase("3,1,9223372036854775808")]
    [TestCase("4,1,x")]
    [TestCase("4,1,NaN")]
    [TestCase("4,1,1e999")]
    [TestCase("5,1,2")]
    [TestCase("2,1,\"ABC\"")]
    [TestCase("2,1,\"GG\"")]
    [TestCase("6,1,\"ABC\"")]
    [TestCase("0,1,1")]
    [TestCase("7,1,1")]
    [TestCase("1,4,\"test")]
    [TestCase("1,4,te\"st")]
    [TestCase("1,x,\"test\"")]
    public void A_value_that_is_none_of_its_type_is_601(string value)
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,{value},0,0"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(Sent(mcu, server), Is.Null);
    }

    [Test]
    public void A_report_takes_up_to_1000_bytes()
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,1000,\"{new string('a', 1000)}\",0,0"), Is.EqualTo("OK"));
        Assert.That(Sent(mcu, server)!.Payload.Length, Is.EqualTo(1000 + 5 + 4));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,1001,\"{new string('a', 1001)}\",0,0"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5505,2,2000,\"{new string('A', 2000)}\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5505,2,2002,\"{new string('A', 2002)}\",0,0"), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5505,2,1200,\"{new string('A', 1200)}\",1,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,401,\"{new string('a', 401)}\",0,0"), Is.EqualTo("+CIS ERROR:601"), "together");
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,400,\"{new string('a', 400)}\",0,0"), Is.EqualTo("OK"));
    }

    [TestCase("0", true)]
    [TestCase("0x100", true)]
    [TestCase("0x200", true)]
    [TestCase("0X400", true)]
    [TestCase("512", true)]
    [TestCase("1024", true)]
    [TestCase("256", true)]
    [TestCase("1", false)]
    [TestCase("2", false)]
    public void Flag_0_and_the_release_flags_send_and_1_and_2_hold(string flag, bool sends)
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,{flag}"), Is.EqualTo("OK"));
        Assert.That(Sent(mcu, server) is not null, Is.EqualTo(sends));
    }

    [TestCase("3")]
    [TestCase("0x300")]
    [TestCase("0x800")]
    [TestCase("-1")]
    [TestCase("")]
    [TestCase("0x")]
    public void Any_other_flag_is_601(string flag) =>
        Assert.That(Observed().Mcu.Ask($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,{flag}"), Is.EqualTo("+CIS ERROR:601"));

    [Test]
    public void Flag_0_sends_whatever_the_index()
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",1,0"), Is.EqualTo("OK"));
        Assert.That(Sent(mcu, server), Is.Not.Null);
    }

    [Test]
    public void Only_parts_of_the_same_instance_leave_together()
    {
        var (mcu, server) = Observed("3200/0", "AT+MIPLADDOBJ=0,3200,2,\"11\",0,0");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,1,5500,5,1,1,1,1");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Hex(Sent(mcu, server)!), Is.EqualTo("0700E4167674657374"));
        server.Observe("3200/1");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,1,5501,3,1,1,0,0");
        Assert.That(Hex(Sent(mcu, server)!), Is.EqualTo("080108E1157C01E1157D01"));
    }

    [Test]
    public void The_platform_acknowledges_what_has_an_ack_id_and_nothing_else()
    {
        var (mcu, server) = Observed();
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0");
        mcu.Advance(60);
        Assert.That(mcu.Lines(), Is.Empty);
        Assert.That(server.Notifications.Last().Type, Is.EqualTo(CoapType.NonConfirmable));
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,278"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,278"));
        Assert.That(server.Notifications.Last().Type, Is.EqualTo(CoapType.Confirmable));
        Assert.That(server.Notifications.Last().Observe, Is.EqualTo(2));
    }

    [TestCase("0", "OK|+MIPLEVENT:0,26,0")]
    [TestCase("65535", "OK|+MIPLEVENT:0,26,65535")]
    [TestCase("65536", "+CIS ERROR:601")]
    [TestCase("-1", "+CIS ERROR:601")]
    [TestCase("", "OK")]
    [TestCase("1,2", "+CIS ERROR:601")]
    public void An_ack_id_has_16_bits_and_0_is_one(string ackId, string lines)
    {
        var (mcu, _) = Observed();
        mcu.Send($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,{ackId}");
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo(lines));
    }

    [Test]
    public void An_ack_id_on_a_held_part_is_ignored()
    {
        var (mcu, server) = Observed();
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5500,5,1,1,1,1,7");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Sent(mcu, server)!.Type, Is.EqualTo(CoapType.NonConfirmable));
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,7");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,7"), "it was not used before");
    }

    [Test]
    public void A_repeated_ack_id_is_sent_but_gives_no_event_until_the_next_registration()
    {
        var (mcu, server) = Observed();
        const string Report = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,9";
        mcu.Command(Report);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
        mcu.Command(Report);
        Assert.That(Sent(mcu, server), Is.Not.Null);
        mcu.Advance(200);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        server.Observe("3200/0");
        mcu.Take();
        mcu.Command(Report);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
    }

    [Test]
    public void Without_an_acknowledgement_event_25_follows()
    {
        var (mcu, server) = Observed();
        server.Answers = false;
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,9");
        Assert.That(mcu.Next(120), Is.EqualTo("+MIPLEVENT:0,25,9"));
        Assert.That(server.Notifications.Count(), Is.EqualTo(5));
    }

    [Test]
    public void A_reset_is_event_25_and_ends_the_observation()
    {
        var (mcu, server) = Observed();
        server.ResetsNotifications = true;
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,9");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,25,9"));
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Sent(mcu, server), Is.Null);
    }

    [Test]
    public void What_no_observation_covers_stays_inside_with_event_25_for_an_ack_id()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,3"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,25,3"));
        Assert.That(Sent(mcu, server), Is.Null);
    }

    [TestCase("0")]
    [TestCase("1")]
    [TestCase("30000", Description = "the observe's own message id")]
    [TestCase("200588", Description = "an id of more than 16 bits, as older modules print")]
    public void The_message_id_may_be_any(string mid)
    {
        var (mcu, server) = Observed();
        Assert.That(mcu.Ask($"AT+MIPLNOTIFY=0,{mid},3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        Assert.That(Sent(mcu, server), Is.Not.Null);
    }

    [TestCase("3303,0")]
    [TestCase("3200,1")]
    public void An_object_or_instance_that_was_not_added_is_653(string ids) =>
        Assert.That(Observed().Mcu.Ask($"AT+MIPLNOTIFY=0,0,{ids},5750,1,4,\"test\",0,0"), Is.EqualTo("+CIS ERROR:653"));

    [Test]
    public void Before_open_a_report_declares_the_resource_and_its_type()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLNOTIFY=0,666,3200,0,5750,1,4,\"test\",0,0");
        Assert.That(server.Notifications, Is.Empty);
        server.WriteTlv("3200/0", "E31676616263");
        Assert.That(mcu.Lines(), Does.EndWith(",3200,0,5750,1,3,abc,0"));
    }

    [Test]
    public void A_never_listed_resource_is_acknowledged_and_dropped_by_the_platform()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5900,1,4,\"test\",0,0,1");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,1"));
        Assert.That(mcu.World.PlatformEvents.OfType<ValueDropped>().Single().Path.ToString(), Is.EqualTo("/3200/0/5900"));
        Assert.That(mcu.World.PlatformEvents.OfType<DatapointStored>(), Is.Empty);
    }
}
