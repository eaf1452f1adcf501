using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using M531x.Dtls;

namespace M531x.Tools.Bench;

/// <summary>Our client on a UDP socket: handshake, one CoAP GET and close_notify; a new socket each time.</summary>
sealed class OwnVisits(int port) : ManagedSide
{
    const byte Content = 0x45;

    static readonly DtlsClientOptions Options = new();
    static readonly byte[] Get = [0x40, 0x01, 0x12, 0x34];

    readonly IPEndPoint _server = new(IPAddress.Loopback, port);
    readonly byte[] _datagram = new byte[1500];

    public override string Name => "m531x";

    public override string Remark => "one thread, blocking socket";

    public override void Dispose()
    {
    }

    protected override void Step()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        socket.Connect(_server);
        using var client = new DtlsClient(Options, Secrets.Identity, Secrets.Key, RandomNumberGenerator.Fill);
        client.Start(Now);
        SendAll(socket, client);
        var answered = false;
        while (!answered)
        {
            var length = socket.Receive(_datagram);
            client.HandleDatagram(Now, _datagram.AsSpan(0, length));
            while (client.TryTakeEvent(out var happened))
            {
                if (happened.Kind == DtlsEventKind.Connected)
                    client.Send(Get);
                else if (happened.Kind == DtlsEventKind.Data)
                    answered = happened.Data.Span[1] == Content ? true : throw new InvalidOperationException("not 2.05 Content");
            }
            SendAll(socket, client);
        }
        client.Close();
        SendAll(socket, client);
    }

    static TimeSpan Now => TimeSpan.FromTicks(Stopwatch.GetElapsedTime(0).Ticks);

    static void SendAll(Socket socket, DtlsClient client)
    {
        while (client.TryTakeDatagram(out var datagram))
            socket.Send(datagram.Span);
    }
}
