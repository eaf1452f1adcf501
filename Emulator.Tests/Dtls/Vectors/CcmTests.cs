using System.Buffers.Binary;
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
        using var pair = new Ciphers(random);
        for (var i = 0; i < 4; i++)
        {
            var plain = Bytes(random, random.Next(random.Next(8) == 0 ? 17_000 : 100));
            if (pair.Disagreement(Bytes(random, 12), plain, random) is { } what)
                return false.Label($"seed {seed}: {what}");
        }
        return true.ToProperty();
    }

    /// <summary>The nonces of records count up; some are lost, overtake others or come again, and lengths change.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property It_matches_the_platform_for_messages_in_a_row(uint seed)
    {
        if (!AesCcm.IsSupported)
            return true.Classify(true, "no AesCcm here");
        var random = new SeededRandom(seed);
        using var pair = new Ciphers(random);
        var nonce = Bytes(random, 12);
        var number = random.Next(4) == 0 ? ulong.MaxValue - 10 : BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4));
        var usual = random.Next(130);
        for (var i = 0; i < 40; i++)
        {
            number += random.Next(6) == 0 ? (ulong)(random.Next(20) - 10) : 1;
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), number);
            if (random.Next(20) == 0)
                nonce[random.Next(4)]++;
            var plain = Bytes(random, random.Next(6) == 0 ? random.Next(1500) : usual);
            if (pair.Disagreement(nonce, plain, random) is { } what)
                return false.Label($"seed {seed}, message {i}: {what}");
        }
        return true.ToProperty();
    }

    [Test]
    public void Less_than_a_tag_does_not_open([Range(0, 7)] int length)
    {
        using var cipher = new AesCcmCipher(new byte[16], tagLength: 8);
        Assert.That(cipher.TryDecrypt(new byte[12], new byte[length], [], []), Is.False);
    }

    static byte[] Bytes(SeededRandom random, int count)
    {
        var bytes = new byte[count];
        random.Fill(bytes);
        return bytes;
    }

    /// <summary>Our cipher and the platform's with the same key.</summary>
    sealed class Ciphers : IDisposable
    {
        readonly AesCcmCipher _ours;
        readonly AesCcm _theirs;
        readonly int _tagLength;

        public Ciphers(SeededRandom random)
        {
            var key = Bytes(random, 16);
            _tagLength = random.Next(2) == 0 ? 8 : 16;
            _ours = new AesCcmCipher(key, _tagLength);
            _theirs = new AesCcm(key);
        }

        /// <summary>Seals a message with both, opens it, and tries to open it damaged. What was wrong, or null.</summary>
        public string? Disagreement(byte[] nonce, byte[] plain, SeededRandom random)
        {
            var associated = Bytes(random, random.Next(300));
            var (mine, cipher, tag) = (new byte[plain.Length + _tagLength], new byte[plain.Length], new byte[_tagLength]);
            _ours.Encrypt(nonce, plain, associated, mine);
            _theirs.Encrypt(nonce, plain, cipher, tag, associated);
            if (!mine.AsSpan().SequenceEqual([.. cipher, .. tag]))
                return $"{plain.Length} bytes, {associated.Length} associated, tag of {_tagLength}";
            var opened = new byte[plain.Length];
            if (!_ours.TryDecrypt(nonce, mine, associated, opened) || !opened.AsSpan().SequenceEqual(plain))
                return "does not open";
            var bit = random.Next(8 * mine.Length);
            mine[bit / 8] ^= (byte)(1 << bit % 8);
            return _ours.TryDecrypt(nonce, mine, associated, opened) || opened.AsSpan().ContainsAnyExcept((byte)0)
                ? "a damaged message opens, or shows"
                : null;
        }

        public void Dispose()
        {
            _ours.Dispose();
            _theirs.Dispose();
        }
    }
}
