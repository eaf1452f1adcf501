using System.Security.Cryptography;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>CBC with the MAC inside: whatever is wrong with a record, opening it does the same and says the same.</summary>
public sealed class CbcTests
{
    static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    static readonly byte[] MacKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    static RecordContext Context => new(ContentType.ApplicationData, 1UL << 48 | 7, default);

    /// <summary>A record of content, MAC and padding of the test's own making; each byte of the padding says its length unless told otherwise.</summary>
    static byte[] Make(int content, int padding, Action<byte[]>? spoil = null)
    {
        var associated = new byte[RecordContext.MaxAssociatedData];
        var length = Context.WriteAssociatedData(associated, content);
        var body = new byte[content];
        byte[] covered = [.. associated[..length], .. body];
        byte[] plain = [.. body, .. HMACSHA256.HashData(MacKey, covered), .. Enumerable.Repeat((byte)(padding - 1), padding)];
        spoil?.Invoke(plain);
        Assert.That(plain.Length % 16, Is.Zero);
        using var aes = Aes.Create();
        aes.Key = Key;
        var iv = new byte[16];
        return [.. iv, .. aes.EncryptCbc(plain, iv, PaddingMode.None)];
    }

    static CbcProtection Protection() => new(Key, MacKey, encryptThenMac: false, random: _ => { });

    static (bool Opens, int Compressions) Open(byte[] record)
    {
        using var protection = Protection();
        var opens = protection.TryOpen(Context, record, new byte[record.Length], out _);
        return (opens, protection.LastCompressions);
    }

    /// <summary>Contents and paddings that fill the same record.</summary>
    static IEnumerable<(int Content, int Padding)> Splits(int plainLength)
    {
        for (var padding = 1; padding <= 256 && padding <= plainLength - 32; padding++)
            yield return (plainLength - 32 - padding, padding);
    }

    [Test]
    public void Every_legal_padding_opens_with_the_same_number_of_compressions([Values(48, 64, 112, 288, 304, 320, 1024)] int plainLength)
    {
        var results = Splits(plainLength).Select(s => Open(Make(s.Content, s.Padding))).ToList();
        Assert.That(results, Has.Count.EqualTo(Math.Min(256, plainLength - 32)));
        Assert.That(results.All(r => r.Opens), Is.True);
        Assert.That(results.Select(r => r.Compressions).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Bad_padding_and_bad_MAC_cannot_be_told_apart([Values(64, 320)] int plainLength)
    {
        var good = Open(Make(plainLength - 48, 16));
        var bad = new List<(bool Opens, int Compressions)>();
        foreach (var (content, padding) in Splits(plainLength))
        {
            bad.Add(Open(Make(content, padding, plain => plain[content] ^= 0x80))); // the MAC's first byte
            bad.Add(Open(Make(content, padding, plain => plain[content + 31] ^= 1))); // and its last
            if (padding > 1)
                bad.Add(Open(Make(content, padding, plain => plain[content + 32] ^= 1))); // the padding's first byte
            if (content > 0)
                bad.Add(Open(Make(content, padding, plain => plain[0] ^= 1)));
        }
        // Padding longer than the record allows.
        bad.Add(Open(Make(plainLength - 48, 16, plain => plain[^1] = 0xFF)));
        if (plainLength - 32 <= 256)
            bad.Add(Open(Make(0, plainLength - 32, plain => plain.AsSpan(32).Fill((byte)(plainLength - 32))))); // one byte of the MAC claimed
        Assert.That(bad.Distinct(), Is.EqualTo(new[] { (false, good.Compressions) }));
    }

    [Test]
    public void Every_byte_of_the_padding_is_verified()
    {
        for (var at = 1; at <= 200; at++)
        {
            var place = at;
            Assert.That(Open(Make(24, 200, plain => plain[^place] ^= 0x40)).Opens, Is.False, $"byte {at} from the end");
        }
    }

    [Test]
    public void A_record_too_short_or_of_no_whole_blocks_does_not_open([Values] bool encryptThenMac)
    {
        using var protection = new CbcProtection(Key, MacKey, encryptThenMac, random: _ => { });
        for (var length = 0; length < 64; length++)
            Assert.That(protection.TryOpen(Context, new byte[length], new byte[64], out _), Is.False);
        Assert.That(protection.TryOpen(Context, new byte[16 + 48 + 1], new byte[128], out _), Is.False);
    }

    /// <summary>With the MAC outside, nothing is decrypted before it is right.</summary>
    [Test]
    public void Encrypt_then_MAC_covers_every_byte()
    {
        using var protection = new CbcProtection(Key, MacKey, encryptThenMac: true, random: iv => iv.Fill(9));
        var record = new byte[5 + protection.MaxOverhead];
        record = record[..protection.Seal(Context, "hello"u8, record)];
        for (var i = 0; i < record.Length; i++)
        {
            record[i] ^= 1;
            Assert.That(protection.TryOpen(Context, record, new byte[record.Length], out _), Is.False);
            record[i] ^= 1;
        }
        var output = new byte[record.Length];
        Assert.That(protection.TryOpen(Context, record, output, out var length), Is.True);
        Assert.That(output[..length], Is.EqualTo("hello"u8.ToArray()));
    }

    /// <summary>One protection for records of all lengths, long after short and short after long.</summary>
    [Test]
    public void Records_of_all_lengths_open([Values] bool encryptThenMac)
    {
        using var sender = new CbcProtection(Key, MacKey, encryptThenMac, random: iv => iv.Fill(1));
        using var receiver = new CbcProtection(Key, MacKey, encryptThenMac, random: _ => { });
        foreach (var length in Enumerable.Range(0, 700).Concat([16384, 0, 1]))
        {
            var content = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            var record = new byte[length + sender.MaxOverhead];
            record = record[..sender.Seal(Context, content, record)];
            var output = new byte[record.Length];
            Assert.That(receiver.TryOpen(Context, record, output, out var opened), Is.True);
            Assert.That(output.AsSpan(0, opened).SequenceEqual(content), Is.True);
        }
    }
}
