using System.Globalization;
using System.Text;
using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Server;

/// <summary>
/// The registration interface (LwM2M 1.0 §5.3): Register, Update, Deregister and expiry. It answers on the owner's endpoint
/// and reports through <see cref="TryTakeEvent"/>; whether a client may register is the owner's word.
/// </summary>
public sealed class RegistrationServer(CoapEndpoint endpoint, SeededRandom random)
{
    /// <summary>The longest link list that comes in blocks, in bytes.</summary>
    const int MaxListBytes = 16384;

    /// <summary>Clients that send such a list at once.</summary>
    const int MaxListsUnderWay = 256;

    readonly Block1Assembler _blocks = new(MaxListBytes, MaxListsUnderWay);
    readonly Dictionary<string, Registration> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<string, Registration> _byEndpoint = new(StringComparer.Ordinal);
    readonly Dictionary<CoapPeer, int> _countByPeer = [];
    readonly PriorityQueue<string, (TimeSpan, long)> _expiries = new();
    readonly Queue<RegistrationEvent> _events = new();
    long _sequence;

    public IReadOnlyCollection<Registration> Registrations => _byEndpoint.Values;

    /// <summary>When the next lifetime may run out; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline => _expiries.TryPeek(out _, out var at) ? at.Item1 : TimeSpan.MaxValue;

    /// <summary>Whether a registered client is at this peer.</summary>
    public bool IsAt(CoapPeer peer) => _countByPeer.ContainsKey(peer);

    public Registration? Find(string endpointName) => _byEndpoint.GetValueOrDefault(endpointName);

    /// <summary>Takes a request below /rd; false leaves it to the owner.</summary>
    public bool Handle(TimeSpan now, CoapRequestReceived received)
    {
        var path = received.Request.UriPath;
        if (path.Count is < 1 or > 2 || path[0] != "rd")
            return false;
        var method = received.Request.Code;
        if (path.Count == 1)
        {
            if (method != CoapCode.Post)
                Reject(now, received, CoapCode.MethodNotAllowed);
            else if (TryTakeWhole(now, ref received, out var echo))
                Register(now, received, echo);
        }
        else if (!_byId.TryGetValue(path[1], out var registration))
            Reject(now, received, CoapCode.NotFound);
        else if (registration.Peer.Identity != received.Peer.Identity)
            Reject(now, received, CoapCode.Forbidden);
        else if (method == CoapCode.Post)
        {
            if (TryTakeWhole(now, ref received, out var echo))
                Update(now, received, registration, echo);
        }
        else if (method == CoapCode.Delete)
            Deregister(now, received, registration);
        else
            Reject(now, received, CoapCode.MethodNotAllowed);
        return true;
    }

