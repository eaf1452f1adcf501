using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Writes above one block, from the platform's API to the lines on the UART.</summary>
public sealed class LargeWriteTests
{
    const string Write = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2&timeout=40";

    /// <summary>2 KB with the five bytes that TLV takes of them.</summary>
    static readonly string Value = string.Concat(Enumerable.Range(0, 510).Select(i => $"{i:D4}")) + "abc";

    static Mcu Registered(ulong seed = 1)
    {
        var mcu = new Mcu(new VirtualWorldOptions { Seed = seed });
        mcu.Register(86400);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        mcu.Advance(1);
        mcu.Take();
        return mcu;
    }

    static long Call(Mcu mcu, string value) => mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"" + value + "\"}]}");

    /// <summary>
    /// The platform repeats a command twice (manual §5.3.3.2), so that one in twenty is lost at this loss, however short it is. The blocks
    /// before the last are no command to the MCU and are sent again and again: a long write is lost hardly more often than a short one.
    /// </summary>
    [Test]
    public void Two_kilobytes_arrive_in_blocks_while_a_fifth_of_all_datagrams_is_lost()
    {
        const int Runs = 100;
        var lost = 0;
        var whole = Enumerable.Range(1, Runs).Count(seed => Arrives((ulong)seed, Value, lines: 4, ref lost));
        var small = Enumerable.Range(1, Runs).Count(seed => Arrives((ulong)seed, "on", lines: 1, ref lost));
        Assert.That(small, Is.InRange(92, 98));
        Assert.That(whole, Is.GreaterThanOrEqualTo(small - 4));
        Assert.That(lost, Is.GreaterThan(200), "the network is not perfect");
    }

    static bool Arrives(ulong seed, string value, int lines, ref int lost)
    {
        var mcu = Registered(seed);
        var random = new SeededRandom(seed).Fork("losses");
        var dropped = 0;
        mcu.World.Passes = (_, _) => random.NextDouble() >= 0.2 || ++dropped < 0;
        var call = Call(mcu, value);
        List<string> printed = [];
        mcu.World.RunUntil(() =>
        {
            foreach (var line in mcu.Take())
            {
                printed.Add(line);
                if (line.StartsWith("+MIPLWRITE:", StringComparison.Ordinal) && line.EndsWith(",0", StringComparison.Ordinal))
                    mcu.Command($"AT+MIPLWRITERSP=0,{line.Split(',')[1]},2");
            }
            return mcu.World.Answer(call) is not null;
        }, TimeSpan.FromSeconds(60));
        lost += dropped;
        // However often the last block was repeated: what the MCU sees is the whole value or nothing.
        var shown = printed.Where(l => l.StartsWith("+MIPLWRITE:", StringComparison.Ordinal)).Select(l => l.Split(',')).ToList();
        Assert.That(shown.Count % lines, Is.Zero);
        foreach (var write in shown.Chunk(lines))
        {
            Assert.That(string.Concat(write.Select(f => f[7])), Is.EqualTo(value), $"seed {seed}");
            Assert.That(string.Concat(write.Select(f => f[8])), Is.EqualTo(lines == 1 ? "0" : "1220"));
        }
        if (mcu.Answer(call) == """{"errno":0,"error":"succ"}""")
        {
            Assert.That(shown, Is.Not.Empty);
            return true;
        }
        Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"), $"seed {seed}");
        return false;
    }

    [Test]
    public void One_byte_more_than_two_kilobytes_is_refused_before_it_leaves()
    {
        var mcu = Registered();
        Assert.That(mcu.Answer(Call(mcu, Value)), Does.Contain("TIME_OUT"), "nobody answers, but it left");
        Assert.That(mcu.Take().Count(l => l.StartsWith("+MIPLWRITE:", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(4));
        Assert.That(mcu.Answer(Call(mcu, Value + "x")), Does.Contain("5006"));
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void Blocks_in_the_wrong_order_are_4_08_and_too_many_4_13_and_the_mcu_hears_nothing()
    {
        var mcu = new Mcu();
        var server = FakeServer.Register(mcu);
        CoapMessage Block(int number, bool more) => server.AnswerTo(server.Request(CoapCode.Put, "3200/0/5750", new byte[512], options:
        [
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.OctetStream), CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(number, more, 5)),
        ]));
        Assert.That(Block(1, true).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        Assert.That(Block(0, true).Code, Is.EqualTo(CoapCode.Continue));
        Assert.That(Block(2, true).Code, Is.EqualTo(CoapCode.RequestEntityIncomplete));
        for (var number = 0; number < 4; number++)
            Assert.That(Block(number, true).Code, Is.EqualTo(CoapCode.Continue));
        var refused = Block(4, true);
        Assert.That((refused.Code, Convert.ToHexString(refused.Option(CoapOptionNumber.Size1)!.Value.Span)), Is.EqualTo((CoapCode.RequestEntityTooLarge, "0800")));
        Assert.That(mcu.Lines(), Is.Empty);
    }
}
