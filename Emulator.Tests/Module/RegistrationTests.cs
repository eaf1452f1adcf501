using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.6 to §1.8, §4.2: Register, Update, Deregister.</summary>
public sealed class RegistrationTests
{
    static Mcu Direct()
    {
        var mcu = new Mcu();
        mcu.Command($"AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        return mcu;
    }

    static string Lifetime(CoapMessage message) => message.UriQuery.Single(q => q.StartsWith("lt=", StringComparison.Ordinal));

    [Test]
    public void The_ok_stands_before_the_event_and_the_time_out_is_30_s_unless_given()
    {
        var mcu = Direct();
        mcu.World.Passes = (_, _) => false;
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
        mcu.Advance(29.9);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(0.2);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    [Test]
    public void A_given_time_out_covers_bootstrap_too()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        mcu.World.Passes = (_, _) => false;
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300,5"), Is.EqualTo("OK"));
        mcu.Advance(4.9);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(0.2);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,3"));
    }

    [Test]
    public void A_registration_lost_after_bootstrap_is_7()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLOPEN=0,300,30");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        mcu.World.Passes = (_, _) => false;
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        mcu.World.Passes = (_, _) => true;
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300,30"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"), "what bootstrap gave is kept");
    }

    [TestCase("0,0")]
    [TestCase("0,268435456")]
    [TestCase("0,300,0")]
    [TestCase("0,300,30,1")]
    [TestCase("0")]
    [TestCase("1,300")]
    public void A_bad_lifetime_or_time_out_is_refused(string arguments) =>
        Assert.That(Direct().Ask("AT+MIPLOPEN=" + arguments), Is.EqualTo("+CIS ERROR:601"));

    [TestCase("1")]
    [TestCase("268435455")]
    public void The_lifetime_goes_to_the_server(string seconds)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(Lifetime(server.Received[0]), Is.EqualTo("lt=" + seconds));
    }

    [Test]
    public void Opening_while_registering_or_registered_is_602_and_starts_no_second_registration()
    {
        var mcu = Direct();
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("+CIS ERROR:602"));
        mcu.Await("+MIPLREAD:");
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("+CIS ERROR:602"));
        mcu.Advance(60);
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [Test]
    public void The_read_form_gives_ok_and_event_6_or_602()
    {
        var mcu = Direct();
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("+CIS ERROR:602"));
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("+CIS ERROR:602"));
        mcu.Await("+MIPLREAD:");
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [TestCase(0, "lt=86400")]
    [TestCase(9, "lt=86400")]
    [TestCase(10, "lt=10")]
    [TestCase(268435455, "lt=268435455")]
    public void An_update_below_10_s_asks_for_a_day(int seconds, string sent)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        Assert.That(mcu.Ask($"AT+MIPLUPDATE=0,{seconds},0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(Lifetime(server.Last), Is.EqualTo(sent));
        Assert.That(server.Last.UriPath, Is.EqualTo(new[] { "rd", "7" }));
    }

    [TestCase("300")]
    [TestCase("268435456,0")]
    [TestCase("300,2")]
    [TestCase("-1,0")]
    public void A_bad_update_is_refused(string arguments)
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu);
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0," + arguments), Is.EqualTo("+CIS ERROR:601"));
    }

    [Test]
    public void While_an_update_is_under_way_update_and_close_are_652()
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu);
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("+CIS ERROR:652"));
        Assert.That(mcu.Ask("AT+MIPLCLOSE=0"), Is.EqualTo("+CIS ERROR:652"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("OK"));
    }

    [Test]
    public void While_a_deregister_is_under_way_update_and_close_are_652()
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu);
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("+CIS ERROR:652"));
        Assert.That(mcu.Ask("AT+MIPLCLOSE=0"), Is.EqualTo("+CIS ERROR:652"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void While_a_register_is_under_way_update_is_652_and_close_aborts_with_15()
    {
        var mcu = Direct();
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("+CIS ERROR:652"));
        Assert.That(mcu.Ask("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Advance(60);
        Assert.That(mcu.Lines(), Is.Empty, "the late answer changes nothing");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("+CIS ERROR:602"));
    }

    [Test]
    public void An_update_while_a_confirmable_report_is_under_way_is_sent_after_it()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        server.Observe("3200/0");
        mcu.Take();
        mcu.World.Passes = (_, _) => false;
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,5");
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("OK"));
        mcu.World.Passes = (_, _) => true;
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,5"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
    }

    [Test]
    public void An_update_answered_4_04_gives_31_and_ends_the_registration()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        server.UpdateCode = CoapCode.NotFound;
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,31"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("+CIS ERROR:602"));
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
    }

    [Test]
    public void A_device_deleted_on_the_platform_learns_it_at_its_next_update()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Advance(1);
        var id = mcu.World.PlatformEvents.OfType<M531x.Emulator.Core.Platform.DeviceCreated>().Single().DeviceId;
        Assert.That(mcu.Json(mcu.Call("DELETE", $"/devices/{id}")).GetProperty("errno").GetInt32(), Is.Zero);
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,31"));
    }

    [TestCase(0x80)]
    [TestCase(0x83)]
    [TestCase(0xA0)]
    public void An_update_refused_otherwise_gives_12_and_ends_the_registration(byte code)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        server.UpdateCode = new CoapCode(code);
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,12"));
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,300,0"), Is.EqualTo("+CIS ERROR:602"));
    }

    [Test]
    public void An_update_without_answer_gives_13()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        server.Answers = false;
        mcu.Command("AT+MIPLUPDATE=0,3000,0");
        Assert.That(mcu.Next(120), Is.EqualTo("+MIPLEVENT:0,13"));
        Assert.That(server.Received.Count(m => m.Code == CoapCode.Post && m.UriPath.Count == 2), Is.EqualTo(5), "once and four times again");
        server.Answers = true;
        Assert.That(mcu.Ask("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
    }

    [Test]
    public void Close_gives_15_on_the_2_02_and_nothing_without()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        server.Answers = false;
        Assert.That(mcu.Ask("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        mcu.Advance(200);
        Assert.That(mcu.Lines(), Is.Empty);
        server.Answers = true;
        Assert.That(mcu.Ask("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(server.Last.Code, Is.EqualTo(CoapCode.Delete));
    }

    [Test]
    public void Close_forgets_resources_and_types_but_not_objects()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5501\"");
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0");
        mcu.Command("AT+MIPLCLOSE=0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        var discover = server.Request(CoapCode.Get, "3200", options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link));
        Assert.That(System.Text.Encoding.ASCII.GetString(server.AnswerTo(discover).Payload.Span), Is.EqualTo("</3200>,</3200/0>"));
        mcu.Take();
        server.WriteTlv("3200/0", "E1167661");
        Assert.That(mcu.Lines(), Does.EndWith(",3200,0,5750,2,2,61,0"));
    }

    [Test]
    public void What_is_set_between_the_ok_of_close_and_its_event_is_kept()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5501\"");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        var discover = server.Request(CoapCode.Get, "3200", options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link));
        Assert.That(System.Text.Encoding.ASCII.GetString(server.AnswerTo(discover).Payload.Span), Is.EqualTo("</3200>,</3200/0>,</3200/0/5501>"));
    }
}
