using System.Net;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;

namespace M531x.Emulator.Tests.Sockets;

/// <summary>A UDP server that sends back what it gets, and remembers from where it came.</summary>
sealed class UdpEcho(VirtualWorld world, IPEndPoint address) : IVirtualPeer
{
    public List<IPEndPoint> Senders { get; } = [];
    public List<string> Received { get; } = [];

    public void Receive(TimeSpan now, IPEndPoint from, ReadOnlyMemory<byte> datagram)
    {
        Senders.Add(from);
        Received.Add(Convert.ToHexString(datagram.Span));
        world.SendToSocket(from, address, datagram);
    }
}

/// <summary>A TCP server that sends back what it gets.</summary>
sealed class TcpEcho : IVirtualStreamServer
{
    public List<string> Received { get; } = [];
    public int Closes { get; private set; }

    /// <summary>The connection that sent last.</summary>
    public VirtualStream? Last { get; private set; }

    void IVirtualStreamServer.Received(TimeSpan now, VirtualStream stream, ReadOnlyMemory<byte> bytes)
    {
        Last = stream;
        Received.Add(Convert.ToHexString(bytes.Span));
        stream.Send(bytes);
    }

    void IVirtualStreamServer.Closed(TimeSpan now, VirtualStream stream) => Closes++;
}

/// <summary>A module in virtual time with an echo server behind <see cref="Address"/> for UDP and TCP.</summary>
sealed class SocketBench
{
    public static IPEndPoint Address { get; } = IPEndPoint.Parse("192.0.2.1:7");

    public SocketBench(Mcu mcu)
    {
        Mcu = mcu;
        Udp = new UdpEcho(mcu.World, Address);
        mcu.World.AddPeer(Address, Udp);
        mcu.World.AddStreamServer(Address, Tcp);
        mcu.Take();
    }

    public Mcu Mcu { get; }
    public UdpEcho Udp { get; }
    public TcpEcho Tcp { get; } = new();

    /// <summary>Sends a command and takes every line that comes within a second.</summary>
    public string Run(string command, double seconds = 1)
    {
        Mcu.Send(command);
        Mcu.Advance(seconds);
        return string.Join('|', Mcu.Take());
    }

    public string After(double seconds)
    {
        Mcu.Advance(seconds);
        return string.Join('|', Mcu.Take());
    }
}
