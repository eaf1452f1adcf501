using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>With a pace the module's bytes leave one by one, by the virtual clock.</summary>
public sealed class PaceTests
{
    [TestCase("m5310a", 0, 9600)]
    [TestCase("m5311", 0, 115200)]
    [TestCase("m5311", 1200, 1200)]
    public void An_answer_takes_ten_bits_a_byte(string profile, int pace, int baud)
    {
        var mcu = Start(pace, ModuleProfile.Find(profile)! with { EchoByDefault = false });
        mcu.Advance(60); // +IP: of the M5311
        var (before, start) = (mcu.Raw.Length, mcu.World.Now);
        mcu.Send("ATI");
        Assert.That(mcu.Raw, Has.Length.EqualTo(before));
        mcu.Await("OK");
        Assert.That((mcu.World.Now - start).TotalSeconds, Is.EqualTo((mcu.Raw.Length - before) * 10.0 / baud).Within(1e-6));
    }

    [Test]
    public void No_line_has_a_gap()
    {
        var mcu = Start(1200, ModuleProfile.M5310A);
        mcu.Send("ATI");
        mcu.Send("AT+CSQ");
        var seen = 0;
        while (mcu.World.Now < TimeSpan.FromSeconds(0.5))
        {
            mcu.Advance(0.01);
            Assert.That(mcu.Raw.Length - seen, Is.EqualTo(1).Or.EqualTo(2), "120 bytes a second");
            seen = mcu.Raw.Length;
            if (mcu.Raw.EndsWith("99\r\n\r\nOK\r\n", StringComparison.Ordinal))
                return;
        }
        Assert.Fail(mcu.Raw);
    }

    [TestCase("AT+NATSPEED=115200,30,1,2,1,0,0")]
    [TestCase("AT+IPR=115200")]
    public void A_new_speed_holds_from_behind_the_last_byte_of_its_OK(string command)
    {
        var mcu = Start(0, ModuleProfile.M5310A);
        mcu.Send(command);
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { 9600 }));
        mcu.Await("OK");
        Assert.That(mcu.World.Now.TotalSeconds, Is.EqualTo(6 * 10 / 9600.0).Within(1e-6));
        Assert.That(mcu.World.LineSpeeds, Is.EqualTo(new[] { 9600, 115200 }));
        var start = mcu.World.Now;
        mcu.Send("AT");
        mcu.Await("OK");
        Assert.That((mcu.World.Now - start).TotalSeconds, Is.EqualTo(6 * 10 / 115200.0).Within(1e-6));
    }

    [Test]
    public void Echo_is_paced_with_the_rest()
    {
        var mcu = Start(0, ModuleProfile.M5310A with { EchoByDefault = true });
        mcu.Send("AT");
        mcu.Await("OK");
        Assert.That(mcu.Raw, Is.EqualTo("AT\r\r\nOK\r\n"));
        Assert.That(mcu.World.Now.TotalSeconds, Is.EqualTo(9 * 10 / 9600.0).Within(1e-6));
    }

    [Test]
    public void A_session_prints_the_same_lines_with_latency_and_pace_as_without()
    {
        Assert.That(Session(LatencyMode.Typical, 9600), Is.EqualTo(Session(LatencyMode.None, null)));

        static string Session(LatencyMode latency, int? pace)
        {
            var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Latency = latency, Pace = pace }, PrintsBoot = true });
            foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLNSMI=1", "AT+MIPLADDOBJ=0,3200,2,\"11\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "AT+MIPLOPEN=0,3000,30"])
                mcu.Send(command); // all at once: they queue
            mcu.Await("+MIPLREAD:0,");
            mcu.Send("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,5\rAT+MIPLUPDATE=0,0,0");
            mcu.Await("+MIPLEVENT:0,11");
            mcu.Send("AT+MIPLCLOSE=0");
            mcu.Await("+MIPLEVENT:0,15");
            mcu.Advance(1);
            return mcu.Raw;
        }
    }

    [Test]
    public void A_flood_that_the_pace_cannot_carry_is_bounded_and_told()
    {
        var mcu = Start(1200, ModuleProfile.M5310A);
        for (var i = 0; i < 20_000; i++)
            mcu.World.Line.Send("AT\r"u8);
        Assert.That(mcu.World.Trace.Count(t => t.Contains("uart output.lost", StringComparison.Ordinal)), Is.InRange(1, 20));
        mcu.Advance(3600);
        Assert.That(mcu.Raw.Replace("\r\nOK\r\n", "", StringComparison.Ordinal), Is.Empty, "lines are lost whole");
        Assert.That(mcu.Raw.Length, Is.InRange(65_000, 65_536));
    }

    static Mcu Start(int pace, ModuleProfile profile) => new(new VirtualWorldOptions { Module = new ModuleOptions { Profile = profile, Pace = pace } });
}
