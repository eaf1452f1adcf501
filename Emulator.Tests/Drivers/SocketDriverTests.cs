using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Sockets;
using M531x.Emulator.Core.World;
using M531x.Emulator.Drivers;
using NUnit.Framework;
using Serilog;

namespace M531x.Emulator.Tests.Drivers;

/// <summary>The driver of the module's sockets against real servers on loopback.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class SocketDriverTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    static readonly IPEndPoint UdpServer = IPEndPoint.Parse("192.0.2.1:7");
    static readonly IPEndPoint TcpServer = IPEndPoint.Parse("192.0.2.1:8");

    readonly LoopbackEcho _echo = new();
    readonly RouteTable _routes = new();
    readonly BlockingCollection<SocketInput> _inputs = [];
    readonly SocketDriver _driver;

    public SocketDriverTests()
    {
        _routes.Add("192.0.2.1", 7, _echo.UdpAddress);
        _routes.Add("192.0.2.1", 8, _echo.TcpAddress);
        _driver = new SocketDriver(_routes, new LoggerConfiguration().CreateLogger(), _inputs.Add);
    }

    public void Dispose()
    {
        _driver.Dispose();
        _echo.Dispose();
        _inputs.Dispose();
    }

    SocketInput Next() => _inputs.TryTake(out var input, Limit) ? input : throw new AssertionException("nothing came");

    void Connect(long key, IPEndPoint? to = null)
    {
        _driver.Execute(new ConnectStream(key, to ?? TcpServer));
        Assert.That(Next(), Is.EqualTo(new StreamConnected(key)));
    }

    static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + (i >> 8)))];

    byte[] ReadStream(long key, int length)
    {
        List<byte> read = [];
        while (read.Count < length)
        {
            _driver.Execute(new ReceiveFromStream(key));
            var piece = (StreamReceived)Next();
            Assert.That(piece.Bytes.Length, Is.InRange(1, ModuleSocket.MaxPiece));
            read.AddRange(piece.Bytes.ToArray());
        }
        return [.. read];
    }

    [Test]
    public void A_datagram_goes_where_the_route_says_and_its_answer_comes_from_where_the_module_thinks()
    {
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 1, 2, 3 }));
        var answer = (DatagramReceived)Next();
        Assert.That((answer.Key, answer.From, answer.Bytes.ToArray()), Is.EqualTo((1L, UdpServer, new byte[] { 1, 2, 3 })));
        Assert.That(_driver.AddressOf(1)!.Address, Is.EqualTo(IPAddress.Loopback));
    }

    [Test]
    public void After_a_rebind_traffic_leaves_from_a_new_port_and_the_old_one_is_deaf()
    {
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 1 }));
        Next();
        var old = _driver.AddressOf(1)!;

        _driver.Execute(new RebindDatagrams(1));
        _echo.SendDatagram(old, [9]);
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 2 }));

        Assert.That(((DatagramReceived)Next()).Bytes.ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(_echo.Senders, Is.Unique.And.Count.EqualTo(2));
    }

    [Test]
    public void A_stranger_s_datagram_does_not_come_through()
    {
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 1 }));
        Next();
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        stranger.Send([9], _driver.AddressOf(1)!);
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 2 }));
        Assert.That(((DatagramReceived)Next()).Bytes.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Two_sockets_have_two_ports()
    {
        _driver.Execute(new SendFromSocket(1, UdpServer, new byte[] { 1 }));
        _driver.Execute(new SendFromSocket(2, UdpServer, new byte[] { 2 }));
        Assert.That(new[] { Next().Key, Next().Key }, Is.EquivalentTo(new[] { 1L, 2L }));
        Assert.That(_driver.AddressOf(1), Is.Not.EqualTo(_driver.AddressOf(2)));
        _driver.Execute(new CloseSocket(1));
        Assert.That(_driver.AddressOf(1), Is.Null);
    }

    [Test]
    public void A_stream_echoes_piece_by_piece()
    {
        Connect(5);
        var bytes = Pattern(10_000);
        _driver.Execute(new SendToStream(5, bytes));
        Assert.That(ReadStream(5, bytes.Length), Is.EqualTo(bytes));
    }

    [Test]
    public void Nothing_is_read_that_was_not_asked_for()
    {
        Connect(5);
        _driver.Execute(new SendToStream(5, Pattern(3000)));
        _driver.Execute(new ReceiveFromStream(5));
        Assert.That(Next(), Is.InstanceOf<StreamReceived>());
        // Another connection is up and answered in the meantime: the first one had its chance.
        Connect(6);
        _driver.Execute(new SendToStream(6, new byte[] { 1 }));
        Assert.That(ReadStream(6, 1), Is.EqualTo(new byte[] { 1 }));
        Assert.That(_inputs, Is.Empty);
    }

    [Test]
    public void A_port_without_a_server_refuses()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = (IPEndPoint)closed.LocalEndpoint;
        closed.Stop();
        _driver.Execute(new ConnectStream(7, address));
        Assert.That(Next(), Is.EqualTo(new StreamRefused(7)));
    }

    [Test]
    public async Task A_closed_connection_first_hands_over_what_it_was_given_and_reports_nothing_more()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var accepting = server.AcceptTcpClientAsync();
        Connect(5, (IPEndPoint)server.LocalEndpoint);
        using var client = await accepting;
        var bytes = Pattern(200_000);
        _driver.Execute(new SendToStream(5, bytes));
        _driver.Execute(new CloseSocket(5));

        var received = new MemoryStream();
        await client.GetStream().CopyToAsync(received).WaitAsync(Limit);

        Assert.That(received.ToArray(), Is.EqualTo(bytes));
        Assert.That(_inputs, Is.Empty);
    }

    [Test]
    public async Task The_end_that_the_server_makes_is_reported()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var accepting = server.AcceptTcpClientAsync();
        Connect(5, (IPEndPoint)server.LocalEndpoint);
        (await accepting).Dispose();
        _driver.Execute(new ReceiveFromStream(5));
        Assert.That(Next(), Is.EqualTo(new StreamClosed(5)));
    }

    [Test]
    public async Task A_ping_goes_where_the_route_says()
    {
        try
        {
            using var allowed = new System.Net.NetworkInformation.Ping();
            await allowed.SendPingAsync(IPAddress.Loopback, Limit);
        }
        catch (Exception e) when (e is PingException or SocketException or PlatformNotSupportedException)
        {
            Assert.Ignore($"pings are not permitted here: {e.Message}");
        }
        _driver.Execute(new SendPing(3, UdpServer.Address, 64, Limit));
        var answer = (PingAnswered)Next();
        Assert.That(answer.Key, Is.EqualTo(3));
        Assert.That(answer.TimeToLive, Is.InRange(1, 255));
    }
}
