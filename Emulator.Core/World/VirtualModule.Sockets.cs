using System.Net;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Sockets;

namespace M531x.Emulator.Core.World;

/// <content>The module's own sockets and pings, without a network.</content>
sealed partial class VirtualModule
{
    readonly Dictionary<long, (VirtualStream Stream, IVirtualStreamServer Server)> _streams = [];

    void ExecuteSocket(SocketEffect effect)
    {
        switch (effect)
        {
            case SendFromSocket send:
                SendUp(new DatagramOutput(send.To, send.Bytes), _addresses.OfSocket(send.Key));
                break;
            case ConnectStream connect:
                _world.Schedule(() => AnswerConnect(connect));
                break;
            case SendToStream send when _streams.TryGetValue(send.Key, out var up):
                _world.Schedule(() => up.Server.Received(_world.Now, up.Stream, send.Bytes));
                break;
            case ReceiveFromStream when _streams.TryGetValue(effect.Key, out var asked):
                asked.Stream.Ask();
                break;
            case CloseSocket:
                CloseVirtual(effect.Key);
                break;
            case SendPing ping when _world.PingedHosts.Contains(ping.To):
                _world.Schedule(() => _world.Schedule(() => Module.HandleSocket(_world.Now, new PingAnswered(ping.Key, VirtualWorld.PingTimeToLive, 2 * _world.Latency))));
                break;
        }
    }

    void AnswerConnect(ConnectStream connect)
    {
        if (_world.SilentHosts.Contains(connect.To.Address))
            return;
        if (_world.StreamServer(connect.To) is not { } server)
        {
            _world.Schedule(() => Module.HandleSocket(_world.Now, new StreamRefused(connect.Key)));
            return;
        }
        _streams[connect.Key] = (new VirtualStream(connect.Key, _world.Schedule, input => Module.HandleSocket(_world.Now, input)), server);
        _world.Schedule(() => Module.HandleSocket(_world.Now, new StreamConnected(connect.Key)));
    }

    void CloseVirtual(long key)
    {
        if (!_streams.Remove(key, out var closed))
            return;
        closed.Stream.IsGone = true;
        _world.Schedule(() => closed.Server.Closed(_world.Now, closed.Stream));
    }

    /// <summary>Hands a datagram to the socket whose port it is for; false when none has it.</summary>
    bool TryDeliverToSocket(IPEndPoint to, IPEndPoint from, ReadOnlyMemory<byte> bytes)
    {
        if (!_addresses.TryFindSocket(to.Port, out var key))
            return false;
        Module.HandleSocket(_world.Now, new DatagramReceived(key, from, bytes));
        return true;
    }
}
