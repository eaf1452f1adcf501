using FsCheck;
using FsCheck.Fluent;
using M531x.Dtls.Crypto;
using M531x.Lwm2m;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>CCM and the PRF against BouncyCastle, whose code has nothing in common with ours or the platform's.</summary>
public sealed class BouncyOracleTests
{
    const int NonceLength = 12;

    static readonly BcTlsCrypto Crypto = new BcTlsCrypto(new SecureRandom());

    /// <summary>Key, nonce, associated data and plaintext are random; every second nonce follows on the one before.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property Ccm_seals_as_BouncyCastle_does(uint seed, bool longTag)
    {
        var random = new SeededRandom(seed);
        var tagLength = longTag ? 16 : 8;
        var key = Bytes(random, 16);
        using var ours = new AesCcmCipher(key, tagLength);
        var nonce = Bytes(random, NonceLength);
        for (var message = 0; message < 6; message++)
        {
            if (message % 2 == 0)
                random.Fill(nonce);
            else
                nonce[^1]++;
            var associated = Bytes(random, random.Next(300));
            var plain = Bytes(random, random.Next(random.Next(8) == 0 ? 17_000 : 100));
            var output = new byte[plain.Length + tagLength];
            ours.Encrypt(nonce, plain, associated, output);
            if (!output.AsSpan().SequenceEqual(Bouncy(forEncryption: true, key, tagLength, nonce, associated, plain)))
                return false.Label($"seed {seed}: message {message} of {plain.Length} bytes, {associated.Length} associated");
        }
        return true.ToProperty();
    }

    /// <summary>BouncyCastle seals, we open; one changed bit is refused by both.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property Ccm_opens_what_BouncyCastle_seals_and_nothing_else(uint seed, bool longTag)
    {
        var random = new SeededRandom(seed);
        var tagLength = longTag ? 16 : 8;
        var (key, nonce) = (Bytes(random, 16), Bytes(random, NonceLength));
        using var ours = new AesCcmCipher(key, tagLength);
        var associated = Bytes(random, random.Next(40));
        var plain = Bytes(random, random.Next(200));
        var cipher = Bouncy(forEncryption: true, key, tagLength, nonce, associated, plain)!;
        var output = new byte[plain.Length];
        var opens = ours.TryDecrypt(nonce, cipher, associated, output) && output.AsSpan().SequenceEqual(plain);
        var bit = random.Next(8 * cipher.Length);
        cipher[bit / 8] ^= (byte)(1 << (bit % 8));
        var refuses = !ours.TryDecrypt(nonce, cipher, associated, output)
                      && Bouncy(forEncryption: false, key, tagLength, nonce, associated, cipher) is null;
        return opens.Label($"seed {seed}: opens").And(refuses.Label($"seed {seed}: refuses bit {bit}"));
    }

    /// <summary>P_SHA256 for secrets and outputs of any length; a seed is at most two hashes or randoms.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property The_prf_expands_as_BouncyCastle_does(uint seed)
    {
        var random = new SeededRandom(seed);
        string[] labels = ["master secret", "extended master secret", "key expansion", "client finished", "server finished", "a"];
        var label = labels[random.Next(labels.Length)];
        var secret = Bytes(random, 1 + random.Next(150));
        var (first, second) = (Bytes(random, random.Next(33)), Bytes(random, random.Next(33)));
        var output = new byte[1 + random.Next(200)];
        Prf.Expand(secret, System.Text.Encoding.ASCII.GetBytes(label), first, second, output);
        return output.AsSpan().SequenceEqual(BouncyPrf(secret, label, [.. first, .. second], output.Length))
            .Label($"seed {seed}: {label}, {secret.Length} to {output.Length} bytes");
    }

    /// <summary>The master secrets and verify_data, from a premaster secret that the test lays out by RFC 4279 §2.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property Secrets_of_a_handshake_are_those_of_BouncyCastle(uint seed)
    {
        var random = new SeededRandom(seed);
        var key = Bytes(random, 1 + random.Next(64));
        var length = (byte)key.Length;
        byte[] premaster = [0, length, .. new byte[length], 0, length, .. key];
        var (client, server, hash) = (Bytes(random, 32), Bytes(random, 32), Bytes(random, 32));
        var master = Prf.MasterSecret(key, client, server);
        var verify = new byte[Prf.VerifyDataLength];
        Prf.VerifyData(master, ofClient: true, hash, verify);
        var extended = Prf.ExtendedMasterSecret(key, hash);
        return Same("master secret", master, BouncyPrf(premaster, "master secret", [.. client, .. server], 48))
            .And(Same("extended master secret", extended, BouncyPrf(premaster, "extended master secret", hash, 48)))
            .And(Same("verify_data", verify, BouncyPrf(master, "client finished", hash, 12)));

        Property Same(string what, byte[] ours, byte[] theirs) => ours.AsSpan().SequenceEqual(theirs).Label($"seed {seed}: {what}");
    }

    /// <summary>A copy of the secret, because BouncyCastle keeps the array.</summary>
    static byte[] BouncyPrf(byte[] secret, string label, byte[] seed, int length) =>
        Crypto.CreateSecret([.. secret]).DeriveUsingPrf(PrfAlgorithm.tls_prf_sha256, label, seed, length).Extract();

    /// <summary>Null when the tag does not match.</summary>
    static byte[]? Bouncy(bool forEncryption, byte[] key, int tagLength, byte[] nonce, byte[] associated, byte[] input)
    {
        var cipher = new CcmBlockCipher(new AesEngine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(key), 8 * tagLength, nonce, associated));
        try
        {
            return cipher.ProcessPacket(input, 0, input.Length);
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
    }

    static byte[] Bytes(SeededRandom random, int count)
    {
        var bytes = new byte[count];
        random.Fill(bytes);
        return bytes;
    }
}
