using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>The bootstrap server: admits devices and writes their LwM2M account.</summary>
sealed class PlatformBootstrapServer
{
    readonly OneNetContext _context;
    readonly DeviceKeys _keys;
    readonly DelayedWork _delayed;
    readonly CoapEndpoint _endpoint;
    readonly BootstrapServer _server;

    public PlatformBootstrapServer(OneNetContext context, SeededRandom random, DeviceKeys keys, DelayedWork delayed)
    {
        var options = context.Options;
        (_context, _keys, _delayed) = (context, keys, delayed);
        _endpoint = new CoapEndpoint(
            new CoapEndpointOptions { TokenLength = OneNetContext.TokenLength, KnownCriticalOptions = [CoapOptionNumber.AuthCode] },
            random.Fork("onenet/bootstrap"));
        _server = new BootstrapServer(
            _endpoint, new BootstrapServerOptions { Delay = options.BootstrapDelay, Timeout = options.BootstrapTimeout });
        Messages = new FaultyEndpoint(_endpoint, options.Faults);
    }

    /// <summary>The message layer.</summary>
    public FaultyEndpoint Messages { get; }

    public TimeSpan NextDeadline => OneNetContext.Earliest(_endpoint.NextDeadline, _server.NextDeadline);

    public void HandleMessage(CoapPeer from, ReadOnlyMemory<byte> message)
    {
        foreach (var copy in Messages.PassUp(_context.Now, from, message))
            _endpoint.HandleDatagram(_context.Now, from, copy.Span);
    }

    public void HandleTimeout()
    {
        _endpoint.HandleTimeout(_context.Now);
        _server.HandleTimeout(_context.Now);
    }

    /// <summary>Handles the events of the message layer and of the bootstrap interface until there are none.</summary>
    public void Pump()
    {
        while (true)
        {
            if (_endpoint.TryTakeEvent(out var coapEvent))
            {
                if (coapEvent is not CoapRequestReceived received || !_delayed.TryDelay(_endpoint, received, r => new DelayedBootstrap(r)))
                    Handle(coapEvent);
            }
            else if (_server.TryTakeEvent(out var bootstrapEvent))
                Handle(bootstrapEvent);
            else
                return;
        }
    }

    /// <summary>A request outside the bootstrap interface is answered 4.04; other events are ignored.</summary>
    public void Handle(CoapEvent coapEvent)
    {
        if (!_server.Handle(_context.Now, coapEvent) && coapEvent is CoapRequestReceived received)
            _endpoint.Respond(_context.Now, received.Exchange, new CoapResponse(CoapCode.NotFound));
    }

    void Handle(BootstrapEvent bootstrapEvent)
    {
        switch (bootstrapEvent)
        {
            case BootstrapAsked asked:
                Begin(asked);
                break;
            case BootstrapFinished finished:
                _context.Emit(new BootstrapCompleted(_context.Now, finished.Endpoint));
                break;
            case BootstrapFailed failed:
                _context.Emit(new BootstrapAborted(_context.Now, failed.Endpoint, failed.Reason, failed.Code));
                break;
        }
    }

    void Begin(BootstrapAsked asked)
    {
        if (_context.TryTrigger("bootstrap-fail", asked.Endpoint, out _))
        {
            Refuse(asked, CoapCode.InternalServerError, "fault bootstrap-fail");
            return;
        }
        if (_keys.FindAllowed(forBootstrap: true, asked.Endpoint, asked.AuthCode, asked.Peer, out var refusal) is not { } device)
        {
            Refuse(asked, CoapCode.Forbidden, refusal);
            return;
        }
        _context.Emit(new BootstrapStarted(_context.Now, asked.Endpoint, asked.Peer.Address));
        // Instance 0 is the LwM2M server. The module keeps its bootstrap account itself and refuses any object but 0.
        var missing = _context.TryTrigger("bootstrap-partial", asked.Endpoint, out var partial) ? partial.Text("missing") : "";
        IReadOnlyList<BootstrapWrite> writes = missing == "account"
            ? []
            : [new BootstrapWrite(new ResourcePath(0, 0), _keys.NewAccount(device, asked.Peer).Encode())];
        _server.Begin(_context.Now, asked, writes, finishes: missing != "finish");
    }

    void Refuse(BootstrapAsked asked, CoapCode code, string reason)
    {
        _server.Refuse(_context.Now, asked, code);
        _context.Emit(new AccessRefused(_context.Now, OneNetPort.Bootstrap, asked.Endpoint, asked.Peer.Address, code, reason));
    }
}
