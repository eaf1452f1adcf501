using System.Security.Cryptography;

namespace M531x.Dtls.Crypto;

/// <summary>The pseudo-random function of TLS 1.2 with SHA-256 (RFC 5246 §5), and what is derived with it.</summary>
static class Prf
{
    public const int MasterSecretLength = 48;
    public const int VerifyDataLength = 12;
    const int HashLength = 32;
    const int MaxSeed = 128;

    /// <summary>A secret made ready for all that is derived from it; disposing wipes it.</summary>
    public static IncrementalHash Keyed(ReadOnlySpan<byte> secret) => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    /// <summary>P_SHA256(secret, label + first + second), as many bytes as <paramref name="output"/> takes.</summary>
    public static void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        using var keyed = Keyed(secret);
        Expand(keyed, label, first, second, output);
    }

    /// <summary>The same with a secret made ready.</summary>
    public static void Expand(IncrementalHash secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        // A(i) in front of the seed: one buffer serves both hashes of a round.
        Span<byte> buffer = stackalloc byte[HashLength + MaxSeed];
        Span<byte> block = stackalloc byte[HashLength];
        label.CopyTo(buffer[HashLength..]);
        first.CopyTo(buffer[(HashLength + label.Length)..]);
        second.CopyTo(buffer[(HashLength + label.Length + first.Length)..]);
        var length = HashLength + label.Length + first.Length + second.Length;
        var a = buffer[..HashLength];
        Hash(secret, buffer[HashLength..length], a);
        while (true)
        {
            Hash(secret, buffer[..length], block);
            var take = Math.Min(output.Length, HashLength);
            block[..take].CopyTo(output);
            output = output[take..];
            if (output.IsEmpty)
                break;
            Hash(secret, a, block);
            block.CopyTo(a);
        }
        CryptographicOperations.ZeroMemory(buffer);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>The premaster secret of a plain PSK: as many zeros as the key is long, then the key (RFC 4279 §2).</summary>
    public static byte[] PremasterSecret(ReadOnlySpan<byte> key)
    {
        var secret = new byte[PremasterLength(key)];
        WritePremasterSecret(key, secret);
        return secret;
    }

    public static int PremasterLength(ReadOnlySpan<byte> key) => 4 + 2 * key.Length;

    static void WritePremasterSecret(ReadOnlySpan<byte> key, Span<byte> secret)
    {
        secret.Clear();
        secret[0] = secret[2 + key.Length] = (byte)(key.Length >> 8);
        secret[1] = secret[3 + key.Length] = (byte)key.Length;
        key.CopyTo(secret[(4 + key.Length)..]);
    }

    public static byte[] MasterSecret(ReadOnlySpan<byte> key, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom) =>
        MasterSecret(key, "master secret"u8, clientRandom, serverRandom, new byte[PremasterLength(key)]);

    /// <summary>The master secret bound to the handshake's hash (RFC 7627 §4).</summary>
    public static byte[] ExtendedMasterSecret(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sessionHash) =>
        MasterSecret(key, "extended master secret"u8, sessionHash, default, new byte[PremasterLength(key)]);

    /// <param name="key">The pre-shared key.</param>
    /// <param name="label">Of the kind of master secret.</param>
    /// <param name="first">What is expanded with the label.</param>
    /// <param name="second">What follows it.</param>
    /// <param name="premaster">Room for the premaster secret, <see cref="PremasterLength"/> bytes, which is wiped.</param>
    internal static byte[] MasterSecret(ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> premaster)
    {
        WritePremasterSecret(key, premaster);
        var master = new byte[MasterSecretLength];
        Expand(premaster, label, first, second, master);
        CryptographicOperations.ZeroMemory(premaster);
        return master;
    }

    /// <summary>verify_data of a Finished (RFC 5246 §7.4.9).</summary>
    public static void VerifyData(ReadOnlySpan<byte> masterSecret, bool ofClient, ReadOnlySpan<byte> handshakeHash, Span<byte> output)
    {
        using var keyed = Keyed(masterSecret);
        VerifyData(keyed, ofClient, handshakeHash, output);
    }

    /// <summary>The same with a master secret made ready.</summary>
    public static void VerifyData(IncrementalHash masterSecret, bool ofClient, ReadOnlySpan<byte> handshakeHash, Span<byte> output) =>
        Expand(masterSecret, ofClient ? "client finished"u8 : "server finished"u8, handshakeHash, default, output[..VerifyDataLength]);

    static void Hash(IncrementalHash secret, ReadOnlySpan<byte> data, Span<byte> output)
    {
        secret.AppendData(data);
        secret.GetHashAndReset(output);
    }
}
