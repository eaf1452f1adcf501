using System.Buffers.Binary;

namespace M531x.Dtls.Messages;

/// <summary>Writes the presentation language of TLS (RFC 5246 §4) into a buffer of its own.</summary>
sealed class WireWriter(int capacity = 128)
{
    byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes[..Length];

    public void Byte(int value) => Room(1)[0] = (byte)value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Room(2), (ushort)value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Room(value.Length));

    public void Vector8(ReadOnlySpan<byte> value)
    {
        Byte(value.Length);
        Bytes(value);
    }

    public void Vector16(ReadOnlySpan<byte> value)
    {
        UInt16(value.Length);
        Bytes(value);
    }

    /// <summary>Leaves room for a length of two bytes, to be filled in by <see cref="EndVector16"/>.</summary>
    public int BeginVector16()
    {
        UInt16(0);
        return Length;
    }

    public void EndVector16(int begin) => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(begin - 2), (ushort)(Length - begin));

    Span<byte> Room(int length)
    {
        if (Length + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + length));
        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }
}
