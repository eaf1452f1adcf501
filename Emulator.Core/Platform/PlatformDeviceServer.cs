using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// The LwM2M server. Registrations open and end sessions, downlinks go out on sessions, and their outcomes become data points, steps of
/// MCU updates and answers to API calls.
/// </summary>
sealed class PlatformDeviceServer
{
    const int LargeNStart = 1 << 20;
    const byte FirstResponseCode = 0x40;

    /// <summary>The longest time-out of an API call (40 s), with room for the way.</summary>
    static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(45);

    readonly OneNetContext _context;
    readonly DelayedWork _delayed;
    readonly Reports _reports;
    readonly ApiCalls _calls;
    readonly CoapEndpoint _endpoint;
    readonly Registrations _registrations;
    readonly Subscriptions _subscriptions;

    public PlatformDeviceServer(
        OneNetContext context, SeededRandom random, DeviceRegistry devices, DeviceKeys keys, DelayedWork delayed, Reports reports,
        ApiCalls calls)
    {
        (_context, _delayed, _reports, _calls) = (context, delayed, reports, calls);
        _endpoint = new CoapEndpoint(
            new CoapEndpointOptions
            {
                MaxRetransmit = context.Options.DownlinkRetransmits,
                // A response is accepted until the longest API call is over, long after the last repetition.
                MinLastWait = LongestCall,
                // After 2.01 all Observes, Discovers and the Read leave at once.
                NStart = LargeNStart,
                // One generation of China Mobile's SDK sends notifications as ACK.
                TolerateAckNotifications = true,
                TokenLength = OneNetContext.TokenLength,
                KnownCriticalOptions = [CoapOptionNumber.AuthCode],
            },
            random.Fork("onenet/lwm2m"));
        Messages = new FaultyEndpoint(_endpoint, context.Options.Faults);
        _registrations = new Registrations(context, _endpoint, random.Fork("onenet/locations"), devices, keys);
        Downlinks = new Downlinks(context, _endpoint);
        Updates = new McuUpdates(context, Downlinks);
        _subscriptions = new Subscriptions(Downlinks);
    }

    /// <summary>The message layer, for what leaves.</summary>
    public FaultyEndpoint Messages { get; }
    public Downlinks Downlinks { get; }
    public McuUpdates Updates { get; }

    public TimeSpan NextDeadline => OneNetContext.Earliest(_endpoint.NextDeadline, _registrations.NextDeadline, Updates.NextDeadline);

    /// <summary>Handles a CoAP message in the clear.</summary>
    public void HandleMessage(CoapPeer from, ReadOnlyMemory<byte> message)
    {
        foreach (var copy in Messages.PassUp(_context.Now, from, message))
        {
            // No ACK and no RST: the device finds out by its time-out, and its observations stay.
            if (IsResponse(copy.Span) && !_registrations.IsAt(from))
                EmitWarning(from, "ignored an answer or notification from where no device is registered");
            else
                _endpoint.HandleDatagram(_context.Now, from, copy.Span);
        }
    }

    /// <summary>Ends exchanges and registrations whose time is over; <see cref="McuUpdates.HandleTimeout"/> follows apart.</summary>
    public void HandleTimeout()
    {
        _endpoint.HandleTimeout(_context.Now);
        Pump();
        _registrations.HandleTimeout();
    }

    /// <summary>Handles the events of the message layer and of the registration interface until there are none.</summary>
    public void Pump()
    {
        while (true)
        {
            if (_endpoint.TryTakeEvent(out var coapEvent))
            {
                if (coapEvent is not CoapRequestReceived received || !_delayed.TryDelay(_endpoint, received, r => new DelayedRequest(r)))
                    Handle(coapEvent);
            }
            else if (_registrations.TryTakeEvent(out var registrationEvent))
                Handle(registrationEvent);
            else
                return;
        }
    }

