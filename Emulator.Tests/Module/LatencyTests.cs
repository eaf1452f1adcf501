using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Commands and the registration take their time by the virtual clock.</summary>
sealed class LatencyTests
{
    static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(20);

    [Test]
    public void Without_latency_a_command_is_answered_at_once()
    {
        var mcu = Start(LatencyMode.None);
        Assert.That(mcu.Command("AT+CSQ"), Has.Length.EqualTo(2));
        Assert.That(mcu.World.Now, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(LatencyMode.None)]
    [TestCase(LatencyMode.Typical)]
    [TestCase(LatencyMode.Slowest)]
    [TestCase(LatencyMode.Seeded)]
    public void Every_command_takes_the_time_of_its_row(LatencyMode mode)
    {
        foreach (var profile in ModuleProfile.All)
        {
            foreach (var row in CommandTable.Rows.Where(r => profile.Commands.ContainsKey(r.Name)))
            {
                if (row.IsExtended)
                    Takes(profile, $"AT{row.Name}=?", CommandDelay.Simple.Range);
                if (row.Has(AtForms.Read))
                    Takes(profile, $"AT{row.Name}?", CommandDelay.Simple.Range);
                if (row.Has(AtForms.Set))
                    Takes(profile, $"AT{row.Name}={new string(',', 20)}", row.Delay.Range);
                if (row.Has(AtForms.Execute))
                    Takes(profile, $"AT{row.Name}", row.Delay.Range);
            }
        }

        void Takes(ModuleProfile profile, string command, DelayRange range)
        {
            var mcu = Start(mode, profile with { EchoByDefault = false });
            mcu.Take();
            var sent = mcu.World.Now;
            mcu.Send(command);
            mcu.Next();
            var (least, most) = mode switch
            {
                LatencyMode.None => (TimeSpan.Zero, TimeSpan.Zero),
                LatencyMode.Typical => (range.Typical, range.Typical),
                LatencyMode.Slowest => (range.Slowest, range.Slowest),
                _ => (range.Typical, range.Slowest),
            };
            Assert.That(mcu.World.Now - sent, Is.InRange(least, most), $"{profile.Name} {command}");
        }
    }

    [Test]
    public void What_a_capture_or_a_driver_shows_is_the_figure_of_its_row()
    {
        Assert.That((Figures("+CSQ"), Figures("+MIPLNOTIFY"), Figures("+MIPLDELETE")), Is.EqualTo(((20, 300, Evidence.Seen), (200, 300, Evidence.Seen), (300, 1500, Evidence.Seen))));
        Assert.That((Figures("+CFUN"), Figures("+IPSTART")), Is.EqualTo(((300, 1500, Evidence.Assumed), (20, 1000, Evidence.Assumed))));

        static (int, int, Evidence) Figures(string name)
        {
            var delay = CommandTable.Rows.Single(r => r.Name == name).Delay;
            return ((int)delay.Range.Typical.TotalMilliseconds, (int)delay.Range.Slowest.TotalMilliseconds, delay.Evidence);
        }
    }

    [TestCase(LatencyMode.Typical)]
    [TestCase(LatencyMode.Seeded)]
    public void Registrations_lie_anywhere_from_3_to_10_seconds_and_repeat_with_the_seed(LatencyMode mode)
    {
        var drawn = Enumerable.Range(1, 20).Select(seed => Registration(mode, (ulong)seed)).ToList();
        Assert.That(drawn, Has.All.InRange(3, 10.6), "with the network's own half second");
        Assert.That((drawn.Min() < 4.5, drawn.Max() > 8.5, drawn.Distinct().Count()), Is.EqualTo((true, true, 20)));
        Assert.That(Registration(mode, 1), Is.EqualTo(drawn[0]));

        static double Registration(LatencyMode mode, ulong seed)
        {
            var mcu = Start(mode, seed: seed);
            Time(mcu, "AT+MIPLCREATE");
            Time(mcu, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            Time(mcu, "AT+MIPLOPEN=0,3000,30");
            var opened = mcu.World.Now;
            mcu.Await("+MIPLEVENT:0,6");
            return (mcu.World.Now - opened).TotalSeconds;
        }
    }

    [TestCase(LatencyMode.Typical, 20, 200)]
    [TestCase(LatencyMode.Slowest, 300, 300)]
    public void Errors_and_unknown_commands_take_the_usual_time_too(LatencyMode mode, int usual, int open)
    {
        var mcu = Start(mode);
        foreach (var command in new[] { "AT", "AT_DELETE", "AT+NOSUCH", "garbage", "AT+\u00FF", "AT+CSCON=9" })
            Assert.That(Time(mcu, command).Took, Is.EqualTo(TimeSpan.FromMilliseconds(usual)), command);
        Assert.That(Time(mcu, "AT+MIPLOPEN=0,300").Took, Is.EqualTo(TimeSpan.FromMilliseconds(open)), "its row's");
        Assert.That(Time(mcu, "AT+CSQ;+CFUN?;+CIMI").Took, Is.EqualTo(TimeSpan.FromMilliseconds(3 * usual)), "one after another");
    }

    [Test]
    public void Seeded_delays_lie_between_typical_and_slowest_and_repeat_with_the_seed()
    {
        var first = Drawn(1);
        Assert.That(first, Has.All.InRange(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(300)));
        Assert.That(first.Distinct().Count(), Is.GreaterThan(40));
        Assert.That((first.Min() < TimeSpan.FromMilliseconds(60), first.Max() > TimeSpan.FromMilliseconds(260)), Is.EqualTo((true, true)), "all over the range");
        Assert.That(Drawn(1), Is.EqualTo(first));
        Assert.That(Drawn(2), Is.Not.EqualTo(first));

        static List<TimeSpan> Drawn(ulong seed)
        {
            var mcu = Start(LatencyMode.Seeded, seed: seed);
            return [.. Enumerable.Range(0, 50).Select(_ => Time(mcu, "AT").Took)];
        }
    }

    [Test]
    public void A_command_sent_too_early_waits_and_is_answered_after_the_first_in_its_own_time()
    {
        var mcu = Start(LatencyMode.Typical);
        mcu.World.Line.Send("AT+CIMI\rAT+CSQ\rAT+CG"u8);
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That((mcu.Next(), mcu.Next(), mcu.World.Now), Is.EqualTo((ModuleProfile.M5310A.Imsi, "OK", Usual)));
        Assert.That((mcu.Next()[..5], mcu.Next(), mcu.World.Now), Is.EqualTo(("+CSQ:", "OK", 2 * Usual)));
        mcu.Send("ATT?");
        Assert.That((mcu.Next(), mcu.Next(), mcu.World.Now), Is.EqualTo(("+CGATT:1", "OK", 3 * Usual)));
    }

    [Test]
    public void Echo_does_not_wait()
    {
        var mcu = Start(LatencyMode.Typical, ModuleProfile.M5310A with { EchoByDefault = true });
        mcu.Send("AT\rATI");
        Assert.That(mcu.Raw, Is.EqualTo("AT\rATI\r"));
        mcu.Advance(1);
        Assert.That(mcu.Raw, Is.EqualTo("AT\rATI\r\r\nOK\r\n\r\nCMIOT\r\n\r\nM5310-A\r\n\r\nOK\r\n"));
    }

    [Test]
    public void A_urc_that_arises_under_a_command_comes_after_its_answer()
    {
        var mcu = Start(LatencyMode.Slowest);
        Time(mcu, "AT+CSCON=1");
        mcu.Advance(19.9 - mcu.World.Now.TotalSeconds);
        mcu.Send("AT");
        mcu.Advance(0.2);
        Assert.That(mcu.Take(), Is.Empty, "the connection is released at 20 s, the command answered at 20.2 s");
        Assert.That((mcu.Next(), mcu.Next()), Is.EqualTo(("OK", "+CSCON:0")));
    }

    [TestCase(LatencyMode.Typical, 3, 10)]
    [TestCase(LatencyMode.Slowest, 10, 10)]
    [TestCase(LatencyMode.Seeded, 3, 10)]
    public void A_registration_takes_its_time(LatencyMode mode, double least, double most)
    {
        var mcu = Start(mode);
        Time(mcu, "AT+MIPLCREATE");
        Time(mcu, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Time(mcu, "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        Assert.That(Time(mcu, "AT+MIPLOPEN=0,3000,30").Lines, Is.EqualTo(new[] { "OK" }));
        var opened = mcu.World.Now;
        Assert.That(mcu.World.Datagrams, Is.Empty);
        Assert.That(Time(mcu, "AT+MIPLOPEN=0,3000,30").Lines, Is.EqualTo(new[] { "+CIS ERROR:602" }), "it is under way");
        Assert.That((mcu.Next(), mcu.Next()), Is.EqualTo(("+MIPLEVENT:0,2", "+MIPLEVENT:0,6")));
        Assert.That((mcu.World.Now - opened).TotalSeconds, Is.InRange(least, most + 0.5), "and the network's own half second");
        Assert.That((mcu.World.Datagrams[0].At - opened).TotalSeconds, Is.InRange(least, most + 0.05), "after the name is resolved");

        // The same again without bootstrap, to an address.
        Assert.That(Time(mcu, "AT+MIPLCLOSE=0").Lines, Is.EqualTo(new[] { "OK" }));
        mcu.Await("+MIPLEVENT:0,15");
        Time(mcu, "AT+MIPLOPEN=0,3000,30");
        opened = mcu.World.Now;
        mcu.Await("+MIPLEVENT:0,6");
        Assert.That((mcu.World.Now - opened).TotalSeconds, Is.InRange(least, most + 0.5));
    }

    [Test]
    public void A_registration_that_is_too_slow_for_its_limit_fails_and_one_that_is_closed_never_starts()
    {
        var mcu = Start(LatencyMode.Slowest);
        Time(mcu, "AT+MIPLCREATE");
        Time(mcu, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Time(mcu, "AT+MIPLOPEN=0,3000,9");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,3"));
        Time(mcu, "AT+MIPLOPEN=0,3000,30");
        Assert.That(Time(mcu, "AT+MIPLCLOSE=0").Lines, Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Advance(60);
        Assert.That(mcu.World.Datagrams, Is.Empty);
    }

    [Test]
    public void A_reset_forgets_the_command_under_way_and_what_waits_behind_it()
    {
        var mcu = Start(LatencyMode.Slowest);
        mcu.Send("AT+CIMI\rAT+CSQ");
        mcu.World.Reset(ResetCause.Pin);
        mcu.Advance(60);
        Assert.That(mcu.Raw, Does.Not.Contain(ModuleProfile.M5310A.Imsi).And.Not.Contain("+CSQ").And.Contain("REBOOT_CAUSE"));
        Assert.That(Time(mcu, "AT").Lines, Is.EqualTo(new[] { "OK" }));
    }

    [Test]
    public void A_reboot_command_is_answered_late_and_drops_what_waits()
    {
        var mcu = Start(LatencyMode.Typical);
        mcu.Send("AT+NRB\rAT+CIMI");
        mcu.Advance(0.02);
        Assert.That(mcu.Take()[0], Does.StartWith("REBOOTING"));
        mcu.Advance(60);
        Assert.That(mcu.Raw, Does.Not.Contain(ModuleProfile.M5310A.Imsi));
    }

    [Test]
    public void What_a_client_has_not_ended_is_dropped_when_it_leaves_and_its_commands_are_run()
    {
        var mcu = Start(LatencyMode.Typical);
        mcu.Send("AT\rATI");
        mcu.World.Line.Send("AT+CG"u8);
        mcu.World.Module.ForgetTypedLine();
        mcu.Send("AT+CIMI");
        mcu.Advance(1);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "CMIOT", "M5310-A", "OK", ModuleProfile.M5310A.Imsi, "OK" }));
    }

    [Test]
    public void Data_sent_ahead_of_the_prompt_are_taken_behind_it()
    {
        var mcu = Start(LatencyMode.Typical, ModuleProfile.Find("m5313")! with { EchoByDefault = false });
        mcu.Advance(1);
        mcu.Send("AT+IPSTART=0,\"UDP\",\"10.1.2.3\",9000");
        mcu.Await("0,CONNECT OK");
        mcu.World.Line.Send("AT+IPSEND=0,5\rAT\r\rXATI\r"u8);
        mcu.Advance(1);
        Assert.That(mcu.Raw, Does.EndWith("\r\n> \r\nSEND OK\r\n\r\nCMIOT\r\n\r\nM5313\r\n\r\nOK\r\n"));
    }

    [Test]
    public void What_overruns_the_receive_buffer_is_lost_and_told_once()
    {
        var mcu = Start(LatencyMode.Slowest);
        for (var i = 0; i < 10_000; i++)
            mcu.Send("AT");
        Assert.That(mcu.World.Trace.Count(t => t.Contains("uart overrun", StringComparison.Ordinal)), Is.EqualTo(1));
        mcu.Advance(10_000);
        var lines = mcu.Take();
        Assert.That(lines[..^1], Has.Length.EqualTo(1 + (4 * AtLineReader.MaxLength / 3)).And.All.EqualTo("OK"));
        Assert.That(lines[^1], Is.EqualTo("ERROR"), "the line that was cut is given up");
        Assert.That(Time(mcu, "AT+CIMI").Lines, Has.Length.EqualTo(2));
    }

    static Mcu Start(LatencyMode mode, ModuleProfile? profile = null, ulong seed = 1) =>
        new(new VirtualWorldOptions { Seed = seed, Module = new ModuleOptions { Profile = profile ?? ModuleProfile.M5310A, Latency = mode } });

    /// <summary>A command's lines up to its final one, and the time they took.</summary>
    static (string[] Lines, TimeSpan Took) Time(Mcu mcu, string command)
    {
        mcu.Take();
        var sent = mcu.World.Now;
        mcu.Send(command);
        List<string> lines = [];
        do
            lines.Add(mcu.Next());
        while (!(lines[^1] is "OK" or "ERROR" || lines[^1].Contains(" ERROR:", StringComparison.Ordinal) || lines[^1].StartsWith('(')));
        return ([.. lines], mcu.World.Now - sent);
    }
}
