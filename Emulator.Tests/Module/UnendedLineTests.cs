using System.Text;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>A line whose CR does not come.</summary>
public sealed class UnendedLineTests
{
    static readonly double Seconds = ModuleProfile.M5310A.Limits.UnendedLineSeconds;

    static Mcu Start(string profile = "m5310a")
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false } } });
        mcu.Take();
        return mcu;
    }

    static void Type(Mcu mcu, string text) => mcu.World.Line.Send(Encoding.Latin1.GetBytes(text));

    [TestCase("AT+CIMI")]
    [TestCase("AT+CIMI\n")]
    [TestCase("AT\u00e9")]
    public void It_is_refused_once_the_line_has_been_silent_so_that_the_next_command_is_whole(string typed)
    {
        var mcu = Start();
        Type(mcu, typed);
        mcu.Advance(Seconds - 0.1);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Advance(0.2);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "ERROR" }));
        Assert.That(mcu.Ask("AT"), Is.EqualTo("OK"));
        mcu.Advance(2 * Seconds);
        Assert.That(mcu.Take(), Is.Empty, "once");
    }

    [Test]
    public void Who_types_slowly_is_waited_for()
    {
        var mcu = Start();
        foreach (var character in "AT+CFUN?")
        {
            Type(mcu, character.ToString());
            mcu.Advance(Seconds - 1);
        }
        Assert.That(mcu.Ask(""), Is.EqualTo("+CFUN:1|OK"));
        mcu.Advance(2 * Seconds);
        Assert.That(mcu.Take(), Is.Empty);
    }

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("\n\0")]
    [TestCase("AT\b\b")]
    public void Nothing_typed_is_nothing_refused(string typed)
    {
        var mcu = Start();
        Type(mcu, typed);
        mcu.Advance(2 * Seconds);
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(mcu.Ask("AT"), Is.EqualTo("OK"));
    }

    [Test]
    public void A_restart_forgets_it_silently()
    {
        var mcu = Start();
        Type(mcu, "AT+CIMI");
        mcu.World.Reset(ResetCause.Pin);
        mcu.Advance(2 * Seconds);
        Assert.That(mcu.Take(), Has.None.EqualTo("ERROR"));
    }

    [Test]
    public void Data_for_a_prompt_have_a_time_of_their_own()
    {
        var bench = new Sockets.SocketBench(Start("m5313"));
        bench.Run("AT+IPSTART=1,\"UDP\",\"192.0.2.1\",7");
        bench.Mcu.Send("AT+IPSEND=1,3");
        Type(bench.Mcu, "ab");
        bench.Mcu.Advance(Seconds + 1);
        Assert.That(bench.Mcu.Lines(), Does.Not.Contain("ERROR"));
        Type(bench.Mcu, "c");
        bench.Mcu.Advance(1);
        Assert.That(bench.Mcu.Lines(), Does.Contain("SEND OK"));
    }
}
