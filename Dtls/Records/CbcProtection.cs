using System.Security.Cryptography;
using M531x.Dtls.Crypto;

namespace M531x.Dtls.Records;

/// <summary>
/// AES-128-CBC with HMAC-SHA256 and an explicit IV (RFC 5246 §6.2.3.2), MAC before encryption or after it (RFC 7366). With the MAC inside,
/// opening does the same work whatever the padding says, so that its time tells nothing about it.
/// </summary>
sealed class CbcProtection : RecordProtection
{
    const int Block = AesBlocks.BlockLength;
    const int MacLength = 32;
    const int HashBlock = 64;

    /// <summary>Bytes that the padding may take, its length byte included.</summary>
    const int MaxPadding = 256;

    /// <summary>What SHA-256 itself appends: a bit and the length.</summary>
    const int HashTrailer = 9;

    readonly AesBlocks _aes;
    readonly IncrementalHash _mac;
    readonly IncrementalHash _balance = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly RandomFill _random;
    readonly bool _encryptThenMac;
    byte[] _plain = new byte[512];
    byte[] _cipher = new byte[512];

    public CbcProtection(ReadOnlySpan<byte> key, ReadOnlySpan<byte> macKey, bool encryptThenMac, RandomFill random)
    {
        _aes = new AesBlocks(key);
        _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        _encryptThenMac = encryptThenMac;
        _random = random;
    }

    public override int MaxOverhead => Block + MacLength + Block;

    public override IEnumerable<byte[]> SecretMemory => [_plain, _cipher, .. _aes.SecretMemory];

    /// <summary>Compressions of SHA-256 that the last opening with an inner MAC took, for the test that they do not depend on the padding.</summary>
    internal int LastCompressions { get; private set; }

    public override int Seal(in RecordContext context, ReadOnlySpan<byte> content, Span<byte> output)
    {
        var inside = content.Length + (_encryptThenMac ? 0 : MacLength);
        var padded = (inside / Block + 1) * Block;
        Reserve(padded);
        content.CopyTo(_plain);
        if (!_encryptThenMac)
            ComputeMac(context, content.Length, content, _plain.AsSpan(content.Length, MacLength));
        var padding = padded - inside;
        _plain.AsSpan(inside, padding).Fill((byte)(padding - 1));

        var iv = output[..Block];
        _random(iv);
        AesBlocks.Xor(_plain, iv);
        _aes.EncryptChained(_plain, padded, _cipher);
        _cipher.AsSpan(0, padded).CopyTo(output[Block..]);
        var length = Block + padded;
        if (!_encryptThenMac)
            return length;
        ComputeMac(context, length, output[..length], output.Slice(length, MacLength));
        return length + MacLength;
    }

    public override bool TryOpen(in RecordContext context, ReadOnlySpan<byte> fragment, Span<byte> output, out int length)
    {
        length = 0;
        if (_encryptThenMac)
        {
            if (fragment.Length < Block + Block + MacLength)
                return false;
            Span<byte> expected = stackalloc byte[MacLength];
            ComputeMac(context, fragment.Length - MacLength, fragment[..^MacLength], expected);
            if (!CryptographicOperations.FixedTimeEquals(expected, fragment[^MacLength..]))
                return false;
            fragment = fragment[..^MacLength];
        }
        var padded = fragment.Length - Block;
        if (padded % Block != 0 || padded < (_encryptThenMac ? Block : (MacLength / Block + 1) * Block))
            return false;
        Decrypt(fragment, padded);
        var plain = _plain.AsSpan(0, padded);
        var valid = CheckPadding(plain, padded - (_encryptThenMac ? 0 : MacLength), out var padding);
        length = padded - padding - (_encryptThenMac ? 0 : MacLength);
        if (_encryptThenMac ? valid == 0 : !CheckInnerMac(context, plain, length, valid))
            return false;
        plain[..length].CopyTo(output);
        return true;
    }

    public override void Dispose()
    {
        _aes.Dispose();
        _mac.Dispose();
        _balance.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        CryptographicOperations.ZeroMemory(_cipher);
    }

