using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Tests.Drivers;

/// <summary>A UDP echo server and a TCP echo server on loopback ports of the system's choice.</summary>
sealed class LoopbackEcho : IDisposable
{
    readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
    readonly ConcurrentBag<TcpClient> _clients = [];

    public LoopbackEcho()
    {
        _tcp.Start();
        _ = EchoDatagramsAsync();
        _ = AcceptAsync();
    }

    public IPEndPoint UdpAddress => (IPEndPoint)_udp.Client.LocalEndPoint!;
    public IPEndPoint TcpAddress => (IPEndPoint)_tcp.LocalEndpoint;

    /// <summary>Where datagrams came from.</summary>
    public ConcurrentQueue<IPEndPoint> Senders { get; } = [];

    public void SendDatagram(IPEndPoint to, byte[] bytes) => _udp.Send(bytes, to);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }

    async Task EchoDatagramsAsync()
    {
        try
        {
            while (true)
            {
                var datagram = await _udp.ReceiveAsync();
                Senders.Enqueue(datagram.RemoteEndPoint);
                await _udp.SendAsync(datagram.Buffer, datagram.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _tcp.AcceptTcpClientAsync();
                _clients.Add(client);
                _ = EchoAsync(client);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    static async Task EchoAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().CopyToAsync(client.GetStream());
            client.Close();
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException)
        {
            // Either end has gone.
        }
    }
}
