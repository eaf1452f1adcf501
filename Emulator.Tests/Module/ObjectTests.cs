using System.Text;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §1.3 to §1.5: objects, instances and the list of resources.</summary>
public sealed class ObjectTests
{
    static Mcu Created()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        return mcu;
    }

    static string Links(FakeServer server) => Encoding.ASCII.GetString(server.Received[0].Payload.Span);

    static string Discovered(FakeServer server) =>
        Encoding.ASCII.GetString(server.AnswerTo(server.Request(CoapCode.Get, "3200", options: CoapOptions.UInt(CoapOptionNumber.Accept, CoapContentFormat.Link))).Payload.Span);

    [TestCase("3303,5,\"10010\"", "</3303/0>,</3303/3>")]
    [TestCase("3303,5,10010", "</3303/0>,</3303/3>", Description = "R19: bare bitmap")]
    [TestCase("3303,0,\"11\"", "</3303/0>,</3303/1>", Description = "count 0 takes the bitmap's length")]
    [TestCase("3303,1,\"2\"", "</3303/0>", Description = "R19: any digit but 0 is available")]
    [TestCase("3303,3,\"000\"", "</3303>")]
    public void The_bitmap_says_which_instances_register(string arguments, string links)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, $"AT+MIPLADDOBJ=0,{arguments},7,9");
        Assert.That(Links(server), Does.EndWith($"</3200/0>,{links}"));
    }

    [TestCase("3303,2,\"1\"")]
    [TestCase("3303,1,\"11\"")]
    [TestCase("3303,1,\"\"")]
    [TestCase("3303,1,")]
    [TestCase("65536,1,\"1\"")]
    [TestCase("-1,1,\"1\"")]
    public void A_count_that_is_not_the_bitmaps_is_refused(string arguments) =>
        Assert.That(Created().Ask($"AT+MIPLADDOBJ=0,{arguments},0,0"), Is.EqualTo("+CIS ERROR:601"));

    [Test]
    public void Adding_an_object_again_replaces_it()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLADDOBJ=0,3200,3,\"011\",0,0");
        Assert.That(Links(server), Does.EndWith("</3200/1>,</3200/2>"));
    }

    [TestCase(3, "OK")]
    [TestCase(4, "OK")]
    [TestCase(5, "OK")]
    [TestCase(10290, "OK")]
    [TestCase(0, "+CIS ERROR:651")]
    [TestCase(1, "+CIS ERROR:651")]
    public void Objects_the_module_serves_itself_are_ignored_and_the_security_and_server_objects_refused(int id, string answer)
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        Assert.That(mcu.Ask($"AT+MIPLADDOBJ=0,{id},1,\"1\",0,0"), Is.EqualTo(answer));
        mcu.Command("AT+MIPLUPDATE=0,300,1");
        mcu.Await("+MIPLEVENT:0,11");
        Assert.That(Encoding.ASCII.GetString(server.Last.Payload.Span), Is.EqualTo("</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>"));
    }

    [Test]
    public void An_object_added_while_registered_goes_with_the_next_update_that_carries_objects()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        Assert.That(mcu.Ask("AT+MIPLADDOBJ=0,3303,1,\"1\",0,0"), Is.EqualTo("OK"));
        mcu.Command("AT+MIPLUPDATE=0,300,0");
        mcu.Await("+MIPLEVENT:0,11");
        Assert.That(server.Last.Payload.IsEmpty, Is.True);
        mcu.Command("AT+MIPLUPDATE=0,300,1");
        mcu.Await("+MIPLEVENT:0,11");
        Assert.That(Encoding.ASCII.GetString(server.Last.Payload.Span), Does.EndWith("</3200/0>,</3303/0>"));
    }

    [Test]
    public void A_deleted_object_is_gone_with_its_instances_and_resources()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0");
        Assert.That(mcu.Ask("AT+MIPLDELOBJ=0,3200,0"), Is.EqualTo("OK"), "R18: a third argument, and while registered");
        Assert.That(server.AnswerTo(server.Read("3200/0/5750")).Code, Is.EqualTo(CoapCode.NotFound));
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0");
        Assert.That(Discovered(server), Is.EqualTo("</3200>,</3200/0>"));
    }

    [TestCase("AT+MIPLDELOBJ=0,3303", "+CIS ERROR:653")]
    [TestCase("AT+MIPLDELOBJ=0", "+CIS ERROR:601")]
    public void An_unknown_object_cannot_be_deleted(string command, string answer) => Assert.That(Created().Ask(command), Is.EqualTo(answer));

    [Test]
    public void The_resource_list_is_told_to_the_server_without_the_mcu()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLDISCOVERRSP=0,3200,1,99,\"5500;5501;5750\"");
        Assert.That(Discovered(server), Is.EqualTo("</3200>,</3200/0>,</3200/0/5500>,</3200/0/5501>,</3200/0/5750>"));
        Assert.That(mcu.Lines(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3200$"));
    }

    [Test]
    public void Notify_can_take_the_place_of_the_resource_list()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLNOTIFY=0,0,3200,0,5501,3,1,1,0,0", "AT+MIPLNOTIFY=0,0,3200,0,5500,5,1,1,0,0");
        Assert.That(Discovered(server), Is.EqualTo("</3200>,</3200/0>,</3200/0/5500>,</3200/0/5501>"));
    }

    [Test]
    public void A_list_given_after_registration_holds_for_the_next_discover()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        Assert.That(mcu.Ask("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5501\""), Is.EqualTo("OK"));
        Assert.That(Discovered(server), Is.EqualTo("</3200>,</3200/0>,</3200/0/5501>"));
    }

    [Test]
    public void The_form_with_a_message_id_is_answered_ok_and_ignored()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 300, "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        Assert.That(mcu.Ask("AT+MIPLDISCOVERRSP=0,22902,1,9,\"5700;5701\""), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLDISCOVERRSP=0,200588,1,9,\"5700;5701\""), Is.EqualTo("OK"));
        Assert.That(Discovered(server), Is.EqualTo("</3200>,</3200/0>,</3200/0/5750>"));
    }

    [TestCase("3200,1,4,\"57x0\"")]
    [TestCase("3200,1,4,\"65536\"")]
    [TestCase("3200")]
    public void A_list_that_is_none_is_refused(string arguments) =>
        Assert.That(Created().Ask($"AT+MIPLDISCOVERRSP=0,{arguments}"), Is.EqualTo("+CIS ERROR:601"));
}
