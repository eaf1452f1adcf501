using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>The registration interface: admits devices and opens their sessions.</summary>
sealed class Registrations(OneNetContext context, CoapEndpoint endpoint, SeededRandom random, DeviceRegistry devices, DeviceKeys keys)
{
    readonly RegistrationServer _server = new(endpoint, random);

    public TimeSpan NextDeadline => _server.NextDeadline;

    /// <summary>Whether a registered device is at this peer.</summary>
    public bool IsAt(CoapPeer peer) => _server.IsAt(peer);

    /// <summary>Handles a request below /rd; false for any other.</summary>
    public bool Handle(CoapRequestReceived received) => _server.Handle(context.Now, received);

    public void HandleTimeout() => _server.HandleTimeout(context.Now);

    public bool TryTakeEvent(out RegistrationEvent registrationEvent) => _server.TryTakeEvent(out registrationEvent);

    /// <summary>The device that asks to register; null when it was refused.</summary>
    public DeviceRecord? Admit(RegistrationAsked asked)
    {
        if (CodeByFault(asked) is { } code)
        {
            Refuse(asked, code, "fault register-rejected");
            return null;
        }
        var device = keys.FindAllowed(forBootstrap: false, asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal);
        // 4.03, since after 4.01 the module tries again until its own time-out.
        if (device is null)
            Refuse(asked, CoapCode.Forbidden, refusal);
        return device;
    }

    /// <summary>Opens the session of an admitted device.</summary>
    public DeviceSession Accept(RegistrationAsked asked, DeviceRecord device)
    {
        var registration = _server.Accept(context.Now, asked);
        var session = device.Session = new DeviceSession(device, registration);
        device.Resources.Clear();
        context.Emit(new DeviceRegistered(
            context.Now, device.Imei, $"/rd/{registration.Id}", registration.Lifetime, asked.Peer.Address));
        return session;
    }

    /// <summary>The session that belongs to a registration; null when the device has another one or none.</summary>
    public DeviceSession? FindSession(Registration registration) =>
        devices.FindByEndpoint(registration.Endpoint)?.Session is { } session && session.Registration == registration ? session : null;

    /// <summary>Ends a device's registration; the device learns of it when its next Update is answered 4.04.</summary>
    public void Remove(DeviceRecord device) => _server.Remove(device.Endpoint);

    /// <summary>The device is at another peer from now on.</summary>
    public void Move(DeviceSession session, CoapPeer to) => _server.Move(session.Registration, to);

    CoapCode? CodeByFault(RegistrationAsked asked)
    {
        if (!context.TryTrigger("register-rejected", asked.Endpoint, out var fault))
            return null;
        return fault.Text("code") switch
        {
            "4.00" => CoapCode.BadRequest,
            "5.00" => CoapCode.InternalServerError,
            "5.03" => CoapCode.ServiceUnavailable,
            _ => CoapCode.Forbidden,
        };
    }

    void Refuse(RegistrationAsked asked, CoapCode code, string reason)
    {
        _server.Refuse(context.Now, asked, code);
        context.Emit(new AccessRefused(context.Now, OneNetPort.Lwm2m, asked.Endpoint, asked.Peer.Address, code, reason));
    }
}
