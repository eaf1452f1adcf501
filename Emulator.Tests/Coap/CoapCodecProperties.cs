using FsCheck;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Tests.Coap;

public sealed class CoapCodecProperties
{
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Every_legal_message_survives_the_round_trip(ushort messageId, byte code, byte[] token, (ushort Number, byte[] Value)[] options, NonNull<byte[]> payload)
    {
        var message = new CoapMessage
        {
            Type = code % 2 == 0 ? CoapType.Confirmable : CoapType.NonConfirmable,
            Code = new CoapCode((byte)(1 + (code % 31))),
            MessageId = messageId,
            Token = token.Take(8).ToArray(),
            Options = [.. options.OrderBy(o => o.Number).Select(o => new CoapOption(o.Number, o.Value))],
            Payload = payload.Get,
        };
        return CoapCodec.TryDecode(CoapCodec.Encode(message), out var read, out _) && Same(message, read);
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool Long_options_survive_the_round_trip(ushort length, ushort number)
    {
        var message = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Put,
            MessageId = 7,
            Options = [new CoapOption(number, new byte[length % 2000])],
        };
        return CoapCodec.TryDecode(CoapCodec.Encode(message), out var read, out _) && Same(message, read);
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public bool Any_bytes_are_refused_or_stable(byte[] datagram) => IsRefusedOrStable(datagram);

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public bool Mutated_messages_are_refused_or_stable(ulong seed)
    {
        var random = new SeededRandom(seed);
        return IsRefusedOrStable(Mutation.Of(random));
    }

    static bool IsRefusedOrStable(byte[] datagram)
    {
        if (!CoapCodec.TryDecode(datagram, out var message, out _))
            return true;
        _ = message.ToString();
        var encoded = CoapCodec.Encode(message);
        return CoapCodec.TryDecode(encoded, out var again, out _) && Same(message, again)
            && CoapCodec.Encode(again).AsSpan().SequenceEqual(encoded);
    }

    static bool Same(CoapMessage a, CoapMessage b) =>
        (a.Type, a.Code, a.MessageId) == (b.Type, b.Code, b.MessageId)
        && a.Token.Span.SequenceEqual(b.Token.Span)
        && a.Payload.Span.SequenceEqual(b.Payload.Span)
        && a.Options.Count == b.Options.Count
        && a.Options.Zip(b.Options).All(p => p.First.Number == p.Second.Number && p.First.Value.Span.SequenceEqual(p.Second.Value.Span));
}
