namespace M531x.Lwm2m.Coap;

/// <summary>A CoAP message in its legal form. Options are in ascending order; equal numbers keep their order.</summary>
public sealed partial class CoapMessage
{
    public required CoapType Type { get; init; }
    public required CoapCode Code { get; init; }
    public required ushort MessageId { get; init; }

    /// <summary>0 to 8 bytes.</summary>
    public ReadOnlyMemory<byte> Token { get; init; }

    public IReadOnlyList<CoapOption> Options { get; init; } = [];
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The message that a block-wise transfer stands for: the last one's header and options, and the whole payload.</summary>
    public CoapMessage WithPayload(ReadOnlyMemory<byte> payload) => With(payload: payload);

    /// <summary>The same message but for what is given.</summary>
    public CoapMessage With(CoapType? type = null, CoapCode? code = null, ushort? messageId = null, ReadOnlyMemory<byte>? token = null,
        IReadOnlyList<CoapOption>? options = null, ReadOnlyMemory<byte>? payload = null) => new()
        {
            Type = type ?? Type,
            Code = code ?? Code,
            MessageId = messageId ?? MessageId,
            Token = token ?? Token,
            Options = options ?? Options,
            Payload = payload ?? Payload,
        };
}
