using System.Net;
using M531x.Emulator.Module;
using M531x.Emulator.Sockets;

namespace M531x.Emulator.Drivers;

/// <content>The module's own sockets, pings and names, without a network.</content>
sealed partial class VirtualWorld
{
    /// <summary>Of an answer to a ping.</summary>
    public const int PingTimeToLive = 54;

    readonly Dictionary<IPEndPoint, IVirtualStreamServer> _streamServers = [];
    readonly Dictionary<long, (VirtualStream Stream, IVirtualStreamServer Server)> _streams = [];

    /// <summary>Names beside those of the platform.</summary>
    public Dictionary<string, IPAddress> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hosts that answer pings.</summary>
    public HashSet<IPAddress> PingedHosts { get; } = [];

    /// <summary>Hosts that do not answer a connection attempt; all others without a server refuse it.</summary>
    public HashSet<IPAddress> SilentHosts { get; } = [];

    public void AddStreamServer(IPEndPoint address, IVirtualStreamServer server) => _streamServers[address] = server;

    /// <summary>Puts a datagram of a peer on its way to where one of the module's sockets was seen.</summary>
    public void SendToSocket(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> datagram) => Deliver(to, from, datagram);

    void ExecuteSocket(SocketEffect effect)
    {
        switch (effect)
        {
            case SendFromSocket send:
                SendUp(new DatagramOutput(send.To, send.Bytes), _addresses.OfSocket(send.Key));
                break;
            case ConnectStream connect:
                Schedule(() => AnswerConnect(connect));
                break;
            case SendToStream send when _streams.TryGetValue(send.Key, out var up):
                Schedule(() => up.Server.Received(Now, up.Stream, send.Bytes));
                break;
            case ReceiveFromStream when _streams.TryGetValue(effect.Key, out var asked):
                asked.Stream.Ask();
                break;
            case CloseSocket:
                CloseVirtual(effect.Key);
                break;
            case SendPing ping when PingedHosts.Contains(ping.To):
                Schedule(() => Schedule(() => Module.HandleSocket(Now, new PingAnswered(ping.Key, PingTimeToLive, 2 * _latency))));
                break;
        }
    }

    void AnswerConnect(ConnectStream connect)
    {
        if (SilentHosts.Contains(connect.To.Address))
            return;
        if (!_streamServers.TryGetValue(connect.To, out var server))
        {
            Schedule(() => Module.HandleSocket(Now, new StreamRefused(connect.Key)));
            return;
        }
        _streams[connect.Key] = (new VirtualStream(connect.Key, Schedule, input => Module.HandleSocket(Now, input)), server);
        Schedule(() => Module.HandleSocket(Now, new StreamConnected(connect.Key)));
    }

    void CloseVirtual(long key)
    {
        if (!_streams.Remove(key, out var closed))
            return;
        closed.Stream.IsGone = true;
        Schedule(() => closed.Server.Closed(Now, closed.Stream));
    }

    void DeliverToSocket(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (_addresses.TryFindSocket(to.Port, out var key))
        {
            Module.HandleSocket(Now, new DatagramReceived(key, from, bytes));
            return;
        }
        AddTrace("path", "downlink.lost", $"{bytes.Length} bytes from {from} to {to}: old mapping");
        _tap.Tell(Now, "path", "downlink.lost", ("from", from.ToString()), ("to", to.ToString()), ("bytes", bytes.Length), ("why", "old mapping"));
    }
}
