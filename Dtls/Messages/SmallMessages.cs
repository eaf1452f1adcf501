using M531x.Dtls.Records;

namespace M531x.Dtls.Messages;

/// <summary>HelloVerifyRequest (RFC 6347 §4.2.1).</summary>
static class HelloVerifyRequest
{
    /// <summary>Its version says nothing about the one agreed later: fe ff and fe fd are both seen.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> cookie)
    {
        var reader = new WireReader(body);
        var major = reader.Byte();
        reader.Byte();
        cookie = reader.Vector8();
        return reader.AtEnd && major == RecordView.VersionMajor;
    }

    public static byte[] Write(ReadOnlySpan<byte> cookie)
    {
        var writer = new WireWriter(3 + cookie.Length);
        writer.Byte(RecordView.VersionMajor);
        writer.Byte(RecordView.Version10Minor);
        writer.Vector8(cookie);
        return writer.ToArray();
    }
}

/// <summary>ServerKeyExchange and ClientKeyExchange of a plain PSK: the hint and the identity, each a vector of its own (RFC 4279 §2).</summary>
static class PskKeyExchange
{
    /// <summary>Longest identity taken, in bytes (RFC 7925 §4.2).</summary>
    public const int MaxIdentityLength = 128;

    public static bool TryRead(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> identity)
    {
        var reader = new WireReader(body);
        identity = reader.Vector16();
        return reader.AtEnd;
    }

    public static byte[] Write(ReadOnlySpan<byte> identity)
    {
        var writer = new WireWriter(2 + identity.Length);
        writer.Vector16(identity);
        return writer.ToArray();
    }
}
