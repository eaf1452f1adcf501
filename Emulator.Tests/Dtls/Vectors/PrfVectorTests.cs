using M531x.Dtls.Crypto;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

public sealed class PrfVectorTests
{
    /// <summary>
    /// The vector that circulated in the IETF's TLS working group for TLS 1.2 with SHA-256. OpenSSL gives the same:
    /// openssl kdf -keylen 100 -kdfopt digest:SHA256 -kdfopt hexsecret:9bbe436ba940f017b17652849a71db35 -kdfopt seed:"test label"
    /// -kdfopt hexseed:a0ba9f936cda311827a6f796ffd5198c TLS1-PRF
    /// </summary>
    [Test]
    public void The_published_vector_of_the_prf_with_SHA_256()
    {
        var output = new byte[100];
        Prf.Expand(
            Convert.FromHexString("9bbe436ba940f017b17652849a71db35"), "test label"u8, Convert.FromHexString("a0ba9f936cda311827a6f796ffd5198c"), default, output);
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo(
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af" +
            "0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"));
    }

    [TestCase(1)]
    [TestCase(31)]
    [TestCase(32)]
    [TestCase(33)]
    [TestCase(64)]
    [TestCase(100)]
    public void Any_length_is_the_beginning_of_the_longest(int length)
    {
        var output = new byte[length];
        Prf.Expand(KnownAnswers.Get("master secret"), "a label"u8, KnownAnswers.ClientRandom.AsSpan(0, 10), KnownAnswers.ClientRandom.AsSpan(10), output);
        Assert.That(output, Is.EqualTo(KnownAnswers.Get("100 bytes")[..length]));
    }

    [Test]
    public void The_master_secret_comes_of_the_key_and_both_randoms() =>
        Assert.That(
            Prf.MasterSecret(KnownAnswers.Key, KnownAnswers.ClientRandom, KnownAnswers.ServerRandom), Is.EqualTo(KnownAnswers.Get("master secret")));

    [Test]
    public void The_extended_master_secret_comes_of_the_key_and_the_handshake() =>
        Assert.That(Prf.ExtendedMasterSecret(KnownAnswers.Key, KnownAnswers.HandshakeHash), Is.EqualTo(KnownAnswers.Get("extended master secret")));

    [TestCase(true, "client finished")]
    [TestCase(false, "server finished")]
    public void Each_side_has_its_own_verify_data(bool ofClient, string name)
    {
        var output = new byte[Prf.VerifyDataLength];
        Prf.VerifyData(KnownAnswers.Get("master secret"), ofClient, KnownAnswers.HandshakeHash, output);
        Assert.That(output, Is.EqualTo(KnownAnswers.Get(name)));
    }
}
