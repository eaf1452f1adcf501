using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Manual §2.4 and §2.8: the lifetime, what is left of it, and the automatic update.</summary>
public sealed class LifetimeTests
{
    [Test]
    public void The_lifetime_without_an_update_ends_with_15()
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu, 100);
        mcu.Advance(99.5);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(mcu.Ask("AT+MIPLOPEN?"), Is.EqualTo("+CIS ERROR:602"));
    }

    [Test]
    public void The_remaining_lifetime_counts_down_and_is_0_when_not_registered()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:0|OK"));
        FakeServer.Register(mcu, 100);
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:100|OK"));
        mcu.Advance(40);
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:60|OK"));
        mcu.Command("AT+MIPLUPDATE=0,200,0");
        mcu.Await("+MIPLEVENT:0,11");
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:200|OK"));
        mcu.Command("AT+MIPLCLOSE=0");
        mcu.Await("+MIPLEVENT:0,15");
        Assert.That(mcu.Ask("AT+MIPLLTRDP"), Is.EqualTo("+MIPLLTRDP:0|OK"));
    }

    [Test]
    public void The_automatic_update_is_off_by_default_and_not_allowed_after_open()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        mcu.Command("AT+MIPLOPEN=0,300");
        Assert.That(mcu.Ask("AT+MIPLUPDATESET=0,1"), Is.EqualTo("+CIS ERROR:651"));
        mcu.Await("+MIPLREAD:");
        Assert.That(mcu.Ask("AT+MIPLUPDATESET=0,1"), Is.EqualTo("+CIS ERROR:651"));
        mcu.Advance(299);
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [Test]
    public void The_automatic_update_leaves_30_s_before_the_end_once_a_period()
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu, 60, "AT+MIPLUPDATESET=0,1");
        for (var period = 0; period < 3; period++)
        {
            mcu.Advance(29.5);
            Assert.That(mcu.Lines(), Is.Empty);
            mcu.Advance(0.65);
            Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,11"));
        }
    }

    [TestCase(59)]
    [TestCase(20)]
    public void The_automatic_update_needs_a_lifetime_of_60_s(int lifetime)
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu, lifetime, "AT+MIPLUPDATESET=0,1");
        Assert.That(mcu.Next(100), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void A_lost_automatic_update_is_not_repeated_and_the_lifetime_ends_with_15()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 100, "AT+MIPLUPDATESET=0,1");
        server.Answers = false;
        mcu.Advance(99.5);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(server.Received.Where(m => m.UriPath.Count == 2).Select(m => m.MessageId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_refused_automatic_update_lets_the_lifetime_end_with_15()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu, 100, "AT+MIPLUPDATESET=0,1");
        server.UpdateCode = CoapCode.BadRequest;
        mcu.Advance(99.5);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void An_update_by_hand_moves_the_automatic_one()
    {
        var mcu = new Mcu();
        FakeServer.Register(mcu, 100, "AT+MIPLUPDATESET=0,1");
        mcu.Advance(60);
        mcu.Command("AT+MIPLUPDATE=0,100,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        mcu.Advance(69.5);
        Assert.That(mcu.Lines(), Is.Empty);
        mcu.Advance(1);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEVENT:0,11"));
    }
}
