using System.Text;
using System.Text.Unicode;

namespace M531x.Lwm2m.Content;

/// <summary>The one rule by which bytes become the text of a <see cref="StringValue"/> and back.</summary>
public static class TextBytes
{
    /// <summary>UTF-8 when well formed, else one character per byte (Latin-1).</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <summary>UTF-8; a surrogate without its partner becomes U+FFFD.</summary>
    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);
}
