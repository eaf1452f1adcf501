using System.Security.Cryptography;
using M531x.Dtls.Records;

namespace M531x.Dtls.Crypto;

/// <summary>The key block of an association (RFC 5246 §6.3) and the two protections made of it.</summary>
static class KeyBlock
{
    const int KeyLength = 16;
    const int MacKeyLength = 32;
    const int ImplicitNonceLength = 4;
    internal const int MaxLength = 2 * (MacKeyLength + KeyLength + ImplicitNonceLength);

    /// <summary>MAC keys, keys and implicit nonces, each of the client first.</summary>
    public static (RecordProtection OfClient, RecordProtection OfServer) Derive(
        DtlsCipherSuite suite, ReadOnlySpan<byte> masterSecret, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom,
        bool encryptThenMac, RandomFill random)
    {
        using var keyed = Prf.Keyed(masterSecret);
        return Derive(suite, keyed, clientRandom, serverRandom, encryptThenMac, random);
    }

    /// <summary>The same with a master secret made ready.</summary>
    public static (RecordProtection OfClient, RecordProtection OfServer) Derive(
        DtlsCipherSuite suite, IncrementalHash masterSecret, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom,
        bool encryptThenMac, RandomFill random)
    {
        Span<byte> room = stackalloc byte[MaxLength];
        return Derive(suite, masterSecret, clientRandom, serverRandom, encryptThenMac, random, room);
    }

    /// <summary>The same with room for the block, <see cref="MaxLength"/> bytes, which is wiped.</summary>
    internal static (RecordProtection OfClient, RecordProtection OfServer) Derive(
        DtlsCipherSuite suite, IncrementalHash masterSecret, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom,
        bool encryptThenMac, RandomFill random, Span<byte> room)
    {
        var cbc = suite == DtlsCipherSuite.PskAes128CbcSha256;
        var block = room[..(2 * (KeyLength + (cbc ? MacKeyLength : ImplicitNonceLength)))];
        Prf.Expand(masterSecret, "key expansion"u8, serverRandom, clientRandom, block);
        try
        {
            if (cbc)
            {
                var keys = block[(2 * MacKeyLength)..];
                return (new CbcProtection(keys[..KeyLength], block[..MacKeyLength], encryptThenMac, random),
                    new CbcProtection(keys[KeyLength..], block.Slice(MacKeyLength, MacKeyLength), encryptThenMac, random));
            }
            var nonces = block[(2 * KeyLength)..];
            return (Aead(suite, block[..KeyLength], nonces[..ImplicitNonceLength]),
                Aead(suite, block.Slice(KeyLength, KeyLength), nonces[ImplicitNonceLength..]));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    static RecordProtection Aead(DtlsCipherSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce) => suite switch
    {
        DtlsCipherSuite.PskAes128Ccm8 => new CcmProtection(key, nonce, tagLength: 8),
        DtlsCipherSuite.PskAes128Ccm => new CcmProtection(key, nonce, tagLength: 16),
        DtlsCipherSuite.PskAes128GcmSha256 => new GcmProtection(key, nonce),
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "no AEAD suite"),
    };
}
