using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Dtls;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Client;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>
/// What the module does about a handshake without answers: its own stack sends the hello at 0, 2 and 6 s, and begins again at 14 s with all
/// numbers back at 0; the lwm2m dialect goes on as RFC 6347 has it.
/// </summary>
public sealed class HandshakeRestartTests
{
    const string Direct = "AT+MIPLCREATEEX=\"183.230.40.40:5684\",0,,\"abcdefge\"";

    static Mcu Opening(Lwm2mDialect dialect = Lwm2mDialect.OneNet, int timeout = 120)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Module = new ModuleOptions { Dialect = dialect } });
        mcu.World.Passes = (_, _) => false;
        foreach (var command in (string[])[Direct, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", $"AT+MIPLOPEN=0,3000,{timeout}"])
            Assert.That(mcu.Command(command), Has.Member("OK"));
        return mcu;
    }

    /// <summary>Seconds since the first, record number and message number of each hello.</summary>
    static (double Second, ulong Record, int Message)[] Hellos(Mcu mcu)
    {
        var up = mcu.World.Datagrams.Where(d => d.Up).ToList();
        return [.. up.Select(d => (Math.Round((d.At - up[0].At).TotalSeconds, 3), Wire.Records(d.Bytes.Span)[0])).Select(h => (h.Item1, h.Item2.Sequence, (int)h.Item2.Messages[0].Header.Sequence))];
    }

    static string[] Randoms(Mcu mcu) => [.. mcu.World.Datagrams.Where(d => d.Up).Select(d => Convert.ToHexString(d.Bytes.Span.Slice(27, 32)))];

    [Test]
    public void The_modules_own_stack_begins_again_after_14_seconds_with_all_numbers_at_0()
    {
        var mcu = Opening();
        mcu.Advance(33);
        Assert.That(Hellos(mcu), Is.EqualTo(new (double, ulong, int)[]
        {
            (0, 0, 0), (2, 1, 0), (6, 2, 0),
            (14, 0, 0), (16, 1, 0), (20, 2, 0),
            (28, 0, 0), (30, 1, 0),
        }));
        var randoms = Randoms(mcu);
        Assert.That(randoms.Distinct().Count(), Is.EqualTo(3));
        Assert.That((randoms[0], randoms[3]), Is.EqualTo((randoms[2], randoms[5])), "each handshake has a random of its own");
        Assert.That(mcu.World.Trace, Has.Some.Contains("dtls handshake.restarted"));
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void The_lwm2m_dialect_goes_on_by_the_RFC()
    {
        var mcu = Opening(Lwm2mDialect.Lwm2m);
        mcu.Advance(40);
        Assert.That(Hellos(mcu), Is.EqualTo(new (double, ulong, int)[] { (0, 0, 0), (2, 1, 0), (6, 2, 0), (14, 3, 0), (30, 4, 0) }));
        Assert.That(Randoms(mcu).Distinct().Count(), Is.EqualTo(1));
    }

    /// <summary>Whatever arrives first: the answer to the hello of 14 s, and the registration that waited for it.</summary>
    [Test]
    public void A_handshake_that_was_begun_again_ends_in_the_registration()
    {
        var mcu = Opening();
        mcu.Advance(13);
        mcu.World.Passes = (_, _) => true;
        mcu.Await("+MIPLEVENT:0,6", 5);
        Assert.That(mcu.World.Events.Count(e => e is { Layer: "dtls", Name: "handshake.done" }), Is.EqualTo(1));
    }

    [Test]
    public void A_handshake_that_has_come_halfway_begins_again_too()
    {
        var mcu = Opening();
        // Protected records are lost: the server's flight comes, and its Finished never.
        mcu.World.Passes = (_, datagram) => !Wire.Records(datagram.Span).Exists(r => r.Epoch == 1);
        mcu.Advance(14.5);
        Assert.That(Hellos(mcu).Count(h => h is { Record: 0, Message: 0 }), Is.EqualTo(2));
        mcu.World.Passes = (_, _) => true;
        mcu.Await("+MIPLEVENT:0,6", 5);
    }

    /// <summary>After 90 s in all. The cached notification has been told as failed by then, and the next one tries again.</summary>
    [Test]
    public void In_cache_mode_the_attempts_end_too()
    {
        var mcu = Opening();
        mcu.World.Passes = (_, _) => true;
        mcu.Await("+MIPLEVENT:0,6", 5);
        mcu.Advance(125);
        mcu.Take();
        mcu.World.Passes = (_, _) => false;
        var before = mcu.World.Datagrams.Count;
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,7"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(0), Is.EqualTo("+MIPLEVENT:0,32"));
        mcu.Advance(200);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "+MIPLEVENT:0,25,7" }));
        Assert.That(mcu.World.Datagrams.Skip(before).Count(d => Wire.Records(d.Bytes.Span)[0] is { Epoch: 0, Sequence: 0 }), Is.EqualTo(7), "at 0, 14, 28, 42, 56, 70 and 84 s");
        Assert.That(mcu.World.Trace, Has.Some.Contains("the handshake got no answer in time"));

        mcu.World.Passes = (_, _) => true;
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,8"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Await("+MIPLEVENT:0,26", 5), Is.EqualTo("+MIPLEVENT:0,26,8"));
    }
}
