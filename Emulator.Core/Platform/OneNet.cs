using System.Net;
using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// The local OneNET: bootstrap server, LwM2M server and the HTTP API's behaviour, without I/O. Datagrams, API calls and time go in;
/// after every call drain <see cref="TryTakeDatagram"/>, <see cref="TryTakeAnswer"/> and <see cref="TryTakeEvent"/>.
/// It composes parts that own their state; it passes each input to a part, and what the part returns to the next one.
/// </summary>
sealed class OneNet : IDisposable
{
    /// <summary>Longest body of an MCU update, in bytes.</summary>
    public const int MaxMcuPackageBytes = McuUpdates.MaxPackageBytes;

    readonly OneNetContext _context;
    readonly DeviceRegistry _devices;
    readonly DeviceKeys _keys;
    readonly MemoryDatapointStore _datapoints;
    readonly DelayedWork _delayed;
    readonly SecurePorts _secure;
    readonly PlatformBootstrapServer _bootstrap;
    readonly PlatformDeviceServer _server;
    readonly ApiCalls _calls;
    readonly ApiRouter _api;
    readonly PlatformFaults _faults;

    /// <param name="options">Settings.</param>
    /// <param name="random">Randomness of everything that is not secret.</param>
    /// <param name="secureRandom">Randomness of DTLS and of the keys that a bootstrap makes.</param>
    public OneNet(OneNetOptions options, SeededRandom random, RandomFill secureRandom)
    {
        _context = new OneNetContext(options, random.Fork("onenet"), secureRandom);
        _devices = new DeviceRegistry(_context);
        _keys = new DeviceKeys(_context, _devices);
        _datapoints = new MemoryDatapointStore(options.DatapointsPerStream);
        _delayed = new DelayedWork(_context);
        _calls = new ApiCalls(_context);
        _secure = new SecurePorts(_context, _keys);
        _bootstrap = new PlatformBootstrapServer(_context, random, _keys, _delayed);
        _server = new PlatformDeviceServer(_context, random, _devices, _keys, _delayed, new Reports(_context, _datapoints), _calls);
        _api = new ApiRouter(_devices, _datapoints, _server.Updates);
        _faults = new PlatformFaults(_context, _secure, _keys, _server);
        if (options.AutoProvision)
        {
            foreach (var device in options.Devices)
                _devices.Provision(device);
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> is due: the earliest deadline of the parts; TimeSpan.MaxValue for never.</summary>
    public TimeSpan NextDeadline => OneNetContext.Earliest(
        _secure.NextDeadline, _bootstrap.NextDeadline, _server.NextDeadline, _delayed.NextDeadline, _calls.NextDeadline);

    public void HandleDatagram(TimeSpan now, OneNetPort port, IPEndPoint from, ReadOnlySpan<byte> bytes)
    {
        _context.Now = now;
        if (_context.TryTrigger("dead", $"{port} from {from}", out _))
            return;
        if (port is OneNetPort.Bootstrap or OneNetPort.Lwm2m)
            HandleMessage(port, new CoapPeer(from), bytes.ToArray());
        else
        {
            _secure.HandleDatagram(port, from, bytes);
            DrainSecure(port);
        }
        Pump();
    }

    public void HandleTimeout(TimeSpan now)
    {
        _context.Now = now;
        foreach (var port in SecurePorts.All)
        {
            _secure.HandleTimeout(port);
            DrainSecure(port);
        }
        _bootstrap.HandleTimeout();
        _bootstrap.Pump();
        _server.HandleTimeout();
        while (_delayed.TryTakeDue(out var delayed))
            HandleDelayed(delayed);
        Pump();
        while (_calls.TryExpire(out var downlink))
            _server.Downlinks.Withdraw(downlink);
        _server.Updates.HandleTimeout();
    }

    /// <summary>A module is going to use a PSK: a provisioned device gets it, unless another one is assigned to it.</summary>
    public void AdoptKey(string imei, bool forBootstrap, PskCredential credential) => _keys.Adopt(imei, forBootstrap, credential);

    /// <summary>Starts an API call and returns its number. The answer comes from <see cref="TryTakeAnswer"/>, at once or later.</summary>
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
                var downlink = _server.Downlinks.Send(command.Session, command.Command, DownlinkOwner.OfCall(call));
                _calls.Await(call, downlink, command.Timeout);
                break;
            case DeletionReply deletion:
                Delete(deletion.Device);
                _calls.Answer(call, ApiResult.Success());
                break;
        }
        Pump();
        return call;
    }

