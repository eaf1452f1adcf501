using System.Buffers.Binary;
using System.Security.Cryptography;

namespace M531x.Dtls.Crypto;

/// <summary>
/// AES-128 in CCM mode with a nonce of 12 bytes (RFC 3610, RFC 6655) over <see cref="AesBlocks"/>. It is used on every system: macOS has
/// no AesCcm, and elsewhere AesCcm costs several times as much per record.
/// </summary>
sealed class AesCcmCipher : IDisposable
{
    public const int NonceLength = 12;

    /// <summary>Bytes of the length field: what the nonce leaves of 15.</summary>
    const int LengthLength = 15 - NonceLength;
    const int Block = AesBlocks.BlockLength;

    /// <summary>Room that is enough for a Finished; it grows with the first longer record.</summary>
    const int FirstRoom = 4 * Block;

    readonly AesBlocks _aes;
    readonly int _tagLength;
    byte[] _blocks = new byte[FirstRoom];
    byte[] _chained = new byte[FirstRoom];
    byte[] _counters = new byte[FirstRoom];
    byte[] _stream = new byte[FirstRoom];

    /// <param name="key">16 bytes.</param>
    /// <param name="tagLength">8 or 16 bytes.</param>
    public AesCcmCipher(ReadOnlySpan<byte> key, int tagLength)
    {
        _aes = new AesBlocks(key);
        _tagLength = tagLength;
    }

    public int TagLength => _tagLength;

    public IEnumerable<byte[]> SecretMemory => [_blocks, _chained, _counters, _stream, .. _aes.SecretMemory];

    /// <summary>Writes ciphertext and tag to <paramref name="output"/>, which may overlap nothing.</summary>
    public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        MakeStream(nonce, plaintext.Length);
        plaintext.CopyTo(output);
        AesBlocks.Xor(output, _stream.AsSpan(Block, plaintext.Length));
        var tag = output.Slice(plaintext.Length, _tagLength);
        Authenticate(nonce, plaintext, associated).CopyTo(tag);
        AesBlocks.Xor(tag, _stream.AsSpan(0, _tagLength));
    }

    /// <summary>Writes the plaintext, which is the input without its tag. False, and zeros, when the tag does not match.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        var length = input.Length - _tagLength;
        if (length < 0)
            return false;
        output = output[..length];
        MakeStream(nonce, length);
        input[..length].CopyTo(output);
        AesBlocks.Xor(output, _stream.AsSpan(Block, length));
        Span<byte> tag = stackalloc byte[Block];
        tag = tag[.._tagLength];
        Authenticate(nonce, output, associated).CopyTo(tag);
        AesBlocks.Xor(tag, _stream.AsSpan(0, _tagLength));
        if (CryptographicOperations.FixedTimeEquals(tag, input[length..]))
            return true;
        output.Clear();
        return false;
    }

    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_blocks);
        CryptographicOperations.ZeroMemory(_chained);
        CryptographicOperations.ZeroMemory(_counters);
        CryptographicOperations.ZeroMemory(_stream);
    }

    /// <summary>CBC-MAC over B_0, the associated data and the message, each padded to blocks (RFC 3610 §2.2).</summary>
    ReadOnlySpan<byte> Authenticate(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message, ReadOnlySpan<byte> associated)
    {
        var messageAt = Block + Padded(associated.IsEmpty ? 0 : 2 + associated.Length);
        var length = messageAt + Padded(message.Length);
        Reserve(ref _blocks, length);
        Reserve(ref _chained, length);
        var blocks = _blocks.AsSpan(0, length);
        blocks.Clear();
        blocks[0] = (byte)((associated.IsEmpty ? 0 : 0x40) | (_tagLength - 2) / 2 << 3 | LengthLength - 1);
        nonce.CopyTo(blocks[1..]);
        WriteLength(blocks[(1 + NonceLength)..], message.Length);
        if (!associated.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(blocks[Block..], (ushort)associated.Length);
            associated.CopyTo(blocks[(Block + 2)..]);
        }
        message.CopyTo(blocks[messageAt..]);
        _aes.EncryptChained(_blocks, length, _chained);
        return _chained.AsSpan(length - Block, _tagLength);
    }

    /// <summary>S_0, which covers the tag, and the key stream after it (RFC 3610 §2.3).</summary>
    void MakeStream(ReadOnlySpan<byte> nonce, int messageLength)
    {
        var length = Block + Padded(messageLength);
        Reserve(ref _counters, length);
        Reserve(ref _stream, length);
        var counters = _counters.AsSpan(0, length);
        for (var i = 0; i < length; i += Block)
        {
            counters[i] = LengthLength - 1;
            nonce.CopyTo(counters[(i + 1)..]);
            WriteLength(counters[(i + 1 + NonceLength)..], i / Block);
        }
        _aes.Encrypt(_counters, length, _stream);
    }

    static void WriteLength(Span<byte> target, int value)
    {
        target[0] = (byte)(value >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value);
    }

    static int Padded(int length) => (length + Block - 1) / Block * Block;

    static void Reserve(ref byte[] buffer, int length)
    {
        if (buffer.Length >= length)
            return;
        CryptographicOperations.ZeroMemory(buffer);
        buffer = new byte[Math.Max(length, 2 * buffer.Length)];
    }
}
