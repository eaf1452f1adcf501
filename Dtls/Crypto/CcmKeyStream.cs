using System.Buffers.Binary;
using System.Security.Cryptography;

namespace M531x.Dtls.Crypto;

/// <summary>
/// The key stream of CCM messages (RFC 3610 §2.3). Records of an association have nonces that count up, and a call of the transform costs about
/// as much for one message as for several: when a message follows on the one before, the streams of those after it are made along with its own.
/// </summary>
sealed class CcmKeyStream(AesBlocks aes)
{
    public const int NonceLength = 12;

    /// <summary>Bytes of the length field, and of the block counter: what the nonce leaves of 15.</summary>
    public const int LengthLength = 15 - NonceLength;
    const int Block = AesBlocks.BlockLength;

    /// <summary>Bytes of a nonce before its number.</summary>
    const int PrefixLength = NonceLength - sizeof(ulong);

    const int MaxMessages = 8;

    /// <summary>Most blocks made for several messages at once; a longer message has its own stream alone.</summary>
    const int MaxBlocksAhead = 64;

    /// <summary>Room for a Finished; it grows with the first longer record.</summary>
    byte[] _stream = new byte[3 * Block];
    uint _prefix;
    ulong _first;
    ulong _last;
    int _messages;
    int _blocksEach;

    /// <summary>The buffer of the streams: it may be replaced as it grows, and is wiped then.</summary>
    public byte[] Memory => _stream;

    /// <summary>S_0, which covers the tag, and as much key stream after it as the message needs; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> nonce, int messageLength)
    {
        var prefix = BinaryPrimitives.ReadUInt32BigEndian(nonce);
        var number = BinaryPrimitives.ReadUInt64BigEndian(nonce[PrefixLength..]);
        var blocks = 1 + (messageLength + Block - 1) / Block;
        var isOfRow = _messages > 0 && prefix == _prefix;
        if (!isOfRow || number - _first >= (ulong)_messages || blocks > _blocksEach)
        {
            var messages = isOfRow && number == _last + 1 ? Math.Clamp(MaxBlocksAhead / blocks, 1, MaxMessages) : 1;
            Make(prefix, number, messages, blocks);
        }
        _last = number;
        return _stream.AsSpan((int)(number - _first) * _blocksEach * Block, blocks * Block);
    }

    public void Clear()
    {
        (_messages, _prefix) = (0, 0);
        CryptographicOperations.ZeroMemory(_stream);
    }

    void Make(uint prefix, ulong first, int messages, int blocksEach)
    {
        (_prefix, _first, _messages, _blocksEach) = (prefix, first, messages, blocksEach);
        var length = messages * blocksEach * Block;
        AesBlocks.Reserve(ref _stream, length);
        var counter = _stream.AsSpan(0, length);
        for (var message = 0; message < messages; message++)
        {
            for (var block = 0; block < blocksEach; block++)
            {
                counter[0] = LengthLength - 1;
                BinaryPrimitives.WriteUInt32BigEndian(counter[1..], prefix);
                BinaryPrimitives.WriteUInt64BigEndian(counter[(1 + PrefixLength)..], first + (ulong)message);
                WriteLength(counter[(1 + NonceLength)..], block);
                counter = counter[Block..];
            }
        }
        aes.Encrypt(_stream, length, _stream);
    }

    /// <summary>Writes a number of <see cref="LengthLength"/> bytes.</summary>
    public static void WriteLength(Span<byte> target, int value)
    {
        target[0] = (byte)(value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value);
    }
}
