using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>Turns raw resource bytes into the value the HTTP API shows, see <see cref="ResourceTypes"/>.</summary>
static class PlatformValue
{
    static readonly SearchValues<byte> NumberCharacters = SearchValues.Create("0123456789.+-"u8);
    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>A TLV value's bytes.</summary>
    public static JsonNode FromTlv(ReadOnlySpan<byte> bytes, Lwm2mType? type)
    {
        // Boards that report a number as a string make "20.1" of a float: four ASCII characters, not an IEEE single.
        if (type == Lwm2mType.Float && TryReadNumber(bytes, out var number))
            return JsonValue.Create(number);
        if (type is { } known && known != Lwm2mType.String && Tlv.TryDecodeValue(bytes, known, out var value)
            && ToJson(value, isSingle: bytes.Length == 4) is { } node)
            return node;
        return type == Lwm2mType.Opaque ? Hex(bytes) : Guess(bytes);
    }

    /// <summary>A text/plain payload.</summary>
    public static JsonNode FromText(ReadOnlySpan<byte> bytes, Lwm2mType? type)
    {
        if (type is Lwm2mType.Integer or Lwm2mType.Float or Lwm2mType.Boolean && TextValue.TryDecode(bytes, type.Value, out var value)
            && ToJson(value, isSingle: false) is { } node)
            return node;
        return Text(bytes);
    }

    public static JsonValue Hex(ReadOnlySpan<byte> bytes) => JsonValue.Create(Convert.ToHexString(bytes));

    static JsonValue? ToJson(Lwm2mValue value, bool isSingle) => value switch
    {
        IntegerValue integer => JsonValue.Create(integer.Number),
        BooleanValue boolean => JsonValue.Create(boolean.Truth),
        // JSON has no NaN and no infinity.
        FloatValue { Number: var number } => double.IsFinite(number) ? JsonValue.Create(isSingle ? Shorten(number) : number) : null,
        OpaqueValue opaque => Hex(opaque.Bytes.Span),
        StringValue text => JsonValue.Create(text.Text),
        _ => null,
    };

    /// <summary>The double that prints like the single: 20.123, not 20.1229992.</summary>
    static double Shorten(double single) =>
        double.Parse(((float)single).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    static bool TryReadNumber(ReadOnlySpan<byte> bytes, out double number)
    {
        number = 0;
        return bytes.Length > 0
            && bytes.IndexOfAnyExcept(NumberCharacters) < 0
            && double.TryParse(bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    static JsonValue Guess(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is < 0x20 or 0x7F and not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
                return Hex(bytes);
        }
        return Utf8.IsValid(bytes) ? JsonValue.Create(StrictUtf8.GetString(bytes)) : Hex(bytes);
    }

    static JsonValue Text(ReadOnlySpan<byte> bytes) => JsonValue.Create(
        Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : Encoding.Latin1.GetString(bytes));
}
