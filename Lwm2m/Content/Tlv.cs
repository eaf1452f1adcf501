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
public static partial class Tlv
{
    // Type byte: 7-6 kind, 5 a two-byte id, 4-3 bytes of length field, 2-0 the length itself when there is no length field.
    const int WideId = 0x20;
    const int MaxInlineLength = 7;
    const int MaxLength = 0xFFFFFF;

    /// <summary>All entries of one level; false when a length runs over or a header is cut.
    /// Values are slices of <paramref name="bytes"/>, not copies.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out IReadOnlyList<TlvEntry> entries)
    {
        entries = [];
        var found = new List<TlvEntry>();
        while (!bytes.IsEmpty)
        {
            if (!TryReadHeader(bytes.Span, out var kind, out var id, out var header, out var length)
                || length > bytes.Length - header)
                return false;
            found.Add(new TlvEntry(kind, id, bytes.Slice(header, length)));
            bytes = bytes[(header + length)..];
        }
        entries = found;
        return true;
    }

    /// <summary>Appends one entry: kind and id, then the length in the fewest bytes, then the value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not 0 to 65535, or the value longer than 16777215 bytes.</exception>
    public static void Write(List<byte> output, TlvKind kind, int id, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxLength, nameof(value));
        var idBytes = id > byte.MaxValue ? 2 : 1;
        var lengthBytes = value.Length switch { <= MaxInlineLength => 0, <= 0xFF => 1, <= 0xFFFF => 2, _ => 3 };
        var type = ((int)kind << 6) | (idBytes == 2 ? WideId : 0) | (lengthBytes << 3) | (lengthBytes == 0 ? value.Length : 0);
        output.Add((byte)type);
        AddBigEndian(output, id, idBytes);
        AddBigEndian(output, value.Length, lengthBytes);
        output.AddRange(value);
    }

    /// <summary>Resources side by side, without an instance around them: what a bootstrap write carries.</summary>
    public static byte[] EncodeResources(IEnumerable<(int Resource, Lwm2mValue Value)> resources)
    {
        var output = new List<byte>();
        foreach (var (resource, value) in resources)
            Write(output, TlvKind.Resource, resource, EncodeValue(value));
        return [.. output];
    }

    /// <summary>One object instance around its resources: what a read or notify at object or instance level carries.</summary>
    public static byte[] EncodeInstance(int instanceId, IEnumerable<(int Resource, Lwm2mValue Value)> resources)
    {
        var output = new List<byte>();
        Write(output, TlvKind.ObjectInstance, instanceId, EncodeResources(resources));
        return [.. output];
    }

    static bool TryReadHeader(ReadOnlySpan<byte> bytes, out TlvKind kind, out int id, out int header, out int length)
    {
        var type = bytes[0];
        var idBytes = (type & WideId) != 0 ? 2 : 1;
        var lengthBytes = (type >> 3) & 3;
        (kind, id, length) = ((TlvKind)(type >> 6), 0, 0);
        header = 1 + idBytes + lengthBytes;
        if (bytes.Length < header)
            return false;
        id = ReadBigEndian(bytes.Slice(1, idBytes));
        length = lengthBytes == 0 ? type & MaxInlineLength : ReadBigEndian(bytes.Slice(1 + idBytes, lengthBytes));
        return true;
    }

    static int ReadBigEndian(ReadOnlySpan<byte> bytes)
    {
        var number = 0;
        foreach (var b in bytes)
            number = (number << 8) | b;
        return number;
    }

    static void AddBigEndian(List<byte> output, int number, int count)
    {
        for (var shift = 8 * (count - 1); shift >= 0; shift -= 8)
            output.Add((byte)(number >> shift));
    }
}
