using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>AT+CMDNS, AT+NPING, AT+PING.</summary>
public sealed class LookupTests
{
    static SocketBench Start()
    {
        var bench = new SocketBench(NeighbourProfiles.Start());
        bench.Mcu.World.Names["echo.example"] = SocketBench.Address.Address;
        bench.Mcu.World.PingedHosts.Add(SocketBench.Address.Address);
        return bench;
    }

    static SocketBench StartM5311()
    {
        var bench = new SocketBench(NeighbourProfiles.Start(NeighbourProfiles.M5311));
        bench.Mcu.World.Names["echo.example"] = SocketBench.Address.Address;
        bench.Mcu.World.PingedHosts.Add(SocketBench.Address.Address);
        return bench;
    }

    [TestCase("\"echo.example\"", "OK|+CMDNS:192.0.2.1")]
    [TestCase("ECHO.example", "OK|+CMDNS:192.0.2.1")]
    [TestCase("\"192.0.2.77\"", "+CMDNS:192.0.2.77|OK")]
    [TestCase("\"none.example\"", "OK|+CMDNS:")]
    public void A_name_is_looked_up(string host, string lines) => Assert.That(Start().Run($"AT+CMDNS={host}"), Is.EqualTo(lines));

    [Test]
    public void The_M5311_prints_a_space() => Assert.That(StartM5311().Run("AT+CMDNS=\"echo.example\""), Is.EqualTo("OK|+CMDNS: 192.0.2.1"));

    [Test]
    public void A_lookup_that_nobody_hears_fails_in_the_end()
    {
        var bench = Start();
        bench.Mcu.World.Module.Radio.SetCoverage(bench.Mcu.World.Now, false);
        Assert.That(bench.Run("AT+CMDNS=echo.example", 19), Is.EqualTo("OK"));
        Assert.That(bench.After(2), Is.EqualTo("+CMDNS:"));
    }

    [TestCase("AT+NPING=192.0.2.1", "OK|+NPING:192.0.2.1,54,100")]
    [TestCase("AT+NPING=\"echo.example\",64,5000", "OK|+NPING:192.0.2.1,54,100")]
    [TestCase("AT+NPING=192.0.2.1,64,5000,3", "OK|+NPING:192.0.2.1,54,100|+NPING:192.0.2.1,54,100|+NPING:192.0.2.1,54,100")]
    [TestCase("AT+NPING=none.example", "OK|+NPINGERR:2")]
    public void A_ping_is_answered_on_the_M5310A(string command, string lines) => Assert.That(Start().Run(command), Is.EqualTo(lines));

    [Test]
    public void A_ping_is_answered_on_the_M5311() =>
        Assert.That(StartM5311().Run("AT+PING=\"echo.example\",32,2000,1"), Is.EqualTo("OK|+PING: 192.0.2.1,54,100"));

    [Test]
    public void Pings_without_an_answer_fail_one_after_the_other()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+NPING=192.0.2.50,12,2000,2", 1.9), Is.EqualTo("OK"));
        Assert.That(bench.After(0.2), Is.EqualTo("+NPINGERR:1"));
        Assert.That(bench.Run("AT+NPING=192.0.2.1"), Is.EqualTo("ERROR"), "one series at a time");
        Assert.That(bench.After(1.2), Is.EqualTo("+NPINGERR:1"));
        Assert.That(bench.Run("AT+NPING=192.0.2.1"), Is.EqualTo("OK|+NPING:192.0.2.1,54,100"));
    }

    [Test]
    public void An_unanswered_ping_on_the_M5311_has_a_space() =>
        Assert.That(StartM5311().Run("AT+PING=192.0.2.50,32,1000", 2), Is.EqualTo("OK|+PINGERR: 1"));

    [Test]
    public void A_ping_that_does_not_leave_is_not_answered()
    {
        var bench = Start();
        bench.Mcu.World.Module.Radio.SetCoverage(bench.Mcu.World.Now, false);
        Assert.That(bench.Run("AT+NPING=192.0.2.1", 11), Is.EqualTo("OK|+NPINGERR:1"));
    }

    [TestCase("AT+CMDNS=\"\"")]
    [TestCase("AT+CMDNS=\"a b\"")]
    [TestCase("AT+NPING=\"\"")]
    [TestCase("AT+NPING=192.0.2.1,7")]
    [TestCase("AT+NPING=192.0.2.1,64,5")]
    [TestCase("AT+NPING=192.0.2.1,64,5000,0")]
    public void Wrong_parameters_are_refused_with_a_number(string command)
    {
        var bench = Start();
        bench.Run("AT+CMEE=1");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 50"));
    }

    [TestCase("AT+CMDNS=echo.example")]
    [TestCase("AT+NPING=192.0.2.1")]
    public void Without_a_network_the_number_is_30(string command)
    {
        var bench = Start();
        bench.Run("AT+CMEE=1");
        bench.Run("AT+CFUN=0");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 30"));
    }
}
