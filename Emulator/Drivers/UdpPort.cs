using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Drivers;

/// <summary>A UDP socket that delivers what it receives to a callback on the thread pool.</summary>
sealed class UdpPort : IDisposable
{
    const int MaxDatagram = 65536;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly CancellationTokenSource _stop = new();

    /// <summary>Binds and starts receiving.</summary>
    /// <exception cref="UdpPortException">The address is in use or not this machine's.</exception>
    public UdpPort(string what, IPEndPoint address, Action<IPEndPoint, byte[]> received)
    {
        try
        {
            _socket.Bind(address);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new UdpPortException(what, address, e);
        }
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        _ = ReceiveAsync(received);
    }

    public IPEndPoint Address { get; }

    /// <summary>Sends; what the operating system refuses is lost, as on any network. Returns the reason, or null.</summary>
    public string? Send(IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            _socket.SendTo(bytes, to);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
    }

    async Task ReceiveAsync(Action<IPEndPoint, byte[]> received)
    {
        var buffer = new byte[MaxDatagram];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stop.Token);
                received((IPEndPoint)result.RemoteEndPoint, buffer[..result.ReceivedBytes]);
            }
            catch (SocketException)
            {
                // ICMP errors of earlier sends arrive here; the socket stays usable.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
