using System.Buffers.Binary;

namespace M531x.Dtls.Records;

/// <summary>A record as it lies in a datagram (RFC 6347 §4.1; with a connection id RFC 9146 §4).</summary>
readonly ref struct RecordView
{
    public const int HeaderLength = 13;

    /// <summary>Most bytes of a protected fragment: 2^14 and 2048 for the expansion (RFC 5246 §6.2.3).</summary>
    public const int MaxFragmentLength = (1 << 14) + 2048;

    /// <summary>Most bytes of content (RFC 5246 §6.2.1).</summary>
    public const int MaxContentLength = 1 << 14;

    public const ulong MaxSequence = (1UL << 48) - 1;
    public const byte VersionMajor = 0xFE;
    public const byte Version12Minor = 0xFD;
    public const byte Version10Minor = 0xFF;

    public ContentType Type { get; init; }
    public byte Minor { get; init; }

    /// <summary>Epoch in the upper 16 bits, sequence number in the lower 48, as in the header.</summary>
    public ulong EpochAndSequence { get; init; }
    public ReadOnlySpan<byte> ConnectionId { get; init; }
    public ReadOnlySpan<byte> Fragment { get; init; }

    public int Epoch => (int)(EpochAndSequence >> 48);
    public ulong Sequence => EpochAndSequence & MaxSequence;

    /// <summary>
    /// Takes the first record of <paramref name="datagram"/> and leaves the rest. False for what is none; then nothing in the datagram can be read.
    /// </summary>
    /// <param name="connectionIdLength">Length of the id that the peer uses towards us.</param>
    public static bool TryRead(ref ReadOnlySpan<byte> datagram, int connectionIdLength, out RecordView record)
    {
        record = default;
        if (datagram.Length < HeaderLength)
            return false;
        var type = (ContentType)datagram[0];
        var idLength = type == ContentType.ConnectionId ? connectionIdLength : 0;
        if (datagram.Length < HeaderLength + idLength
            || type is < ContentType.ChangeCipherSpec or > ContentType.ConnectionId || (byte)type == 24
            || datagram[1] != VersionMajor || datagram[2] is not (Version12Minor or Version10Minor))
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(11 + idLength)..]);
        if (length > MaxFragmentLength || datagram.Length < HeaderLength + idLength + length)
            return false;
        record = new RecordView
        {
            Type = type,
            Minor = datagram[2],
            EpochAndSequence = BinaryPrimitives.ReadUInt64BigEndian(datagram[3..]),
            ConnectionId = datagram.Slice(11, idLength),
            Fragment = datagram.Slice(HeaderLength + idLength, length),
        };
        datagram = datagram[(HeaderLength + idLength + length)..];
        return true;
    }

    /// <summary>Writes a header of version 1.2 and returns its length.</summary>
    public static int WriteHeader(Span<byte> output, ContentType type, ulong epochAndSequence, ReadOnlySpan<byte> connectionId, int length)
    {
        output[0] = (byte)type;
        output[1] = VersionMajor;
        output[2] = Version12Minor;
        BinaryPrimitives.WriteUInt64BigEndian(output[3..], epochAndSequence);
        connectionId.CopyTo(output[11..]);
        BinaryPrimitives.WriteUInt16BigEndian(output[(11 + connectionId.Length)..], (ushort)length);
        return HeaderLength + connectionId.Length;
    }
}
