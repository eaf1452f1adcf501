using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Faults;

/// <summary>What becomes of a CoAP message: copies that arrive, and whether its sender gets a reset instead of an answer.</summary>
readonly record struct MessageFate(IReadOnlyList<CoapMessage> Copies, bool IsReset);

/// <summary>CoAP messages between a device and a server, wrapped by their faults. Each is asked about each message, also about one that is lost.</summary>
sealed class CoapFaults(FaultSet faults)
{
    /// <summary>Odd, so critical, and of the range for experiments (RFC 7252 §12.2).</summary>
    const int UnknownOption = 65001;

    /// <summary>Message ids up and down: of the message that passes, and of the one before.</summary>
    readonly (ushort? Former, ushort? Present)[] _ids = new (ushort?, ushort?)[2];

    public bool IsEmpty => faults.IsEmpty;

    /// <summary>Notes a message that passes; the id of the one before, of which a repetition is none.</summary>
    public ushort? See(FaultDirection direction, CoapMessage message)
    {
        ref var ids = ref _ids[direction == FaultDirection.Up ? 0 : 1];
        if (IsOwn(message) && ids.Present != message.MessageId)
            ids = (ids.Present, message.MessageId);
        return ids.Former;
    }

    public MessageFate Pass(TimeSpan now, FaultDirection direction, CoapMessage message)
    {
        var subject = message.ToString();
        var isLost = false;
        bool Fires(string type, out ActiveFault fault, Func<ActiveFault, bool>? when = null) =>
            faults.Fires(now, type, direction, subject, out fault, when, isLost);

        var former = See(direction, message);
        var hasBlock = message.Block1 is not null || message.Block2 is not null;
        var isReport = message is { Type: CoapType.Confirmable, Code.IsSuccess: true, Observe: not null };
        isLost |= Fires("ack-lost", out _, _ => message.Type == CoapType.Acknowledgement);
        isLost |= Fires("block-lost", out _, _ => hasBlock);
        var isReset = Fires("rst", out _, _ => message is { Type: CoapType.Confirmable or CoapType.NonConfirmable, Code.IsEmpty: false });
        isLost |= isReset;

        var changed = message;
        if (Fires("error-response", out var error, _ => message.Code.IsResponse && (message.Type == CoapType.Acknowledgement || message.Observe is null)))
            changed = changed.With(code: CodeOf(error.Text("code")), options: [], payload: ReadOnlyMemory<byte>.Empty);
        if (Fires("block-szx-change", out var size, s => IsTransfer(message) && Szx(s) < (message.Block1 ?? message.Block2)!.Value.Szx))
            changed = changed.With(options: [.. changed.Options.Select(o => Shrink(o, changed, Szx(size)))]);
        if (Fires("unknown-critical-option", out _, _ => !message.Code.IsEmpty))
            changed = changed.With(options: [.. changed.Options, new CoapOption(UnknownOption, new byte[] { 1 })]);
        if (Fires("token-mismatch", out var token, _ => message.Token.Length > 0))
        {
            var other = new byte[message.Token.Length];
            token.Random.Fill(other);
            changed = changed.With(token: other);
        }
        if (Fires("mid-collision", out _, _ => former is not null && IsOwn(message)))
            changed = changed.With(messageId: former);
        if (Fires("ackid-ignored", out _, _ => isReport && direction == FaultDirection.Up))
            changed = changed.With(type: CoapType.NonConfirmable);
        var isDoubled = Fires("duplicate-con", out _, _ => message.Type == CoapType.Confirmable);
        return new MessageFate(isLost ? [] : isDoubled ? [changed, changed] : [changed], isReset);
    }

    static bool IsOwn(CoapMessage message) => message.Type is CoapType.Confirmable or CoapType.NonConfirmable;

    /// <summary>Where a receiver may ask for smaller blocks (RFC 7959 §2.3, §2.4): in the answer to a block, and in a request for one.</summary>
    static bool IsTransfer(CoapMessage message) => message.Code.IsResponse ? message.Block1 is not null : message.Block2 is not null && message.Block1 is null;

    static CoapOption Shrink(CoapOption option, CoapMessage message, int szx) => option.Number switch
    {
        CoapOptionNumber.Block1 when message.Block1 is { } block => CoapOptions.Block(option.Number, block.NoLargerThan(szx)),
        CoapOptionNumber.Block2 when message is { Block2: { } block, Code.IsRequest: true } =>
            CoapOptions.Block(option.Number, new CoapBlock(block.Offset >> (szx + 4), block.More, szx)),
        _ => option,
    };

    static int Szx(ActiveFault fault) => int.Log2((int)fault.Number("size")) - 4;

    static CoapCode CodeOf(string text) => new((byte)((text[0] - '0') << 5 | int.Parse(text[2..], System.Globalization.CultureInfo.InvariantCulture)));
}
