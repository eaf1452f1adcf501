using System.Net;
using System.Net.Sockets;
using System.Text;
using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class TcpListenEndpointTests
{
    ISerialEndpoint _endpoint = null!;

    [SetUp]
    public void SetUp() => _endpoint = EndpointFactory.Open("tcp-listen:127.0.0.1:0");

    [TearDown]
    public async Task TearDown() => await _endpoint.DisposeAsync();

    [Test]
    public void Port_0_becomes_a_real_port_in_the_address()
    {
        var address = IPEndPoint.Parse(_endpoint.Address);
        Assert.That(address.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(address.Port, Is.Positive);
        Assert.That(_endpoint.Description, Is.EqualTo($"tcp {_endpoint.Address}"));
    }

    [Test]
    public async Task A_line_is_echoed_over_and_over_to_clients_that_come_and_go()
    {
        var sink = Start(echo: true);
        for (var i = 0; i < 200; i++)
        {
            using var client = Clients.Connect(_endpoint.Address);
            var text = Encoding.ASCII.GetBytes($"AT+{i}\r\n");
            await client.WriteAll(text);
            Assert.That(await client.ReadExactly(text.Length), Is.EqualTo(text), $"connection {i}");
        }
        sink.WaitForEvent("closed", 200);
        Assert.That(sink.Events, Is.EqualTo(Enumerable.Repeat<string[]>(["opened", "received", "closed"], 200).SelectMany(e => e)));
        Assert.That(_endpoint.Counters.BytesOut, Is.EqualTo(_endpoint.Counters.BytesIn));
    }

    [Test]
    public async Task A_burst_from_a_client_that_closes_at_once_arrives_whole()
    {
        var sink = Start();
        var burst = Clients.Pattern(3000);
        for (var i = 0; i < 50; i++)
        {
            using var client = Clients.Connect(_endpoint.Address);
            await client.WriteAll(burst);
        }
        sink.WaitForBytes(50 * burst.Length);
        Assert.That(sink.ReceivedBytes, Is.EqualTo(Enumerable.Repeat(burst, 50).SelectMany(b => b).ToArray()));
    }

    [Test]
    public async Task A_newcomer_waits_until_what_a_client_that_left_has_sent_is_read()
    {
        using var read = new ManualResetEventSlim();
        var sink = new RecordingSink { OnReceived = () => read.Wait(RecordingSink.Limit) };
        _endpoint.Start(sink);
        using (var first = Clients.Connect(_endpoint.Address))
            await first.WriteAll("AT\r"u8.ToArray());
        sink.WaitForBytes(3);
        using var second = Clients.Connect(_endpoint.Address);
        var answer = second.ReadExactly(1);
        // Twice as long as a newcomer waits for a client that is silent.
        Assert.That(await Task.WhenAny(answer, Task.Delay(500)), Is.Not.SameAs(answer), "turned away");
        read.Set();
        sink.WaitForEvent("opened", 2);
        _endpoint.Write("!"u8);
        Assert.That(await answer, Is.EqualTo("!"u8.ToArray()));
    }

    [Test]
    public async Task A_newcomer_is_turned_away_while_a_client_is_connected()
    {
        var sink = Start(echo: true);
        using var first = Clients.Connect(_endpoint.Address);
        sink.WaitForEvent("opened");
        using (var second = Clients.Connect(_endpoint.Address))
            Assert.That(await second.ReadExactly(1), Is.Empty);
        await first.WriteAll("AT\r"u8.ToArray());
        Assert.That(await first.ReadExactly(3), Is.EqualTo("AT\r"u8.ToArray()));
        Assert.That(sink.Events, Is.EqualTo(["opened", "received"]));
    }

    [Test]
    public async Task Output_without_a_client_is_kept_to_4_KB_for_the_next_client()
    {
        var sink = Start();
        var bytes = Clients.Pattern(5000);
        _endpoint.Write(bytes);
        Assert.That(_endpoint.Counters, Is.EqualTo(new EndpointCounters(0, 0, 904)));
        using (var first = Clients.Connect(_endpoint.Address))
            Assert.That(await first.ReadExactly(4096), Is.EqualTo(bytes[..4096]));
        sink.WaitForEvent("closed");
        _endpoint.Write("+URC\r\n"u8);
        using var second = Clients.Connect(_endpoint.Address);
        Assert.That(await second.ReadExactly(6), Is.EqualTo("+URC\r\n"u8.ToArray()));
    }

    [Test]
    public async Task A_half_closed_client_still_gets_the_answer()
    {
        var sink = Start(echo: true);
        using var client = Clients.Connect(_endpoint.Address);
        await client.WriteAll("AT\r"u8.ToArray());
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.That(await client.ReadExactly(4), Is.EqualTo("AT\r"u8.ToArray()), "the answer, then the end");
        sink.WaitForEvent("closed");
    }

    [Test]
    public async Task A_megabyte_comes_back_from_an_echo_without_loss()
    {
        Start(echo: true);
        using var client = Clients.Connect(_endpoint.Address);
        var bytes = Clients.Pattern(1 << 20);
        var reading = client.ReadExactly(bytes.Length);
        await client.WriteAll(bytes);
        Assert.That((await reading).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(_endpoint.Counters.BytesDropped, Is.Zero);
        Assert.That(_endpoint.Counters.BytesIn, Is.EqualTo(1 << 20));
    }

    [Test]
    public void A_reset_connection_makes_way_for_the_next_client()
    {
        var sink = Start();
        for (var i = 1; i <= 20; i++)
        {
            using var client = Clients.Connect(_endpoint.Address);
            sink.WaitForEvent("opened", i);
            client.Socket.Close(timeout: 0);
            sink.WaitForEvent("closed", i);
        }
    }

    [Test]
    public async Task Disposing_sends_what_is_buffered_and_ends_the_connection()
    {
        var sink = Start();
        using var client = Clients.Connect(_endpoint.Address);
        sink.WaitForEvent("opened");
        _endpoint.Write("bye"u8);
        await _endpoint.DisposeAsync();
        Assert.That(await client.ReadExactly(4), Is.EqualTo("bye"u8.ToArray()));
        Assert.That(sink.Events, Is.EqualTo(["opened", "closed"]));
        Assert.That(() => _endpoint.Write("late"u8), Throws.Nothing);
    }

    [Test]
    public async Task A_port_in_use_is_busy_and_free_again_after_disposal()
    {
        var port = IPEndPoint.Parse(_endpoint.Address).Port;
        var error = Assert.Throws<EndpointException>(() => EndpointFactory.Open($"tcp-listen:127.0.0.1:{port}"));
        Assert.That(error.Problem, Is.EqualTo(EndpointProblem.Busy));
        Assert.That(error.Message, Does.StartWith($"--line tcp-listen:127.0.0.1:{port}: port {port} is in use"));
        await _endpoint.DisposeAsync();
        await using var again = EndpointFactory.Open($"tcp-listen:127.0.0.1:{port}");
        Assert.That(again.Address, Is.EqualTo($"127.0.0.1:{port}"));
    }

    RecordingSink Start(bool echo = false)
    {
        var sink = new RecordingSink { Echo = echo ? _endpoint : null };
        _endpoint.Start(sink);
        return sink;
    }
}
