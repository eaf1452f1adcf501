using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Sockets;
using M531x.Emulator.Core.World;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>
/// The module's sockets and pings on the real network, through the routes. Used by one thread; what arrives is reported on
/// the thread pool.
/// </summary>
sealed class SocketDriver(RouteTable routes, ILogger log, Action<SocketInput> report) : IDisposable
{
    /// <summary>Of an answer whose header the system does not show.</summary>
    const int UnknownTimeToLive = 64;

    readonly Dictionary<long, RoutedDatagrams> _datagrams = [];
    readonly Dictionary<long, StreamPort> _streams = [];
    int _pingRefused;

    public void Execute(SocketEffect effect)
    {
        switch (effect)
        {
            case SendFromSocket send:
                DatagramsOf(send.Key).Send(send.To, send.Bytes.Span);
                break;
            case RebindDatagrams:
                Rebind(effect.Key);
                break;
            case ConnectStream connect:
                _streams[connect.Key] = new StreamPort(connect.Key, routes.Translate(connect.To), report);
                break;
            case SendToStream send:
                if (_streams.TryGetValue(send.Key, out var sending))
                    sending.Send(send.Bytes);
                break;
            case ReceiveFromStream:
                if (_streams.TryGetValue(effect.Key, out var receiving))
                    receiving.ReceiveNext();
                break;
            case CloseSocket:
                Close(effect.Key);
                break;
            case SendPing ping:
                _ = PingAsync(ping);
                break;
        }
    }

    /// <summary>Moves a datagram socket to a new source port, as when a NAT has forgotten its mapping.</summary>
    public void Rebind(long key)
    {
        if (_datagrams.TryGetValue(key, out var datagrams))
            datagrams.Rebind();
    }

    /// <summary>Where a datagram socket's traffic comes from; null before its first datagram.</summary>
    public IPEndPoint? AddressOf(long key) => _datagrams.GetValueOrDefault(key)?.Address;

    public void Dispose()
    {
        foreach (var datagrams in _datagrams.Values)
            datagrams.Dispose();
        foreach (var stream in _streams.Values)
            stream.Dispose();
    }

    RoutedDatagrams DatagramsOf(long key)
    {
        if (!_datagrams.TryGetValue(key, out var datagrams))
        {
            datagrams = new RoutedDatagrams("socket", routes, log, (from, bytes) => report(new DatagramReceived(key, from, bytes)));
            _datagrams[key] = datagrams;
        }
        return datagrams;
    }

    void Close(long key)
    {
        if (_datagrams.Remove(key, out var datagrams))
            datagrams.Dispose();
        if (_streams.Remove(key, out var stream))
            stream.Close();
    }

    async Task PingAsync(SendPing request)
    {
        var to = routes.TranslateHost(request.To);
        try
        {
            using var ping = new System.Net.NetworkInformation.Ping();
            var reply = await ping.SendPingAsync(to, request.Timeout, new byte[request.Size]);
            if (reply.Status == IPStatus.Success)
                report(new PingAnswered(request.Key, reply.Options?.Ttl ?? UnknownTimeToLive, TimeSpan.FromMilliseconds(reply.RoundtripTime)));
        }
        catch (Exception e) when (e is PingException or SocketException or PlatformNotSupportedException or ArgumentException)
        {
            // For the module this is a host that does not answer.
            if (Interlocked.Exchange(ref _pingRefused, 1) == 0)
                log.Warning("pings stay without an answer: {Problem}", (e.InnerException ?? e).Message);
        }
    }
}
