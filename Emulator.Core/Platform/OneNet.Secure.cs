using System.Net;
using M531x.Dtls;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <content>The two servers behind DTLS: whose key belongs to an identity, and a device that comes back under a new association.</content>
sealed partial class OneNet
{
    readonly SecurePort _secureBootstrap;
    readonly SecurePort _secureLwm2m;

    /// <summary>Devices by PSK identity, for identities other than the IMEI.</summary>
    readonly Dictionary<(bool Bootstrap, string Identity), DeviceRecord> _byIdentity = [];

    /// <summary>The association under which each device was last seen at the LwM2M server.</summary>
    readonly Dictionary<DeviceRecord, CoapPeer> _secured = [];

    TimeSpan _keysAt;

    /// <summary>The module is going to use a key. Where nobody gave its device one, this is it, unless devices have to be set up by hand.</summary>
    public void AdoptKey(string imei, bool forBootstrap, PskCredential credential)
    {
        if (!_options.AutoProvision || !_byImei.TryGetValue(imei, out var device) || !device.IsProvisioned)
            return;
        if (KeyOf(device, forBootstrap).TryAdopt(credential.Identity, credential.Key))
            _byIdentity[(forBootstrap, credential.Identity)] = device;
    }

    static DeviceKey KeyOf(DeviceRecord device, bool forBootstrap) => forBootstrap ? device.BootstrapKey : device.AccessKey;

    string? FindKey(bool forBootstrap, string identity)
    {
        var key = FindByIdentity(forBootstrap, identity) is { } device ? KeyOf(device, forBootstrap) : null;
        return KeyByFault(identity, key is not null && key.IsValid(_keysAt) ? key.Value : null);
    }

    DeviceRecord? FindByIdentity(bool forBootstrap, string identity)
    {
        if (_byImei.TryGetValue(identity, out var device))
            return device;
        return _byIdentity.TryGetValue((forBootstrap, identity), out device) && KeyOf(device, forBootstrap).Identity == identity
            && _byImei.GetValueOrDefault(device.Imei) == device ? device : null;
    }

    void HandleSecure(TimeSpan now, SecurePort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        _keysAt = now;
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
                    _context.Emit(new SecureSessionRefused(now, port.Port, dtlsEvent.Identity ?? "", dtlsEvent.Peer!, WhyRefused(now, port, dtlsEvent)));
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
        if (FindByIdentity(forBootstrap: false, peer.Identity!) is not { } device)
            return null;
        var former = _secured.GetValueOrDefault(device);
        _secured[device] = peer;
        if (device.Session is not { } session || session.Registration.Peer.Association == 0)
            return former;
        var from = session.Registration.Peer;
        _registrations.Move(session.Registration, peer);
        MoveSession(session, from);
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
                MoveSession(session, peer);
            }
            return;
        }
    }

    string WhyRefused(TimeSpan now, SecurePort port, DtlsEvent dtlsEvent)
    {
        var forBootstrap = port.Port == OneNetPort.BootstrapDtls;
        if (dtlsEvent.Failure == DtlsFailure.UnknownIdentity)
        {
            if (FindByIdentity(forBootstrap, dtlsEvent.Identity ?? "") is not { } device)
                return "no device has this PSK identity";
            return KeyOf(device, forBootstrap) is { Value: not null } key && !key.IsValid(now)
                ? "the PSK of the last bootstrap is over a month old"
                : "the device has no PSK";
        }
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
