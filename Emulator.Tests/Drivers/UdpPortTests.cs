using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using M531x.Emulator.Drivers;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

/// <summary>Real sockets on loopback.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class UdpPortTests : IDisposable
{
    static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    readonly BlockingCollection<(IPEndPoint From, byte[] Bytes)> _received = [];
    readonly BlockingCollection<IPEndPoint> _unreachable = [];
    readonly UdpPort _port;

    public UdpPortTests() => _port = new UdpPort("test", AnyPort, (from, bytes) => _received.Add((from, bytes)), _unreachable.Add);

    public void Dispose()
    {
        _port.Dispose();
        _received.Dispose();
        _unreachable.Dispose();
    }

    [Test, Platform(Include = "Linux")]
    public void A_closed_port_is_reported_with_its_address_and_the_socket_goes_on()
    {
        var (first, second) = (Closed(), Closed());
        Assert.That(_port.Send(first, "a"u8), Is.Null);
        Assert.That(Take(_unreachable), Is.EqualTo(first));
        Assert.That(_port.Send(second, "b"u8), Is.Null);
        Assert.That(Take(_unreachable), Is.EqualTo(second));

        using var peer = new UdpPort("peer", AnyPort, (_, _) => { });
        for (var i = 0; i < 50; i++)
        {
            // An error that is still to be told must not cost the next datagram.
            Assert.That(_port.Send(first, "a"u8), Is.Null);
            Assert.That(peer.Send(_port.Address, [(byte)i]), Is.Null);
            Assert.That(_port.Send(peer.Address, "c"u8), Is.Null);
            Assert.That(Take(_received).Bytes, Is.EqualTo(new[] { (byte)i }));
            Assert.That(Take(_unreachable), Is.EqualTo(first));
        }
    }

    [Test]
    public void An_open_port_is_not_reported()
    {
        using var peer = new UdpPort("peer", AnyPort, (from, bytes) => _received.Add((from, bytes)));
        Assert.That(_port.Send(peer.Address, "a"u8), Is.Null);
        Assert.That(Take(_received).From, Is.EqualTo(_port.Address));
        Assert.That(_unreachable, Is.Empty);
    }

    [Test]
    public void Without_a_listener_for_them_errors_disturb_nothing()
    {
        using var port = new UdpPort("other", AnyPort, (from, bytes) => _received.Add((from, bytes)));
        Assert.That(port.Send(Closed(), "a"u8), Is.Null);
        Assert.That(_port.Send(port.Address, "b"u8), Is.Null);
        Assert.That(Take(_received).From, Is.EqualTo(_port.Address));
    }

    /// <summary>A port that was free a moment ago.</summary>
    static IPEndPoint Closed()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(AnyPort);
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    static T Take<T>(BlockingCollection<T> from) =>
        from.TryTake(out var item, LineLog.Limit) ? item : throw new AssertionException("nothing came");
}
