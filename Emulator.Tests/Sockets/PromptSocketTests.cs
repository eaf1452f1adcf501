using System.Text;
using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>The sockets of the M5313.</summary>
public sealed class PromptSocketTests
{
    static SocketBench Start() => new(NeighbourProfiles.Start(NeighbourProfiles.M5313));

    static string Type(SocketBench bench, string text)
    {
        var before = bench.Mcu.Raw.Length;
        bench.Mcu.World.Line.Send(Encoding.Latin1.GetBytes(text));
        bench.Mcu.Advance(1);
        bench.Mcu.Take();
        return bench.Mcu.Raw[before..];
    }

    [TestCase("TCP")]
    [TestCase("UDP")]
    public void Data_are_prompted_for_and_come_back_as_they_are(string kind)
    {
        var bench = Start();
        Assert.That(bench.Run($"AT+IPSTART=1,\"{kind}\",\"192.0.2.1\",7"), Is.EqualTo("OK|1,CONNECT OK"));
        Assert.That(Type(bench, "AT+IPSEND=1,4\r\n"), Is.EqualTo("\r\n> "));
        Assert.That(Type(bench, "a\r\nÿ"), Is.EqualTo("\r\nSEND OK\r\n\r\n+RECEIVE,1,4:a\r\nÿ\r\n"));
        Assert.That(bench.Run("AT+IPCLOSE=1"), Is.EqualTo("OK"));
    }

    [Test]
    public void What_follows_the_data_is_a_command_again()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        Assert.That(Type(bench, "AT+IPSEND=0,2\rATAT\r"), Is.EqualTo("\r\n> \r\nSEND OK\r\n\r\nOK\r\n\r\n+RECEIVE,0,2:AT\r\n"));
    }

    [Test]
    public void A_line_that_arises_meanwhile_waits_for_the_end_of_the_data()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"TCP\",\"192.0.2.1\",7");
        Type(bench, "AT+IPSEND=0,1\rx");
        Type(bench, "AT+IPSEND=0,3\r");
        bench.Tcp.Last!.Send(Encoding.ASCII.GetBytes("hello"));
        Assert.That(Type(bench, "ab"), Is.Empty);
        Assert.That(Type(bench, "c"), Does.StartWith("\r\nSEND OK\r\n\r\n+RECEIVE,0,5:hello\r\n"));
    }

    [Test]
    public void A_prompt_without_an_answer_ends()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7");
        Type(bench, "AT+IPSEND=0,5\rab");
        Assert.That(bench.After(60), Is.EqualTo("> |SEND FAIL"));
        Assert.That(bench.Run("AT"), Is.EqualTo("OK"));
        Assert.That(bench.Udp.Received, Is.Empty);
    }

    [Test]
    public void A_connection_that_ends_meanwhile_fails_to_send()
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"TCP\",\"192.0.2.1\",7");
        Type(bench, "AT+IPSEND=0,1\rx");
        Type(bench, "AT+IPSEND=0,2\r");
        bench.Tcp.Last!.Close();
        Type(bench, "a");
        Assert.That(Type(bench, "b"), Is.EqualTo("\r\nSEND FAIL\r\n\r\n0,CLOSED\r\n"));
    }

    [Test]
    public void A_refused_connection_fails_with_its_number() =>
        Assert.That(Start().Run("AT+IPSTART=3,\"TCP\",\"192.0.2.9\",7"), Is.EqualTo("OK|3,CONNECT FAIL"));

    [Test]
    public void A_name_is_answered_with_itself()
    {
        var bench = Start();
        bench.Mcu.World.Names["echo.example"] = SocketBench.Address.Address;
        Assert.That(bench.Run("AT+CMDNSGIP=\"echo.example\""), Is.EqualTo("OK|+CMDNSGIP:\"echo.example\",\"192.0.2.1\""));
    }

    [TestCase("AT+IPSEND=0,1,AB")]
    [TestCase("AT+IPSEND=0,0")]
    [TestCase("AT+IPSEND=0")]
    [TestCase("AT+IPSEND=0,1461")]
    public void Wrong_parameters_are_refused(string command)
    {
        var bench = Start();
        bench.Run("AT+IPSTART=0,\"TCP\",\"192.0.2.1\",7");
        Assert.That(bench.Run(command), Is.EqualTo("ERROR"));
    }

    [TestCase("+CMMUX")]
    [TestCase("+CMHEAD")]
    [TestCase("+CMSHOWPT")]
    [TestCase("+CMSHOWRA")]
    public void What_its_driver_chooses_is_accepted_and_shown(string name)
    {
        var bench = Start();
        Assert.That(bench.Run($"AT{name}=1"), Is.EqualTo("OK"));
        Assert.That(bench.Run($"AT{name}?"), Is.EqualTo($"{name}:1|OK"));
    }
}
