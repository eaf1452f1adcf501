using System.Buffers.Binary;

namespace M531x.Dtls.Messages;

/// <summary>Reads the presentation language of TLS (RFC 5246 §4). After a failure everything reads as empty and <see cref="IsValid"/> is false.</summary>
ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    public bool IsValid { get; private set; } = true;

    public readonly bool AtEnd => IsValid && _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(1) is { Length: 1 } b ? b[0] : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } b ? BinaryPrimitives.ReadUInt16BigEndian(b) : (ushort)0;

    public ReadOnlySpan<byte> Take(int length)
    {
        if (!IsValid || _rest.Length < length)
        {
            IsValid = false;
            return default;
        }
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>A vector with a length of one byte.</summary>
    public ReadOnlySpan<byte> Vector8() => Take(Byte());

    /// <summary>A vector with a length of two bytes.</summary>
    public ReadOnlySpan<byte> Vector16() => Take(UInt16());
}
