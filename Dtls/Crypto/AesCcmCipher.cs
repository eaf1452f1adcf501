using System.Buffers.Binary;
using System.Security.Cryptography;

namespace M531x.Dtls.Crypto;

/// <summary>
/// AES-128 in CCM mode with a nonce of 12 bytes (RFC 3610, RFC 6655) over <see cref="AesBlocks"/>. It is used on every system: macOS has
/// no AesCcm, and elsewhere AesCcm costs several times as much per record.
/// </summary>
sealed class AesCcmCipher : IDisposable
{
    const int NonceLength = CcmKeyStream.NonceLength;
    const int LengthLength = CcmKeyStream.LengthLength;
    const int Block = AesBlocks.BlockLength;

    /// <summary>Room that is enough for a Finished; it grows with the first longer record.</summary>
    const int FirstRoom = 4 * Block;

    readonly AesBlocks _aes;
    readonly CcmKeyStream _keyStream;
    readonly int _tagLength;
    byte[] _blocks = new byte[FirstRoom];

    /// <param name="key">16 bytes.</param>
    /// <param name="tagLength">8 or 16 bytes.</param>
    public AesCcmCipher(ReadOnlySpan<byte> key, int tagLength)
    {
        _aes = new AesBlocks(key);
        _keyStream = new CcmKeyStream(_aes);
        _tagLength = tagLength;
    }

    public int TagLength => _tagLength;

    public IEnumerable<byte[]> SecretMemory => [_blocks, _keyStream.Memory, .. _aes.SecretMemory];

    /// <summary>Writes ciphertext and tag to <paramref name="output"/>, which may overlap nothing.</summary>
    public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        var stream = _keyStream.Of(nonce, plaintext.Length);
        plaintext.CopyTo(output);
        AesBlocks.Xor(output, stream.Slice(Block, plaintext.Length));
        var tag = output.Slice(plaintext.Length, _tagLength);
        Authenticate(nonce, plaintext, associated).CopyTo(tag);
        AesBlocks.Xor(tag, stream[.._tagLength]);
    }

    /// <summary>Writes the plaintext, which is the input without its tag. False, and zeros, when the tag does not match.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        var length = input.Length - _tagLength;
        if (length < 0)
            return false;
        output = output[..length];
        var stream = _keyStream.Of(nonce, length);
        input[..length].CopyTo(output);
        AesBlocks.Xor(output, stream.Slice(Block, length));
        Span<byte> tag = stackalloc byte[Block];
        tag = tag[.._tagLength];
        Authenticate(nonce, output, associated).CopyTo(tag);
        AesBlocks.Xor(tag, stream[.._tagLength]);
        if (CryptographicOperations.FixedTimeEquals(tag, input[length..]))
            return true;
        output.Clear();
        return false;
    }

    public void Dispose()
    {
        _aes.Dispose();
        _keyStream.Clear();
        CryptographicOperations.ZeroMemory(_blocks);
    }

    /// <summary>CBC-MAC over B_0, the associated data and the message, each padded to blocks (RFC 3610 §2.2).</summary>
    ReadOnlySpan<byte> Authenticate(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message, ReadOnlySpan<byte> associated)
    {
        var messageAt = Block + Padded(associated.IsEmpty ? 0 : 2 + associated.Length);
        var length = messageAt + Padded(message.Length);
        AesBlocks.Reserve(ref _blocks, length);
        var blocks = _blocks.AsSpan(0, length);
        blocks.Clear();
        blocks[0] = (byte)((associated.IsEmpty ? 0 : 0x40) | (_tagLength - 2) / 2 << 3 | LengthLength - 1);
        nonce.CopyTo(blocks[1..]);
        CcmKeyStream.WriteLength(blocks[(1 + NonceLength)..], message.Length);
        if (!associated.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16BigEndian(blocks[Block..], (ushort)associated.Length);
            associated.CopyTo(blocks[(Block + 2)..]);
        }
        message.CopyTo(blocks[messageAt..]);
        _aes.EncryptChained(_blocks, length, _blocks);
        return _blocks.AsSpan(length - Block, _tagLength);
    }

    static int Padded(int length) => (length + Block - 1) / Block * Block;
}
