using System.Numerics;
using System.Security.Cryptography;

namespace M531x.Dtls.Crypto;

/// <summary>
/// AES-128 over whole blocks with one key. The transforms are made once and reused, so that a record costs no allocation.
/// </summary>
sealed class AesBlocks : IDisposable
{
    public const int BlockLength = 16;

    /// <summary>Blocks chained one by one before a transform for chains is made: a handshake needs few, and making one costs as much as seven.</summary>
    const int MaxChainedSingly = 7;

    /// <summary>Without a key of its own: one that is set makes it draw an IV and hand out copies of the key that nobody wipes.</summary>
    readonly Aes _aes;
    readonly byte[] _key;
    readonly ICryptoTransform _encrypt;
    readonly byte[] _chainState = new byte[BlockLength];
    ICryptoTransform? _chain;
    ICryptoTransform? _decrypt;
    int _chainedSingly;

    public AesBlocks(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.Padding = PaddingMode.None;
        _key = key.ToArray();
        _aes.Mode = CipherMode.ECB;
        _encrypt = _aes.CreateEncryptor(_key, rgbIV: null);
    }

    public IEnumerable<byte[]> SecretMemory => [_key];

    /// <summary>Encrypts each block by itself; output and input may be the same.</summary>
    public void Encrypt(byte[] input, int length, byte[] output) => _encrypt.TransformBlock(input, 0, length, output, 0);

    /// <summary>Decrypts each block by itself.</summary>
    public void Decrypt(byte[] input, int length, byte[] output)
    {
        if (_decrypt is null)
        {
            _aes.Mode = CipherMode.ECB;
            _decrypt = _aes.CreateDecryptor(_key, rgbIV: null);
        }
        _decrypt.TransformBlock(input, 0, length, output, 0);
    }

    /// <summary>
    /// Encrypts in CBC mode from an IV of zero. <paramref name="input"/> is changed: the transform goes on from its last block,
    /// which is therefore cancelled out of the first one instead of making a transform for each call. It may be the output too.
    /// </summary>
    public void EncryptChained(byte[] input, int length, byte[] output)
    {
        if (_chain is null && (_chainedSingly += length / BlockLength) <= MaxChainedSingly)
        {
            EncryptSingly(input, length, output);
            return;
        }
        _chain ??= MakeChain();
        Xor(input.AsSpan(0, BlockLength), _chainState);
        _chain.TransformBlock(input, 0, length, output, 0);
        output.AsSpan(length - BlockLength, BlockLength).CopyTo(_chainState);
    }

    public void Dispose()
    {
        _encrypt.Dispose();
        _chain?.Dispose();
        _decrypt?.Dispose();
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_key);
        CryptographicOperations.ZeroMemory(_chainState);
    }

    void EncryptSingly(byte[] input, int length, byte[] output)
    {
        for (var at = 0; at < length; at += BlockLength)
        {
            if (at > 0)
                Xor(input.AsSpan(at, BlockLength), output.AsSpan(at - BlockLength, BlockLength));
            _encrypt.TransformBlock(input, at, BlockLength, output, at);
        }
    }

    ICryptoTransform MakeChain()
    {
        _aes.Mode = CipherMode.CBC;
        return _aes.CreateEncryptor(_key, new byte[BlockLength]);
    }

    /// <summary>Replaces a buffer that is too short by an empty one at least twice as long; what it held is wiped.</summary>
    public static void Reserve(ref byte[] buffer, int length)
    {
        if (buffer.Length >= length)
            return;
        CryptographicOperations.ZeroMemory(buffer);
        buffer = new byte[Math.Max(length, 2 * buffer.Length)];
    }

    /// <summary>Adds <paramref name="mask"/> to the start of <paramref name="target"/>, which is at least as long.</summary>
    public static void Xor(Span<byte> target, ReadOnlySpan<byte> mask)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= mask.Length - Vector<byte>.Count; i += Vector<byte>.Count)
                (new Vector<byte>(target[i..]) ^ new Vector<byte>(mask[i..])).CopyTo(target[i..]);
        }
        for (; i < mask.Length; i++)
            target[i] ^= mask[i];
    }
}
