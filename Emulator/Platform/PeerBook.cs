using System.Net;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Platform;

/// <summary>
/// Keeps a client's <see cref="CoapPeer"/> the same when it moves to another address: after an accepted Update its observations
/// and requests go on at the new address. A datagram from an address nobody moved to is from a stranger.
/// </summary>
sealed class PeerBook
{
    readonly Dictionary<IPEndPoint, CoapPeer> _peers = [];
    readonly Dictionary<CoapPeer, IPEndPoint> _addresses = [];
    readonly HashSet<IPEndPoint> _homes = [];
    long _aliases;

    public CoapPeer PeerAt(IPEndPoint address) => _peers.GetValueOrDefault(address) ?? new CoapPeer(address);

    public IPEndPoint AddressOf(CoapPeer peer) => _addresses.GetValueOrDefault(peer) ?? peer.Address;

    public void Move(CoapPeer peer, IPEndPoint to)
    {
        var from = AddressOf(peer);
        if (from.Equals(to))
            return;
        _homes.Add(peer.Address);
        _peers[to] = peer;
        _addresses[peer] = to;
        // The old address may serve another client from now on; it must not be taken for the one that left.
        if (_homes.Contains(from))
            _peers[from] = new CoapPeer(from, --_aliases);
        else
            _peers.Remove(from);
    }
}
