using M531x.Dtls;
using M531x.Dtls.Crypto;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls.Vectors;

/// <summary>Published vectors, and those of vectors-python.txt, which make_vectors.py computed with OpenSSL.</summary>
public sealed class KnownAnswerTests
{
    static readonly Dictionary<string, byte[]> Known = File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Dtls", "Vectors", "vectors-python.txt"))
        .Where(line => line[0] != '#').Select(line => line.Split(' ')).ToDictionary(f => f[0], f => Convert.FromHexString(f[1]));

    /// <summary>The vector for TLS 1.2 with SHA-256 from the TLS working group's mailing list (February 2009).</summary>
    [Test]
    public void The_pseudo_random_function_matches_the_published_vector()
    {
        var output = new byte[100];
        Prf.Expand(Convert.FromHexString("9bbe436ba940f017b17652849a71db35"), "test label"u8, Convert.FromHexString("a0ba9f936cda311827a6f796ffd5198c"),
            default, output);
        Assert.That(Convert.ToHexStringLower(output), Is.EqualTo("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9"
            + "c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"));
    }

    [Test]
    public void Secrets_match()
    {
        var verify = new byte[12];
        Assert.That(Prf.PremasterSecret(Known["psk"]), Is.EqualTo(Known["premaster"]));
        Assert.That(Prf.MasterSecret(Known["psk"], Known["client_random"], Known["server_random"]), Is.EqualTo(Known["master"]));
        Assert.That(Prf.ExtendedMasterSecret(Known["psk"], Known["session_hash"]), Is.EqualTo(Known["extended_master"]));
        Prf.VerifyData(Known["master"], ofClient: true, Known["session_hash"], verify);
        Assert.That(verify, Is.EqualTo(Known["client_verify_data"]));
        Prf.VerifyData(Known["master"], ofClient: false, Known["session_hash"], verify);
        Assert.That(verify, Is.EqualTo(Known["server_verify_data"]));
    }

    [TestCase("aead_key_block")]
    [TestCase("cbc_key_block")]
    public void The_key_block_matches(string name)
    {
        var block = new byte[Known[name].Length];
        Prf.Expand(Known["master"], "key expansion"u8, Known["server_random"], Known["client_random"], block);
        Assert.That(block, Is.EqualTo(Known[name]));
    }

    /// <summary>Keys from the master secret, through the key block, to the bytes of a record.</summary>
    [Test]
    public void Each_protection_matches(
        [Values("ccm8", "ccm", "gcm", "cbc_mac_inside", "cbc_mac_outside")] string protection, [Values] bool ofClient, [Values] bool withConnectionId)
    {
        Assert.That(DtlsCipherSuites.TryParse(protection.Split('_')[0], out var suite), Is.True);
        var (client, server) = Derive();
        var (otherClient, otherServer) = Derive();
        var type = withConnectionId ? ContentType.ConnectionId : ContentType.ApplicationData;
        var id = withConnectionId ? Known["cid"] : [];
        byte[] content = withConnectionId ? [.. Known["content"], (byte)ContentType.ApplicationData] : Known["content"];
        var context = new RecordContext(type, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(Known["number"]), id);
        var output = new byte[content.Length + client.MaxOverhead];
        var length = (ofClient ? client : server).Seal(context, content, output);
        var expected = Known[$"{protection}_{(ofClient ? "client" : "server")}{(withConnectionId ? "_cid" : "")}"];
        Assert.That(Convert.ToHexStringLower(output.AsSpan(0, length)), Is.EqualTo(Convert.ToHexStringLower(expected)));

        var opened = new byte[expected.Length];
        Assert.That((ofClient ? otherClient : otherServer).TryOpen(context, expected, opened, out length), Is.True);
        Assert.That(opened[..length], Is.EqualTo(content));
        Assert.That((ofClient ? otherServer : otherClient).TryOpen(context, expected, opened, out _), Is.False, "the other direction has another key");
        foreach (var each in new[] { client, server, otherClient, otherServer })
            each.Dispose();

        (RecordProtection, RecordProtection) Derive() => KeyBlock.Derive(suite, Known["master"], Known["client_random"], Known["server_random"],
            protection == "cbc_mac_outside", random: iv => Known["cbc_iv"].CopyTo(iv));
    }
}