    void Decrypt(ReadOnlySpan<byte> fragment, int padded)
    {
        Reserve(padded);
        fragment[Block..].CopyTo(_cipher);
        _aes.Decrypt(_cipher, padded, _plain);
        // CBC: each plain block is added to the cipher block before it, the first one to the IV.
        AesBlocks.Xor(_plain, fragment[..padded]);
    }

    /// <summary>-1 when the padding is right, else 0; <paramref name="padding"/> is then 1, as if there were none (RFC 5246 §6.2.3.2).</summary>
    static int CheckPadding(ReadOnlySpan<byte> plain, int room, out int padding)
    {
        int claimed = plain[^1];
        var valid = ConstantTime.LessOrEqual(claimed + 1, room);
        var scanned = Math.Min(MaxPadding, plain.Length);
        var wrong = 0;
        for (var i = 1; i <= scanned; i++)
            wrong |= ConstantTime.LessOrEqual(i, claimed + 1) & (plain[^i] ^ claimed);
        valid &= ConstantTime.Equal(wrong, 0);
        padding = ConstantTime.Select(valid, claimed + 1, 1);
        return valid;
    }

    bool CheckInnerMac(in RecordContext context, ReadOnlySpan<byte> plain, int length, int valid)
    {
        Span<byte> received = stackalloc byte[MacLength];
        CopyMac(plain, length, received);
        Span<byte> expected = stackalloc byte[MacLength];
        var header = ComputeMac(context, length, plain[..length], expected);

        // The same number of compressions for each padding: those that a shorter content saved are made up for.
        var longest = Compressions(header + plain.Length - MacLength - 1);
        var taken = Compressions(header + length);
        LastCompressions = taken + Balance(longest - taken);
        return (ConstantTime.Equal(CryptographicOperations.FixedTimeEquals(received, expected) ? 0 : 1, 0) & valid) != 0;
    }

    /// <summary>Hashes nothing of use: as many blocks, and the one that ends a hash. Returns how many compressions that took.</summary>
    int Balance(int blocks)
    {
        ReadOnlySpan<byte> content = stackalloc byte[(MaxPadding / HashBlock + 1) * HashBlock];
        _balance.AppendData(content[..(blocks * HashBlock)]);
        Span<byte> unused = stackalloc byte[MacLength];
        _balance.GetHashAndReset(unused);
        return blocks + 1;
    }

    static int Compressions(int length) => (length + HashTrailer + HashBlock - 1) / HashBlock;

    /// <summary>Copies the MAC from a place that depends on the padding, and reads every place where it could be.</summary>
    static void CopyMac(ReadOnlySpan<byte> plain, int at, Span<byte> mac)
    {
        var start = Math.Max(0, plain.Length - MacLength - MaxPadding);
        Span<byte> rotated = stackalloc byte[MacLength];
        rotated.Clear();
        for (var i = start; i < plain.Length; i++)
        {
            var inside = ConstantTime.LessOrEqual(at, i) & ConstantTime.LessOrEqual(i + 1, at + MacLength);
            rotated[(i - start) % MacLength] |= (byte)(plain[i] & inside);
        }
        var rotation = (at - start) % MacLength;
        for (var i = 0; i < MacLength; i++)
        {
            var value = 0;
            for (var j = 0; j < MacLength; j++)
                value |= rotated[j] & ConstantTime.Equal(j, (i + rotation) % MacLength);
            mac[i] = (byte)value;
        }
    }

    /// <summary>Returns how many bytes went in before the content.</summary>
    int ComputeMac(in RecordContext context, int length, ReadOnlySpan<byte> content, Span<byte> mac)
    {
        Span<byte> header = stackalloc byte[RecordContext.MaxAssociatedData];
        header = header[..context.WriteAssociatedData(header, length)];
        _mac.AppendData(header);
        _mac.AppendData(content);
        _mac.GetHashAndReset(mac);
        return header.Length;
    }

    void Reserve(int length)
    {
        if (_plain.Length >= length)
            return;
        CryptographicOperations.ZeroMemory(_plain);
        _plain = new byte[Math.Max(length, 2 * _plain.Length)];
        _cipher = new byte[_plain.Length];
    }
}
