using System.Text;
using M531x.Emulator.Core.Recordings;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Recordings;

/// <summary>What a recorder reads from the bytes that pass it.</summary>
sealed class SessionWatchTests
{
    static SessionWatch Watch(params string[] pieces)
    {
        var watch = new SessionWatch();
        var at = TimeSpan.Zero;
        foreach (var piece in pieces)
        {
            at += TimeSpan.FromMilliseconds(30);
            watch.Take(at, piece[0] == '>', Encoding.Latin1.GetBytes(piece[1..]));
        }
        return watch;
    }

    [TestCase(">AT+CGMR\r", "<\r\nM5310-A V1.0\r\n\r\nOK\r\n", "M5310-A V1.0")]
    [TestCase(">at+cgmr\r\n", "<at+cgmr\r\r\n+CGMR: V100R100C10\r\n\r\nOK\r\n", "V100R100C10")]
    [TestCase(">AT+CGMR\r", "<\r\nBOOT 1\r\nAPP 2\r\n\r\n+CEREG:5\r\n\r\nOK\r\n", "BOOT 1 APP 2")]
    [TestCase(">AT+CGMR\r", "<\r\nERROR\r\n", null)]
    [TestCase(">AT+CGMR=?\r", "<\r\nOK\r\n", null)]
    [TestCase(">AT+CGMR\r", "<\r\nM5310-A V1.0\r\n", null)]
    public void The_firmware_is_what_the_revision_was_answered_with(string sent, string came, string? firmware) =>
        Assert.That(Watch(sent, came).Firmware, Is.EqualTo(firmware));

    [TestCase(">AT+IPR=115200\r", "<\r\nOK\r\n", 115200)]
    [TestCase(">AT+NATSPEED=57600,30,1,2,1,0,0\r", "<AT+NATSPEED=57600,30,1,2,1,0,0\r\r\nOK\r\n", 57600)]
    [TestCase(">at+ipr = 4800;+CSQ\r", "<\r\n+CSQ:1,99\r\n\r\nOK\r\n", 4800)]
    [TestCase(">AT+IPR=115200\r", "<\r\nERROR\r\n", null)]
    [TestCase(">AT+IPR=115200\r", "<\r\nO", null)]
    [TestCase(">AT+IPR=0\r", "<\r\nOK\r\n", null)]
    [TestCase(">AT+IPR?\r", "<\r\n+IPR:9600\r\n\r\nOK\r\n", null)]
    [TestCase(">AT+IPR=?\r", "<\r\nOK\r\n", null)]
    [TestCase(">AT\r", "<\r\nOK\r\n", null)]
    public void The_speed_is_what_a_module_has_agreed_to(string sent, string came, int? speed) => Assert.That(Watch(sent, came).Speed, Is.EqualTo(speed));

    [Test]
    public void Commands_may_come_in_pieces_and_before_the_answers_of_others() => Assert.That(
        Watch(">AT\rAT+I", ">PR=9600\r", "<\r\nOK", "<\r\n\r\nOK\r", ">AT+IPR=19200\r", "<\n\r\nERROR\r\n").Speed, Is.EqualTo(9600));

    [Test]
    public void Noise_of_any_length_is_kept_no_longer_than_a_line()
    {
        var watch = new SessionWatch();
        var noise = Encoding.Latin1.GetBytes(new string('U', 4096));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            watch.Take(TimeSpan.FromSeconds(i), true, noise);
            watch.Take(TimeSpan.FromSeconds(i), false, noise);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4_000_000), "the 8 MB that passed are not held");
        watch.Take(TimeSpan.FromSeconds(2000), true, "\rAT+IPR=4800\r"u8);
        watch.Take(TimeSpan.FromSeconds(2000), false, "\r\n\r\nERROR\r\n\r\nOK\r\n"u8);
        Assert.That(watch.Speed, Is.EqualTo(4800));
    }
}
