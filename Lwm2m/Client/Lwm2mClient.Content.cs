using System.Buffers.Binary;
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

    const int MaxFetches = 4;

    readonly record struct Content(int Format, ReadOnlyMemory<byte> Bytes);

    /// <summary>The representations a server is fetching block by block, so that all blocks belong together (RFC 7959 §2.4).</summary>
    readonly ExpiringMemory<(ResourcePath Path, int? Accept), Content> _blockCache = new(MaxFetches);

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
        if (TrySlice(now, content, path, request.Accept, request.Block2, options, out var response))
            _coap.Respond(now, exchange, response);
        else
            Answer(now, exchange, CoapCode.BadOption);
    }

    /// <summary>
    /// The response with the content, or with the block of it that was asked for; its other blocks are kept for the requests to come.
    /// False past the end.
    /// </summary>
    bool TrySlice(
        TimeSpan now, Content content, ResourcePath path, int? accept, CoapBlock? asked, IReadOnlyList<CoapOption> options, out CoapResponse response)
    {
        List<CoapOption> all = [.. options, CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)content.Format)];
        response = new CoapResponse(CoapCode.Content, all, content.Bytes);
        if (asked is null && _options.Dialect == Lwm2mDialect.Lwm2m && content.Bytes.Length > MaxUnblockedBytes)
            asked = new CoapBlock(0, false, DefaultSzx);
        if (asked is null)
            return true;
        if (!Block2Slicer.Slice(content.Bytes, asked, DefaultSzx, out var block, out var part))
            return false;
        if (block.More || block.Number > 0)
        {
            _blockCache.Add(now + CoapTransmission.ExchangeLifetime, (path, accept), content);
            all.Add(ETagOf(content));
        }
        all.Add(CoapOptions.Block(CoapOptionNumber.Block2, block));
        response = new CoapResponse(CoapCode.Content, all, part);
        return true;
    }

    /// <summary>FNV-1a over format and bytes: the same representation has the same tag, and another one another.</summary>
    static CoapOption ETagOf(Content content)
    {
        var hash = (2166136261u ^ (uint)content.Format) * 16777619u;
        foreach (var value in content.Bytes.Span)
            hash = (hash ^ value) * 16777619u;
        var tag = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(tag, hash);
        return new CoapOption(CoapOptionNumber.ETag, tag);
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
