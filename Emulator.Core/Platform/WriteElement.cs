using System.Text.Json.Nodes;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>One element of the data of a write call: res_id, val and an optional type.</summary>
static class WriteElement
{
    const int OpaqueType = 1;
    const int TimeType = 2;

    /// <summary>Appends the element as a Resource TLV; the error of an element that is wrong.</summary>
    public static ApiResult? AppendTo(List<byte> payload, int objectId, JsonNode? element)
    {
        if (element is not JsonObject member)
            return ApiResult.Invalid("data");
        if (!member.ContainsKey("res_id"))
            return ApiResult.Required("res_id");
        if (ApiJson.Whole(member["res_id"]) is not (>= 0 and <= ushort.MaxValue and var resource))
            return ApiResult.Invalid("res_id");
        if (!member.ContainsKey("val"))
            return ApiResult.Required("val");
        if (member["type"] is { } given && ApiJson.Whole(given) is not (OpaqueType or TimeType))
            return ApiResult.Invalid("type");
        if (ValueOf(member["val"], ApiJson.Whole(member["type"]), ResourceTypes.Find(objectId, (int)resource)) is not { } value)
            return ApiResult.Invalid("val");
        Tlv.Write(payload, TlvKind.Resource, (int)resource, Tlv.EncodeValue(value));
        return null;
    }

    /// <summary>The value to write; null when it does not fit its type. A float resource gets a whole number as a float.</summary>
    static Lwm2mValue? ValueOf(JsonNode? node, long? elementType, Lwm2mType? known)
    {
        if (elementType == OpaqueType)
            return ApiJson.Text(node) is { } hex && TryReadHex(hex, out var bytes) ? Lwm2mValue.Of(bytes) : null;
        if (elementType == TimeType)
        {
            if (ApiJson.Whole(node) is { } seconds)
                return Lwm2mValue.Of(seconds);
            return ApiJson.Text(node) is { } text && PlatformTime.TryParse(text, out var time)
                ? Lwm2mValue.Of(time.ToUnixTimeSeconds())
                : null;
        }
        if (ApiJson.Whole(node) is { } number)
            return known == Lwm2mType.Float ? Lwm2mValue.Of((double)number) : Lwm2mValue.Of(number);
        if (ApiJson.Fraction(node) is { } fraction)
            return Lwm2mValue.Of(fraction);
        if (ApiJson.Flag(node) is { } flag)
            return Lwm2mValue.Of(flag);
        return ApiJson.Text(node) is { } plain ? Lwm2mValue.Of(plain) : null;
    }

    static bool TryReadHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
