using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace M531x.Lwm2m.Coap;

/// <summary>The datagram form of a message (RFC 7252 §3).</summary>
public static class CoapCodec
{
    const int HeaderLength = 4;
    const int MaxTokenLength = 8;
    const int MaxOptionNumber = 65535;
    const int MaxOptionLength = 65535 + 269;
    const byte PayloadMarker = 0xFF;

    /// <summary>Encodes a message; options are brought into ascending order, equal numbers keep theirs.</summary>
    /// <exception cref="ArgumentException">The token or an option exceeds what the format can carry.</exception>
    public static byte[] Encode(CoapMessage message)
    {
        if (message.Token.Length > MaxTokenLength)
            throw new ArgumentException("A token has 0 to 8 bytes.", nameof(message));
        var options = InOrder(message.Options);
        var bytes = new byte[EncodedLength(message, options)];
        bytes[0] = (byte)(0x40 | ((int)message.Type << 4) | message.Token.Length);
        bytes[1] = message.Code.Value;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), message.MessageId);
        message.Token.Span.CopyTo(bytes.AsSpan(HeaderLength));
        var at = HeaderLength + message.Token.Length;

        var previous = 0;
        foreach (var option in options)
        {
            at = WriteOption(bytes, at, option.Number - previous, option.Value.Span);
            previous = option.Number;
        }

        if (!message.Payload.IsEmpty)
        {
            bytes[at++] = PayloadMarker;
            message.Payload.Span.CopyTo(bytes.AsSpan(at));
        }
        return bytes;
    }

    /// <summary>
    /// Reads a datagram; false with a reason for anything that is not a message in legal form. The message owns its bytes.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out CoapMessage? message, out CoapIgnoreReason reason)
    {
        message = null;
        reason = CoapIgnoreReason.MalformedHeader;
        if (datagram.Length < HeaderLength)
            return false;
        if (datagram[0] >> 6 != 1)
        {
            reason = CoapIgnoreReason.UnsupportedVersion;
            return false;
        }

        var type = (CoapType)((datagram[0] >> 4) & 3);
        var tokenLength = datagram[0] & 0x0F;
        var code = new CoapCode(datagram[1]);
        if (tokenLength > MaxTokenLength || datagram.Length < HeaderLength + tokenLength)
            return false;
        if (!IsLegal(type, code, datagram.Length, out reason))
            return false;

        // One copy that token, options and payload share.
        ReadOnlyMemory<byte> bytes = datagram.ToArray();
        if (!TryReadOptions(bytes, HeaderLength + tokenLength, out var options, out var payload, out reason))
            return false;
        message = new CoapMessage
        {
            Type = type,
            Code = code,
            MessageId = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            Token = bytes.Slice(HeaderLength, tokenLength),
            Options = options,
            Payload = payload,
        };
        return true;
    }

    /// <summary>
    /// What it takes to reject a datagram that <see cref="TryDecode"/> refused: its type and message id.
    /// False when not even those can be told: too short, or of another version, which is never answered.
    /// </summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> datagram, out CoapType type, out ushort messageId)
    {
        type = default;
        messageId = 0;
        if (datagram.Length < HeaderLength || datagram[0] >> 6 != 1)
            return false;
        type = (CoapType)((datagram[0] >> 4) & 3);
        messageId = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return true;
    }

    // RFC 7252 §4.1 to §4.3: an empty message is its header alone, an ACK is empty or a response, a RST is empty, a NON never is.
    static bool IsLegal(CoapType type, CoapCode code, int length, out CoapIgnoreReason reason)
    {
        reason = CoapIgnoreReason.ReservedCode;
        if (!code.IsEmpty && !code.IsRequest && !code.IsResponse)
            return false;
        reason = CoapIgnoreReason.MessageFormat;
        if (code.IsEmpty && length != HeaderLength)
            return false;
        return type switch
        {
            CoapType.NonConfirmable => !code.IsEmpty,
            CoapType.Acknowledgement => !code.IsRequest,
            CoapType.Reset => code.IsEmpty,
            _ => true,
        };
    }

    static bool TryReadOptions(
        ReadOnlyMemory<byte> bytes, int at, out CoapOption[] options, out ReadOnlyMemory<byte> payload, out CoapIgnoreReason reason)
    {
        var list = new List<CoapOption>();
        options = [];
        payload = default;
        reason = CoapIgnoreReason.MalformedOption;
        var span = bytes.Span;
        var number = 0;
        while (at < span.Length && span[at] != PayloadMarker)
        {
            var head = span[at++];
            if (!TryReadExtended(span, ref at, head >> 4, out var delta) || !TryReadExtended(span, ref at, head & 0x0F, out var length))
                return false;
            number += delta;
            if (number > MaxOptionNumber || length > span.Length - at)
                return false;
            list.Add(new CoapOption(number, bytes.Slice(at, length)));
            at += length;
        }

        if (at < span.Length)
        {
            reason = CoapIgnoreReason.MessageFormat;
            if (++at == span.Length)
                return false;
            payload = bytes[at..];
        }
        options = [.. list];
        return true;
    }

    static bool TryReadExtended(ReadOnlySpan<byte> span, ref int at, int nibble, out int value)
    {
        value = nibble;
        switch (nibble)
        {
            case < 13:
                return true;
            case 13 when at < span.Length:
                value = span[at++] + 13;
                return true;
            case 14 when at + 1 < span.Length:
                value = BinaryPrimitives.ReadUInt16BigEndian(span[at..]) + 269;
                at += 2;
                return true;
            default:
                return false;
        }
    }

    static IReadOnlyList<CoapOption> InOrder(IReadOnlyList<CoapOption> options)
    {
        for (var i = 1; i < options.Count; i++)
        {
            if (options[i].Number < options[i - 1].Number)
                return [.. options.OrderBy(option => option.Number)];
        }
        return options;
    }

    static int EncodedLength(CoapMessage message, IReadOnlyList<CoapOption> options)
    {
        var length = HeaderLength + message.Token.Length;
        var previous = 0;
        foreach (var option in options)
        {
            if (option.Number is < 0 or > MaxOptionNumber || option.Value.Length > MaxOptionLength)
                throw new ArgumentException($"Option {option.Number} exceeds what the format can carry.", nameof(message));
            length += 1 + ExtraBytes(option.Number - previous) + ExtraBytes(option.Value.Length) + option.Value.Length;
            previous = option.Number;
        }
        return length + (message.Payload.IsEmpty ? 0 : 1 + message.Payload.Length);
    }

    static int WriteOption(byte[] bytes, int at, int delta, ReadOnlySpan<byte> value)
    {
        bytes[at++] = (byte)((Nibble(delta) << 4) | Nibble(value.Length));
        at = WriteExtended(bytes, at, delta);
        at = WriteExtended(bytes, at, value.Length);
        value.CopyTo(bytes.AsSpan(at));
        return at + value.Length;
    }

    static int WriteExtended(byte[] bytes, int at, int value)
    {
        switch (ExtraBytes(value))
        {
            case 1:
                bytes[at] = (byte)(value - 13);
                return at + 1;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)(value - 269));
                return at + 2;
            default:
                return at;
        }
    }

    static int Nibble(int value) => value < 13 ? value : value < 269 ? 13 : 14;

    static int ExtraBytes(int value) => value < 13 ? 0 : value < 269 ? 1 : 2;
}
