using System.Globalization;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Object 10290 and the commands that show the same cells.</summary>
public sealed class CellMonitorTests
{
    static Mcu Start(string profile = "m5310a", ulong seed = 1, double attachSeconds = 0)
    {
        var mcu = new Mcu(new VirtualWorldOptions
        {
            Seed = seed,
            Module = new ModuleOptions { Profile = ModuleProfile.Find(profile)! with { EchoByDefault = false }, AttachDelay = TimeSpan.FromSeconds(attachSeconds) },
        });
        mcu.Take();
        return mcu;
    }

    /// <summary>All resources of 10290/0 by number.</summary>
    static Dictionary<int, long> Monitor(FakeServer server)
    {
        var answer = server.AnswerTo(server.Read("10290/0"));
        Assert.That(answer.Code, Is.EqualTo(CoapCode.Content));
        Assert.That(Tlv.TryDecode(answer.Payload, out var instances), Is.True);
        Assert.That(Tlv.TryDecode(instances.Single().Value, out var resources), Is.True);
        return resources.ToDictionary(r => r.Id, r => Tlv.TryDecodeValue(r.Value.Span, Lwm2mType.Integer, out var value) ? ((IntegerValue)value).Number : long.MinValue);
    }

    static long[] Fields(string line) => [.. line.Split(',')[1..].Select(f => long.Parse(f, CultureInfo.InvariantCulture))];

    [Test]
    public void The_monitor_has_the_resources_of_the_sdk_and_the_mcu_hears_nothing()
    {
        var mcu = Start();
        var server = FakeServer.Register(mcu);
        var monitor = Monitor(server);
        Assert.That(monitor.Keys, Is.EqualTo(new[] { 0, 6, 30, 31, 32, 6030, 6032, 6034, 20626, 20628, 20629, 20630, 20631 }));
        Assert.That((monitor[0], monitor[30], monitor[31], monitor[32]), Is.EqualTo((7L, 24L, 0L, 12L)));
        Assert.That((monitor[6030], monitor[6032], monitor[6034], monitor[20626]), Is.EqualTo((46000L, 3555L, 216L, 0x94L)));
        Assert.That(mcu.Lines(), Is.Empty);
    }

    [TestCase(1UL)]
    [TestCase(2UL)]
    [TestCase(77UL)]
    public void The_statistics_show_the_cells_of_the_monitor(ulong seed)
    {
        var mcu = Start(seed: seed);
        var server = FakeServer.Register(mcu);
        foreach (var (rssi, snr) in new[] { (24, 12), (3, -5) })
        {
            (mcu.World.Module.Radio.Rssi, mcu.World.Module.Radio.Snr) = (rssi, snr);
            var monitor = Monitor(server);
            var cells = mcu.Command("AT+NUESTATS=CELL")[..^1].Select(Fields).ToList();
            Assert.That(cells, Has.Count.EqualTo(3));
            Assert.That(cells.Select(c => c[0]), Has.All.EqualTo(monitor[6032]));
            Assert.That(cells.Select(c => c[1]), Is.EqualTo(new[] { monitor[6034], monitor[20628], monitor[20629] }).And.Unique);
            Assert.That(cells.Select(c => c[2]), Is.EqualTo(new[] { 1, 0, 0 }));
            Assert.That(cells.Skip(1).Select(c => c[3]), Is.EqualTo(new[] { 10 * monitor[20630], 10 * monitor[20631] }));
            Assert.That(cells.Select(c => c[3]), Is.Ordered.Descending, "the strongest first");
            Assert.That((cells[0][3], cells[0][6]), Is.EqualTo((10L * (-113 + 2 * monitor[30]), 10 * monitor[32])));
        }
    }

    [Test]
    public void The_engineering_lines_show_the_cells_of_the_monitor()
    {
        var mcu = Start("m5311", seed: 5);
        var server = FakeServer.Register(mcu);
        var monitor = Monitor(server);
        Assert.That(mcu.Ask("AT*ENGINFO=0"), Is.EqualTo($"*ENGINFOSC: {monitor[6032]},2,{monitor[6034]},\"94\",,-65,-11,-54,{monitor[32]},8,\"19E6\",{monitor[31]},|OK"));
        Assert.That(mcu.Ask("AT*ENGINFO=1"), Is.EqualTo($"*ENGINFONC: 3555,2,{monitor[20628]},{monitor[20630]}|*ENGINFONC: 3555,2,{monitor[20629]},{monitor[20631]}|OK"));
    }

    [Test]
    public void The_cells_come_from_the_seed_and_follow_the_serving_one()
    {
        var first = Cells(1);
        Assert.That(Cells(1), Is.EqualTo(first));
        Assert.That(Enumerable.Range(1, 20).Select(s => Cells((ulong)s)).Distinct().Count(), Is.GreaterThan(15));
        var mcu = Start();
        var before = mcu.World.Module.Radio.Neighbours;
        Assert.That(mcu.Ask("AT+NEARFCN=0,3736,1F7"), Is.EqualTo("OK"));
        Assert.That(mcu.World.Module.Radio.Neighbours.Select(n => n.PhysicalCell), Has.All.InRange(0, 502).And.Not.EqualTo(before.Select(n => n.PhysicalCell)));

        static string Cells(ulong seed) => string.Join(' ', Start(seed: seed).World.Module.Radio.Neighbours);
    }

    [Test]
    public void Without_a_network_there_are_no_cells()
    {
        var mcu = Start("m5311", attachSeconds: 60);
        Assert.That(mcu.Ask("AT*ENGINFO=1"), Is.EqualTo("OK"));
        mcu.Advance(60);
        mcu.Take();
        Assert.That(mcu.Command("AT*ENGINFO=1"), Has.Length.EqualTo(3));
    }

    [TestCase("10290")]
    [TestCase("10290/0")]
    [TestCase("10290/0/30")]
    public void Flag_bit_1_hides_the_monitor(string path)
    {
        foreach (var (flags, code) in new[] { (0, CoapCode.Content), (2, CoapCode.NotFound) })
        {
            var mcu = Start();
            var server = new PlayedServer(mcu);
            mcu.Command($"AT+MIPLCREATEEX=\"183.230.40.40:5683\",{flags}");
            mcu.Command("AT+MIPLOPEN=0,300");
            server.AcceptRegister();
            Assert.That(server.Get(path).Code, Is.EqualTo(code));
        }
    }

    [TestCase("10290/1")]
    [TestCase("10290/0/5513")]
    public void What_the_monitor_has_not_is_4_04(string path)
    {
        var server = FakeServer.Register(Start());
        Assert.That(server.AnswerTo(server.Read(path)).Code, Is.EqualTo(CoapCode.NotFound));
    }
}
