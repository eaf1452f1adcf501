namespace M531x.Lwm2m.Content;

/// <summary>text/plain form of single values (LwM2M 1.0 §6.4.1).</summary>
public static class TextValue
{
    /// <summary>Content format and bytes for one resource: text for all but opaque, which goes out as octet-stream (42).
    /// Floats as C's %.15lf unless <paramref name="shortestFloat"/> (the round-trip form, no exponent).</summary>
    public static (int ContentFormat, byte[] Bytes) Encode(Lwm2mValue value, bool shortestFloat = false) => throw new NotImplementedException();

    /// <summary>Reads text as a type; opaque text is taken as base64.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Lwm2mType type, out Lwm2mValue value) => throw new NotImplementedException();
}
