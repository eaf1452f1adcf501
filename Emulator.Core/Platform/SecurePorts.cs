using System.Net;
using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>What came through DTLS: a message, or the new peer of a registered device.</summary>
/// <param name="Port">The port that it came to.</param>
/// <param name="Peer">The sender; for a session its peer from now on.</param>
/// <param name="Message">A CoAP message in the clear; empty with a session.</param>
/// <param name="Moved">The session of a device that has another peer now; null for a message.</param>
/// <param name="IsNewAssociation">The device made a new handshake; false when it kept its association and changed its address.</param>
readonly record struct SecureEvent(
    OneNetPort Port, CoapPeer Peer, ReadOnlyMemory<byte> Message = default, DeviceSession? Moved = null, bool IsNewAssociation = false);

/// <summary>The two DTLS ports, and the association under which each device is at the LwM2M server.</summary>
sealed class SecurePorts : IDisposable
{
    /// <summary>The ports with DTLS.</summary>
    public static readonly IReadOnlyList<OneNetPort> All = [OneNetPort.BootstrapDtls, OneNetPort.Lwm2mDtls];

    const int ConnectionIdLength = 8;

    readonly OneNetContext _context;
    readonly DeviceKeys _keys;
    readonly SecurePort _bootstrap;
    readonly SecurePort _lwm2m;
    readonly Dictionary<DeviceRecord, CoapPeer> _peers = [];

    /// <summary>Associations that a device has replaced by another one.</summary>
    readonly List<CoapPeer> _replaced = [];

    /// <summary>Alerts in answer to a ClientHello, by a fault.</summary>
    readonly Queue<OneNetDatagram> _refusals = [];

    public SecurePorts(OneNetContext context, DeviceKeys keys)
    {
        (_context, _keys) = (context, keys);
        var options = new DtlsServerOptions
        {
            Suites = context.Options.DtlsSuites,
            ConnectionIdLength = context.Options.DtlsConnectionIds ? ConnectionIdLength : null,
        };
        _bootstrap = new SecurePort(OneNetPort.BootstrapDtls, options, keys, context.SecureRandom);
        _lwm2m = new SecurePort(OneNetPort.Lwm2mDtls, options, keys, context.SecureRandom);
    }

    public TimeSpan NextDeadline => OneNetContext.Earliest(_bootstrap.NextDeadline, _lwm2m.NextDeadline);

    /// <summary>The DTLS port in front of a server's plain port.</summary>
    public static OneNetPort SecureOf(OneNetPort plain) =>
        plain == OneNetPort.Bootstrap ? OneNetPort.BootstrapDtls : OneNetPort.Lwm2mDtls;

    /// <summary>Handles a datagram; drain <see cref="TryTakeEvent"/> of this port afterwards.</summary>
    public void HandleDatagram(OneNetPort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        var at = At(port);
        if (PassHello(at, from, bytes))
            at.HandleDatagram(_context.Now, from, bytes);
    }

    public void HandleTimeout(OneNetPort port) => At(port).HandleTimeout(_context.Now);

    /// <summary>Protects a message and sends it; it is lost when its association is gone.</summary>
    public void Send(OneNetPort port, CoapPeer to, ReadOnlySpan<byte> message) => At(port).Send(to, message);

    public bool TryTakeDatagram(out OneNetDatagram datagram) =>
        _refusals.TryDequeue(out datagram) || _bootstrap.TryTakeDatagram(out datagram) || _lwm2m.TryTakeDatagram(out datagram);

    public bool TryTakeEvent(OneNetPort port, out SecureEvent secureEvent)
    {
        var at = At(port);
        while (at.TryTakeEvent(out var dtlsEvent))
        {
            if (Handle(at, dtlsEvent) is { } found)
            {
                secureEvent = found;
                return true;
            }
        }
        // A device with another association sends nothing more through the former one.
        _replaced.ForEach(at.Forget);
        _replaced.Clear();
        secureEvent = default;
        return false;
    }

    /// <summary>Begins a fault of all associations; false for any other fault.</summary>
    public bool TryApply(ActiveFault fault)
    {
        Action<SecurePort>? action = fault.Spec.Type.Name switch
        {
            "server-forgot-session" => port => port.ForgetAll(),
            "close-notify" => port => port.CloseAll(),
            "alert" => port => port.AbortAll(
                Enum.Parse<DtlsAlert>(fault.Text("code").Replace("_", "", StringComparison.Ordinal), ignoreCase: true)),
            _ => null,
        };
        action?.Invoke(_bootstrap);
        action?.Invoke(_lwm2m);
        return action is not null;
    }

