using System.Net;
using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// The local OneNET: bootstrap server, LwM2M server and the HTTP API's behaviour, without I/O. Datagrams, API calls and time go in;
/// after every call drain <see cref="TryTakeDatagram"/>, <see cref="TryTakeAnswer"/> and <see cref="TryTakeEvent"/>.
/// </summary>
sealed partial class OneNet : IDisposable
{
    const int LargeNStart = 1 << 20;
    /// <summary>Longest body of an MCU update, in bytes.</summary>
    public const int MaxMcuPackageBytes = McuUpdates.MaxPackageBytes;

    const byte FirstResponseCode = 0x40;

    /// <summary>The longest time-out an API call can ask for (40 s), with room for the way.</summary>
    static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(45);
    const int ConnectionIdLength = 8;

    readonly OneNetOptions _options;
    readonly OneNetContext _context;
    readonly DeviceRegistry _devices;
    readonly DeviceKeys _keys;
    readonly MemoryDatapointStore _datapoints;
    readonly Reports _reports;
    readonly Downlinks _downlinks;
    readonly McuUpdates _updates;
    readonly ApiCalls _calls;
    readonly ApiRouter _api;
    readonly CoapEndpoint _bootstrapEndpoint;
    readonly CoapEndpoint _endpoint;
    readonly BootstrapServer _bootstrap;
    readonly RegistrationServer _registrations;

    /// <param name="options">Settings.</param>
    /// <param name="random">Seed of all that is not secret.</param>
    /// <param name="secureRandom">Randomness of DTLS and of the keys that a bootstrap makes.</param>
    public OneNet(OneNetOptions options, SeededRandom random, RandomFill secureRandom)
    {
        _options = options;
        _context = new OneNetContext(options, random.Fork("onenet"), secureRandom);
        _devices = new DeviceRegistry(_context);
        _keys = new DeviceKeys(_context, _devices);
        _datapoints = new MemoryDatapointStore(options.DatapointsPerStream);
        _reports = new Reports(_context, _datapoints);
        var dtls = new DtlsServerOptions { Suites = options.DtlsSuites, ConnectionIdLength = options.DtlsConnectionIds ? ConnectionIdLength : null };
        _secureBootstrap = new SecurePort(OneNetPort.BootstrapDtls, dtls, identity => _keys.FindKey(forBootstrap: true, identity), secureRandom);
        _secureLwm2m = new SecurePort(OneNetPort.Lwm2mDtls, dtls, identity => _keys.FindKey(forBootstrap: false, identity), secureRandom);
        _bootstrapEndpoint = new CoapEndpoint(
            new CoapEndpointOptions { TokenLength = OneNetContext.TokenLength, KnownCriticalOptions = [CoapOptionNumber.AuthCode] },
            random.Fork("onenet/bootstrap"));
        _endpoint = new CoapEndpoint(
            new CoapEndpointOptions
            {
                MaxRetransmit = options.DownlinkRetransmits,
                // An answer is taken until the longest time-out of an API call is over, long after the last repetition.
                MinLastWait = LongestCall,
                // After 2.01 all Observes, Discovers and the Read leave at once.
                NStart = LargeNStart,
                // One generation of China Mobile's SDK sends notifications as ACK.
                TolerateAckNotifications = true,
                TokenLength = OneNetContext.TokenLength,
                KnownCriticalOptions = [CoapOptionNumber.AuthCode],
            },
            random.Fork("onenet/lwm2m"));
        _downlinks = new Downlinks(_context, _endpoint);
        _updates = new McuUpdates(_context, _downlinks);
        _calls = new ApiCalls(_context);
        _api = new ApiRouter(_devices, _datapoints, _updates);
        _bootstrapLayer = new FaultyEndpoint(_bootstrapEndpoint, options.Faults);
        _lwm2mLayer = new FaultyEndpoint(_endpoint, options.Faults);
        _bootstrap = new BootstrapServer(
            _bootstrapEndpoint, new BootstrapServerOptions { Delay = options.BootstrapDelay, Timeout = options.BootstrapTimeout });
        _registrations = new RegistrationServer(_endpoint, random.Fork("onenet/locations"));
        if (options.AutoProvision)
        {
            foreach (var device in options.Devices)
                _devices.Provision(device);
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> wants to be called; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            var next = Min(_bootstrapEndpoint.NextDeadline, _endpoint.NextDeadline);
            next = Min(next, Min(_bootstrap.NextDeadline, _registrations.NextDeadline));
            next = Min(next, Min(_secureBootstrap.NextDeadline, _secureLwm2m.NextDeadline));
            next = Min(next, NextDeferred);
            return Min(next, Min(_calls.NextDeadline, _updates.NextDeadline));
        }
    }

