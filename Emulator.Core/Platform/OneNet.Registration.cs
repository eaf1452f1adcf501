using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    const int SecurityObject = 0;

    void HandleRegistration(TimeSpan now, RegistrationEvent registrationEvent)
    {
        switch (registrationEvent)
        {
            case RegistrationAsked asked:
                if (!IsRegisteredLater(now, asked))
                    Register(now, asked);
                break;
            case RegistrationUpdated updated:
                Update(now, updated);
                break;
            case RegistrationEnded ended:
                if (_devices.FindByEndpoint(ended.Registration.Endpoint) is { } device
                    && device.Session?.Registration == ended.Registration)
                {
                    EndSession(device.Session);
                    _context.Emit(new DeviceOffline(now, device.Imei, ended.Reason));
                }
                break;
            case RegistrationRejected rejected:
                _context.Emit(new OneNetWarning(now, rejected.Peer.Address.ToString(), $"{rejected.Path} answered {rejected.Code}"));
                break;
        }
    }

    void Register(TimeSpan now, RegistrationAsked asked)
    {
        if (RefusalByFault(asked) is { } code)
        {
            _registrations.Refuse(now, asked, code);
            _context.Emit(new AccessRefused(now, OneNetPort.Lwm2m, asked.Endpoint, asked.Peer.Address, code, "fault register-rejected"));
            return;
        }
        if (_keys.FindAllowed(forBootstrap: false, asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal) is not { } device)
        {
            // Not 4.01: the module would try again and again until its time-out.
            _registrations.Refuse(now, asked, CoapCode.Forbidden);
            _context.Emit(new AccessRefused(
                now, OneNetPort.Lwm2m, asked.Endpoint, asked.Peer.Address, CoapCode.Forbidden, refusal));
            return;
        }
        if (device.Session is { } previous)
        {
            EndSession(previous);
            _context.Emit(new DeviceOffline(now, device.Imei, RegistrationEndReason.Replaced));
        }
        var registration = _registrations.Accept(now, asked);
        var session = device.Session = new DeviceSession(device, registration);
        device.Resources.Clear();
        _context.Emit(new DeviceRegistered(
            now, device.Imei, $"/rd/{registration.Id}", registration.Lifetime, asked.Peer.Address));
        if (device.Observe)
        {
            Subscribe(session, registration.Objects);
            _downlinks.Send(session, DownlinkCommand.Read(new ResourcePath(3, 0)));
        }
        _updates.HandleRegistered(device);
    }

    /// <summary>All Observes, then all Discovers, without waiting: their message ids follow one another (manual §5.3.2.4).</summary>
    void Subscribe(DeviceSession session, IEnumerable<RegisteredObject> objects)
    {
        var subscribed = objects.Where(o => o.Object != SecurityObject).ToList();
        foreach (var path in subscribed.SelectMany(PathsOf).Where(path => !session.ObservedPaths.Contains(path)))
            _downlinks.Send(session, DownlinkCommand.Observe(path));
        foreach (var registered in subscribed)
            _downlinks.Send(session, DownlinkCommand.Discover(new ResourcePath(registered.Object)));
    }

    /// <summary>An object without instances is observed as a whole.</summary>
    static IEnumerable<ResourcePath> PathsOf(RegisteredObject registered) =>
        registered.Instances.Count == 0
            ? [new ResourcePath(registered.Object)]
            : registered.Instances.Select(instance => new ResourcePath(registered.Object, instance));

    void Update(TimeSpan now, RegistrationUpdated updated)
    {
        var registration = updated.Registration;
        if (_devices.FindByEndpoint(registration.Endpoint) is not { } device || device.Session is not { } session)
            return;
        var moved = updated.PreviousPeer != registration.Peer;
        if (moved)
            _downlinks.Move(session, updated.PreviousPeer);
        _context.Emit(new DeviceUpdated(now, device.Imei, registration.Lifetime, moved));
        _updates.HandleUpdated(device);
        foreach (var path in session.ObservedPaths.Where(path => !registration.Objects.Any(o => o.Object == path.Object)).ToList())
            _downlinks.DropObservation(session, path);
        if (!device.Observe)
            return;
        Subscribe(session, registration.Objects.Where(o =>
            !updated.PreviousObjects.Any(p => p.Object == o.Object && p.Instances.SequenceEqual(o.Instances))));
    }

    /// <summary>Forgets observations and requests under way; API calls that wait for the device end as OFFLINE.</summary>
    void EndSession(DeviceSession session)
    {
        foreach (var outcome in _downlinks.End(session))
            Settle(outcome);
        session.Device.Session = null;
    }
}
