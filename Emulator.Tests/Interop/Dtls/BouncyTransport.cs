using System.Net;
using System.Net.Sockets;
using Org.BouncyCastle.Crypto.Tls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A loopback socket in BouncyCastle's shape: to a server, or to whoever sent last.</summary>
sealed class BouncyTransport : DatagramTransport, IDisposable
{
    const int Limit = 1400;

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    EndPoint _remote;

    /// <param name="serverPort">0 when this is the server's.</param>
    public BouncyTransport(int serverPort)
    {
        _remote = new IPEndPoint(IPAddress.Loopback, serverPort);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public bool IsDisposed { get; private set; }

    public int GetReceiveLimit() => Limit;

    public int GetSendLimit() => Limit;

    public int Receive(byte[] buf, int off, int len, int waitMillis)
    {
        try
        {
            return _socket.Poll(waitMillis * 1000, SelectMode.SelectRead) ? _socket.ReceiveFrom(buf, off, len, SocketFlags.None, ref _remote) : -1;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException("the socket is closed", e);
        }
    }

    public void Send(byte[] buf, int off, int len) => _socket.SendTo(buf, off, len, SocketFlags.None, _remote);

    /// <summary>BouncyCastle closes its transport with the association; the socket lives on for the next one.</summary>
    public void Close()
    {
    }

    public void Dispose()
    {
        IsDisposed = true;
        _socket.Dispose();
    }
}
