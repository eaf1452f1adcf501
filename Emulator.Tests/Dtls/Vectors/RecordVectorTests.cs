using M531x.Dtls;
using M531x.Dtls.Crypto;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>Protected fragments of application data, from the master secret by way of the key block, for both directions.</summary>
public sealed class RecordVectorTests
{
    [Test]
    public void A_record_is_sealed_as_OpenSSL_does_and_opened_again(
        [Values("ccm8", "ccm", "gcm")] string suite, [Values("client", "server")] string side, [Values(0, 1, 15, 16, 64, 200)] int length) =>
        Check(suite, encryptThenMac: false, side, length, KnownAnswers.Get($"{suite} {side} {length}"));

    [Test]
    public void A_CBC_record_is_sealed_as_OpenSSL_does_and_opened_again(
        [Values] bool encryptThenMac, [Values("client", "server")] string side, [Values(0, 1, 15, 16, 64, 200)] int length) =>
        Check("cbc", encryptThenMac, side, length, KnownAnswers.Get($"cbc {side} {length} {(encryptThenMac ? "encrypt-then-mac" : "mac-then-encrypt")}"));

    [Test]
    public void A_record_of_another_direction_number_or_type_does_not_open([Values] DtlsCipherSuite suite, [Values] bool encryptThenMac)
    {
        var (client, server) = Derive(suite, encryptThenMac);
        using (client)
        using (server)
        {
            var fragment = new byte[16 + client.MaxOverhead];
            fragment = fragment[..client.Seal(new(ContentType.ApplicationData, KnownAnswers.EpochAndSequence, default), KnownAnswers.Text(16), fragment)];
            var output = new byte[fragment.Length];
            Assert.That(server.TryOpen(new(ContentType.ApplicationData, KnownAnswers.EpochAndSequence, default), fragment, output, out _), Is.False);
            Assert.That(client.TryOpen(new(ContentType.ApplicationData, KnownAnswers.EpochAndSequence + 1, default), fragment, output, out _), Is.False);
            Assert.That(client.TryOpen(new(ContentType.Handshake, KnownAnswers.EpochAndSequence, default), fragment, output, out _), Is.False);
            Assert.That(client.TryOpen(new(ContentType.ApplicationData, KnownAnswers.EpochAndSequence, default), fragment, output, out var length), Is.True);
            Assert.That(output[..length], Is.EqualTo(KnownAnswers.Text(16)));
        }
    }

    static void Check(string suite, bool encryptThenMac, string side, int length, byte[] expected)
    {
        Assert.That(DtlsCipherSuites.TryParse(suite, out var parsed), Is.True);
        var (client, server) = Derive(parsed, encryptThenMac);
        using (client)
        using (server)
        {
            var protection = side == "client" ? client : server;
            var context = new RecordContext(ContentType.ApplicationData, KnownAnswers.EpochAndSequence, default);
            var fragment = new byte[length + protection.MaxOverhead];
            var written = protection.Seal(context, KnownAnswers.Text(length), fragment);
            Assert.That(Convert.ToHexStringLower(fragment.AsSpan(0, written)), Is.EqualTo(Convert.ToHexStringLower(expected)));

            var output = new byte[expected.Length];
            Assert.That(protection.TryOpen(context, expected, output, out var opened), Is.True);
            Assert.That(output[..opened], Is.EqualTo(KnownAnswers.Text(length)));
        }
    }

    static (RecordProtection Client, RecordProtection Server) Derive(DtlsCipherSuite suite, bool encryptThenMac) => KeyBlock.Derive(
        suite, KnownAnswers.Get("master secret"), KnownAnswers.ClientRandom, KnownAnswers.ServerRandom, encryptThenMac, KnownAnswers.Iv.CopyTo);
}