    /// <summary>The device is being deleted.</summary>
    public void Remove(DeviceRecord device) => _peers.Remove(device);

    /// <summary>Wipes the keys of all associations. Sends nothing.</summary>
    public void Dispose()
    {
        _bootstrap.Dispose();
        _lwm2m.Dispose();
    }

    SecurePort At(OneNetPort port) => port == OneNetPort.BootstrapDtls ? _bootstrap : _lwm2m;

    SecureEvent? Handle(SecurePort port, DtlsEvent dtlsEvent)
    {
        var peer = dtlsEvent.Peer is { } address
            ? new CoapPeer(address, dtlsEvent.Association) { Identity = dtlsEvent.Identity ?? dtlsEvent.Details?.Identity }
            : null;
        switch (dtlsEvent.Kind)
        {
            case DtlsEventKind.Data:
                return new SecureEvent(port.Port, peer!, dtlsEvent.Data);
            case DtlsEventKind.Connected:
                var details = dtlsEvent.Details!;
                _context.Emit(new SecureSessionUp(
                    _context.Now, port.Port, peer!.Identity!, details.Suite.Name(), details.Resumed, peer.Address));
                return port.IsBootstrap ? null : FollowDevice(peer);
            case DtlsEventKind.AddressMoved when !port.IsBootstrap:
                return FollowAddress(dtlsEvent.Association, dtlsEvent.Peer!);
            case DtlsEventKind.KeyMismatch:
                EmitRefused(port, dtlsEvent, "the device holds another PSK");
                break;
            case DtlsEventKind.Failed:
                EmitRefused(port, dtlsEvent, ExplainFailure(port, dtlsEvent));
                break;
            case DtlsEventKind.Closed:
                _context.Emit(new SecureSessionClosed(_context.Now, port.Port, dtlsEvent.Peer!));
                break;
        }
        return null;
    }

    /// <summary>A registered device goes on under its new association, observations included.</summary>
    SecureEvent? FollowDevice(CoapPeer peer)
    {
        if (_keys.FindDevice(forBootstrap: false, peer.Identity!) is not { } device)
            return null;
        if (_peers.TryGetValue(device, out var former))
            _replaced.Add(former);
        _peers[device] = peer;
        return device.Session is { Registration.Peer.Association: not 0 } session
            ? new SecureEvent(_lwm2m.Port, peer, Moved: session, IsNewAssociation: true)
            : null;
    }

    /// <summary>The same association from another address, by its connection id.</summary>
    SecureEvent? FollowAddress(long association, IPEndPoint address)
    {
        foreach (var (device, peer) in _peers)
        {
            if (peer.Association != association)
                continue;
            var moved = peer with { Address = address };
            _peers[device] = moved;
            return device.Session is { } session && session.Registration.Peer.Association == association
                ? new SecureEvent(_lwm2m.Port, moved, Moved: session)
                : null;
        }
        return null;
    }

    /// <summary>Applies the faults of a ClientHello: an alert answers it, or its cookie becomes invalid. False after an alert.</summary>
    bool PassHello(SecurePort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        var glance = new DtlsGlance(bytes);
        if (!glance.IsClientHello)
            return true;
        if (_context.TryTrigger("renegotiation-refused", from.ToString(), out _, _ => port.HasHadSession))
        {
            _refusals.Enqueue(new OneNetDatagram(port.Port, from, glance.Alert(DtlsAlert.HandshakeFailure)));
            return false;
        }
        if (glance.HasCookie && _context.TryTrigger("cookie-changes", from.ToString(), out _))
            port.ChangeCookies();
        return true;
    }

    void EmitRefused(SecurePort port, DtlsEvent dtlsEvent, string reason) =>
        _context.Emit(new SecureSessionRefused(_context.Now, port.Port, dtlsEvent.Identity ?? "", dtlsEvent.Peer!, reason));

    string ExplainFailure(SecurePort port, DtlsEvent dtlsEvent) => dtlsEvent.Failure switch
    {
        DtlsFailure.UnknownIdentity => _keys.ExplainMissing(port.IsBootstrap, dtlsEvent.Identity ?? ""),
        DtlsFailure.NoCommonSuite => "no cipher suite in common",
        DtlsFailure.HandshakeTimeout => "the handshake was not finished",
        DtlsFailure.ProtocolVersion => "the device does not speak DTLS 1.2",
        DtlsFailure.WrongKey => "the device holds another PSK",
        _ => $"{dtlsEvent.Failure}{(dtlsEvent.Alert is { } alert ? $", alert {(byte)alert} ({alert})" : "")}",
    };
}
