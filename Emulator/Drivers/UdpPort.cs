using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Drivers;

/// <summary>A UDP socket that delivers what it receives to a callback on the thread pool.</summary>
sealed class UdpPort : IDisposable
{
    const int MaxDatagram = 65536;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly CancellationTokenSource _stop = new();
    readonly Action<IPEndPoint>? _unreachable;

    /// <summary>Binds and starts receiving.</summary>
    /// <param name="what">Whose port it is, for errors.</param>
    /// <param name="address">To listen on; port 0 takes a free one.</param>
    /// <param name="received">Told each datagram and its sender.</param>
    /// <param name="unreachable">Told the address of a datagram that met a closed port, on systems that let it know.</param>
    /// <exception cref="UdpPortException">The address is in use or not this machine's.</exception>
    public UdpPort(string what, IPEndPoint address, Action<IPEndPoint, byte[]> received, Action<IPEndPoint>? unreachable = null)
    {
        _unreachable = IcmpErrors.IsSupported ? unreachable : null;
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
        if (_unreachable is not null)
            IcmpErrors.Enable(_socket);
        _ = ReceiveAsync(received);
    }

    public IPEndPoint Address { get; }

    /// <summary>Sends; what the operating system refuses is lost, as on any network. Returns the reason, or null.</summary>
    public string? Send(IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            SendOnce(to, bytes);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    void SendOnce(IPEndPoint to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            _socket.SendTo(bytes, to);
        }
        catch (SocketException) when (_unreachable is not null)
        {
            // What an earlier datagram met is reported by the next call, whatever that is.
            ReportUnreachable();
            _socket.SendTo(bytes, to);
        }
    }

    void ReportUnreachable()
    {
        if (_unreachable is null)
            return;
        foreach (var to in IcmpErrors.Take(_socket))
            _unreachable(to);
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
                ReportUnreachable();
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
