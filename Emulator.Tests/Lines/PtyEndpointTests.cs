using System.Diagnostics;
using System.Text;
using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

[Platform(Exclude = "Win", Reason = "Windows has no pseudo-terminals")]
sealed class PtyEndpointTests
{
    ISerialEndpoint _endpoint = null!;

    [SetUp]
    public void SetUp() => _endpoint = EndpointFactory.Open("pty:");

    [TearDown]
    public async Task TearDown() => await _endpoint.DisposeAsync();

    [Test]
    public void Without_a_link_the_address_is_the_slave()
    {
        Assert.That(File.Exists(_endpoint.Address), Is.True);
        Assert.That(_endpoint.Description, Is.EqualTo($"pty {_endpoint.Address}"));
    }

    [Test]
    public async Task A_line_is_echoed_over_and_over_to_clients_that_come_and_go()
    {
        var sink = StartEcho();
        for (var i = 0; i < 200; i++)
        {
            using var client = Clients.OpenFile(_endpoint.Address);
            var text = Encoding.ASCII.GetBytes($"AT+{i}\r\n");
            await client.WriteAll(text);
            Assert.That(await client.ReadExactly(text.Length), Is.EqualTo(text), $"opening {i}");
        }
        sink.WaitForNoClient(); // what the last client has is counted only afterwards
        Assert.That(_endpoint.Counters.BytesOut, Is.EqualTo(_endpoint.Counters.BytesIn));
        Assert.That(_endpoint.Counters.BytesDropped, Is.Zero);
    }

    [Test]
    public async Task The_speed_a_client_has_set_is_seen()
    {
        await using var endpoint = EndpointFactory.Open("pty:", 9600);
        Assert.That(endpoint.ClientSpeed, Is.EqualTo(9600), "a client that sets none has the module's");
        using (var client = Clients.OpenFile(endpoint.Address))
        {
            foreach (var speed in new[] { 1200, 115200, 921600, 57600 })
            {
                Clients.SetSpeed(client, speed);
                Assert.That(endpoint.ClientSpeed, Is.EqualTo(speed));
            }
        }
        Assert.That(endpoint.ClientSpeed, Is.EqualTo(57600), "a terminal keeps its speed");
    }

    [Test]
    public async Task Opening_and_closing_are_told_in_order_with_the_bytes_between()
    {
        var sink = Start();
        for (var i = 1; i <= 5; i++)
        {
            using (var client = Clients.OpenFile(_endpoint.Address))
            {
                sink.WaitForEvent("opened", i);
                await client.WriteAll("AT\r"u8.ToArray());
            }
            sink.WaitForEvent("closed", i);
        }
        Assert.That(sink.Events, Is.EqualTo(Enumerable.Repeat<string[]>(["opened", "received", "closed"], 5).SelectMany(e => e)));
    }

    [Test]
    public void A_burst_from_a_client_that_closes_at_once_arrives_whole()
    {
        var sink = Start();
        var burst = Clients.Pattern(3000);
        for (var i = 1; i <= 100; i++)
        {
            using (var client = Clients.OpenFile(_endpoint.Address))
                client.Write(burst);
            sink.WaitForBytes(i * burst.Length);
        }
        sink.WaitForEvent("closed");
        Assert.That(sink.ReceivedBytes, Is.EqualTo(Enumerable.Repeat(burst, 100).SelectMany(b => b).ToArray()));
        Assert.That(sink.Events, Has.None.EqualTo("received while closed").And.None.EqualTo("opened twice"));
    }

    [Test]
    public void A_burst_sent_before_the_start_is_delivered_after_it()
    {
        using (var client = Clients.OpenFile(_endpoint.Address))
            client.Write("AT\r"u8);
        var sink = Start();
        sink.WaitForEvent("closed");
        Assert.That(sink.ReceivedBytes, Is.EqualTo("AT\r"u8.ToArray()));
        Assert.That(sink.Events, Is.EqualTo(["opened", "received", "closed"]));
    }

    [Test]
    public async Task Bytes_written_while_closed_are_kept_for_the_next_client()
    {
        var sink = Start();
        _endpoint.Write("+BOOT\r\n"u8);
        using (var first = Clients.OpenFile(_endpoint.Address))
            Assert.That(await first.ReadExactly(7), Is.EqualTo("+BOOT\r\n"u8.ToArray()));
        sink.WaitForEvent("closed");
        _endpoint.Write("+URC\r\n"u8);
        using var second = Clients.OpenFile(_endpoint.Address);
        Assert.That(await second.ReadExactly(6), Is.EqualTo("+URC\r\n"u8.ToArray()));
    }

    [Test]
    public async Task While_closed_4_KB_are_kept_and_the_newest_are_dropped_and_counted()
    {
        var sink = Start();
        var bytes = Clients.Pattern(5000);
        _endpoint.Write(bytes.AsSpan(0, 3000));
        _endpoint.Write(bytes.AsSpan(3000));
        Assert.That(_endpoint.Counters, Is.EqualTo(new EndpointCounters(0, 0, 904)));
        using var client = Clients.OpenFile(_endpoint.Address);
        Assert.That(await client.ReadExactly(4096), Is.EqualTo(bytes[..4096]));
        sink.WaitForEvent("opened");
        _endpoint.Write("!"u8);
        Assert.That(await client.ReadExactly(1), Is.EqualTo("!"u8.ToArray()), "nothing of the dropped bytes comes after");
    }

