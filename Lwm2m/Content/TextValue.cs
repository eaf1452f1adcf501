using System.Buffers.Text;
using System.Globalization;
using System.Text;
using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Content;

/// <summary>text/plain form of single values (LwM2M 1.0 §6.4.1).</summary>
public static class TextValue
{
    /// <summary>Content format and bytes for one resource: text for all but opaque, which goes out as octet-stream (42).
    /// Floats as C's %.15lf unless <paramref name="shortestFloat"/> (the round-trip form, no exponent).</summary>
    public static (int ContentFormat, byte[] Bytes) Encode(Lwm2mValue value, bool shortestFloat = false) =>
        value is OpaqueValue opaque
            ? (CoapContentFormat.OctetStream, opaque.Bytes.ToArray())
            : (CoapContentFormat.Text, TextBytes.Encode(ToText(value, shortestFloat)));

    /// <summary>Reads text as a type; opaque text is taken as base64.
    /// Integers are digits with an optional sign, floats any finite decimal, booleans 0 or 1.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Lwm2mType type, out Lwm2mValue value)
    {
        Lwm2mValue? decoded = type switch
        {
            Lwm2mType.String => Lwm2mValue.Of(TextBytes.Decode(bytes)),
            Lwm2mType.Opaque => DecodeBase64(bytes),
            Lwm2mType.Integer => DecodeInteger(bytes),
            Lwm2mType.Float => DecodeFloat(bytes),
            Lwm2mType.Boolean => DecodeBoolean(bytes),
            _ => null,
        };
        value = decoded ?? Lwm2mValue.Of("");
        return decoded is not null;
    }

    static string ToText(Lwm2mValue value, bool shortestFloat) => value switch
    {
        StringValue text => text.Text,
        IntegerValue integer => integer.Number.ToString(CultureInfo.InvariantCulture),
        FloatValue number => shortestFloat ? DecimalText.Shortest(number.Number) : DecimalText.Fixed(number.Number, 15),
        BooleanValue boolean => boolean.Truth ? "1" : "0",
        _ => throw new ArgumentException($"No text form for {value.Type}.", nameof(value)),
    };

    static OpaqueValue? DecodeBase64(ReadOnlySpan<byte> bytes)
    {
        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(bytes.Length)];
        var status = Base64.DecodeFromUtf8(bytes, buffer, out var consumed, out var written);
        return status == System.Buffers.OperationStatus.Done && consumed == bytes.Length
            ? new OpaqueValue(buffer.AsMemory(0, written))
            : null;
    }

    static IntegerValue? DecodeInteger(ReadOnlySpan<byte> bytes) =>
        long.TryParse(Encoding.Latin1.GetString(bytes), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? new IntegerValue(number)
            : null;

    static FloatValue? DecodeFloat(ReadOnlySpan<byte> bytes) =>
        double.TryParse(Encoding.Latin1.GetString(bytes), FloatStyle, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? new FloatValue(number)
            : null;

    static BooleanValue? DecodeBoolean(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'0' or (byte)'1'] ? new BooleanValue(bytes[0] == '1') : null;

    const NumberStyles FloatStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
}
