using System.Net;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>Sockets over the one model of the radio: detaching, coverage, sleep, loss and a new address.</summary>
public sealed class SocketRadioTests
{
    static SocketBench Start() => new(NeighbourProfiles.Start());

    /// <summary>Socket 0 is UDP, socket 1 a TCP connection; both print what they receive.</summary>
    static SocketBench WithBoth()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,2");
        bench.Run("AT+NSOCR=STREAM,6,0,2");
        Assert.That(bench.Run("AT+NSOCO=1,192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
        return bench;
    }

    static RadioModel Radio(SocketBench bench) => bench.Mcu.World.Module.Radio;

    [TestCase("AT+CFUN=0")]
    [TestCase("AT+CGATT=0")]
    [TestCase("AT+COPS=2")]
    public void Without_a_network_sockets_end_and_the_MCU_is_told(string command)
    {
        var bench = WithBoth();
        Assert.That(bench.Run(command), Is.EqualTo("OK|+NSOCLI: 0|+NSOCLI: 1"));
        Assert.That(bench.Tcp.Closes, Is.EqualTo(1));
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17"), Is.EqualTo("0|OK"));
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void On_the_M5311_they_end_with_IPCLOSE()
    {
        var bench = new SocketBench(NeighbourProfiles.Start(NeighbourProfiles.M5311));
        bench.Run("AT+IPSTART=3,\"UDP\",\"192.0.2.1\",7");
        Assert.That(bench.Run("AT+CFUN=0"), Is.EqualTo("OK|+IPCLOSE: 3"));
        Assert.That(bench.Run("AT+IPSTART=3,\"UDP\",\"192.0.2.1\",7"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void A_restart_ends_them_without_a_word()
    {
        var bench = WithBoth();
        bench.Run("AT+NPING=192.0.2.50");
        bench.Mcu.World.Reset(ResetCause.Pin);
        Assert.That(bench.After(30), Does.Not.Contain("NSOCLI").And.Not.Contain("NPING"));
        Assert.That(bench.Tcp.Closes, Is.EqualTo(1));
        Assert.That(bench.Run("AT+NSOCL=0"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void Sending_wakes_the_radio_and_counts_as_traffic()
    {
        var bench = WithBoth();
        bench.Run("AT+CSCON=1");
        Assert.That(bench.After(60), Is.EqualTo("+CSCON:0"));
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("0,1|OK|+CSCON:1|+NSORF:0,192.0.2.1,7,1,AB,0"));
        bench.After(60);
        Assert.That(bench.Run("AT+NSOSD=1,1,CD"), Is.EqualTo("1,1|OK|+CSCON:1|+NSORF:1,192.0.2.1,7,1,CD,0"));
        bench.After(60);
        Assert.That(bench.Run("AT+NPING=192.0.2.50", 0), Is.EqualTo("OK|+CSCON:1"));
    }

    [Test]
    public void A_module_that_sleeps_misses_datagrams_and_gets_its_stream_when_it_wakes()
    {
        var bench = WithBoth();
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB");
        bench.Run("AT+NSOSD=1,1,CD");
        bench.Run("AT+CPSMS=1,,,\"00100100\",\"00000000\"");
        bench.After(60);
        Assert.That(Radio(bench).State, Is.EqualTo(RadioState.PowerSaving));

        bench.Mcu.World.SendToSocket(bench.Udp.Senders[0], SocketBench.Address, new byte[] { 1 });
        bench.Tcp.Last!.Send(new byte[] { 2 });
        Assert.That(bench.After(100), Is.Empty);

        Assert.That(bench.Run("AT+NPING=192.0.2.50", 1), Is.EqualTo("OK|+NSORF:1,192.0.2.1,7,1,02,0"));
    }

    [Test]
    public void With_eDRX_the_network_keeps_both_until_the_paging_window()
    {
        var bench = WithBoth();
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB");
        bench.Run("AT+NSOSD=1,1,CD");
        bench.Run("AT+CEDRXS=1,5,\"0101\"");
        bench.After(60);
        Assert.That(Radio(bench).State, Is.EqualTo(RadioState.Idle));

        bench.Mcu.World.SendToSocket(bench.Udp.Senders[0], SocketBench.Address, new byte[] { 1 });
        bench.Tcp.Last!.Send(new byte[] { 2 });
        Assert.That(bench.After(1), Is.Empty);
        Assert.That(bench.After(90), Is.EqualTo("+NSORF:0,192.0.2.1,7,1,01,0|+NSORF:1,192.0.2.1,7,1,02,0"));
    }

    [Test]
    public void Out_of_coverage_datagrams_are_lost_and_a_stream_waits()
    {
        var bench = WithBoth();
        var world = bench.Mcu.World;
        Radio(bench).SetCoverage(world.Now, false);
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("0,1|OK"));
        Assert.That(bench.Run("AT+NSOSD=1,1,C1"), Is.EqualTo("1,1|OK"));
        Assert.That(bench.Run("AT+NSOSD=1,1,C2"), Is.EqualTo("1,1|OK"));
        Assert.That(bench.Tcp.Received, Is.Empty);
        Radio(bench).SetCoverage(world.Now, true);
        Assert.That(bench.Run("AT"), Is.EqualTo("OK|+NSORF:1,192.0.2.1,7,1,C1,0|+NSORF:1,192.0.2.1,7,1,C2,0"));
        Assert.That(bench.Udp.Received, Is.Empty);
    }

    [Test]
    public void A_stream_out_of_coverage_takes_4_KB_and_no_more()
    {
        var bench = WithBoth();
        Radio(bench).SetCoverage(bench.Mcu.World.Now, false);
        for (var i = 0; i < 4; i++)
            Assert.That(bench.Run($"AT+NSOSD=1,1024,{new string('0', 2048)}"), Is.EqualTo("1,1024|OK"));
        Assert.That(bench.Run("AT+NSOSD=1,1,00"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void A_datagram_that_the_network_loses_is_lost()
    {
        var bench = WithBoth();
        bench.Mcu.World.Passes = (up, _) => up;
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("0,1|OK"));
        Assert.That(bench.Udp.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public void After_ageing_a_datagram_socket_goes_on_from_a_new_port_and_the_old_one_is_dead()
    {
        var bench = WithBoth();
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,01");
        Age(bench);
        bench.Mcu.World.SendToSocket(bench.Udp.Senders[0], SocketBench.Address, new byte[] { 9 });
        Assert.That(bench.After(1), Is.Empty, "nobody is behind the old port");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,02"), Is.EqualTo("0,1|OK|+NSORF:0,192.0.2.1,7,1,02,0"));
        Assert.That(bench.Udp.Senders[1], Is.Not.EqualTo(bench.Udp.Senders[0]));
    }

    [Test]
    public void After_ageing_a_stream_is_dead_which_shows_when_it_is_used_and_a_new_one_works()
    {
        var bench = WithBoth();
        bench.Run("AT+NSOSD=1,1,01");
        Age(bench);
        bench.Tcp.Last!.Send(new byte[] { 9 });
        Assert.That(bench.After(600), Is.Empty, "neither side knows yet");

        Assert.That(bench.Run("AT+NSOSD=1,1,02"), Is.EqualTo("1,1|OK"));
        Assert.That(bench.After(30), Is.Empty);
        Assert.That(bench.Run("AT+NSOSD=1,1,03"), Is.EqualTo("1,1|OK"));
        Assert.That(bench.After(30), Is.EqualTo("+NSOCLI: 1"));
        Assert.That(bench.Tcp.Received, Is.EqualTo(new[] { "01" }));

        Assert.That(bench.Run("AT+NSOCR=STREAM,6,0,2"), Is.EqualTo("1|OK"));
        Assert.That(bench.Run("AT+NSOCO=1,192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+NSOSD=1,1,04"), Is.EqualTo("1,1|OK|+NSORF:1,192.0.2.1,7,1,04,0"));
    }

    [Test]
    public void What_waited_for_coverage_when_the_address_changed_is_never_answered()
    {
        var bench = WithBoth();
        Radio(bench).SetCoverage(bench.Mcu.World.Now, false);
        bench.Run("AT+NSOSD=1,1,01");
        Age(bench);
        Radio(bench).SetCoverage(bench.Mcu.World.Now, true);
        Assert.That(bench.Run("AT", 55), Is.EqualTo("OK"));
        Assert.That(bench.After(10), Is.EqualTo("+NSOCLI: 1"));
        Assert.That(bench.Tcp.Received, Is.Empty);
    }

    [Test]
    public void The_LwM2M_session_and_the_sockets_do_not_disturb_each_other()
    {
        var bench = Start();
        bench.Mcu.Register();
        bench.Run("AT+NSOCR=DGRAM,17,0,2");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("0,1|OK|+NSORF:0,192.0.2.1,7,1,AB,0"));
        Assert.That(bench.Run("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,9"), Is.EqualTo("OK|+MIPLEVENT:0,26,9"));
        bench.Run("AT+MIPLDELETE=0");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,CD"), Is.EqualTo("0,1|OK|+NSORF:0,192.0.2.1,7,1,CD,0"));
    }

    [Test]
    public void The_same_seed_gives_the_same_bytes()
    {
        var first = Transcript();
        Assert.That(Transcript(), Is.EqualTo(first));
    }

    static string Transcript()
    {
        var bench = WithBoth();
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,01");
        bench.Run("AT+NSOSD=1,1,02");
        bench.Run("AT+CMDNS=none.example");
        Age(bench);
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,03", 100);
        return bench.Mcu.Raw;
    }

    /// <summary>The network gives the module another address without a detach.</summary>
    static void Age(SocketBench bench)
    {
        IPAddress? before = Radio(bench).Address;
        Radio(bench).ChangeAddress();
        bench.Run("AT");
        Assert.That(Radio(bench).Address, Is.Not.EqualTo(before));
    }
}