    public void HandleDatagram(TimeSpan now, OneNetPort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        _context.Now = now;
        if (IsDead($"{port} from {from}"))
            return;
        switch (port)
        {
            case OneNetPort.Bootstrap:
                HandleAtBootstrapServer(now, new CoapPeer(from), bytes.ToArray());
                break;
            case OneNetPort.Lwm2m:
                HandleAtLwm2mServer(now, new CoapPeer(from), bytes.ToArray());
                break;
            case OneNetPort.BootstrapDtls:
                HandleSecure(now, _secureBootstrap, from, bytes);
                break;
            case OneNetPort.Lwm2mDtls:
                HandleSecure(now, _secureLwm2m, from, bytes);
                break;
        }
        Pump(now);
    }

    void HandleAtBootstrapServer(TimeSpan now, CoapPeer from, ReadOnlyMemory<byte> message)
    {
        foreach (var copy in _bootstrapLayer.PassUp(now, from, message))
            _bootstrapEndpoint.HandleDatagram(now, from, copy.Span);
    }

    void HandleAtLwm2mServer(TimeSpan now, CoapPeer from, ReadOnlyMemory<byte> message)
    {
        foreach (var copy in _lwm2mLayer.PassUp(now, from, message))
            TakeAtLwm2mServer(now, from, copy.Span);
    }

    void TakeAtLwm2mServer(TimeSpan now, CoapPeer from, ReadOnlySpan<byte> bytes)
    {
        if (IsAnswer(bytes) && !_registrations.IsAt(from))
        {
            // No ACK and no RST: the device finds out by its time-out, and its observations are left to it.
            _context.Emit(new OneNetWarning(now, from.Address.ToString(), "ignored an answer or notification from where no device is registered"));
            return;
        }
        _endpoint.HandleDatagram(now, from, bytes);
    }

    /// <summary>A message with a response code, from 2.00 on: the second byte of the header (RFC 7252 §3).</summary>
    static bool IsAnswer(ReadOnlySpan<byte> message) => message.Length > 1 && message[1] >= FirstResponseCode;

    public void HandleTimeout(TimeSpan now)
    {
        _context.Now = now;
        foreach (var port in (SecurePort[])[_secureBootstrap, _secureLwm2m])
        {
            port.HandleTimeout(now);
            DrainSecure(now, port);
        }
        _bootstrapEndpoint.HandleTimeout(now);
        _bootstrap.HandleTimeout(now);
        _endpoint.HandleTimeout(now);
        Pump(now);
        _registrations.HandleTimeout(now);
        DoDeferred(now);
        Pump(now);
        while (_calls.TryExpire(out var downlink))
            _downlinks.Withdraw(downlink);
        _updates.HandleTimeout();
    }

    /// <summary>Both message layers, for tests of their bounds.</summary>
    internal IEnumerable<CoapEndpoint> Endpoints => [_bootstrapEndpoint, _endpoint];

    public bool TryTakeDatagram(out OneNetDatagram datagram)
    {
        while (!_refusals.TryDequeue(out datagram) && !_secureBootstrap.TryTakeDatagram(out datagram) && !_secureLwm2m.TryTakeDatagram(out datagram))
        {
            if (_bootstrapLayer.TryTakeTransmit(_context.Now, out var transmit))
            {
                if (transmit.To.Association == 0)
                {
                    datagram = new OneNetDatagram(OneNetPort.Bootstrap, transmit.To.Address, transmit.Datagram);
                    return true;
                }
                _secureBootstrap.Send(transmit.To, transmit.Datagram.Span);
            }
            else if (_lwm2mLayer.TryTakeTransmit(_context.Now, out transmit))
            {
                if (transmit.To.Association == 0)
                {
                    datagram = new OneNetDatagram(OneNetPort.Lwm2m, transmit.To.Address, transmit.Datagram);
                    return true;
                }
                _secureLwm2m.Send(transmit.To, transmit.Datagram.Span);
            }
            else if (_bootstrapLayer.TakeReset() | _lwm2mLayer.TakeReset())
                Pump(_context.Now);
            else
                return false;
        }
        return true;
    }

    /// <summary>Starts an API call and returns its number; the answer comes through <see cref="TryTakeAnswer"/>, at once or later.</summary>
    public long Call(TimeSpan now, ApiRequest request)
    {
        _context.Now = now;
        var call = _calls.Begin(request);
        switch (IsAuthorized(request) ? _api.Handle(request) : ApiResult.AuthFailed())
        {
            case ApiResult result:
                _calls.Answer(call, result);
                break;
            case CommandReply command:
                var deadline = DeadlineOf(command);
                _calls.Await(call, _downlinks.Send(command.Session, command.Command, DownlinkOwner.OfCall(call)), deadline);
                break;
            case DeletionReply deletion:
                Delete(now, deletion.Device);
                _calls.Answer(call, ApiResult.Success());
                break;
        }
        Pump(now);
        return call;
    }

