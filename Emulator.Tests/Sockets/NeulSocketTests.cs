using System.Text;
using M531x.Emulator.Tests.Module;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>The sockets of the M5310-A, line by line.</summary>
public sealed class NeulSocketTests
{
    static SocketBench Start() => new(NeighbourProfiles.Start());

    [Test]
    public void A_datagram_goes_out_and_its_echo_is_announced_and_read()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17,0,1"), Is.EqualTo("0|OK"));
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,5,68656c6c6f"), Is.EqualTo("0,5|OK|+NSONMI:0,5"));
        Assert.That(bench.Udp.Received, Is.EqualTo(new[] { "68656C6C6F" }));
        Assert.That(bench.Run("AT+NSORF=0,2"), Is.EqualTo("0,192.0.2.1,7,2,6865,3|OK"));
        Assert.That(bench.Run("AT+NSORF=0,100"), Is.EqualTo("0,192.0.2.1,7,3,6C6C6F,0|OK"));
        Assert.That(bench.Run("AT+NSORF=0,100"), Is.EqualTo("OK"), "nothing is left");
        Assert.That(bench.Run("AT+NSOCL=0"), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+NSOCL=0"), Is.EqualTo("ERROR"));
    }

    [Test]
    public void A_line_of_a_socket_has_the_frame_of_every_other_line()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,1");
        var before = bench.Mcu.Raw.Length;
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB");
        Assert.That(bench.Mcu.Raw[before..], Is.EqualTo("\r\n0,1\r\n\r\nOK\r\n\r\n+NSONMI:0,1\r\n"));
    }

    [Test]
    public void Each_message_is_announced_once_the_one_before_is_read()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=\"DGRAM\",17");
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,01");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,2,0202"), Is.EqualTo("0,2|OK"));
        Assert.That(bench.Run("AT+NSORF=0,10"), Is.EqualTo("0,192.0.2.1,7,1,01,0|OK|+NSONMI:0,2"));
        Assert.That(bench.Run("AT+NSORF=0,10"), Is.EqualTo("0,192.0.2.1,7,2,0202,0|OK"));
    }

    [Test]
    public void Receive_control_0_drops_and_2_prints()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,0");
        bench.Run("AT+NSOCR=DGRAM,17,0,2");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB"), Is.EqualTo("0,1|OK"));
        Assert.That(bench.Run("AT+NSORF=0,10"), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+NSOST=1,192.0.2.1,7,1,AB"), Is.EqualTo("1,1|OK|+NSORF:1,192.0.2.1,7,1,AB,0"));
    }

    [Test]
    public void Seven_sockets_are_there_and_the_lowest_free_one_is_given()
    {
        var bench = Start();
        for (var i = 0; i < 7; i++)
            Assert.That(bench.Run("AT+NSOCR=DGRAM,17"), Is.EqualTo($"{i}|OK"));
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17"), Is.EqualTo("ERROR"));
        bench.Run("AT+NSOCL=3");
        Assert.That(bench.Run("AT+NSOCR=STREAM,6"), Is.EqualTo("3|OK"));
    }

    [Test]
    public void A_port_is_taken_once_per_protocol()
    {
        var bench = Start();
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17,4567,1"), Is.EqualTo("0|OK"));
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17,4567,1"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run("AT+NSOCR=STREAM,6,4567,1"), Is.EqualTo("1|OK"));
    }

    [Test]
    public void A_stream_is_connected_echoes_and_is_closed()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=STREAM,6,0,1");
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+NSOSD=0,2,ab01"), Is.EqualTo("0,2|OK|+NSONMI:0,2"));
        Assert.That(bench.Run("AT+NSORF=0,2"), Is.EqualTo("0,192.0.2.1,7,2,AB01,0|OK"));
        Assert.That(bench.Run("AT+NSOCL=0"), Is.EqualTo("OK"));
        Assert.That(bench.Tcp.Closes, Is.EqualTo(1));
    }

    [Test]
    public void A_refused_stream_fails_and_can_be_tried_again()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=STREAM,6");
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.9,7"), Is.EqualTo("OK|CONNECT FAIL"));
        Assert.That(bench.Run("AT+NSOSD=0,1,AB"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
    }

    [Test]
    public void A_stream_that_nobody_answers_fails_after_forty_seconds()
    {
        var bench = Start();
        bench.Mcu.World.SilentHosts.Add(SocketBench.Address.Address);
        bench.Run("AT+NSOCR=STREAM,6");
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7", 39.9), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7", 0), Is.EqualTo("ERROR"), "one attempt at a time");
        Assert.That(bench.After(0.2), Is.EqualTo("CONNECT FAIL"));
    }

    [Test]
    public void A_stream_that_the_server_closes_is_told_and_can_be_read_to_its_end()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=STREAM,6");
        bench.Run("AT+NSOCO=0,192.0.2.1,7");
        bench.Run("AT+NSOSD=0,1,AB");
        bench.Tcp.Last!.Close();
        Assert.That(bench.After(1), Is.EqualTo("+NSOCLI: 0"));
        Assert.That(bench.Run("AT+NSOSD=0,1,AB"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run("AT+NSORF=0,9"), Is.EqualTo("0,192.0.2.1,7,1,AB,0|OK"));
        Assert.That(bench.Run("AT+NSORF=0,9"), Is.EqualTo("ERROR"), "the number is free again");
        Assert.That(bench.Run("AT+NSOCR=DGRAM,17"), Is.EqualTo("0|OK"));
    }

    [Test]
    public void A_datagram_socket_with_a_peer_sends_as_a_stream_does()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17");
        Assert.That(bench.Run("AT+NSOSD=0,1,AB"), Is.EqualTo("ERROR"), "no peer yet");
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7"), Is.EqualTo("OK|CONNECT OK"));
        Assert.That(bench.Run("AT+NSOSD=0,1,AB"), Is.EqualTo("0,1|OK|+NSONMI:0,1"));
    }

    [Test]
    public void A_sequence_number_asks_whether_the_data_left()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,0");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB,100"), Is.EqualTo("0,1|OK|+NSOSTR:0,100,1"));
        bench.Mcu.World.Module.Radio.SetCoverage(bench.Mcu.World.Now, false);
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB,101"), Is.EqualTo("0,1|OK|+NSOSTR:0,101,0"));
        Assert.That(bench.Udp.Received, Has.Count.EqualTo(1));
    }

    [Test]
    public void Plain_data_can_be_chosen_per_socket()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,2");
        Assert.That(bench.Run("AT+NSOCFG=0,0,0"), Is.EqualTo("OK"));
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,5,\"a,b c\""), Is.EqualTo("0,5|OK|+NSORF:0,192.0.2.1,7,5,a,b c,0"));
        Assert.That(bench.Udp.Received[0], Is.EqualTo(Convert.ToHexString(Encoding.ASCII.GetBytes("a,b c"))));
        bench.Run("AT+NSOCFG=0,1,1");
        Assert.That(bench.Run("AT+NSOST=0,192.0.2.1,7,1,FF"), Is.EqualTo("0,1|OK|+NSORF:0,192.0.2.1,7,1,FF,0"));
    }

    [Test]
    public void A_release_flag_ends_the_connection_early()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,0");
        bench.Run("AT+NSOCO=0,192.0.2.1,7");
        bench.Run("AT+CSCON=1");
        Assert.That(bench.Run("AT+NSOSD=0,1,AB,0x200", 5), Is.EqualTo("0,1|OK|+CSCON:0"));
        Assert.That(bench.Run("AT+NSOSD=0,1,AB", 5), Is.EqualTo("0,1|OK|+CSCON:1"));
    }

    [Test]
    public void What_does_not_fit_the_buffer_is_lost_and_the_rest_can_be_read()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17");
        for (var i = 0; i < 5; i++)
            bench.Run($"AT+NSOST=0,192.0.2.1,7,1000,{new string('A', 2000)}");
        var read = 0;
        while (bench.Run("AT+NSORF=0,1358").StartsWith("0,192.0.2.1,7,1000,", StringComparison.Ordinal))
            read++;
        Assert.That(read, Is.EqualTo(4));
    }

    [Test]
    public void A_full_buffer_holds_a_stream_back_and_loses_nothing()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=STREAM,6");
        bench.Run("AT+NSOCO=0,192.0.2.1,7");
        bench.Run("AT+NSOSD=0,1,00");
        bench.Tcp.Last!.Send(Enumerable.Range(0, 20_000).Select(i => (byte)(i * 7)).ToArray());
        bench.After(1);
        StringBuilder text = new();
        for (var line = bench.Run("AT+NSORF=0,1358", 0.1); line != "OK"; line = bench.Run("AT+NSORF=0,1358", 0.1))
            text.Append(line.Split(',')[4]);
        var expected = "00" + Convert.ToHexString(Enumerable.Range(0, 20_000).Select(i => (byte)(i * 7)).ToArray());
        Assert.That(text.ToString(), Is.EqualTo(expected));
    }

    [TestCase("AT+NSOCR=DGRAM,6")]
    [TestCase("AT+NSOCR=STREAM,17")]
    [TestCase("AT+NSOCR=RAW,17")]
    [TestCase("AT+NSOCR=DGRAM,17,65536")]
    [TestCase("AT+NSOCR=DGRAM,17,0,3")]
    [TestCase("AT+NSOST=0,192.0.2,7,1,AB")]
    [TestCase("AT+NSOST=0,example.org,7,1,AB")]
    [TestCase("AT+NSOST=0,192.0.2.1,0,1,AB")]
    [TestCase("AT+NSOST=0,192.0.2.1,7,2,AB")]
    [TestCase("AT+NSOST=0,192.0.2.1,7,1,ABC")]
    [TestCase("AT+NSOST=0,192.0.2.1,7,1,GG")]
    [TestCase("AT+NSOST=0,192.0.2.1,7,0,")]
    [TestCase("AT+NSOST=7,192.0.2.1,7,1,AB")]
    [TestCase("AT+NSORF=0,0")]
    [TestCase("AT+NSOSD=1,1,AB,0x")]
    [TestCase("AT+NSOCFG=0,2,1")]
    [TestCase("AT+NSOCL")]
    public void Wrong_parameters_are_refused_with_a_number(string command)
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17");
        bench.Run("AT+CMEE=1");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 50"));
        Assert.That(bench.Udp.Received, Is.Empty);
    }

    [Test]
    public void A_socket_sends_1358_bytes_at_a_time_and_not_1359()
    {
        var bench = Start();
        bench.Run("AT+NSOCR=DGRAM,17,0,0");
        Assert.That(bench.Run($"AT+NSOST=0,192.0.2.1,7,1359,{new string('A', 2718)}"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run($"AT+NSOST=0,192.0.2.1,7,1358,{new string('A', 2716)}"), Is.EqualTo("0,1358|OK"));
        Assert.That(bench.Run("AT+NSOCO=0,192.0.2.1,7"), Does.StartWith("OK"));
        Assert.That(bench.Run($"AT+NSOSD=0,1359,{new string('A', 2718)}"), Is.EqualTo("ERROR"));
        Assert.That(bench.Run($"AT+NSOSD=0,1358,{new string('A', 2716)}"), Is.EqualTo("0,1358|OK"));
        Assert.That(bench.Udp.Received.Select(d => d.Length), Is.EqualTo(new[] { 2716, 2716 }));
    }

    [TestCase("AT+NSOCO=1,192.0.2.1,7")]
    [TestCase("AT+NSOST=1,192.0.2.1,7,1,AB")]
    [TestCase("AT+NSOSD=1,1,AB")]
    [TestCase("AT+NSORF=1,1")]
    [TestCase("AT+NSOCFG=1,1,1")]
    [TestCase("AT+NSOCL=1")]
    [TestCase("AT+NSOST=0,192.0.2.1,7,1,AB", Description = "a stream sends no datagrams")]
    [TestCase("AT+NSOSD=0,1,AB", Description = "not connected")]
    public void A_socket_in_a_wrong_state_is_refused_with_a_number(string command)
    {
        var bench = Start();
        bench.Run("AT+NSOCR=STREAM,6");
        bench.Run("AT+CMEE=1");
        Assert.That(bench.Run(command), Is.EqualTo("+CME ERROR: 3"));
    }
}
