using System.Net;
using M531x.Dtls;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <content>The two servers behind DTLS: whose key belongs to an identity, and a device that comes back under a new association.</content>
sealed partial class OneNet
{
    readonly SecurePort _secureBootstrap;
    readonly SecurePort _secureLwm2m;

    /// <summary>The association under which each device was last seen at the LwM2M server.</summary>
    readonly Dictionary<DeviceRecord, CoapPeer> _secured = [];

    /// <summary>Takes over the PSK that a module is going to use where its device has none, unless devices have to be created by hand.</summary>
    public void AdoptKey(string imei, bool forBootstrap, PskCredential credential) => _keys.Adopt(imei, forBootstrap, credential);

    void HandleSecure(TimeSpan now, SecurePort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        if (PassHello(port, from, bytes))
            port.HandleDatagram(now, from, bytes);
        DrainSecure(now, port);
    }

    void DrainSecure(TimeSpan now, SecurePort port)
    {
        List<CoapPeer>? replaced = null;
        while (port.TryTakeEvent(out var dtlsEvent))
        {
            var peer = dtlsEvent.Peer is { } address ? new CoapPeer(address, dtlsEvent.Association) { Identity = dtlsEvent.Identity ?? dtlsEvent.Details?.Identity } : null;
            switch (dtlsEvent.Kind)
            {
                case DtlsEventKind.Data when port.Port == OneNetPort.BootstrapDtls:
                    HandleAtBootstrapServer(now, peer!, dtlsEvent.Data);
                    break;
                case DtlsEventKind.Data:
                    HandleAtLwm2mServer(now, peer!, dtlsEvent.Data);
                    break;
                case DtlsEventKind.Connected:
                    _context.Emit(new SecureSessionUp(now, port.Port, peer!.Identity!, dtlsEvent.Details!.Suite.Name(), dtlsEvent.Details.Resumed, peer.Address));
                    if (port.Port == OneNetPort.Lwm2mDtls && FollowDevice(now, peer) is { } former)
                        (replaced ??= []).Add(former);
                    break;
                case DtlsEventKind.AddressMoved when port.Port == OneNetPort.Lwm2mDtls:
                    FollowAddress(dtlsEvent.Association, dtlsEvent.Peer!);
                    break;
                case DtlsEventKind.KeyMismatch:
                    _context.Emit(new SecureSessionRefused(now, port.Port, dtlsEvent.Identity ?? "", dtlsEvent.Peer!, "the device holds another PSK"));
                    break;
                case DtlsEventKind.Failed:
                    _context.Emit(new SecureSessionRefused(now, port.Port, dtlsEvent.Identity ?? "", dtlsEvent.Peer!, WhyRefused(port, dtlsEvent)));
                    break;
                case DtlsEventKind.Closed:
                    _context.Emit(new SecureSessionClosed(now, port.Port, dtlsEvent.Peer!));
                    break;
            }
        }
        // The device has another association now: nothing more comes through the old one.
        replaced?.ForEach(port.Forget);
    }

    /// <summary>A device that is registered goes on under its new association, observations and all. Returns the one it had.</summary>
    CoapPeer? FollowDevice(TimeSpan now, CoapPeer peer)
    {
        if (_keys.FindDevice(forBootstrap: false, peer.Identity!) is not { } device)
            return null;
        var former = _secured.GetValueOrDefault(device);
        _secured[device] = peer;
        if (device.Session is not { } session || session.Registration.Peer.Association == 0)
            return former;
        var from = session.Registration.Peer;
        _registrations.Move(session.Registration, peer);
        _downlinks.Move(session, from);
        _context.Emit(new DeviceReturned(now, device.Imei, peer.Address));
        return former;
    }

    /// <summary>The same association from another address, by its connection id.</summary>
    void FollowAddress(long association, IPEndPoint address)
    {
        foreach (var (device, peer) in _secured)
        {
            if (peer.Association != association)
                continue;
            var moved = peer with { Address = address };
            _secured[device] = moved;
            if (device.Session is { } session && session.Registration.Peer.Association == association)
            {
                _registrations.Move(session.Registration, moved);
                _downlinks.Move(session, peer);
            }
            return;
        }
    }

    string WhyRefused(SecurePort port, DtlsEvent dtlsEvent)
    {
        var forBootstrap = port.Port == OneNetPort.BootstrapDtls;
        if (dtlsEvent.Failure == DtlsFailure.UnknownIdentity)
            return _keys.ExplainMissing(forBootstrap, dtlsEvent.Identity ?? "");
        return dtlsEvent.Failure switch
        {
            DtlsFailure.NoCommonSuite => "no cipher suite in common",
            DtlsFailure.HandshakeTimeout => "the handshake was not finished",
            DtlsFailure.ProtocolVersion => "the device does not speak DTLS 1.2",
            DtlsFailure.WrongKey => "the device holds another PSK",
            _ => $"{dtlsEvent.Failure}{(dtlsEvent.Alert is { } alert ? $", alert {(byte)alert} ({alert})" : "")}",
        };
    }
}
