using System.Globalization;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <content>Observations and notifications (RFC 7641, LwM2M 1.0 §5.5).</content>
public sealed partial class Lwm2mClient
{
    /// <summary>More observations than any server of a module keeps; beyond it a request is answered without Observe.</summary>
    const int MaxObservations = 64;
    const int MaxAttributeSets = 64;

    /// <summary>
    /// Confirmable notifications that may wait at once: NSTART lets one out at a time, and towards a dead server each takes 93 s.
    /// </summary>
    public const int MaxUnacknowledged = 10;

    /// <summary>Notifications of one observation whose reset or acknowledgement can still be told apart.</summary>
    const int MaxNotificationsRemembered = 16;

    /// <summary>At least this often a notification is confirmable (RFC 7641 §4.5).</summary>
    static readonly TimeSpan ConfirmableInterval = TimeSpan.FromHours(24);

    sealed class Observation(ResourcePath path, ReadOnlyMemory<byte> token, ushort messageId, int? accept, CoapBlock? block2, TimeSpan since)
    {
        public ResourcePath Path { get; } = path;
        public ReadOnlyMemory<byte> Token { get; } = token;
        public ushort MessageId { get; } = messageId;
        public int? Accept { get; } = accept;

        /// <summary>Notifications carry their first block of this size; the server fetches the others (RFC 7959 §2.6).</summary>
        public CoapBlock? FirstBlock { get; } = block2 is { } block ? block with { Number = 0 } : null;
        public uint Counter { get; set; }
        public TimeSpan LastConfirmable { get; set; } = since;

        /// <summary>The last notifications sent; a reset of any of them ends the observation (RFC 7641 §3.6).</summary>
        public Queue<long> Exchanges { get; } = [];
    }

    readonly List<Observation> _observations = [];
    readonly Dictionary<ResourcePath, ObserveAttributes> _attributes = [];

    /// <summary>Confirmable notifications that have neither been acknowledged nor failed.</summary>
    readonly HashSet<long> _unacknowledged = [];

    /// <summary>No further confirmable notification is taken until one of those under way ends.</summary>
    public bool IsNotifyBusy => _unacknowledged.Count >= MaxUnacknowledged;

    /// <summary>Paths under observation, for the owner's own reports.</summary>
    public IEnumerable<ResourcePath> ObservedPaths => _observations.Select(o => o.Path).Distinct();

    /// <summary>Attributes in force on a path: its own before the instance's before the object's (LwM2M 1.0 §5.1.2).</summary>
    public ObserveAttributes AttributesOf(ResourcePath path)
    {
        var result = ObserveAttributes.Empty;
        foreach (var level in (ResourcePath[])[new(path.Object), new(path.Object, path.Instance), path])
        {
            if (_attributes.TryGetValue(level, out var set))
                result = set.MergeOnto(result);
        }
        return result;
    }

    /// <summary>Reports values to every observation of exactly this path. Values are those at or below it.</summary>
    public void NotifyObservers(TimeSpan now, ResourcePath path, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        if (!IsRegistered)
            return;
        foreach (var observation in _observations.Where(o => o.Path == path).ToList())
            SendNotification(now, observation, values, confirmable: false);
    }

    /// <summary>
    /// Reports values of one object instance. Returns the exchange, or null when no observation covers them or there is no registration.
    /// </summary>
    /// <param name="now">Core time.</param>
    /// <param name="values">Resource paths of one instance with their values.</param>
    /// <param name="messageId">The message id of the observe request meant, or 0 to look for the observation (manual §1.9).</param>
    /// <param name="confirmable">Asks the server for an acknowledgement.</param>
    public long? Notify(TimeSpan now, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values, int messageId, bool confirmable)
    {
        if (!IsRegistered || FindObservation(values, messageId) is not { } observation)
            return null;
        var covered = values.Where(v => observation.Path.Covers(v.Path)).ToList();
        return SendNotification(now, observation, covered, confirmable);
    }

    /// <summary>The one named by message id if it fits, else the closest that covers all values, else the closest that covers the first.</summary>
    Observation? FindObservation(IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values, int messageId)
    {
        var fitting = _observations.Where(o => values.All(v => o.Path.Covers(v.Path))).ToList();
        return fitting.Find(o => messageId != 0 && o.MessageId == messageId)
            ?? fitting.OrderByDescending(o => Depth(o.Path)).FirstOrDefault()
            ?? _observations.Where(o => o.Path.Covers(values[0].Path)).OrderByDescending(o => Depth(o.Path)).FirstOrDefault();
    }

    long SendNotification(TimeSpan now, Observation observation, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values, bool confirmable)
    {
        confirmable = !_options.NotificationsAsAcknowledgements && (confirmable || now - observation.LastConfirmable >= ConfirmableInterval);
        if (confirmable)
            observation.LastConfirmable = now;
        observation.Counter = (observation.Counter + 1) & 0xFFFFFF;
        var content = Encode(observation.Path, observation.Accept, values);
        TrySlice(now, content, observation.Path, observation.Accept, observation.FirstBlock,
            [CoapOptions.UInt(CoapOptionNumber.Observe, observation.Counter)], out var response);
        var exchange = _coap.Notify(now, _peer!, observation.Token, response, confirmable);
        observation.Exchanges.Enqueue(exchange);
        if (observation.Exchanges.Count > MaxNotificationsRemembered)
            observation.Exchanges.Dequeue();
        if (confirmable)
            _unacknowledged.Add(exchange);
        return exchange;
    }

