using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <content>Requests of the LwM2M server (LwM2M 1.0 §5.4, §5.5).</content>
public sealed partial class Lwm2mClient
{
    sealed record PendingRequest(CoapMessage Message, ResourcePath Path)
    {
        /// <summary>The values become the first answer of an observation.</summary>
        public bool ForObserve { get; init; }

        /// <summary>Block1 echo of the final answer (RFC 7959 §2.3).</summary>
        public IReadOnlyList<CoapOption> AnswerOptions { get; init; } = [];

        /// <summary>The block of <see cref="StreamedPath"/> that this request is.</summary>
        public CoapBlock? Streamed { get; init; }
    }

    /// <summary>Received requests that wait for the owner's answer, by exchange.</summary>
    readonly Dictionary<long, PendingRequest> _pending = [];

    readonly Block1Assembler _blocks = new(maxSzx: DefaultSzx);
    readonly Block1Stream _stream = new(DefaultSzx);

    /// <summary>Block-wise writes to this resource are told block by block and have no limit; null for none.</summary>
    public ResourcePath? StreamedPath { get; set; }

    /// <summary>Answers a pending request with a code alone. Returns false when it is not pending any more.</summary>
    public bool Respond(TimeSpan now, long exchange, CoapCode code)
    {
        if (!_pending.Remove(exchange, out var pending))
            return false;
        if (pending.Streamed is { } block)
        {
            _stream.Settle(block, code.IsSuccess);
            if (block.More && code.IsSuccess)
                code = CoapCode.Continue;
        }
        return _coap.Respond(now, exchange, new CoapResponse(code, pending.AnswerOptions, default));
    }

    /// <summary>Gives up a pending request: it is never answered, as when the module drops an operation.</summary>
    public void DropRequest(long exchange)
    {
        if (_pending.Remove(exchange))
            _coap.Abandon(exchange);
    }

    void HandleRequest(TimeSpan now, CoapRequestReceived received)
    {
        var request = received.Request;
        if (received.Peer.Equals(_bootstrapPeer) && !received.Peer.Equals(_peer))
            HandleBootstrapRequest(now, received.Exchange, request);
        else if (!IsRegistered)
            _coap.Discard(received.Exchange); // before the 2.01 is in, the server's repetition counts as new
        else if (!ResourcePath.TryParse(request.UriPath, out var path))
            Answer(now, received.Exchange, CoapCode.NotFound);
        else if (path.Object == SecurityObject && _options.Dialect == Lwm2mDialect.Lwm2m)
            Answer(now, received.Exchange, CoapCode.Unauthorized);
        else if (!Objects.Contains(path) && !HiddenObjects.Contains(path.Object))
            Answer(now, received.Exchange, CoapCode.NotFound);
        else
            Dispatch(now, received.Exchange, request, path);
    }

    void Dispatch(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (request.Code == CoapCode.Get && request.Observe is 0)
            HandleObserve(now, exchange, request, path);
        else if (request.Code == CoapCode.Get && request.Observe is 1)
            HandleCancel(now, exchange, request, path);
        else if (request.Code == CoapCode.Get && request.Accept == CoapContentFormat.Link)
            HandleDiscover(now, exchange, request, path);
        else if (request.Code == CoapCode.Get)
            HandleRead(now, exchange, request, path);
        else if (request.Code == CoapCode.Put && request.Payload.IsEmpty && request.UriQuery.Count > 0)
            HandleAttributes(now, exchange, request, path);
        else if (request.Code == CoapCode.Put || request.Code == CoapCode.Post)
            HandleWriteOrExecute(now, exchange, request, path);
        else
            Answer(now, exchange, _options.Dialect == Lwm2mDialect.OneNet ? CoapCode.NotFound : CoapCode.MethodNotAllowed);
    }

    void HandleRead(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (!IsAcceptable(request.Accept, path))
        {
            Answer(now, exchange, CoapCode.NotAcceptable);
            return;
        }
        if (request.Block2 is { Number: > 0 } && _blockCache.TryGet(now, (path, request.Accept), out var cached))
        {
            SendContent(now, exchange, request, path, cached, []);
            return;
        }
        _pending[exchange] = new PendingRequest(request, path);
        Tell(new ReadRequested(exchange, request.MessageId, path, ForObserve: false));
    }

    void HandleDiscover(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (Objects.Find(path.Object) is not { } item)
        {
            Answer(now, exchange, CoapCode.NotFound);
            return;
        }
        // The answer runs in the order /o, /o/i, /o/i/r…, next instance (facts of the module; RFC 6690 leaves it open).
        List<ResourcePath> paths = [];
        if (path.Instance is null)
            paths.Add(path);
        foreach (var instance in item.Instances.Where(i => path.Instance is null || i == path.Instance))
        {
            if (path.Resource is null)
                paths.Add(new ResourcePath(item.Id, instance));
            paths.AddRange(item.ResourcesOf(instance).Select(r => new ResourcePath(item.Id, instance, r)).Where(path.Covers));
        }
        var links = LinkFormat.Write(paths.Select(p => new Link(p.ToString(), AttributeLinks(p))));
        SendContent(now, exchange, request, path, new Content(CoapContentFormat.Link, Encoding.ASCII.GetBytes(links)), []);
        Tell(new DiscoverHandled(request.MessageId, path));
    }