    /// <summary>Ends a call whose caller has gone: no answer follows.</summary>
    public void CancelCall(long call) => _server.Downlinks.Withdraw(_calls.Cancel(call));

    /// <summary>Begins or ends a fault. False when it is not the platform's.</summary>
    public bool TryApply(TimeSpan now, string imei, ActiveFault fault, bool begins)
    {
        _context.Now = now;
        var device = _devices.FindByImei(imei);
        switch (_faults.Apply(device, fault, begins))
        {
            case FaultEffect.NotApplicable:
                return false;
            case FaultEffect.DeletesDevice:
                Delete(device!);
                break;
        }
        foreach (var port in SecurePorts.All)
            DrainSecure(port);
        Pump();
        return true;
    }

    public bool TryTakeDatagram(out OneNetDatagram datagram)
    {
        while (!_secure.TryTakeDatagram(out datagram))
        {
            if (TryTakeTransmit(out var port, out var transmit))
            {
                if (transmit.To.Association == 0)
                {
                    datagram = new OneNetDatagram(port, transmit.To.Address, transmit.Datagram);
                    return true;
                }
                _secure.Send(SecurePorts.SecureOf(port), transmit.To, transmit.Datagram.Span);
            }
            else if (_bootstrap.Messages.TakeReset() | _server.Messages.TakeReset())
                Pump();
            else
                return false;
        }
        return true;
    }

    public bool TryTakeAnswer(out ApiAnswer answer) => _calls.TryTakeAnswer(out answer);

    public bool TryTakeEvent(out OneNetEvent oneNetEvent) => _context.TryTakeEvent(out oneNetEvent);

    /// <summary>Wipes the keys of all associations. Sends nothing.</summary>
    public void Dispose() => _secure.Dispose();

    bool TryTakeTransmit(out OneNetPort port, out CoapTransmit transmit)
    {
        port = OneNetPort.Bootstrap;
        if (_bootstrap.Messages.TryTakeTransmit(_context.Now, out transmit))
            return true;
        port = OneNetPort.Lwm2m;
        return _server.Messages.TryTakeTransmit(_context.Now, out transmit);
    }

    /// <summary>A CoAP message in the clear, with or without DTLS on its way.</summary>
    void HandleMessage(OneNetPort port, CoapPeer from, ReadOnlyMemory<byte> message)
    {
        if (port is OneNetPort.Bootstrap or OneNetPort.BootstrapDtls)
            _bootstrap.HandleMessage(from, message);
        else
            _server.HandleMessage(from, message);
    }

    void DrainSecure(OneNetPort port)
    {
        while (_secure.TryTakeEvent(port, out var secureEvent))
        {
            if (secureEvent.Moved is not { } session)
            {
                HandleMessage(port, secureEvent.Peer, secureEvent.Message);
                continue;
            }
            _server.Move(session, secureEvent.Peer);
            if (secureEvent.IsNewAssociation)
                _context.Emit(new DeviceReturned(_context.Now, session.Device.Imei, secureEvent.Peer.Address));
        }
    }

    void Pump()
    {
        _bootstrap.Pump();
        _server.Pump();
    }

    void HandleDelayed(Delayed delayed)
    {
        switch (delayed)
        {
            case DelayedBootstrap bootstrap:
                _bootstrap.Handle(bootstrap.Request);
                break;
            case DelayedRequest request:
                _server.Handle(request.Request);
                break;
            case DelayedRegister register:
                _server.Register(register.Asked);
                break;
        }
    }

    void Delete(DeviceRecord device)
    {
        if (device.IsOnline)
        {
            _server.EndRegistration(device);
            Pump();
        }
        _secure.Remove(device);
        _datapoints.Remove(device.Id);
        _keys.Remove(device);
        _server.Updates.Remove(device);
        _devices.Remove(device);
    }

    bool IsAuthorized(ApiRequest request) =>
        request.Header("api-key") is { } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(_context.Options.ApiKey));
}