    void HandleObserve(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (request.Token.IsEmpty)
            Answer(now, exchange, CoapCode.BadRequest);
        else if ((!Objects.Contains(path) || !Objects.Find(path.Object)!.IsObservable) && !_options.HiddenObjectsCanBeObserved)
            Answer(now, exchange, CoapCode.MethodNotAllowed);
        else if (!IsAcceptable(request.Accept, path))
            Answer(now, exchange, CoapCode.NotAcceptable);
        else if (_options.Dialect == Lwm2mDialect.OneNet)
        {
            IReadOnlyList<CoapOption> options = AddObservation(now, request, path) ? [CoapOptions.UInt(CoapOptionNumber.Observe, 0)] : [];
            _coap.Respond(now, exchange, new CoapResponse(CoapCode.Content, options, default));
        }
        else
        {
            AnswerWithValues(now, exchange, request, path, observe: true);
        }
    }

    void HandleCancel(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        // The token names the observation (RFC 7641 §3.6); China Mobile's client goes by the path as well.
        var found = _observations.Find(o => o.Token.Span.SequenceEqual(request.Token.Span))
            ?? (_options.Dialect == Lwm2mDialect.OneNet ? _observations.Find(o => o.Path == path) : null);
        if (found is not null)
        {
            _observations.Remove(found);
            Tell(new ObserveHandled(request.MessageId, Added: false, found.Path));
        }
        if (_options.Dialect == Lwm2mDialect.OneNet)
            Answer(now, exchange, found is null ? CoapCode.NotFound : CoapCode.Content);
        else if (!IsAcceptable(request.Accept, path))
            Answer(now, exchange, CoapCode.NotAcceptable);
        else
            AnswerWithValues(now, exchange, request, path, observe: false); // a cancel is a read (RFC 7641 §3.6)
    }

    /// <summary>Answers with the values last reported, or asks the owner when there are none.</summary>
    void AnswerWithValues(TimeSpan now, long exchange, CoapMessage request, ResourcePath path, bool observe)
    {
        var pending = new PendingRequest(request, path) { ForObserve = observe };
        var item = Objects.Find(path.Object);
        var known = item is null or { Served: true } ? [] : item.Resources
            .Where(r => r.Value.Last is not null)
            .Select(r => (Path: new ResourcePath(item.Id, r.Key.Instance, r.Key.Resource), Value: r.Value.Last!))
            .Where(v => path.Covers(v.Path))
            .ToList();
        if (known.Count > 0)
        {
            SendValues(now, exchange, pending, known);
            return;
        }
        _pending[exchange] = pending;
        Tell(new ReadRequested(exchange, request.MessageId, path, observe));
    }

    /// <summary>False when there is no room: the request is then answered as a plain read.</summary>
    bool AddObservation(TimeSpan now, CoapMessage request, ResourcePath path)
    {
        // OneNET renews by path; a standard server may hold several tokens on one path (RFC 7641 §4.1).
        var byPath = _options.Dialect == Lwm2mDialect.OneNet;
        _observations.RemoveAll(o => o.Token.Span.SequenceEqual(request.Token.Span) || byPath && o.Path == path);
        if (_observations.Count >= MaxObservations)
            return false;
        _observations.Add(new Observation(path, request.Token.ToArray(), request.MessageId, request.Accept, request.Block2, now));
        Tell(new ObserveHandled(request.MessageId, Added: true, path));
        return true;
    }

    void HandleNotificationFailure(CoapExchangeFailed failed)
    {
        _unacknowledged.Remove(failed.Exchange);
        // An unacknowledged notification ends it as well by RFC 7641 §4.5; China Mobile's client goes on.
        if (failed.Reason == CoapFailure.Reset || _options.Dialect == Lwm2mDialect.Lwm2m)
            _observations.RemoveAll(o => o.Exchanges.Contains(failed.Exchange));
        Tell(new NotificationFailed(failed.Exchange, failed.Reason));
    }

    /// <summary>Ends the observations; notifications under way fail, so that what follows does not wait behind them.</summary>
    void EndObservations()
    {
        _observations.Clear();
        foreach (var exchange in _unacknowledged.Order().ToList())
        {
            _coap.Cancel(exchange);
            Tell(new NotificationFailed(exchange, CoapFailure.Cancelled));
        }
        _unacknowledged.Clear();
    }

    List<KeyValuePair<string, string?>> AttributeLinks(ResourcePath path)
    {
        List<KeyValuePair<string, string?>> links = [];
        if (_options.Dialect != Lwm2mDialect.Lwm2m)
            return links;
        if (path.Resource is { } resource && Objects.Find(path.Object)?.Dimensions.TryGetValue(resource, out var dimension) == true)
            links.Add(new("dim", dimension.ToString(CultureInfo.InvariantCulture)));
        if (!_attributes.TryGetValue(path, out var set))
            return links;
        if (set.Pmin is { } pmin)
            links.Add(new("pmin", pmin.ToString(CultureInfo.InvariantCulture)));
        if (set.Pmax is { } pmax)
            links.Add(new("pmax", pmax.ToString(CultureInfo.InvariantCulture)));
        if (set.Lt is { } lt)
            links.Add(new("lt", lt.ToString(CultureInfo.InvariantCulture)));
        if (set.Gt is { } gt)
            links.Add(new("gt", gt.ToString(CultureInfo.InvariantCulture)));
        if (set.St is { } st)
            links.Add(new("st", st.ToString(CultureInfo.InvariantCulture)));
        return links;
    }

    static int Depth(ResourcePath path) => path.Resource is not null ? 3 : path.Instance is not null ? 2 : 1;
}