    /// <summary>A request outside the registration interface is answered 4.04; events without a meaning here are ignored.</summary>
    public void Handle(CoapEvent coapEvent)
    {
        switch (coapEvent)
        {
            case CoapRequestReceived request when !_registrations.Handle(request):
                _endpoint.Respond(_context.Now, request.Exchange, new CoapResponse(CoapCode.NotFound));
                break;
            case CoapResponseReceived response:
                Settle(Downlinks.HandleResponse(response.Exchange, response.Response));
                break;
            case CoapNotificationReceived received:
                if (Downlinks.HandleNotification(received.Exchange, received.Notification) is { } notification)
                    _reports.Store(notification.Session.Device, notification.Path, notification.Message);
                break;
            case CoapExchangeFailed failed:
                Settle(Downlinks.HandleFailure(failed.Exchange, failed.Reason));
                break;
        }
    }

    /// <summary>Answers a Register.</summary>
    public void Register(RegistrationAsked asked)
    {
        if (_registrations.Admit(asked) is not { } device)
            return;
        if (device.Session is { } previous)
            End(previous, RegistrationEndReason.Replaced);
        _subscriptions.HandleRegistered(_registrations.Accept(asked, device));
        Updates.HandleRegistered(device);
    }

    /// <summary>The device is at another peer, which has proved to be the same device.</summary>
    public void Move(DeviceSession session, CoapPeer to)
    {
        var from = session.Registration.Peer;
        _registrations.Move(session, to);
        Downlinks.Move(session, from);
    }

    /// <summary>Ends a device's registration; an online device learns of it when its next Update is answered 4.04.</summary>
    public void EndRegistration(DeviceRecord device) => _registrations.Remove(device);

    void Handle(RegistrationEvent registrationEvent)
    {
        switch (registrationEvent)
        {
            case RegistrationAsked asked when !_delayed.TryDelay(asked):
                Register(asked);
                break;
            case RegistrationUpdated updated:
                Update(updated);
                break;
            case RegistrationEnded ended when _registrations.FindSession(ended.Registration) is { } session:
                End(session, ended.Reason);
                break;
            case RegistrationRejected rejected:
                EmitWarning(rejected.Peer, $"{rejected.Path} answered {rejected.Code}");
                break;
        }
    }

    void Update(RegistrationUpdated updated)
    {
        var registration = updated.Registration;
        if (_registrations.FindSession(registration) is not { } session)
            return;
        var moved = updated.PreviousPeer != registration.Peer;
        if (moved)
            Downlinks.Move(session, updated.PreviousPeer);
        _context.Emit(new DeviceUpdated(_context.Now, session.Device.Imei, registration.Lifetime, moved));
        Updates.HandleUpdated(session.Device);
        _subscriptions.HandleUpdated(session, updated.PreviousObjects);
    }

    /// <summary>Ends a session; API calls that wait for its device end as OFFLINE.</summary>
    void End(DeviceSession session, RegistrationEndReason reason)
    {
        foreach (var outcome in Downlinks.End(session))
            Settle(outcome);
        session.Device.Session = null;
        _context.Emit(new DeviceOffline(_context.Now, session.Device.Imei, reason));
    }

    /// <summary>Hands the outcome of a downlink to its owner.</summary>
    void Settle(DownlinkOutcome? outcome)
    {
        if (outcome is null)
            return;
        var owner = outcome.Downlink.Owner;
        if (owner.Kind == DownlinkOwnerKind.McuUpdate)
        {
            Updates.HandleOutcome(outcome);
            return;
        }
        _reports.HandleOutcome(outcome);
        if (owner.Kind == DownlinkOwnerKind.ApiCall)
            _calls.Answer(owner.Call, CommandResult.Of(outcome));
    }

    void EmitWarning(CoapPeer from, string text) => _context.Emit(new OneNetWarning(_context.Now, from.Address.ToString(), text));

    /// <summary>A message with a response code, from 2.00 on: the second byte of the header (RFC 7252 §3).</summary>
    static bool IsResponse(ReadOnlySpan<byte> message) => message.Length > 1 && message[1] >= FirstResponseCode;
}
