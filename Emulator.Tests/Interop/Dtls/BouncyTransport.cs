using System.Net;
using System.Net.Sockets;
using Org.BouncyCastle.Tls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A loopback socket in BouncyCastle's shape. A client sends to its server, a server to the sender of the last datagram.</summary>
sealed class BouncyTransport : DatagramTransport, IDisposable
{
    const int Limit = 1400;

    readonly Lock _lock = new();
    readonly List<(bool Sent, byte[] Bytes)> _datagrams = [];
    Socket _socket = Bind();
    EndPoint _remote;

    /// <param name="serverPort">0 for a server.</param>
    public BouncyTransport(int serverPort) => _remote = new IPEndPoint(IPAddress.Loopback, serverPort);

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public EndPoint Remote => _remote;

    public bool IsDisposed { get; private set; }

    /// <summary>All datagrams so far, in order.</summary>
    public IReadOnlyList<(bool Sent, byte[] Bytes)> Datagrams
    {
        get { lock (_lock) return [.. _datagrams]; }
    }

    public int GetReceiveLimit() => Limit;

    public int GetSendLimit() => Limit;

    /// <summary>Goes on from another port, as behind a NAT that has forgotten its mapping.</summary>
    public void ChangePort()
    {
        lock (_lock)
        {
            var former = _socket;
            _socket = Bind();
            former.Dispose();
        }
    }

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    public int Receive(Span<byte> buffer, int waitMillis)
    {
        var socket = _socket;
        try
        {
            if (!socket.Poll(waitMillis * 1000, SelectMode.SelectRead))
                return -1;
            var length = socket.ReceiveFrom(buffer, SocketFlags.None, ref _remote);
            Note(sent: false, buffer[..length]);
            return length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return !IsDisposed && socket != _socket ? -1 : throw new IOException("the socket is closed", e);
        }
    }

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer)
    {
        Note(sent: true, buffer);
        lock (_lock)
            _socket.SendTo(buffer, SocketFlags.None, _remote);
    }

    /// <summary>BouncyCastle closes its transport with the association; the socket stays open for the next one.</summary>
    public void Close()
    {
    }

    public void Dispose()
    {
        IsDisposed = true;
        lock (_lock)
            _socket.Dispose();
    }

    void Note(bool sent, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
            _datagrams.Add((sent, bytes.ToArray()));
    }

    static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
