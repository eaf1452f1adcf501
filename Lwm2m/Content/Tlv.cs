namespace M531x.Lwm2m.Content;

/// <summary>Kind of a TLV entry: bits 7-6 of its type byte (LwM2M 1.0 §6.4.3).</summary>
public enum TlvKind
{
    ObjectInstance = 0,
    ResourceInstance = 1,
    MultipleResource = 2,
    Resource = 3,
}

/// <summary>One decoded entry. <paramref name="Value"/> of an object instance or a multiple resource is itself TLV.</summary>
public readonly record struct TlvEntry(TlvKind Kind, int Id, ReadOnlyMemory<byte> Value);

/// <summary>TLV content (LwM2M 1.0 §6.4.3): numbers big endian in the fewest of 1, 2, 4 or 8 bytes, floats in 4 unless too large.</summary>
public static class Tlv
{
    /// <summary>All entries of one level; false when a length runs over or a header is cut.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out IReadOnlyList<TlvEntry> entries) => throw new NotImplementedException();

    /// <summary>Appends one entry: kind and id, then the length in the fewest bytes, then the value.</summary>
    public static void Write(List<byte> output, TlvKind kind, int id, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>A value's TLV bytes (without header): integer 1/2/4/8 bytes two's complement, float 4 or 8, bool 1, text UTF-8, opaque raw.</summary>
    public static byte[] EncodeValue(Lwm2mValue value) => throw new NotImplementedException();

    /// <summary>Reads raw value bytes as a type; false when the length does not fit (integer 1/2/4/8, float 4/8, bool 1 byte 0 or 1).</summary>
    public static bool TryDecodeValue(ReadOnlySpan<byte> bytes, Lwm2mType type, out Lwm2mValue value) => throw new NotImplementedException();
}
