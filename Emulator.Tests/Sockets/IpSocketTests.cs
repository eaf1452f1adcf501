using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>The sockets of the M5311 and of those that follow it.</summary>
[TestFixture("m5311")]
[TestFixture("m5312")]
[TestFixture("n10sg")]
sealed class IpSocketTests(string profile)
{
    SocketBench Start() => new(NeighbourProfiles.Start(ModuleProfile.Find(profile)! with { EchoByDefault = false }));

    [Test]
    public void Datagrams_go_out_and_come_back()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+IPSEND=0,2,ab01"), Is.EqualTo("+IPSEND: 0,2|OK|+IPRD: 0,2,AB01"));
        Assert.That(bench.Run("AT+IPSEND=0,1,\"AA\",\"192.0.2.1\",7,1"), Is.EqualTo("+IPSEND: 0,1|OK|+IPRD: 0,1,AA"));
        Assert.That(bench.Run("AT+IPCLOSE=0"), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+IPSEND=0,1,AA"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void A_stream_echoes_and_tells_when_the_server_closes_it()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+IPSTART=2,\"tcp\",192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+IPSEND=2,3,010203"), Is.EqualTo("+IPSEND: 2,3|OK|+IPRD: 2,3,010203"));
        bench.Tcp.Last!.Close();
        Assert.That(bench.After(1), Is.EqualTo("+IPCLOSE: 2"));
        Assert.That(bench.Run("AT+IPCLOSE=2"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void A_connection_names_a_context_that_is_defined()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7,7"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7,1"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+IPSTART=1,\"UDP\",\"192.0.2.1\",7,0"), Is.EqualTo("OK|CONNECT OK"));
    }

    [Test]
    public void Without_a_length_the_data_are_text()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"TCP\",\"192.0.2.1\",7");
        bench.Run("AT+IPRCFG=1,0,0");
        Assert.That(bench.Run("AT+IPSEND=0,0,\"LOGIN [7], v2\",1"), Is.EqualTo("+IPSEND: 0,13|OK|+IPRD: 0,13,LOGIN [7], v2"));
        Assert.That(bench.Run("AT+IPSEND=0,,\"x\""), Is.EqualTo("+IPSEND: 0,1|OK|+IPRD: 0,1,x"));
    }

    [TestCase("1,2,1", "+IPRD: 0,\"192.0.2.1\",7,2,AB01")]
    [TestCase("1,0,1", "+IPRD: 0,2,AB01")]
    [TestCase("1,1,1", "+IPRD: 0,\"192.0.2.1\",7,2,AB01")]
    public void IPRCFG_chooses_what_IPRD_shows(string setting, string line)
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        Assert.That(bench.Run($"AT+IPRCFG={setting}"), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+IPRCFG?"), Is.EqualTo($"+IPRCFG: {setting}|OK"));
        Assert.That(bench.Run("AT+IPSEND=0,2,ab01"), Does.EndWith($"|{line}"));
    }

    [Test]
    public void With_automatic_printing_off_data_wait_until_they_are_read_or_it_is_turned_on()
    {
        var bench = Start();
        bench.Run("AT+IPRCFG=0,0,1");
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        Assert.That(bench.Run("AT+IPSEND=0,2,AB01"), Is.EqualTo("+IPSEND: 0,2|OK"));
        bench.Run("AT+IPSEND=0,1,CD");
        Assert.That(bench.Run("AT+IPRD=0,1"), Is.EqualTo("OK|+IPRD: 0,1,AB"));
        Assert.That(bench.Run("AT+IPRCFG=1,0,1"), Is.EqualTo("OK|+IPRD: 0,1,01|+IPRD: 0,1,CD"));
    }

    [Test]
    public void A_name_is_looked_up_first()
    {
        var bench = Start();
        bench.Mcu.World.Names["echo.example"] = SocketBench.Address.Address;
        Assert.That(bench.Run("AT+IPSTART=0,\"TCP\",\"echo.example\",7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+IPSTART=1,\"UDP\",\"none.example\",7"), Is.EqualTo("OK|CONNECT FAIL"));
    }

    [TestCase("AT+IPSTART=1,\"TCP\",\"192.0.2.9\",7")]
    [TestCase("AT+IPSTART=1,\"UDP\",\"none.example\",7")]
    public void A_failed_connection_leaves_its_number_free(string start)
    {
        var bench = Start();
        Assert.That(bench.Run(start), Is.EqualTo("OK|CONNECT FAIL"));
        Assert.That(bench.Run("AT+IPCLOSE=1"), Is.EqualTo("ERROR"), "nothing is there to close");
        Assert.That(bench.Run(start), Is.EqualTo("OK|CONNECT FAIL"));
        Assert.That(bench.Run("AT+CFUN=0"), Is.EqualTo("OK"), "and nothing to lose");
        bench.Run("AT+CFUN=1");
        Assert.That(bench.Run("AT+IPSTART=1,\"TCP\",\"192.0.2.1\",7"), Does.EndWith("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+IPSTART=1,\"TCP\",\"192.0.2.1\",7"), Is.EqualTo("ERROR"), "in use");
    }

    [TestCase("AT+IPSTART=5,\"UDP\",\"192.0.2.1\",7")]
    [TestCase("AT+IPSTART=1,\"RAW\",\"192.0.2.1\",7")]
    [TestCase("AT+IPSTART=1,\"UDP\",\"a b\",7")]
    [TestCase("AT+IPSTART=1,\"UDP\",\"192.0.2.1\",0")]
    [TestCase("AT+IPSEND=0,2,AB")]
    [TestCase("AT+IPSEND=0,2,ABCX")]
    [TestCase("AT+IPSEND=0,2")]
    [TestCase("AT+IPSEND=0,1,AB,nowhere,7")]
    [TestCase("AT+IPRCFG=2")]
    [TestCase("AT+IPRCFG=1,3")]
    [TestCase("AT+IPRD=0,0")]
    [TestCase("AT+IPCLOSE=x")]
    public void Wrong_parameters_are_refused_with_a_number(string command)
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        bench.Run("AT+CMEE=1");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 50"));
        Assert.That(bench.Udp.Received, Is.Empty);
    }

    [Test]
    public void A_datagram_of_713_bytes_is_too_long_and_712_are_not()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        Assert.That(bench.Run($"AT+IPSEND=0,713,{new string('A', 1426)}"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run($"AT+IPSEND=0,712,{new string('A', 1424)}"), Does.StartWith("+IPSEND: 0,712|OK"));
    }

    [TestCase("AT+IPSEND=1,1,AB")]
    [TestCase("AT+IPCLOSE=1")]
    [TestCase("AT+IPRD=1,1")]
    public void A_connection_that_is_not_there_is_refused_with_a_number(string command)
    {
        var bench = Start();
        bench.Run("AT+CMEE=1");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 3"));
    }
}
