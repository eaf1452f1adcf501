using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>A module whose address ages, against the local OneNET without DTLS.</summary>
public sealed class IpAgeingTests
{
    const string ReadUrl = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750";
    static readonly string[] Ok = ["OK"];

    static Mcu Registered(double? ageing = 120)
    {
        var mcu = new Mcu(new VirtualWorldOptions
        {
            Module = new ModuleOptions { IpAgeing = ageing is { } seconds ? TimeSpan.FromSeconds(seconds) : null },
        });
        mcu.Register();
        Notify(mcu, 1);
        Assert.That(mcu.Await("+MIPLEVENT:0,26"), Is.EqualTo("+MIPLEVENT:0,26,1"));
        Assert.That(Stored(mcu), Is.EqualTo(1));
        return mcu;
    }

    static void Notify(Mcu mcu, int ackId) =>
        Assert.That(mcu.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0,{ackId}"), Is.EqualTo(Ok));

    static int Stored(Mcu mcu) => mcu.World.PlatformEvents.OfType<DatapointStored>().Count(e => e.Stream == "3200_0_5750");

    static int Traced(Mcu mcu, string text) => mcu.World.Trace.Count(t => t.Contains(text, StringComparison.Ordinal));

    static string CellAddress(Mcu mcu) => mcu.Command("AT+CGPADDR")[0].Split(',')[1];

    [Test]
    public void After_a_long_silence_a_notification_comes_to_nothing_and_ends_in_event_25()
    {
        var mcu = Registered();
        mcu.Advance(130);
        Assert.That(mcu.Take(), Is.Empty);

        Notify(mcu, 278);

        Assert.That(mcu.Next(120), Is.EqualTo("+MIPLEVENT:0,25,278"));
        Assert.That(Stored(mcu), Is.EqualTo(1));
        Assert.That(mcu.World.PlatformEvents.OfType<OneNetWarning>().Select(w => w.Source).Distinct(),
            Is.EqualTo(new[] { mcu.World.ModuleAddress.ToString() }), "the platform heard a stranger, and said nothing to it");
    }

    [Test]
    public void After_an_update_from_the_new_address_everything_goes_on_there()
    {
        var mcu = Registered();
        mcu.Advance(130);
        Notify(mcu, 278);
        mcu.Next(120);

        Assert.That(mcu.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo(Ok));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(mcu.World.PlatformEvents.OfType<DeviceUpdated>().Single().Moved, Is.True);
        Notify(mcu, 279);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,279"));
        Assert.That(Stored(mcu), Is.EqualTo(2));

        var call = mcu.Call("GET", ReadUrl);
        var mid = mcu.Await("+MIPLREAD:0,").Split(',')[1];
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo(Ok));
        Assert.That(mcu.Answer(call), Does.Contain("\"efgh\"").And.Contain("\"errno\":0"));
    }

    [Test]
    public void The_first_datagram_after_the_silence_leaves_from_the_new_address_and_port()
    {
        var mcu = Registered();
        var (cell, source) = (CellAddress(mcu), mcu.World.ModuleAddress);
        Assert.That(source.Address.ToString(), Is.EqualTo(cell));
        mcu.Advance(130);
        Assert.That((CellAddress(mcu), mcu.World.ModuleAddress), Is.EqualTo((cell, source)), "not before there is something to send");

        mcu.Command("AT+MIPLUPDATE=0,3000,0");

        Assert.That(CellAddress(mcu), Is.Not.EqualTo(cell));
        Assert.That(mcu.World.ModuleAddress.Address.ToString(), Is.EqualTo(CellAddress(mcu)));
        Assert.That(mcu.World.ModuleAddress.Port, Is.Not.EqualTo(source.Port));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"), "the answer found its way");
    }

    [Test]
    public void The_rebinding_comes_before_the_datagram_that_needs_it()
    {
        var random = new Lwm2m.SeededRandom(1);
        var module = new M531xModule(new ModuleOptions(), random.Fork("module 0"), random.Fork("dtls").Fill);
        module.PowerOn(TimeSpan.Zero, quiet: true);
        module.HandleSerial(TimeSpan.Zero, "AT+MIPLCREATEEX=\"183.230.40.40:5683\",0\rAT+MIPLADDOBJ=0,3200,1,\"1\",0,1\rAT+MIPLOPEN=0,3000,30\r"u8);
        module.AgeMapping(TimeSpan.FromSeconds(1));
        while (module.TryTake(out _)) { }

        module.HandleTimeout(TimeSpan.FromSeconds(10)); // a repetition of the Register

        List<ModuleEffect> effects = [];
        while (module.TryTake(out var effect))
        {
            if (effect is RebindSocket or DatagramOutput)
                effects.Add(effect);
        }
        Assert.That(effects.Select(e => e.GetType()), Is.EqualTo(new[] { typeof(RebindSocket), typeof(DatagramOutput) }));
        Assert.That(((RebindSocket)effects[0]).Address, Is.EqualTo(module.Radio.Address));
    }

