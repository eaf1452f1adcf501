using System.Buffers.Binary;

namespace M531x.Dtls.Messages;

/// <summary>The header of a handshake message or of a fragment of one (RFC 6347 §4.2.2).</summary>
readonly record struct HandshakeHeader(HandshakeType Type, int Length, ushort Sequence, int FragmentOffset, int FragmentLength)
{
    public const int Size = 12;

    public bool IsWhole => FragmentOffset == 0 && FragmentLength == Length;

    /// <summary>Takes the header and leaves the rest. False when it, or the fragment it announces, does not fit.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> record, out HandshakeHeader header, out ReadOnlySpan<byte> fragment)
    {
        header = default;
        fragment = default;
        if (record.Length < Size)
            return false;
        header = new HandshakeHeader((HandshakeType)record[0], UInt24(record[1..]), BinaryPrimitives.ReadUInt16BigEndian(record[4..]),
            UInt24(record[6..]), UInt24(record[9..]));
        if (header.FragmentOffset + header.FragmentLength > header.Length || record.Length < Size + header.FragmentLength)
            return false;
        fragment = record.Slice(Size, header.FragmentLength);
        record = record[(Size + header.FragmentLength)..];
        return true;
    }

    public void Write(Span<byte> output)
    {
        output[0] = (byte)Type;
        WriteUInt24(output[1..], Length);
        BinaryPrimitives.WriteUInt16BigEndian(output[4..], Sequence);
        WriteUInt24(output[6..], FragmentOffset);
        WriteUInt24(output[9..], FragmentLength);
    }

    static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | bytes[1] << 8 | bytes[2];

    static void WriteUInt24(Span<byte> output, int value)
    {
        output[0] = (byte)(value >> 16);
        output[1] = (byte)(value >> 8);
        output[2] = (byte)value;
    }
}
