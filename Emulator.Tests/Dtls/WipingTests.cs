using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using M531x.Dtls.Crypto;
using M531x.Dtls.Records;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Secrets in memory last no longer than they are needed.</summary>
public sealed class WipingTests
{
    const int MasterSecretLength = 48;

    static DtlsPair Pair(DtlsCipherSuite suite, TestKeys? keys = null) => new(
        client: new DtlsClientOptions { Suites = [suite] }, server: new DtlsServerOptions { Suites = [suite] }, keys: keys);

    static List<byte[]> Filled(IEnumerable<byte[]> memory) => [.. memory.Where(m => m.Any(b => b != 0))];

    static bool HoldsKey(IEnumerable<byte[]> memory) => memory.Any(m => m.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(TestKeys.Key)));

    [Test]
    public void Key_and_master_secret_go_with_the_handshake_and_the_rest_with_the_association(
        [ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite, [Values("close", "dispose", "peer", "silence")] string end)
    {
        using var pair = Pair(suite);
        pair.Network = packet => !packet.ToServer && packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var handshake = pair.Client.SecretMemory.ToList();
        Assert.That(HoldsKey(handshake), Is.True);
        Assert.That(Filled(handshake).Exists(m => m.Length == MasterSecretLength), Is.True);
        if (end == "silence")
        {
            pair.Network = _ => PacketFate.Lost;
            pair.Run(() => pair.Client.IsClosed);
            Assert.That(handshake, Is.All.All.EqualTo(0));
            return;
        }

        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
        Assert.That(HoldsKey(handshake) || Filled(handshake).Exists(m => m.Length == MasterSecretLength), Is.False, "only the handshake needs them");

        var (client, server) = (pair.Client.SecretMemory.ToList(), pair.Server.SecretMemory.ToList());
        Assert.That((Filled(client).Count, Filled(server).Count), Is.GreaterThan((0, 0)));
        if (end == "dispose")
        {
            pair.Client.Dispose();
            pair.Server.Dispose();
        }
        else if (end == "peer")
            pair.Server.Close(pair.Association);
        else
            pair.Client.Close();
        pair.Drain();
        pair.Run();
        pair.Server.ForgetSessions();
        Assert.That(client.Concat(server), Is.All.All.EqualTo(0));
    }

    [Test]
    public void A_server_wipes_what_its_key_store_hands_out([Values] bool resumes, [Values] bool wrongKey)
    {
        var keys = new RecordingKeys();
        var random = new SeededRandom(1);
        using var server = new DtlsServer(new DtlsServerOptions(), keys, random.Fork("server").Fill);
        Shake(null, out var session);
        if (resumes)
            Shake(session, out _); // without a session, another full handshake
        Assert.That(keys.HandedOut, Has.Count.EqualTo(resumes ? 2 : 1));
        Assert.That(keys.HandedOut, Is.All.All.EqualTo(0));

        void Shake(DtlsSession? earlier, out DtlsSession? later)
        {
            var key = wrongKey && earlier is null ? "wrong"u8.ToArray() : Encoding.UTF8.GetBytes(TestKeys.Key);
            using var client = new DtlsClient(new DtlsClientOptions { Session = earlier }, Encoding.UTF8.GetBytes(TestKeys.Identity), key, random.Fork($"client {keys.HandedOut.Count}").Fill);
            client.Start(TimeSpan.Zero);
            for (var moved = true; moved;)
            {
                moved = false;
                while (client.TryTakeDatagram(out var datagram))
                {
                    server.HandleDatagram(TimeSpan.Zero, DtlsPair.ClientAddress, datagram.ToArray());
                    moved = true;
                }
                while (server.TryTakeDatagram(out _, out var datagram))
                {
                    client.HandleDatagram(TimeSpan.Zero, datagram.ToArray());
                    moved = true;
                }
            }
            later = client.Session;
        }
    }

    [Test]
    public void The_key_block_is_wiped_once_it_is_split([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var master = Prf.Keyed(new byte[MasterSecretLength]);
        var room = new byte[KeyBlock.MaxLength];
        room.AsSpan().Fill(1); // what is not used of it stays as it was
        var (ofClient, ofServer) = KeyBlock.Derive(suite, master, new byte[32], new byte[32], false, RandomNumberGenerator.Fill, room);
        using (ofClient)
        using (ofServer)
            Assert.That(room[..40], Is.All.EqualTo(0));
    }

    [Test]
    public void The_premaster_secret_is_wiped_once_the_master_secret_is_made()
    {
        byte[] key = [1, 2, 3];
        var premaster = new byte[Prf.PremasterLength(key)];
        premaster.AsSpan().Fill(1);
        Assert.That(Prf.MasterSecret(key, "master secret"u8, new byte[32], new byte[32], premaster), Is.EqualTo(Prf.MasterSecret(key, new byte[32], new byte[32])));
        Assert.That(premaster, Is.All.EqualTo(0));
    }

    /// <summary>The AES and MAC keys are the platform's, which wipes them when its objects are disposed.</summary>
    [Test]
    public void A_protection_that_is_disposed_has_no_keys_any_more(
        [ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var master = Prf.Keyed(new byte[MasterSecretLength]);
        var (ofClient, ofServer) = KeyBlock.Derive(suite, master, new byte[32], new byte[32], false, RandomNumberGenerator.Fill);
        foreach (var protection in new[] { ofClient, ofServer })
        {
            Seal(protection);
            protection.Dispose();
            Assert.That(() => Seal(protection), Throws.InstanceOf<ObjectDisposedException>());
        }

        static int Seal(RecordProtection protection) =>
            protection.Seal(new RecordContext(ContentType.ApplicationData, 1UL << 48, default), new byte[100], new byte[300]);
    }

    [Test]
    public void A_master_secret_that_is_made_ready_is_gone_with_its_owner()
    {
        var keyed = Prf.Keyed(new byte[MasterSecretLength]);
        keyed.Dispose();
        Assert.That(() => Prf.VerifyData(keyed, ofClient: true, new byte[32], new byte[12]), Throws.InstanceOf<ObjectDisposedException>());
    }

    /// <summary>Keeps hold of each copy that it hands out.</summary>
    sealed class RecordingKeys : IPskStore
    {
        readonly TestKeys _keys = new();

        public List<byte[]> HandedOut { get; } = [];

        public bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key)
        {
            var known = _keys.TryGetKey(identity, out key);
            HandedOut.Add(key);
            return known;
        }
    }
}
