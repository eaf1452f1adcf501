using M531x.Dtls.Messages;

namespace M531x.Dtls.Handshake;

/// <summary>A handshake message put together; <see cref="Message"/> starts with the header of an unfragmented one.</summary>
readonly record struct WholeMessage(HandshakeHeader Header, byte[] Message, int Epoch)
{
    public ReadOnlySpan<byte> Body => Message.AsSpan(HandshakeHeader.Size);
}

/// <summary>Puts handshake messages together from fragments in any order, overlapping or repeated (RFC 6347 §4.2.3). Bounded in size and number.</summary>
sealed class Reassembler
{
    /// <summary>Messages that may be under way at once, from the next one on.</summary>
    public const int Window = 8;

    /// <summary>Longest message kept, in bytes.</summary>
    public const int MaxLength = 4096;

    readonly Partial?[] _slots = new Partial?[Window];

    /// <summary>Messages that are kept, whole or in part.</summary>
    public int Count => _slots.Count(s => s is not null);

    /// <summary>Takes a fragment of a message that is at most <see cref="Window"/> ahead of <paramref name="next"/>. False when it cannot be kept.</summary>
    public bool Add(HandshakeHeader header, ReadOnlySpan<byte> fragment, int epoch, ushort next)
    {
        if (header.Length > MaxLength || header.Sequence < next || header.Sequence >= next + Window)
            return false;
        ref var slot = ref _slots[header.Sequence % Window];
        if (slot is null || !slot.Fits(header, epoch) && Outweighs(header, epoch, slot))
            slot = new Partial(header, epoch);
        return slot.Take(header, fragment, epoch);
    }

    /// <summary>
    /// The first fragment says what the message is. One that contradicts it is believed when it is protected and the other is not, or is the
    /// whole message: otherwise a forged fragment would block the message for good.
    /// </summary>
    static bool Outweighs(HandshakeHeader header, int epoch, Partial other) =>
        other.Header.Sequence != header.Sequence || epoch > other.Epoch || epoch == other.Epoch && header.IsWhole;

    public bool TryGet(ushort sequence, out WholeMessage message)
    {
        message = default;
        if (_slots[sequence % Window] is not { IsWhole: true } slot || slot.Header.Sequence != sequence)
            return false;
        message = new WholeMessage(slot.Header, slot.Bytes, slot.Epoch);
        return true;
    }

    /// <summary>Forgets a message, so that it may come again.</summary>
    public void Remove(ushort sequence) => _slots[sequence % Window] = null;

    sealed class Partial
    {
        /// <summary>Bytes that are there; null while there is none, so that a message in one piece needs no such list.</summary>
        bool[]? _received;
        int _missing;

        public Partial(HandshakeHeader header, int epoch)
        {
            Header = header with { FragmentOffset = 0, FragmentLength = header.Length };
            Epoch = epoch;
            Bytes = new byte[HandshakeHeader.Size + header.Length];
            Header.Write(Bytes);
            _missing = header.Length;
        }

        public HandshakeHeader Header { get; }
        public int Epoch { get; }
        public byte[] Bytes { get; }
        public bool IsWhole => _missing == 0;

        public bool Fits(HandshakeHeader header, int epoch) =>
            header.Sequence == Header.Sequence && header.Type == Header.Type && header.Length == Header.Length && epoch == Epoch;

        public bool Take(HandshakeHeader header, ReadOnlySpan<byte> fragment, int epoch)
        {
            if (!Fits(header, epoch))
                return false;
            if (IsWhole)
                return true;
            if (header.IsWhole && _received is null)
            {
                fragment.CopyTo(Bytes.AsSpan(HandshakeHeader.Size));
                _missing = 0;
                return true;
            }
            _received ??= new bool[header.Length];
            for (var i = 0; i < fragment.Length; i++)
            {
                var at = header.FragmentOffset + i;
                if (_received[at])
                    continue;
                _received[at] = true;
                _missing--;
                Bytes[HandshakeHeader.Size + at] = fragment[i];
            }
            return true;
        }
    }
}
