using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Client;

/// <content>How values become payloads.</content>
public sealed partial class Lwm2mClient
{
    /// <summary>SZX of blocks the client offers by itself: 512 bytes, China Mobile's chunk.</summary>
    const int DefaultSzx = 5;

    /// <summary>The lwm2m dialect sends more than this in blocks unasked (RFC 7252 §4.6); China Mobile's client never does.</summary>
    const int MaxUnblockedBytes = 1024;

    readonly record struct Content(int Format, ReadOnlyMemory<byte> Bytes);

    sealed record CachedContent(ResourcePath Path, Content Content);

    /// <summary>The representation a server is fetching block by block, so that all blocks belong together (RFC 7959 §2.4).</summary>
    CachedContent? _blockCache;

    /// <summary>
    /// Answers a pending read with values of the path asked. Returns false when it is not pending any more.
    /// </summary>
    public bool RespondContent(TimeSpan now, long exchange, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        if (!_pending.Remove(exchange, out var pending))
            return false;
        SendValues(now, exchange, pending, values);
        return true;
    }

    void SendValues(TimeSpan now, long exchange, PendingRequest pending, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        var content = Encode(pending.Path, pending.Message.Accept, values);
        if (_options.Dialect == Lwm2mDialect.Lwm2m && pending.Message.Accept is { } accept && accept != content.Format)
        {
            Answer(now, exchange, CoapCode.NotAcceptable); // such as text for a multiple resource
            return;
        }
        IReadOnlyList<CoapOption> options = pending.ForObserve && AddObservation(now, pending.Message, pending.Path)
            ? [CoapOptions.UInt(CoapOptionNumber.Observe, 0)]
            : [];
        SendContent(now, exchange, pending.Message, pending.Path, content, options);
    }

    void SendContent(TimeSpan now, long exchange, CoapMessage request, ResourcePath path, Content content, IReadOnlyList<CoapOption> options)
    {
        List<CoapOption> all = [.. options, CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)content.Format)];
        var payload = content.Bytes;
        var unasked = _options.Dialect == Lwm2mDialect.Lwm2m && content.Bytes.Length > MaxUnblockedBytes
            ? new CoapBlock(0, false, DefaultSzx)
            : default(CoapBlock?);
        if ((request.Block2 ?? unasked) is { } asked)
        {
            _blockCache = new CachedContent(path, content);
            if (!Block2Slicer.Slice(content.Bytes, asked, DefaultSzx, out var block, out payload))
            {
                Answer(now, exchange, CoapCode.BadOption);
                return;
            }
            all.Add(CoapOptions.Block(CoapOptionNumber.Block2, block));
        }
        _coap.Respond(now, exchange, new CoapResponse(CoapCode.Content, all, payload));
    }

    /// <summary>The onenet dialect ignores Accept, as the module does; the lwm2m dialect answers only what it can produce.</summary>
    bool IsAcceptable(int? accept, ResourcePath path) => _options.Dialect == Lwm2mDialect.OneNet || accept switch
    {
        null or CoapContentFormat.Tlv or CoapContentFormat.LegacyTlv => true,
        CoapContentFormat.Text or CoapContentFormat.OctetStream => path.Resource is not null,
        _ => false,
    };

    Content Encode(ResourcePath path, int? accept, IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> values)
    {
        var clean = _options.Dialect == Lwm2mDialect.Lwm2m;
        var tlv = clean ? accept == CoapContentFormat.LegacyTlv ? CoapContentFormat.LegacyTlv : CoapContentFormat.Tlv : CoapContentFormat.LegacyTlv;
        var wantsTlv = clean && accept is CoapContentFormat.Tlv or CoapContentFormat.LegacyTlv;
        if (path.Resource is not null && values is [{ Value: not MultipleValue }] && !wantsTlv)
        {
            if (clean && accept == CoapContentFormat.Text && values[0].Value is OpaqueValue opaque)
                return new Content(CoapContentFormat.Text, Encoding.ASCII.GetBytes(Convert.ToBase64String(opaque.Bytes.Span))); // LwM2M 1.0 §6.4.1
            var (format, bytes) = TextValue.Encode(values[0].Value, shortestFloat: clean);
            return new Content(format, bytes);
        }
        // LwM2M 1.0 §6.4.3: the instance entry may be left out when one instance is asked; OneNET's client always sends it.
        if (_options.SingleValueBare && path.Instance is not null && values is [var single])
            return new Content(tlv, Tlv.EncodeResources([(single.Path.Resource!.Value, single.Value)]));
        List<byte> output = [];
        foreach (var instance in values.GroupBy(v => v.Path.Instance!.Value))
        {
            var resources = instance.Select(v => (v.Path.Resource!.Value, v.Value));
            output.AddRange(clean && path.Instance is not null ? Tlv.EncodeResources(resources) : Tlv.EncodeInstance(instance.Key, resources));
        }
        return new Content(tlv, output.ToArray());
    }
}