    /// <summary>Answers 2.01 with the location. A registration of the same endpoint ends as replaced first.</summary>
    public Registration Accept(TimeSpan now, RegistrationAsked asked)
    {
        if (_byEndpoint.TryGetValue(asked.Endpoint, out var previous))
            End(previous, RegistrationEndReason.Replaced);
        var registration = new Registration(asked.Peer)
        {
            Id = NewId(),
            Endpoint = asked.Endpoint,
        };
        registration.Apply(now, asked.Parameters);
        _byId[registration.Id] = registration;
        _byEndpoint[registration.Endpoint] = registration;
        Enter(registration.Peer);
        Schedule(registration);
        endpoint.Respond(now, asked.Exchange, new CoapResponse(CoapCode.Created,
            [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, registration.Id), .. asked.AnswerOptions],
            default));
        return registration;
    }

    /// <summary>The client goes on at another peer, which has proved to be the same client.</summary>
    public void Move(Registration registration, CoapPeer to)
    {
        Leave(registration.Peer);
        registration.Peer = to;
        Enter(to);
    }

    public void Refuse(TimeSpan now, RegistrationAsked asked, CoapCode code) =>
        endpoint.Respond(now, asked.Exchange, new CoapResponse(code, asked.AnswerOptions, default));

    /// <summary>Takes a registration away without telling the client. False when there is none.</summary>
    public bool Remove(string endpointName)
    {
        if (!_byEndpoint.TryGetValue(endpointName, out var registration))
            return false;
        End(registration, RegistrationEndReason.Removed);
        return true;
    }

    public void HandleTimeout(TimeSpan now)
    {
        while (_expiries.TryPeek(out var id, out var at) && at.Item1 <= now)
        {
            _expiries.Dequeue();
            if (!_byId.TryGetValue(id, out var registration) || registration.ScheduledAt != at.Item1)
                continue;
            if (registration.ExpiresAt <= now)
                End(registration, RegistrationEndReason.Expired);
            else
            {
                registration.ScheduledAt = TimeSpan.MaxValue;
                Schedule(registration);
            }
        }
    }

    /// <summary>Entries in all tables that outlive a call, for tests of their bounds.</summary>
    internal int Remembered => _byId.Count + _byEndpoint.Count + _countByPeer.Count + _expiries.Count + _blocks.Count;

    public bool TryTakeEvent(out RegistrationEvent registrationEvent) => _events.TryDequeue(out registrationEvent!);

    /// <summary>
    /// Puts the blocks of a link list together: part of it would register part of the objects. False when the request is answered,
    /// with 2.31 or an error; else it is whole, and <paramref name="echo"/> belongs into its answer.
    /// </summary>
    bool TryTakeWhole(TimeSpan now, ref CoapRequestReceived received, out IReadOnlyList<CoapOption> echo)
    {
        var fed = _blocks.Feed(received.Peer, received.Request, now);
        echo = fed.Options;
        if (fed.Status == Block1Status.Complete)
        {
            received = received with { Request = received.Request.WithPayload(fed.Payload) };
            return true;
        }
        if (fed.Status == Block1Status.Error)
            Reject(now, received, fed.Code, echo);
        else
            endpoint.Respond(now, received.Exchange, fed.ToResponse());
        return false;
    }

    void Register(TimeSpan now, CoapRequestReceived received, IReadOnlyList<CoapOption> echo)
    {
        if (!RegistrationParameters.TryParse(received.Request, out var parameters, out var fault))
            Reject(now, received, fault, echo);
        else if (parameters.Endpoint is null || parameters.Objects is null)
            Reject(now, received, CoapCode.BadRequest, echo);
        else
        {
            var authCode = received.Request.Option(CoapOptionNumber.AuthCode) is { } code ? Encoding.UTF8.GetString(code.Span) : null;
            _events.Enqueue(new RegistrationAsked(received.Peer, received.Exchange, parameters.Endpoint, parameters, authCode) { AnswerOptions = echo });
        }
    }

    void Update(TimeSpan now, CoapRequestReceived received, Registration registration, IReadOnlyList<CoapOption> echo)
    {
        if (!RegistrationParameters.TryParse(received.Request, out var parameters, out var fault))
        {
            Reject(now, received, fault, echo);
            return;
        }
        var (peer, objects) = (registration.Peer, registration.Objects);
        registration.Apply(now, parameters);
        Leave(registration.Peer);
        registration.Peer = received.Peer;
        Enter(registration.Peer);
        Schedule(registration);
        endpoint.Respond(now, received.Exchange, new CoapResponse(CoapCode.Changed, echo, default));
        _events.Enqueue(new RegistrationUpdated(registration, peer, objects));
    }

    void Deregister(TimeSpan now, CoapRequestReceived received, Registration registration)
    {
        endpoint.Respond(now, received.Exchange, new CoapResponse(CoapCode.Deleted));
        End(registration, RegistrationEndReason.Deregistered);
    }

    void Reject(TimeSpan now, CoapRequestReceived received, CoapCode code, IReadOnlyList<CoapOption>? options = null)
    {
        endpoint.Respond(now, received.Exchange, new CoapResponse(code, options ?? [], default));
        _events.Enqueue(new RegistrationRejected(received.Peer, "/" + string.Join('/', received.Request.UriPath), code));
    }

    void End(Registration registration, RegistrationEndReason reason)
    {
        _byId.Remove(registration.Id);
        _byEndpoint.Remove(registration.Endpoint);
        Leave(registration.Peer);
        _events.Enqueue(new RegistrationEnded(registration, reason));
    }

    void Enter(CoapPeer peer) => _countByPeer[peer] = _countByPeer.GetValueOrDefault(peer) + 1;

    void Leave(CoapPeer peer)
    {
        if (--_countByPeer[peer] == 0)
            _countByPeer.Remove(peer);
    }

    /// <summary>One queue entry per registration, however many Updates come: it moves on when its time is there.</summary>
    void Schedule(Registration registration)
    {
        if (registration.ExpiresAt >= registration.ScheduledAt)
            return;
        registration.ScheduledAt = registration.ExpiresAt;
        _expiries.Enqueue(registration.Id, (registration.ExpiresAt, _sequence++));
    }

    string NewId()
    {
        string id;
        do
            id = ((uint)random.NextUInt64()).ToString("x8", CultureInfo.InvariantCulture);
        while (_byId.ContainsKey(id));
        return id;
    }
}
