using FsCheck;
using FsCheck.Fluent;
using M531x.Dtls;
using M531x.Dtls.Records;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>The replay window and what else makes a record no record (RFC 6347 §4.1.2).</summary>
public sealed class ReplayTests
{
    static DtlsPair Connected(DtlsCipherSuite suite = DtlsCipherSuite.PskAes128Ccm8)
    {
        var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite], EmitsSecrets = true },
            server: new DtlsServerOptions { Suites = [suite], EmitsSecrets = true });
        pair.Connect();
        return pair;
    }

    /// <summary>The window against a set that forgets nothing.</summary>
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property The_window_takes_each_number_once_and_none_older_than_64(uint seed)
    {
        var random = new SeededRandom(seed);
        var window = new ReplayWindow();
        var seen = new HashSet<ulong>();
        ulong top = random.Next(2) == 0 ? 0 : RecordView.MaxSequence - 5000;
        for (var i = 0; i < 200; i++)
        {
            var highest = seen.Count == 0 ? top : seen.Max();
            var number = random.Next(4) switch
            {
                0 => highest + (ulong)random.Next(130),
                1 => highest - Math.Min(highest, (ulong)random.Next(130)),
                2 => highest + 1,
                _ => highest - Math.Min(highest, (ulong)random.Next(3)),
            };
            var expected = !seen.Contains(number) && (seen.Count == 0 || number > highest || highest - number < 64);
            if (window.IsFresh(number) != expected)
                return false.Label($"number {number}, highest {highest}, seed {seed}");
            if (!expected)
                continue;
            var isNewest = seen.Count == 0 || number > highest;
            seen.Add(number);
            if (window.Mark(number) != isNewest)
                return false.Label($"{number} newest, seed {seed}");
        }
        return true.ToProperty();
    }

    [Test]
    public void A_repeated_record_is_taken_once()
    {
        using var pair = Connected();
        pair.Network = _ => PacketFate.Twice;
        pair.SendToServer("up");
        pair.SendToClient("down");
        pair.Run();
        Assert.Multiple(() =>
        {
            Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "up" }));
            Assert.That(DtlsPair.DataOf(pair.ClientEvents), Is.EqualTo(new[] { "down" }));
            Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Replayed), Is.EqualTo(1));
            Assert.That(pair.Client.Counters.Dropped(DtlsDropReason.Replayed), Is.EqualTo(1));
        });
    }

    [Test]
    public void Records_of_the_handshake_are_protected_against_replay_too()
    {
        using var pair = Connected();
        var (events, sent) = (pair.ServerEvents.Count, pair.Sent.Count);
        foreach (var packet in pair.Sent.Where(p => p.ToServer).ToList())
            pair.InjectToServer(packet.Bytes);
        var told = pair.ServerEvents.Skip(events).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(told.Select(e => e.Kind), Is.EquivalentTo(new[] { DtlsEventKind.CookieSent, DtlsEventKind.Dropped, DtlsEventKind.Dropped }));
            Assert.That(told.Where(e => e.Kind == DtlsEventKind.Dropped).All(e => e.Drop == DtlsDropReason.Replayed), Is.True);
            Assert.That(pair.Sent.Skip(sent).Count(), Is.EqualTo(1), "only the hello without a cookie is answered");
            Assert.That(pair.Server.Associations, Is.EqualTo(1));
        });
        pair.CheckDataFlows();
    }

    [Test]
    public void A_forged_number_does_not_move_the_window([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var pair = Connected(suite);
        pair.Network = _ => PacketFate.Lost;
        pair.SendToServer("real");
        var real = pair.Sent[^1].Bytes;
        byte[] forged = [.. real];
        forged[5] = 0x7F; // the number's first byte
        pair.InjectToServer(forged);
        byte[] damaged = [.. real];
        damaged[^1] ^= 1;
        pair.InjectToServer(damaged);
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.BadRecord), Is.EqualTo(2));
        pair.InjectToServer(real);
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "real" }));
        pair.Network = null;
        pair.CheckDataFlows();
    }

    [Test]
    public void Every_bit_of_a_record_counts([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite, [Values] bool encryptThenMac)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite], EncryptThenMac = encryptThenMac });
        pair.Connect();
        pair.Network = _ => PacketFate.Lost;
        pair.SendToServer("precious");
        var real = pair.Sent[^1].Bytes;
        for (var bit = 0; bit < 8 * real.Length; bit++)
        {
            byte[] damaged = [.. real];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            pair.InjectToServer(damaged);
        }
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.Empty);
        Assert.That(pair.Server.Counters.TotalDropped, Is.GreaterThanOrEqualTo(8 * real.Length));
        pair.InjectToServer(real);
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "precious" }));
    }

    [Test]
    public void Another_epoch_is_refused()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, 9, "x"u8.ToArray(), epoch: 2));
        pair.InjectToServer(new WireRecord(ContentType.ApplicationData, 0, 9, [], "x"u8.ToArray()).ToDatagram());
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.WrongEpoch), Is.EqualTo(2));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.Empty);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, 9, "x"u8.ToArray()));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void The_last_number_is_taken_and_nothing_comes_after_it()
    {
        using var pair = Connected();
        using var forger = new Forger(pair);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, RecordView.MaxSequence, "last"u8.ToArray()));
        pair.SendToServer("old by now");
        pair.Run();
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "last" }));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Replayed), Is.EqualTo(1));
    }

    [Test]
    public void Empty_and_largest_data_pass([ValueSource(typeof(DtlsCipherSuites), nameof(DtlsCipherSuites.All))] DtlsCipherSuite suite)
    {
        using var pair = Connected(suite);
        var largest = new string('x', RecordView.MaxContentLength);
        pair.SendToServer("");
        pair.SendToServer(largest);
        pair.Run();
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "", largest }));
        Assert.That(pair.Client.Send(new byte[RecordView.MaxContentLength + 1]), Is.False);
        using var forger = new Forger(pair);
        pair.InjectToServer(forger.FromClient(ContentType.ApplicationData, 1000, new byte[RecordView.MaxContentLength + 1]));
        Assert.That(pair.Server.Counters.TotalDropped, Is.EqualTo(1));
        Assert.That(DtlsPair.DataOf(pair.ServerEvents), Has.Count.EqualTo(2));
    }
}
