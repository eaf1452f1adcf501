using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Server;

/// <summary>Timing of the bootstrap sequence.</summary>
public sealed record BootstrapServerOptions
{
    /// <summary>Pause between the 2.04 and the first write.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>Longest time from the request to the answered finish.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>One object instance that a bootstrap writes; <paramref name="Payload"/> is bare Resource TLVs.</summary>
public sealed record BootstrapWrite(ResourcePath Path, ReadOnlyMemory<byte> Payload);

/// <summary>
/// The bootstrap interface (LwM2M 1.0 §5.2), client-initiated:
/// <list type="number">
/// <item>POST /bs?ep=… is answered 2.04 once the owner agrees;</item>
/// <item>CON PUT /0/n, one write after the other, each answered 2.04;</item>
/// <item>CON POST /bs, the finish, answered 2.04.</item>
/// </list>
/// Any other answer, silence or a reset ends the sequence as failed.
/// </summary>
public sealed class BootstrapServer(CoapEndpoint endpoint, BootstrapServerOptions options)
{
    readonly List<Session> _sessions = [];
    readonly Queue<BootstrapEvent> _events = new();

    public TimeSpan NextDeadline
    {
        get
        {
            var next = TimeSpan.MaxValue;
            foreach (var session in _sessions)
                next = Min(next, session.Exchange == 0 ? Min(session.SendAt, session.GiveUpAt) : session.GiveUpAt);
            return next;
        }
    }

    /// <summary>Takes requests to /bs and what becomes of this server's own requests; false leaves the event to the owner.</summary>
    public bool Handle(TimeSpan now, CoapEvent coapEvent)
    {
        switch (coapEvent)
        {
            case CoapRequestReceived received when received.Request.UriPath is ["bs"]:
                HandleRequest(now, received);
                return true;
            case CoapResponseReceived response when Find(response.Exchange) is { } session:
                HandleResponse(now, session, response.Response.Code);
                return true;
            case CoapExchangeFailed failed when Find(failed.Exchange) is { } session:
                Fail(session, failed.Reason == CoapFailure.Reset ? BootstrapFailure.Reset : BootstrapFailure.Timeout, null);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Answers 2.04 and starts the writes. A sequence under way with the same endpoint is given up silently.</summary>
    /// <param name="now">Core time.</param>
    /// <param name="asked">The request.</param>
    /// <param name="writes">What is written, in order.</param>
    /// <param name="finishes">False leaves out the finish, as a server that breaks down on the way: the sequence ends by its time-out.</param>
    public void Begin(TimeSpan now, BootstrapAsked asked, IReadOnlyList<BootstrapWrite> writes, bool finishes = true)
    {
        if (_sessions.Find(s => s.Endpoint == asked.Endpoint) is { } previous)
        {
            endpoint.Cancel(previous.Exchange);
            _sessions.Remove(previous);
        }
        endpoint.Respond(now, asked.Exchange, new CoapResponse(CoapCode.Changed));
        var session = new Session(asked.Peer, asked.Endpoint, writes)
        {
            SendAt = now + options.Delay,
            GiveUpAt = now + options.Timeout,
            Finishes = finishes,
        };
        _sessions.Add(session);
        if (options.Delay <= TimeSpan.Zero)
            Advance(now, session);
    }

    public void Refuse(TimeSpan now, BootstrapAsked asked, CoapCode code) =>
        endpoint.Respond(now, asked.Exchange, new CoapResponse(code));

    public void HandleTimeout(TimeSpan now)
    {
        foreach (var session in _sessions.ToArray())
        {
            if (session.GiveUpAt <= now)
            {
                endpoint.Cancel(session.Exchange);
                Fail(session, BootstrapFailure.Timeout, null);
            }
            else if (session.Exchange == 0 && session.SendAt <= now)
                Advance(now, session);
        }
    }

    public bool TryTakeEvent(out BootstrapEvent bootstrapEvent) => _events.TryDequeue(out bootstrapEvent!);

    void HandleRequest(TimeSpan now, CoapRequestReceived received)
    {
        var endpointName = received.Request.UriQuery.FirstOrDefault(q => q.StartsWith("ep=", StringComparison.Ordinal))?[3..];
        if (received.Request.Code != CoapCode.Post)
            endpoint.Respond(now, received.Exchange, new CoapResponse(CoapCode.MethodNotAllowed));
        else if (string.IsNullOrEmpty(endpointName))
            endpoint.Respond(now, received.Exchange, new CoapResponse(CoapCode.BadRequest));
        else
        {
            var authCode = received.Request.Option(CoapOptionNumber.AuthCode) is { } code ? Encoding.UTF8.GetString(code.Span) : null;
            _events.Enqueue(new BootstrapAsked(received.Peer, received.Exchange, endpointName, authCode));
        }
    }

    void HandleResponse(TimeSpan now, Session session, CoapCode code)
    {
        if (code != CoapCode.Changed)
            Fail(session, BootstrapFailure.Refused, code);
        else if (++session.Step > session.Writes.Count)
        {
            _sessions.Remove(session);
            _events.Enqueue(new BootstrapFinished(session.Peer, session.Endpoint));
        }
        else
            Advance(now, session);
    }

    /// <summary>Sends the write or finish that the session's step stands for.</summary>
    void Advance(TimeSpan now, Session session)
    {
        if (session.Step == session.Writes.Count && !session.Finishes)
        {
            session.SendAt = TimeSpan.MaxValue;
            session.Exchange = 0;
            return;
        }
        var request = session.Step < session.Writes.Count
            ? Write(session.Writes[session.Step])
            : new CoapRequest(CoapCode.Post, [CoapOptions.Text(CoapOptionNumber.UriPath, "bs")], default);
        session.Exchange = endpoint.SendRequest(now, session.Peer, request);
    }

    static CoapRequest Write(BootstrapWrite write)
    {
        var segments = write.Path.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
        List<CoapOption> coapOptions = [.. segments.Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s))];
        coapOptions.Add(CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Tlv));
        return new CoapRequest(CoapCode.Put, coapOptions, write.Payload);
    }

    void Fail(Session session, BootstrapFailure reason, CoapCode? code)
    {
        _sessions.Remove(session);
        _events.Enqueue(new BootstrapFailed(session.Peer, session.Endpoint, reason, code));
    }

    Session? Find(long exchange) => _sessions.Find(s => s.Exchange == exchange);

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    sealed class Session(CoapPeer peer, string endpointName, IReadOnlyList<BootstrapWrite> writes)
    {
        public CoapPeer Peer => peer;
        public string Endpoint => endpointName;
        public IReadOnlyList<BootstrapWrite> Writes => writes;

        /// <summary>Index of the write under way; one past the last stands for the finish.</summary>
        public int Step { get; set; }

        /// <summary>0 until the first write has been sent.</summary>
        public long Exchange { get; set; }
        public TimeSpan SendAt { get; set; }
        public bool Finishes { get; init; }
        public TimeSpan GiveUpAt { get; init; }
    }
}
