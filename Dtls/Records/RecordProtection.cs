using System.Buffers.Binary;

namespace M531x.Dtls.Records;

/// <summary>What a record's protection covers besides its content.</summary>
readonly ref struct RecordContext(ContentType type, ulong epochAndSequence, ReadOnlySpan<byte> connectionId)
{
    public const int MaxAssociatedData = 23 + MaxConnectionId;
    public const int MaxConnectionId = 255;

    public readonly ContentType Type = type;
    public readonly ulong EpochAndSequence = epochAndSequence;
    public readonly ReadOnlySpan<byte> ConnectionId = connectionId;

    /// <summary>
    /// The additional data of an AEAD suite, which is also what a MAC is computed over before the content (RFC 5246 §6.2.3.1, §6.2.3.3;
    /// with a connection id RFC 9146 §5). Returns its length.
    /// </summary>
    public int WriteAssociatedData(Span<byte> output, int length)
    {
        if (Type != ContentType.ConnectionId)
        {
            BinaryPrimitives.WriteUInt64BigEndian(output, EpochAndSequence);
            output[8] = (byte)Type;
            output[9] = RecordView.VersionMajor;
            output[10] = RecordView.Version12Minor;
            BinaryPrimitives.WriteUInt16BigEndian(output[11..], (ushort)length);
            return 13;
        }
        output[..8].Fill(0xFF);
        output[8] = (byte)Type;
        output[9] = (byte)ConnectionId.Length;
        output[10] = (byte)Type;
        output[11] = RecordView.VersionMajor;
        output[12] = RecordView.Version12Minor;
        BinaryPrimitives.WriteUInt64BigEndian(output[13..], EpochAndSequence);
        ConnectionId.CopyTo(output[21..]);
        BinaryPrimitives.WriteUInt16BigEndian(output[(21 + ConnectionId.Length)..], (ushort)length);
        return 23 + ConnectionId.Length;
    }
}

/// <summary>Protection of the records of one direction (RFC 5246 §6.2.3).</summary>
abstract class RecordProtection : IDisposable
{
    /// <summary>Most bytes that sealing adds.</summary>
    public abstract int MaxOverhead { get; }

    /// <summary>Writes the protected fragment and returns its length.</summary>
    public abstract int Seal(in RecordContext context, ReadOnlySpan<byte> content, Span<byte> output);

    /// <summary>Writes the content. False for a fragment that is not genuine; <paramref name="output"/> is then of no use.</summary>
    /// <param name="output">At least as long as the fragment.</param>
    public abstract bool TryOpen(in RecordContext context, ReadOnlySpan<byte> fragment, Span<byte> output, out int length);

    /// <summary>Memory of its own that holds secrets or what was protected, for the test that it is wiped.</summary>
    public abstract IEnumerable<byte[]> SecretMemory { get; }

    public abstract void Dispose();
}
