using System.Globalization;
using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>One resource of a device's response or notification.</summary>
readonly record struct ReadValue(int Instance, int Resource, JsonNode Value);

/// <summary>Reads the payloads of responses to a Read and of notifications.</summary>
static class ContentReader
{
    /// <summary>
    /// Every resource in a payload for <paramref name="path"/>: TLV (1542 or 11542) with or without the Object Instance around it,
    /// or text or octet-stream for a single resource. An absent format counts as text. False when the payload does not fit.
    /// </summary>
    public static bool TryRead(CoapMessage message, ResourcePath path, out IReadOnlyList<ReadValue> values)
    {
        values = [];
        switch (message.ContentFormat)
        {
            case CoapContentFormat.LegacyTlv or CoapContentFormat.Tlv:
                var found = new List<ReadValue>();
                values = found;
                return TryReadTlv(message.Payload, path, found);
            case null or CoapContentFormat.Text or CoapContentFormat.OctetStream:
                if (path is not { Instance: { } instance, Resource: { } resource })
                    return message.Payload.IsEmpty;
                var type = ResourceTypes.Find(path.Object, resource);
                values =
                [
                    new ReadValue(instance, resource, message.ContentFormat == CoapContentFormat.OctetStream
                        ? PlatformValue.Hex(message.Payload.Span)
                        : PlatformValue.FromText(message.Payload.Span, type)),
                ];
                return true;
            default:
                return false;
        }
    }

    static bool TryReadTlv(ReadOnlyMemory<byte> bytes, ResourcePath path, List<ReadValue> found)
    {
        if (!Tlv.TryDecode(bytes, out var entries))
            return false;
        foreach (var entry in entries)
        {
            if (entry.Kind != TlvKind.ObjectInstance)
            {
                if (!TryAdd(entry, path, path.Instance ?? 0, found))
                    return false;
                continue;
            }
            if (!Tlv.TryDecode(entry.Value, out var resources))
                return false;
            foreach (var resource in resources)
            {
                if (!TryAdd(resource, path, entry.Id, found))
                    return false;
            }
        }
        return true;
    }

    static bool TryAdd(TlvEntry entry, ResourcePath path, int instance, List<ReadValue> found)
    {
        var type = ResourceTypes.Find(path.Object, entry.Id);
        JsonNode value;
        if (entry.Kind == TlvKind.Resource)
            value = PlatformValue.FromTlv(entry.Value.Span, type);
        else if (entry.Kind == TlvKind.MultipleResource && Tlv.TryDecode(entry.Value, out var instances))
        {
            var several = new JsonObject();
            foreach (var one in instances)
                several[one.Id.ToString(CultureInfo.InvariantCulture)] = PlatformValue.FromTlv(one.Value.Span, type);
            value = several;
        }
        else
            return false;
        if (path.Covers(new ResourcePath(path.Object, instance, entry.Id)))
            found.Add(new ReadValue(instance, entry.Id, value));
        return true;
    }
}