    /// <summary>Ends a call whose caller has gone: no answer follows.</summary>
    public void CancelCall(long call) => _downlinks.Withdraw(_calls.Cancel(call));

    public bool TryTakeAnswer(out ApiAnswer answer) => _calls.TryTakeAnswer(out answer);

    public bool TryTakeEvent(out OneNetEvent oneNetEvent) => _context.TryTakeEvent(out oneNetEvent);

    /// <summary>Wipes the keys of all associations. Sends nothing.</summary>
    public void Dispose()
    {
        _secureBootstrap.Dispose();
        _secureLwm2m.Dispose();
    }

    /// <summary>Hands on what the message layers and the two servers have to say until all are quiet.</summary>
    void Pump(TimeSpan now)
    {
        while (true)
        {
            if (_bootstrapEndpoint.TryTakeEvent(out var coapEvent))
            {
                if (!IsAnsweredLater(now, _bootstrapEndpoint, coapEvent, HandleAtBootstrap))
                    HandleAtBootstrap(now, coapEvent);
            }
            else if (_bootstrap.TryTakeEvent(out var bootstrapEvent))
                HandleBootstrap(now, bootstrapEvent);
            else if (_endpoint.TryTakeEvent(out coapEvent))
            {
                if (!IsAnsweredLater(now, _endpoint, coapEvent, HandleDevice))
                    HandleDevice(now, coapEvent);
            }
            else if (_registrations.TryTakeEvent(out var registrationEvent))
                HandleRegistration(now, registrationEvent);
            else
                return;
        }
    }

    void HandleAtBootstrap(TimeSpan now, CoapEvent coapEvent)
    {
        if (!_bootstrap.Handle(now, coapEvent))
            HandleStray(now, _bootstrapEndpoint, coapEvent);
    }

    /// <summary>A request no interface takes is answered 4.04; what is no request is of no concern.</summary>
    static void HandleStray(TimeSpan now, CoapEndpoint endpoint, CoapEvent coapEvent)
    {
        if (coapEvent is CoapRequestReceived received)
            endpoint.Respond(now, received.Exchange, new CoapResponse(CoapCode.NotFound));
    }

    void HandleDevice(TimeSpan now, CoapEvent coapEvent)
    {
        switch (coapEvent)
        {
            case CoapRequestReceived received when _registrations.Handle(now, received):
                break;
            case CoapResponseReceived response:
                Settle(_downlinks.HandleResponse(response.Exchange, response.Response));
                break;
            case CoapNotificationReceived received:
                if (_downlinks.HandleNotification(received.Exchange, received.Notification) is { } notification)
                    _reports.Store(notification.Session.Device, notification.Path, notification.Message);
                break;
            case CoapExchangeFailed failed:
                Settle(_downlinks.HandleFailure(failed.Exchange, failed.Reason));
                break;
            default:
                HandleStray(now, _endpoint, coapEvent);
                break;
        }
    }

    /// <summary>Hands the outcome of a downlink to its owner.</summary>
    void Settle(DownlinkOutcome? outcome)
    {
        if (outcome is null)
            return;
        var owner = outcome.Downlink.Owner;
        if (owner.Kind == DownlinkOwnerKind.McuUpdate)
        {
            _updates.HandleOutcome(outcome);
            return;
        }
        _reports.HandleOutcome(outcome);
        if (owner.Kind == DownlinkOwnerKind.ApiCall)
            _calls.Answer(owner.Call, CommandResult.Of(outcome));
    }

    /// <summary>An online device learns of its deletion when its next Update is answered 4.04.</summary>
    void Delete(TimeSpan now, DeviceRecord device)
    {
        if (device.Session is not null)
        {
            _registrations.Remove(device.Endpoint);
            Pump(now);
        }
        _secured.Remove(device);
        _datapoints.Remove(device.Id);
        _keys.Remove(device);
        _updates.Remove(device);
        _devices.Remove(device);
    }

    TimeSpan DeadlineOf(CommandReply command)
    {
        var deadline = _context.Now + command.Timeout;
        return command.Command.Kind == DownlinkKind.Read && _context.TryTrigger("read-timeout", command.Command.Path.ToString(), out var early)
            ? Min(deadline, _context.Now + early.Duration("time"))
            : deadline;
    }

    bool IsAuthorized(ApiRequest request) =>
        request.Header("api-key") is { } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(_options.ApiKey));

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
