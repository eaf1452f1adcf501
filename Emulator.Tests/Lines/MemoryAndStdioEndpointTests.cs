using System.IO.Pipes;
using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class MemoryAndStdioEndpointTests
{
    [Test]
    public async Task A_memory_endpoint_delivers_before_the_call_returns()
    {
        await using var endpoint = new MemoryEndpoint();
        var sink = new RecordingSink { Echo = endpoint };
        endpoint.Start(sink);
        endpoint.Send("AT\r"u8);
        Assert.That(endpoint.TakeWritten(), Is.EqualTo("AT\r"u8.ToArray()));
        Assert.That(endpoint.TakeWritten(), Is.Empty);
        endpoint.CloseClient();
        Assert.That(sink.Events, Is.EqualTo(["opened", "received", "closed"]));
        Assert.That(endpoint.Counters, Is.EqualTo(new EndpointCounters(3, 3, 0)));
    }

    [Test]
    public async Task A_closed_memory_endpoint_keeps_4_KB()
    {
        await using var endpoint = new MemoryEndpoint();
        endpoint.Start(new RecordingSink());
        endpoint.CloseClient();
        var bytes = Clients.Pattern(5000);
        endpoint.Write(bytes);
        Assert.That(endpoint.TakeWritten(), Is.Empty);
        Assert.That(endpoint.Counters, Is.EqualTo(new EndpointCounters(0, 0, 904)));
        endpoint.OpenClient();
        Assert.That(endpoint.TakeWritten(), Is.EqualTo(bytes[..4096]));
    }

    [Test]
    public async Task Stdio_carries_bytes_both_ways_and_its_end_closes_the_client()
    {
        using var toModule = new AnonymousPipeServerStream(PipeDirection.Out);
        using var fromModule = new AnonymousPipeServerStream(PipeDirection.In);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, toModule.ClientSafePipeHandle);
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, fromModule.ClientSafePipeHandle);
        await using var endpoint = new StdioEndpoint(input, output);
        var sink = new RecordingSink { Echo = endpoint };
        endpoint.Start(sink);
        var bytes = Clients.Pattern(100_000);
        var reading = fromModule.ReadExactly(bytes.Length);
        await toModule.WriteAll(bytes);
        Assert.That(await reading, Is.EqualTo(bytes));
        toModule.Dispose();
        sink.WaitForEvent("closed");
        Assert.That(sink.Events, Is.EqualTo(["opened", "received", "closed"]));
    }

    [Test]
    public async Task Disposing_stdio_sends_what_is_buffered()
    {
        using var output = new MemoryStream();
        var endpoint = new StdioEndpoint(Stream.Null, output);
        var sink = new RecordingSink();
        endpoint.Start(sink);
        sink.WaitForEvent("closed");
        endpoint.Write("OK\r\n"u8);
        await endpoint.DisposeAsync();
        Assert.That(output.ToArray(), Is.EqualTo("OK\r\n"u8.ToArray()));
    }
}