    [Test]
    public async Task A_client_that_never_reads_stops_neither_writing_nor_receiving()
    {
        var sink = Start();
        using var client = Clients.OpenFile(_endpoint.Address);
        sink.WaitForEvent("opened");
        var bytes = new byte[4 << 20];
        _endpoint.Write(bytes);
        Assert.That(_endpoint.Counters.BytesDropped, Is.Positive);
        await client.WriteAll("AT\r"u8.ToArray());
        sink.WaitForBytes(3);
        var kept = bytes.Length - (int)_endpoint.Counters.BytesDropped;
        Assert.That(await client.ReadExactly(kept), Has.Length.EqualTo(kept));
        _endpoint.Write("!"u8);
        Assert.That(await client.ReadExactly(1), Is.EqualTo("!"u8.ToArray()));
    }

    [Test]
    public async Task A_megabyte_reaches_a_reading_client_without_loss()
    {
        var sink = Start();
        using var client = Clients.OpenFile(_endpoint.Address);
        sink.WaitForEvent("opened");
        var bytes = Clients.Pattern(1 << 20);
        var reading = client.ReadExactly(bytes.Length);
        foreach (var chunk in bytes.Chunk(1000))
            _endpoint.Write(chunk);
        Assert.That((await reading).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(_endpoint.Counters.BytesDropped, Is.Zero);
    }

    [Test]
    public async Task A_megabyte_comes_back_from_an_echo_without_loss()
    {
        var sink = StartEcho();
        var bytes = Clients.Pattern(1 << 20);
        using (var client = Clients.OpenFile(_endpoint.Address))
        {
            var reading = client.ReadExactly(bytes.Length);
            await client.WriteAll(bytes);
            Assert.That((await reading).AsSpan().SequenceEqual(bytes), Is.True);
        }
        sink.WaitForEvent("closed"); // what the client has is counted only afterwards
        Assert.That(sink.ReceivedBytes.AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(_endpoint.Counters, Is.EqualTo(new EndpointCounters(1 << 20, 1 << 20, 0)));
    }

    [Test]
    [Platform("Linux", Reason = "stty -F is Linux's")]
    public async Task A_client_that_makes_the_terminal_cooked_and_raw_again_goes_on_working()
    {
        var sink = Start();
        using var client = Clients.OpenFile(_endpoint.Address);
        Stty("sane");
        await client.WriteAll("AT\n"u8.ToArray());
        sink.WaitForBytes(4);
        Assert.That(sink.ReceivedBytes, Is.EqualTo("AT\r\n"u8.ToArray()), "the terminal of the client translates, as on a real port");
        Stty("raw", "-echo");
        await client.WriteAll("AT\r"u8.ToArray());
        sink.WaitForBytes(7);
        _endpoint.Write("OK\r\n"u8);
        Assert.That(await client.ReadExactly(4), Is.EqualTo("OK\r\n"u8.ToArray()));
    }

    [Test]
    public async Task Disposing_ends_the_clients_reading_and_tells_the_sink()
    {
        var sink = Start();
        using var client = Clients.OpenFile(_endpoint.Address);
        sink.WaitForEvent("opened");
        await _endpoint.DisposeAsync();
        Assert.That(sink.Events, Is.EqualTo(["opened", "closed"]));
        Assert.That(File.Exists(_endpoint.Address), Is.False);
        Assert.That(() => _endpoint.Write("late"u8), Throws.Nothing);
    }

    [Test]
    public async Task Disposing_from_within_a_delivery_does_not_hang()
    {
        var disposed = new TaskCompletionSource();
        var endpoint = _endpoint;
        var sink = new RecordingSink
        {
            OnReceived = () =>
            {
                endpoint.DisposeAsync().AsTask().Wait();
                disposed.TrySetResult();
            },
        };
        _endpoint.Start(sink);
        using var client = Clients.OpenFile(_endpoint.Address);
        await client.WriteAll("AT\r"u8.ToArray());
        await disposed.Task.WaitAsync(RecordingSink.Limit);
        sink.WaitForEvent("closed");
    }

    RecordingSink Start()
    {
        var sink = new RecordingSink();
        _endpoint.Start(sink);
        return sink;
    }

    RecordingSink StartEcho()
    {
        var sink = new RecordingSink { Echo = _endpoint };
        _endpoint.Start(sink);
        return sink;
    }

    void Stty(params string[] settings)
    {
        using var stty = Process.Start("stty", ["-F", _endpoint.Address, .. settings]);
        Assert.That(stty.WaitForExit(RecordingSink.Limit), Is.True);
        Assert.That(stty.ExitCode, Is.Zero);
    }
}
