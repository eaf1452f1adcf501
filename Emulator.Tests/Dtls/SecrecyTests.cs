using System.Text;
using M531x.Dtls;
using M531x.Dtls.Messages;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Randomness from the caller alone, and secrets in no place where they could be read.</summary>
public sealed class SecrecyTests
{
    static DtlsPair Run(ulong seed, DtlsCipherSuite suite = DtlsCipherSuite.PskAes128CbcSha256)
    {
        var pair = new DtlsPair(seed, client: new DtlsClientOptions { Suites = [suite], ConnectionIdLength = 4 },
            server: new DtlsServerOptions { Suites = [suite], ConnectionIdLength = 4 });
        pair.Connect();
        pair.CheckDataFlows();
        pair.Client.Close();
        pair.Drain();
        pair.Run();
        return pair;
    }

    [Test]
    public void The_same_seed_makes_the_same_bytes([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var first = Run(7, suite);
        using var second = Run(7, suite);
        using var other = Run(8, suite);
        static string Bytes(DtlsPair pair) => string.Join('\n', pair.Sent.Select(p => Convert.ToHexString(p.Bytes)));
        Assert.That(Bytes(second), Is.EqualTo(Bytes(first)));
        Assert.That(Bytes(other), Is.Not.EqualTo(Bytes(first)));
    }

    [Test]
    public void Secrets_come_out_only_when_asked_for()
    {
        using var silent = Run(1);
        Assert.That(silent.ClientEvents.Concat(silent.ServerEvents).Any(e => e.Kind == DtlsEventKind.Secrets), Is.False);

        using var pair = new DtlsPair(client: new DtlsClientOptions { EmitsSecrets = true }, server: new DtlsServerOptions { EmitsSecrets = true });
        pair.Connect();
        var client = pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Secrets).Bytes;
        Assert.That(client, Is.EqualTo(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Secrets).Bytes));
        Assert.That(client, Has.Length.EqualTo(32 + 48));
        Assert.That(client[..32], Is.EqualTo(Wire.MessagesOf(pair.Sent).First(m => m.Type == HandshakeType.ClientHello).Fragment[2..34]));
        Assert.That(client[32..], Is.EqualTo(pair.Client.Session!.MasterSecret));
        pair.Reconnect(new DtlsClientOptions { EmitsSecrets = true, Session = pair.Client.Session });
        var resumed = pair.ClientEvents.Last(e => e.Kind == DtlsEventKind.Secrets).Bytes;
        Assert.That(resumed[32..], Is.EqualTo(client[32..]));
        Assert.That(resumed[..32], Is.Not.EqualTo(client[..32]));
    }

    [Test]
    public void No_text_event_or_datagram_shows_a_key()
    {
        using var pair = Run(3);
        using var keyLog = new DtlsPair(3, client: new DtlsClientOptions { EmitsSecrets = true });
        keyLog.Connect();
        var session = keyLog.Client.Session!;
        var texts = new StringBuilder();
        foreach (var told in pair.ClientEvents.Concat(pair.ServerEvents).Concat(keyLog.ServerEvents))
            texts.Append(told).Append(told.Details).Append(told.Data).Append(Convert.ToHexString(told.Bytes));
        texts.Append(session).Append(pair.Client).Append(pair.Server).Append(pair.Client.Counters)
            .Append(new DtlsClientOptions { Session = session }).Append(new PskCredential(TestKeys.Identity, TestKeys.Key));
        foreach (var packet in pair.Sent.Concat(keyLog.Sent))
            texts.Append(Convert.ToHexString(packet.Bytes));
        var all = texts.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(all, Does.Not.Contain(TestKeys.Key));
            Assert.That(all, Does.Not.Contain(Convert.ToHexString(Encoding.ASCII.GetBytes(TestKeys.Key))));
            Assert.That(all, Does.Not.Contain(Convert.ToHexString(session.MasterSecret)));
            Assert.That(all, Does.Contain(TestKeys.Identity), "the search would find it");
        });
    }

    [Test]
    public void A_session_outlives_its_association_and_ends_with_its_owner()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var session = pair.Client.Session!;
        pair.Client.Dispose();
        Assert.That(session.MasterSecret, Has.Some.Not.EqualTo(0));
        session.Dispose();
        Assert.That(session.MasterSecret, Is.All.EqualTo(0));
    }

    [Test]
    public void The_keys_that_a_caller_hands_in_stay_his()
    {
        byte[] key = [.. Encoding.ASCII.GetBytes(TestKeys.Key)];
        using var pair = new DtlsPair();
        using (var client = new DtlsClient(new DtlsClientOptions(), [1], key, pair.Random.Fill))
            client.Start(pair.Now);
        Assert.That(Encoding.ASCII.GetString(key), Is.EqualTo(TestKeys.Key));
    }

    [Test]
    public void Nothing_is_sent_or_taken_after_the_end()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.SendToClient("late");
        pair.Client.Dispose();
        pair.Run();
        Assert.That(pair.Client.Send("x"u8), Is.False);
        pair.Client.Close();
        pair.Client.HandleTimeout(pair.Now);
        pair.Drain();
        Assert.That(DtlsPair.DataOf(pair.ClientEvents), Is.Empty);
        Assert.That(pair.Client.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(() => pair.Client.Start(pair.Now), Throws.InvalidOperationException);
    }
}