    void HandleAttributes(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (!ObserveAttributes.TryParse(request.UriQuery, path, out var attributes))
        {
            Answer(now, exchange, CoapCode.BadRequest);
            return;
        }
        var merged = attributes.MergeOnto(_attributes.GetValueOrDefault(path, ObserveAttributes.Empty));
        if (!merged.IsConsistent)
        {
            Answer(now, exchange, CoapCode.BadRequest);
            return;
        }
        if (_attributes.Count < MaxAttributeSets || _attributes.ContainsKey(path))
            _attributes[path] = merged;
        Answer(now, exchange, CoapCode.Changed);
        Tell(new AttributesHandled(request.MessageId, path, attributes));
    }

    void HandleWriteOrExecute(TimeSpan now, long exchange, CoapMessage request, ResourcePath path)
    {
        if (path.Instance is null)
        {
            // Neither dialect creates instances.
            Answer(now, exchange, _options.Dialect == Lwm2mDialect.OneNet ? CoapCode.BadRequest : CoapCode.MethodNotAllowed);
            return;
        }
        if (request.Block1 is { } streamed && request.Code == CoapCode.Put && path == StreamedPath)
        {
            HandleStreamedBlock(now, exchange, request, path, streamed);
            return;
        }
        var fed = _blocks.Feed(_peer!, request, now);
        if (fed.Status != Block1Status.Complete)
        {
            _coap.Respond(now, exchange, fed.ToResponse());
            return;
        }
        var (payload, echo) = (fed.Payload, fed.Options);
        var blockwise = request.Block1 is { Number: > 0 };
        if (request.Code == CoapCode.Post && path.Resource is not null)
        {
            _pending[exchange] = new PendingRequest(request, path) { AnswerOptions = echo };
            Tell(new ExecuteRequested(exchange, request.MessageId, path, payload, blockwise));
        }
        else if (_options.Dialect == Lwm2mDialect.Lwm2m && !IsReadable(request.ContentFormat, path))
        {
            Answer(now, exchange, CoapCode.UnsupportedContentFormat, echo);
        }
        else if (!TryReadItems(request, path, payload, out var items))
        {
            Answer(now, exchange, _options.Dialect == Lwm2mDialect.OneNet ? CoapCode.NotAcceptable : CoapCode.BadRequest, echo);
        }
        else
        {
            _pending[exchange] = new PendingRequest(request, path) { AnswerOptions = echo };
            Tell(new WriteRequested(exchange, request.MessageId, path, items, payload.Length, blockwise));
        }
    }

    void HandleStreamedBlock(TimeSpan now, long exchange, CoapMessage request, ResourcePath path, CoapBlock block)
    {
        if (TryTakeOver(exchange, request, block))
            return;
        var fed = _stream.Feed(now, block, request.Payload.Length);
        if (fed.Status != Block1Status.Complete)
        {
            _coap.Respond(now, exchange, fed.ToResponse());
            return;
        }
        _pending[exchange] = new PendingRequest(request, path) { AnswerOptions = fed.Options, Streamed = block };
        Tell(new WriteBlockRequested(exchange, request.MessageId, path, request.Payload, block));
    }

    /// <summary>A block that the owner has and has not answered, in a message of its own: the server gave its first message up.</summary>
    bool TryTakeOver(long exchange, CoapMessage request, CoapBlock block)
    {
        if (_stream.Open != block)
            return false;
        foreach (var (known, pending) in _pending)
        {
            if (pending.Streamed != block || !pending.Message.Payload.Span.SequenceEqual(request.Payload.Span))
                continue;
            DropRequest(known);
            _pending[exchange] = pending;
            Tell(new WriteBlockRepeated(known, exchange));
            return true;
        }
        return false;
    }

    /// <summary>Whether a written content format can be taken on a path: TLV anywhere, text and opaque on a resource.</summary>
    static bool IsReadable(int? format, ResourcePath path) => format switch
    {
        CoapContentFormat.Tlv or CoapContentFormat.LegacyTlv => true,
        null or CoapContentFormat.Text or CoapContentFormat.OctetStream => path.Resource is not null,
        _ => false,
    };

    /// <summary>Splits a payload into resources; false when its format does not suit the path or cannot be read.</summary>
    static bool TryReadItems(CoapMessage request, ResourcePath path, ReadOnlyMemory<byte> payload, out IReadOnlyList<WriteItem> items)
    {
        items = [];
        switch (request.ContentFormat ?? CoapContentFormat.Text)
        {
            case CoapContentFormat.LegacyTlv or CoapContentFormat.Tlv:
                return TryReadTlv(path, payload, out items);
            case CoapContentFormat.OctetStream when path.Resource is not null:
                items = [new WriteItem(path, payload, WriteFormat.Opaque)];
                return true;
            case not CoapContentFormat.OctetStream when path.Resource is not null:
                items = [new WriteItem(path, payload, WriteFormat.Text)];
                return true;
            default:
                return false;
        }
    }

    static bool TryReadTlv(ResourcePath path, ReadOnlyMemory<byte> payload, out IReadOnlyList<WriteItem> items)
    {
        List<WriteItem> found = [];
        items = found;
        if (!Tlv.TryDecode(payload, out var entries))
            return false;
        if (entries is [{ Kind: TlvKind.ObjectInstance } wrapper])
        {
            if (wrapper.Id != path.Instance || !Tlv.TryDecode(wrapper.Value, out entries))
                return false;
        }
        foreach (var entry in entries)
        {
            if (entry.Kind is not (TlvKind.Resource or TlvKind.MultipleResource) || path.Resource is { } only && only != entry.Id)
                return false;
            found.Add(new WriteItem(path with { Resource = entry.Id }, entry.Value, WriteFormat.Tlv));
        }
        return found.Count > 0;
    }

    void Answer(TimeSpan now, long exchange, CoapCode code, IReadOnlyList<CoapOption>? options = null) =>
        _coap.Respond(now, exchange, new CoapResponse(code, options ?? [], default));
}
