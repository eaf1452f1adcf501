using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
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
        var module = new ModuleOptions();
        var mcu = new Mcu(new VirtualWorldOptions { Seed = seed, Module = module, Platform = VirtualWorld.DefaultPlatform(module) with { DownlinkRetransmits = 4 } });
        mcu.Register(86400);
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo("OK"));
        mcu.Advance(1);
        mcu.Take();
        return mcu;
    }

    static long Call(Mcu mcu, string value) => mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"" + value + "\"}]}");

    [Test]
    public void Two_kilobytes_arrive_in_blocks_while_a_fifth_of_all_datagrams_is_lost()
    {
        var (arrived, lost) = (0, 0);
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var mcu = Registered(seed);
            var random = new SeededRandom(seed).Fork("losses");
            mcu.World.Passes = (_, _) => random.NextDouble() >= 0.2 || ++lost < 0;
            var call = Call(mcu, Value);
            List<string> lines = [];
            mcu.World.RunUntil(() =>
            {
                foreach (var line in mcu.Take())
                {
                    lines.Add(line);
                    if (line.StartsWith("+MIPLWRITE:", StringComparison.Ordinal) && line.EndsWith(",0", StringComparison.Ordinal))
                        mcu.Command($"AT+MIPLWRITERSP=0,{line.Split(',')[1]},2");
                }
                return mcu.World.Answer(call) is not null;
            }, TimeSpan.FromSeconds(60));
            // However often the last block was repeated: what the MCU sees is the whole value or nothing.
            var shown = lines.Where(l => l.StartsWith("+MIPLWRITE:", StringComparison.Ordinal)).Select(l => l.Split(',')).ToList();
            Assert.That(shown.Count % 4, Is.Zero);
            foreach (var write in shown.Chunk(4))
            {
                Assert.That(string.Concat(write.Select(f => f[7])), Is.EqualTo(Value), $"seed {seed}");
                Assert.That(write.Select(f => f[8]), Is.EqualTo(new[] { "1", "2", "2", "0" }));
            }
            if (mcu.Answer(call) == """{"errno":0,"error":"succ"}""")
            {
                arrived++;
                Assert.That(shown, Is.Not.Empty);
            }
            else
                Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"), $"seed {seed}");
        }
        Assert.That(arrived, Is.GreaterThanOrEqualTo(36));
        Assert.That(lost, Is.GreaterThan(80), "the network is not perfect");
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
