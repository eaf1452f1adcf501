using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    /// <summary>
    /// Longest body of a write or execute. The API document says 2 KB in all, the module's SDK takes 2 KB of payload: the TLV headers count,
    /// for a value that passed here without them would be refused by every module with 4.13.
    /// </summary>
    const int MaxDownlinkBytes = 2048;

    /// <summary>A body over this goes out in blocks (manual §2.1).</summary>
    const int MaxUnblockedBytes = 1024;

    /// <summary>512 bytes a block.</summary>
    const int BlockSzx = 5;

    const int ReplaceMode = 1;
    const int PartialMode = 2;
    const int OpaqueElement = 1;
    const int TimeElement = 2;

    ApiResult? WriteCall(TimeSpan now, long call, PendingCall pending)
    {
        var parameters = new ApiParameters(pending.Request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.Id("obj_inst_id"));
        var mode = parameters.Int("mode", ReplaceMode, PartialMode);
        if (parameters.Fault is { } missing)
            return missing;
        if (!ApiJson.TryReadObject(pending.Request.Body, out var body))
            return ApiResult.Required("body");
        if (body["data"] is not JsonArray { Count: > 0 } data)
            return ApiResult.Required("data");
        var payload = new List<byte>();
        foreach (var element in data)
        {
            if (AppendElement(payload, path.Object, element) is { } wrong)
                return wrong;
        }
        if (payload.Count > MaxDownlinkBytes)
            return ApiResult.Limit($"data is {payload.Count} bytes as TLV, over {MaxDownlinkBytes}");
        if (Begin(now, pending, parameters, imei, out var session) is { } fault)
            return fault;
        SendBody(now, new Downlink(session, DownlinkKind.Write, path, call),
            mode == ReplaceMode ? CoapCode.Put : CoapCode.Post, CoapContentFormat.Tlv, payload.ToArray());
        return null;
    }

    static ApiResult? AppendElement(List<byte> payload, int objectId, JsonNode? element)
    {
        if (element is not JsonObject member)
            return ApiResult.Invalid("data");
        if (!member.ContainsKey("res_id"))
            return ApiResult.Required("res_id");
        if (ApiJson.Whole(member["res_id"]) is not (>= 0 and <= ushort.MaxValue and var resource))
            return ApiResult.Invalid("res_id");
        if (!member.ContainsKey("val"))
            return ApiResult.Required("val");
        if (member["type"] is { } given && ApiJson.Whole(given) is not (OpaqueElement or TimeElement))
            return ApiResult.Invalid("type");
        if (ValueOf(member["val"], ApiJson.Whole(member["type"]), ResourceTypes.Find(objectId, (int)resource)) is not { } value)
            return ApiResult.Invalid("val");
        Tlv.Write(payload, TlvKind.Resource, (int)resource, Tlv.EncodeValue(value));
        return null;
    }

    /// <summary>
    /// The value to write; null when it does not fit. A whole number for a resource known to be a float is written as one.
    /// </summary>
    static Lwm2mValue? ValueOf(JsonNode? node, long? elementType, Lwm2mType? known)
    {
        if (elementType == OpaqueElement)
            return ApiJson.Text(node) is { } hex && TryReadHex(hex, out var bytes) ? Lwm2mValue.Of(bytes) : null;
        if (elementType == TimeElement)
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

    /// <summary>Sends a body in one piece or, when it is long, block by block: each waits for the answer to the one before.</summary>
    void SendBody(TimeSpan now, Downlink downlink, CoapCode method, int contentFormat, ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxUnblockedBytes)
            SendBlock(now, downlink, method, contentFormat, body, 0, BlockSzx, _context.NewToken());
        else if (body.IsEmpty)
            Send(now, downlink, method, []);
        else
            Send(now, downlink, method, [CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)contentFormat)], body);
    }

    /// <param name="token">One for all blocks: servers in the field know a transfer by it, although RFC 7959 leaves it free.</param>
    void SendBlock(
        TimeSpan now, Downlink downlink, CoapCode method, int contentFormat, ReadOnlyMemory<byte> body, int offset, int szx, ReadOnlyMemory<byte> token)
    {
        var size = new CoapBlock(0, false, szx).Size;
        var end = Math.Min(body.Length, offset + size);
        var block = new CoapBlock(offset / size, end < body.Length, szx);
        var step = downlink with
        {
            // The device may ask for smaller blocks (RFC 7959 §2.3).
            Next = block.More
                ? (then, answer) => SendBlock(then, downlink, method, contentFormat, body, end, Math.Min(szx, answer.Block1?.Szx ?? szx), token)
                : null,
            // The manual's two repetitions are those of the command, which the MCU answers: the module has it with the last block. A block before
            // that was lost goes out again as long as the caller waits.
            Again = block.More ? then => SendBlock(then, downlink, method, contentFormat, body, offset, szx, token) : null,
        };
        Send(now, step, method,
        [
            CoapOptions.UInt(CoapOptionNumber.ContentFormat, (uint)contentFormat),
            CoapOptions.Block(CoapOptionNumber.Block1, block),
        ], body[offset..end], token);
    }
}
