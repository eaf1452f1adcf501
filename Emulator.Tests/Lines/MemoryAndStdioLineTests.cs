using System.IO.Pipes;
using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class MemoryAndStdioLineTests
{
    [Test]
    public async Task A_memory_line_delivers_before_the_call_returns()
    {
        await using var line = new MemoryLine();
        var sink = new RecordingSink { Echo = line };
        line.Start(sink);
        line.Send("AT\r"u8);
        Assert.That(line.TakeWritten(), Is.EqualTo("AT\r"u8.ToArray()));
        Assert.That(line.TakeWritten(), Is.Empty);
        line.CloseClient();
        Assert.That(sink.Events, Is.EqualTo(["opened", "received", "closed"]));
        Assert.That(line.Counters, Is.EqualTo(new LineCounters(3, 3, 0)));
    }

    [Test]
    public async Task A_closed_memory_line_keeps_4_KB()
    {
        await using var line = new MemoryLine();
        line.Start(new RecordingSink());
        line.CloseClient();
        var bytes = Clients.Pattern(5000);
        line.Write(bytes);
        Assert.That(line.TakeWritten(), Is.Empty);
        Assert.That(line.Counters, Is.EqualTo(new LineCounters(0, 0, 904)));
        line.OpenClient();
        Assert.That(line.TakeWritten(), Is.EqualTo(bytes[..4096]));
    }

    [Test]
    public async Task Stdio_carries_bytes_both_ways_and_its_end_closes_the_client()
    {
        using var toModule = new AnonymousPipeServerStream(PipeDirection.Out);
        using var fromModule = new AnonymousPipeServerStream(PipeDirection.In);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, toModule.ClientSafePipeHandle);
        using var output = new AnonymousPipeClientStream(PipeDirection.Out, fromModule.ClientSafePipeHandle);
        await using var line = new StdioLine(input, output);
        var sink = new RecordingSink { Echo = line };
        line.Start(sink);
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
        var line = new StdioLine(Stream.Null, output);
        var sink = new RecordingSink();
        line.Start(sink);
        sink.WaitForEvent("closed");
        line.Write("OK\r\n"u8);
        await line.DisposeAsync();
        Assert.That(output.ToArray(), Is.EqualTo("OK\r\n"u8.ToArray()));
    }
}