    [Test]
    public void A_downlink_to_an_aged_address_is_lost_and_its_call_times_out()
    {
        var mcu = Registered();
        mcu.Advance(121);
        var call = mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"));
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(Traced(mcu, "the mapping has aged"), Is.GreaterThanOrEqualTo(1));
        Assert.That(Traced(mcu, "radio mapping.aged"), Is.EqualTo(1));
        Assert.That(mcu.World.Module.Radio.IsConnected, Is.False, "nobody was paged");
    }

    [Test]
    public void A_downlink_to_the_address_before_is_lost_and_its_call_times_out()
    {
        var mcu = Registered();
        mcu.Advance(130);
        Notify(mcu, 2);
        var call = mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Answer(call), Does.Contain("TIME_OUT"));
        Assert.That(mcu.Raw.Split("+MIPLREAD:").Length - 1, Is.EqualTo(1), "the one after the registration");
        Assert.That(Traced(mcu, "old mapping"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void A_request_under_way_finds_the_module_after_its_update()
    {
        var mcu = Registered();
        mcu.Advance(130);
        var call = mcu.Call("GET", ReadUrl);
        mcu.Advance(0.5);
        Assert.That(mcu.Take(), Is.Empty, "the first transmission is lost");

        mcu.Command("AT+MIPLUPDATE=0,3000,0");

        var mid = mcu.Await("+MIPLREAD:0,").Split(',')[1];
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo(Ok));
        Assert.That(mcu.Answer(call), Does.Contain("\"efgh\""));
    }

    [TestCase(120.0, 100)]
    [TestCase(null, 100_000)]
    public void Traffic_in_time_or_ageing_off_keeps_the_address(double? ageing, double silence)
    {
        var mcu = Registered(ageing);
        mcu.Command("AT+MIPLUPDATE=0,1000000,0");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        var source = mcu.World.ModuleAddress;
        for (var ackId = 2; ackId < 6; ackId++)
        {
            mcu.Advance(silence);
            Notify(mcu, ackId);
            Assert.That(mcu.Next(), Is.EqualTo($"+MIPLEVENT:0,26,{ackId}"));
        }
        Assert.That(mcu.World.ModuleAddress, Is.EqualTo(source));
        Assert.That(Stored(mcu), Is.EqualTo(5));
    }

    [Test]
    public void Automatic_updates_that_come_in_time_keep_the_address()
    {
        // With a lifetime of 120 s the update leaves after 90 s.
        var mcu = new Mcu();
        foreach (var command in (string[])["AT+MIPLCREATE", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLUPDATESET=0,1", "AT+MIPLOPEN=0,120,30"])
            Assert.That(mcu.Command(command), Has.Member("OK"));
        mcu.Await("+MIPLREAD:0,");
        var source = mcu.World.ModuleAddress;

        mcu.Advance(1000);

        Assert.That(mcu.World.PlatformEvents.OfType<DeviceUpdated>().Count(u => !u.Moved), Is.GreaterThan(5));
        Assert.That(mcu.World.ModuleAddress, Is.EqualTo(source));
        mcu.Take();
        mcu.Call("GET", ReadUrl);
        Assert.That(mcu.Next(), Does.StartWith("+MIPLREAD:0,"));
    }

    [Test]
    public void A_module_that_updates_after_each_silence_takes_its_observations_along()
    {
        var mcu = Registered();
        var sources = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            mcu.Advance(200);
            mcu.Command("AT+MIPLUPDATE=0,3000,0");
            Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
            sources.Add(mcu.World.ModuleAddress.ToString());
        }
        Assert.That(sources, Has.Count.EqualTo(3));
        Notify(mcu, 9);
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"));
    }

    [Test]
    public void Ageing_at_once_moves_the_next_datagram()
    {
        var mcu = Registered();
        var source = mcu.World.ModuleAddress;
        mcu.World.AgeMapping();
        Assert.That(mcu.World.ModuleAddress, Is.EqualTo(source));
        Notify(mcu, 3);
        Assert.That(mcu.World.ModuleAddress.Address, Is.Not.EqualTo(source.Address));
        Assert.That(mcu.Next(120), Is.EqualTo("+MIPLEVENT:0,25,3"));
    }

    [Test]
    public void An_M5311_prints_its_new_address_behind_the_answer()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { $"+IP:{mcu.World.Module.Radio.Address}" }));
        mcu.Register();
        mcu.Advance(150);
        mcu.Take();
        mcu.Send("AT+MIPLUPDATE=0,3000,0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", $"+IP:{mcu.World.Module.Radio.Address}" }));
        Assert.That(mcu.Next(), Does.EndWith("EVENT:0,11"));
    }

    [Test]
    public void A_closed_port_is_traced()
    {
        var mcu = Registered();
        mcu.World.Module.HandleUnreachable(mcu.World.Now, VirtualWorld.Lwm2mServer);
        Assert.That(mcu.Command("AT"), Is.EqualTo(Ok));
        Assert.That(Traced(mcu, "183.230.40.40:5683: port unreachable (ICMP)"), Is.EqualTo(1));
        Assert.That(mcu.Take(), Is.Empty);
    }
}
