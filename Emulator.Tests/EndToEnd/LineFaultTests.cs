using M531x.Emulator.Lines;
using M531x.Emulator.Tests.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>A line whose loop fails says so, so that the program ends instead of falling silent.</summary>
[TestFixture, Category("EndToEnd")]
sealed class LineFaultTests
{
    [TestCase("pty:"), Platform(Include = "Linux")]
    [TestCase("tcp-listen:127.0.0.1:0")]
    public async Task A_failing_loop_faults_the_lines_completion(string spec)
    {
        await using var line = EndpointFactory.Open(spec);
        line.Start(new FailingSink());
        Assert.That(line.Completion.IsCompleted, Is.False);

        using Stream client = spec == "pty:" ? Clients.OpenFile(line.Address) : Clients.Connect(line.Address);
        await client.WriteAll([0x41]);

        Assert.That(async () => await line.Completion.WaitAsync(LineLog.Limit), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task A_failing_loop_of_stdio_faults_the_lines_completion()
    {
        await using var line = new StdioEndpoint(new MemoryStream([0x41]), Stream.Null);
        line.Start(new FailingSink());

        Assert.That(async () => await line.Completion.WaitAsync(LineLog.Limit), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task A_disposed_line_completes()
    {
        var line = EndpointFactory.Open("tcp-listen:127.0.0.1:0");
        line.Start(new RecordingSink());
        await line.DisposeAsync();

        Assert.That(line.Completion.IsCompletedSuccessfully, Is.True);
    }

    sealed class FailingSink : IEndpointSink
    {
        public void Received(ReadOnlySpan<byte> bytes) => throw new InvalidDataException("a bug");

        public void ClientOpened() { }

        public void ClientClosed() { }
    }
}
