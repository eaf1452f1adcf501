using System.Globalization;
using System.Text;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Values as AT lines carry them: NOTIFY's and READRSP's &lt;type&gt;,&lt;value&gt; in, +MIPLWRITE's out (manual §1.9, §1.12).</summary>
static class AtValue
{
    /// <summary>Type 6: hexadecimal digits that go out as a string.</summary>
    const int HexString = 6;

    /// <summary>Reads a value; the declared length plays no part, since the module sizes values itself (manual §1.9).</summary>
    public static bool TryParse(int type, string text, int maxBytes, out Lwm2mValue value)
    {
        value = Lwm2mValue.Of(text);
        switch (type)
        {
            case (int)Lwm2mType.String:
                return text.Length <= maxBytes;
            case (int)Lwm2mType.Opaque when IsHex(text, maxBytes):
                value = Lwm2mValue.Of(Convert.FromHexString(text));
                return true;
            case HexString when IsHex(text, maxBytes):
                value = Lwm2mValue.Of(TextBytes.Decode(Convert.FromHexString(text)));
                return true;
            case (int)Lwm2mType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                value = Lwm2mValue.Of(number);
                return true;
            case (int)Lwm2mType.Float when TryParseFloat(text, out var number):
                value = Lwm2mValue.Of(number);
                return true;
            case (int)Lwm2mType.Boolean when text is "0" or "1":
                value = Lwm2mValue.Of(text == "1");
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether a declared length is one that firmware of the family takes which checks it.</summary>
    public static bool FitsLength(int type, string text, int length) => type switch
    {
        (int)Lwm2mType.String => length == text.Length,
        (int)Lwm2mType.Opaque or HexString => 2L * length == text.Length,
        (int)Lwm2mType.Integer => length is 2 or 4 or 8,
        (int)Lwm2mType.Float => length is 4 or 8,
        (int)Lwm2mType.Boolean => length == 1,
        _ => false,
    };

    static bool TryParseFloat(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);

    static bool IsHex(string text, int maxBytes) => text.Length % 2 == 0 && text.Length <= 2 * maxBytes && text.All(char.IsAsciiHexDigit);

    /// <summary>
    /// A written value as its type number and text: in the declared type when the bytes fit it, else opaque in upper-case
    /// hexadecimal (manual §1.12). Text is one character per byte.
    /// </summary>
    public static (int Type, string Text) Format(ReadOnlySpan<byte> bytes, bool isText, Lwm2mType? declared)
    {
        if (declared is null or Lwm2mType.Opaque)
            return ((int)Lwm2mType.Opaque, Convert.ToHexString(bytes));
        var raw = Encoding.Latin1.GetString(bytes);
        if (declared == Lwm2mType.String)
            return ((int)Lwm2mType.String, raw);
        if (isText ? !TextValue.TryDecode(bytes, declared.Value, out var value) : !Tlv.TryDecodeValue(bytes, declared.Value, out value))
            return ((int)Lwm2mType.Opaque, Convert.ToHexString(bytes));
        return ((int)declared, value switch
        {
            IntegerValue integer => integer.Number.ToString(CultureInfo.InvariantCulture),
            BooleanValue truth => truth.Truth ? "1" : "0",
            FloatValue real => isText ? raw : FormatFloat(real.Number, bytes.Length == sizeof(float)),
            _ => raw,
        });
    }

    /// <summary>The fewest decimals that the value survives at the width it had on the wire, without an exponent where possible.</summary>
    static string FormatFloat(double number, bool isSingle) => Math.Abs(number) switch
    {
        < 1e15 when isSingle => ((decimal)(float)number).ToString(CultureInfo.InvariantCulture),
        < 1e15 => ((decimal)number).ToString(CultureInfo.InvariantCulture),
        _ => number.ToString("R", CultureInfo.InvariantCulture),
    };
}
