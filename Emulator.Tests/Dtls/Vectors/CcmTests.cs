using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using M531x.Dtls.Crypto;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>The managed CCM against a published vector and, bit for bit, against the platform's.</summary>
public sealed class CcmTests
{
    /// <summary>NIST SP 800-38C, example 3: the nonce of 12 bytes and the tag of 8 are TLS's. The vectors of RFC 3610 have nonces of 13 bytes.</summary>
    [Test]
    public void The_published_vector_matches()
    {
        static byte[] From(int first, int count) => [.. Enumerable.Range(first, count).Select(i => (byte)i)];
        using var cipher = new AesCcmCipher(From(0x40, 16), tagLength: 8);
        var output = new byte[24 + 8];
        cipher.Encrypt(From(0x10, 12), From(0x20, 24), From(0, 20), output);
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"));
    }

    /// <summary>One cipher is used for several messages, as in an association: nothing of one must show in the next.</summary>
    [FsCheck.NUnit.Property(MaxTest = 400)]
    public Property It_matches_the_platform_for_any_length(uint seed)
    {
        if (!AesCcm.IsSupported)
            return true.Classify(true, "no AesCcm here");
        var random = new SeededRandom(seed);
        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.Fill(bytes);
            return bytes;
        }

        var key = Bytes(16);
        var tagLength = random.Next(2) == 0 ? 8 : 16;
        using var ours = new AesCcmCipher(key, tagLength);
        using var theirs = new AesCcm(key);
        for (var i = 0; i < 4; i++)
        {
            var (nonce, plain) = (Bytes(12), Bytes(random.Next(random.Next(8) == 0 ? 17_000 : 100)));
            var associated = Bytes(random.Next(300));
            var (mine, cipher, tag) = (new byte[plain.Length + tagLength], new byte[plain.Length], new byte[tagLength]);
            ours.Encrypt(nonce, plain, associated, mine);
            theirs.Encrypt(nonce, plain, cipher, tag, associated);
            if (!mine.AsSpan().SequenceEqual([.. cipher, .. tag]))
                return false.Label($"seed {seed}: {plain.Length} bytes, {associated.Length} associated, tag of {tagLength}");
            var opened = new byte[plain.Length];
            if (!ours.TryDecrypt(nonce, mine, associated, opened) || !opened.AsSpan().SequenceEqual(plain))
                return false.Label($"seed {seed}: does not open");
            var bit = random.Next(8 * mine.Length);
            mine[bit / 8] ^= (byte)(1 << bit % 8);
            if (ours.TryDecrypt(nonce, mine, associated, opened) || opened.AsSpan().ContainsAnyExcept((byte)0))
                return false.Label($"seed {seed}: a damaged message opens, or shows");
        }
        return true.ToProperty();
    }

    [Test]
    public void Less_than_a_tag_does_not_open([Range(0, 7)] int length)
    {
        using var cipher = new AesCcmCipher(new byte[16], tagLength: 8);
        Assert.That(cipher.TryDecrypt(new byte[12], new byte[length], [], []), Is.False);
    }
}
