using System.Buffers;
using System.Text;

namespace M531x.Lwm2m.Content;

/// <summary>
/// The one rule by which bytes become the text of a <see cref="StringValue"/> and back, without loss for any bytes:
/// UTF-8, and a byte that belongs to no well-formed sequence becomes the lone surrogate U+DC00 + byte, as in Python's PEP 383.
/// </summary>
public static class TextBytes
{
    /// <summary>Where the escapes start: only bytes above 7F can be malformed, so U+DC80 to U+DCFF are used.</summary>
    const int Escape = 0xDC00;

    const char FirstEscape = '\uDC80';
    const char LastEscape = '\uDCFF';

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                foreach (var malformed in bytes[..length])
                    text.Append((char)(Escape + malformed));
            }
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a text; any other surrogate without its partner becomes U+FFFD.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new ArrayBufferWriter<byte>(text.Length + 1);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (rest[0] is >= FirstEscape and <= LastEscape)
            {
                bytes.Write([(byte)(rest[0] - Escape)]);
                rest = rest[1..];
                continue;
            }
            Rune.DecodeFromUtf16(rest, out var rune, out var length); // U+FFFD for a lone surrogate
            bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            rest = rest[length..];
        }
        return bytes.WrittenSpan.ToArray();
    }
}
