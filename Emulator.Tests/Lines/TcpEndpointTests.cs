using System.Net;
using System.Net.Sockets;
using System.Text;
using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

sealed class TcpEndpointTests
{
    readonly TcpListener _server = new(IPAddress.Loopback, 0);

    int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    [SetUp]
    public void SetUp() => _server.Start();

    [TearDown]
    public void TearDown() => _server.Dispose();

    [Test]
    public async Task Bytes_pass_both_ways_and_what_is_buffered_leaves_at_the_end()
    {
        var endpoint = EndpointFactory.Open($"tcp:127.0.0.1:{Port}");
        using var peer = (await _server.AcceptTcpClientAsync()).GetStream();
        var sink = new RecordingSink();
        endpoint.Start(sink);
        await peer.WriteAll(Clients.Pattern(5000));
        sink.WaitForBytes(5000);
        Assert.That(sink.ReceivedBytes, Is.EqualTo(Clients.Pattern(5000)));
        endpoint.Write("bye"u8);
        await endpoint.DisposeAsync();
        Assert.That(Encoding.ASCII.GetString(await peer.ReadExactly(4)), Is.EqualTo("bye"), "then the end");
        Assert.That((endpoint.Description, endpoint.Address), Is.EqualTo(($"tcp 127.0.0.1:{Port}", $"127.0.0.1:{Port}")));
        Assert.That(sink.Events, Is.EqualTo(new[] { "opened", "received", "closed" }));
    }

    [Test]
    public async Task A_broken_connection_is_reported_and_made_again()
    {
        await using var endpoint = EndpointFactory.Open($"tcp:127.0.0.1:{Port}");
        var sink = new RecordingSink();
        using (await _server.AcceptTcpClientAsync())
            endpoint.Start(sink);
        sink.WaitForChange("has ended the connection; connecting again");
        endpoint.Write("AT"u8);
        using var peer = (await _server.AcceptTcpClientAsync()).GetStream();
        sink.WaitForEvent("opened", 2);
        Assert.That(Encoding.ASCII.GetString(await peer.ReadExactly(2)), Is.EqualTo("AT"), "it waited");
        Assert.That(sink.Events, Is.EqualTo(new[] { "opened", "closed", "opened" }));
        Assert.That(sink.Changes[1], Does.EndWith("is back"));
    }

    [Test]
    public async Task An_endpoint_that_was_not_started_can_be_disposed()
    {
        await EndpointFactory.Open($"tcp:127.0.0.1:{Port}").DisposeAsync();
        using var peer = (await _server.AcceptTcpClientAsync()).GetStream();
        Assert.That(await peer.ReadExactly(1), Is.Empty);
    }

    [Test]
    public void A_refused_connection_reports_the_option()
    {
        var port = Port;
        _server.Stop();
        var error = Assert.Throws<EndpointException>(() => EndpointFactory.Open($"tcp:127.0.0.1:{port}", option: "--module"))!;
        Assert.That(error.Message, Does.StartWith($"--module tcp:127.0.0.1:{port}: cannot connect: "));
        Assert.That(error.Problem, Is.EqualTo(EndpointProblem.NotThere));
        Assert.That(Assert.Throws<EndpointException>(() => EndpointFactory.Open("tcp:127.0.0.1:0"))!.Problem, Is.EqualTo(EndpointProblem.BadSpec));
    }
}
