using System.Security.Cryptography;
using M531x.Dtls.Crypto;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>The managed CCM. The vectors of RFC 3610 have nonces of 13 bytes, which no TLS suite uses; NIST's third example has 12.</summary>
public sealed class CcmVectorTests
{
    static byte[] Nonce => KnownAnswers.Count(0x10, 12);

    static byte[] Associated => KnownAnswers.Count(0, 20);

    [Test]
    public void Example_3_of_NIST_SP_800_38C() => Check(8, Convert.FromHexString("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"));

    [Test]
    public void The_same_with_a_tag_of_16_bytes() => Check(16, KnownAnswers.Get("ccm cipher tag 16"));

    /// <summary>Every length up to some blocks, with and without associated data.</summary>
    [Test]
    public void It_agrees_with_the_system_bit_for_bit([Values(8, 16)] int tagLength, [Values(0, 13, 14, 23, 278)] int associatedLength)
    {
        if (!AesCcm.IsSupported)
            Assert.Ignore("this system has no AesCcm");
        var random = new Random(1);
        var key = new byte[16];
        random.NextBytes(key);
        using var ours = new AesCcmCipher(key, tagLength);
        using var theirs = new AesCcm(key);
        var nonce = new byte[12];
        var associated = new byte[associatedLength];
        for (var length = 0; length <= 100; length++)
        {
            random.NextBytes(nonce);
            random.NextBytes(associated);
            var text = new byte[length];
            random.NextBytes(text);
            var expected = new byte[length + tagLength];
            theirs.Encrypt(nonce, text, expected.AsSpan(0, length), expected.AsSpan(length), associated);

            var sealedText = new byte[length + tagLength];
            ours.Encrypt(nonce, text, associated, sealedText);
            Assert.That(sealedText, Is.EqualTo(expected), $"{length} bytes");
            var opened = new byte[length];
            Assert.That(ours.TryDecrypt(nonce, expected, associated, opened), Is.True);
            Assert.That(opened, Is.EqualTo(text));
        }
    }

    [Test]
    public void One_changed_bit_anywhere_is_noticed_and_leaves_zeros([Values(8, 16)] int tagLength)
    {
        using var cipher = new AesCcmCipher(KnownAnswers.Count(0x40, 16), tagLength);
        var text = KnownAnswers.Count(0x20, 24);
        var sealedText = new byte[24 + tagLength];
        cipher.Encrypt(Nonce, text, Associated, sealedText);
        var opened = new byte[24];
        for (var bit = 0; bit < 8 * sealedText.Length; bit++)
        {
            sealedText[bit / 8] ^= (byte)(1 << bit % 8);
            opened.AsSpan().Fill(0xFF);
            Assert.That(cipher.TryDecrypt(Nonce, sealedText, Associated, opened), Is.False, $"bit {bit}");
            Assert.That(opened, Is.All.Zero);
            sealedText[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.That(cipher.TryDecrypt(Nonce, sealedText, Associated, opened), Is.True);
        Assert.That(opened, Is.EqualTo(text));
    }

    static void Check(int tagLength, byte[] expected)
    {
        using var cipher = new AesCcmCipher(KnownAnswers.Count(0x40, 16), tagLength);
        var text = KnownAnswers.Count(0x20, 24);
        var output = new byte[24 + tagLength];
        cipher.Encrypt(Nonce, text, Associated, output);
        Assert.That(output, Is.EqualTo(expected));

        var opened = new byte[24];
        Assert.That(cipher.TryDecrypt(Nonce, expected, Associated, opened), Is.True);
        Assert.That(opened, Is.EqualTo(text));
    }
}
