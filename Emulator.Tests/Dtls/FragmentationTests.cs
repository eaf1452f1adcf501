using FsCheck;
using FsCheck.Fluent;
using M531x.Dtls;
using M531x.Dtls.Handshake;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Handshake messages in pieces, and in company (RFC 6347 §4.2.3).</summary>
public sealed class FragmentationTests
{
    [Test]
    public void Any_size_of_piece_makes_a_handshake(
        [Values(1, 2, 3, 7, 11, 12, 13, 31, 64)] int size, [Values] bool packs, [Values("ccm8", "cbc")] string suite)
    {
        Assert.That(DtlsCipherSuites.TryParse(suite, out var chosen), Is.True);
        using var pair = new DtlsPair(
            client: new DtlsClientOptions { MaxFragment = size, PacksRecords = packs, Suites = [chosen], ConnectionIdLength = 3 },
            server: new DtlsServerOptions { MaxFragment = size, PacksRecords = packs, Suites = [chosen], ConnectionIdLength = 5, IdentityHint = "who are you" });
        pair.Connect();
        pair.CheckDataFlows();
        var pieces = Wire.MessagesOf(pair.Sent).Where(m => m.Type is not (HandshakeType.ClientHello or HandshakeType.HelloVerifyRequest)).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(pieces.Max(m => m.Header.FragmentLength), Is.LessThanOrEqualTo(size));
            Assert.That(pieces.Where(m => m.Type == HandshakeType.ServerHello).Skip(1), Is.Not.Empty);
            Assert.That(Wire.MessagesOf(pair.Sent).Where(m => m.Type == HandshakeType.ClientHello).All(m => m.Header.IsWhole), Is.True);
            Assert.That(pair.Client.Counters.Retransmissions + pair.Server.Counters.Retransmissions, Is.Zero);
        });
    }

    [TestCase(128)]
    [TestCase(150)]
    [TestCase(200)]
    public void No_datagram_of_a_handshake_is_longer_than_the_option_says(int limit)
    {
        using var pair = new DtlsPair(
            client: new DtlsClientOptions { MaxDatagram = limit, Suites = DtlsCipherSuites.All, ConnectionIdLength = 8 },
            server: new DtlsServerOptions { MaxDatagram = limit, IdentityHint = new string('h', 300), ConnectionIdLength = 8 });
        pair.Connect();
        pair.CheckDataFlows();
        Assert.That(pair.Sent.Where(p => !p.Has(HandshakeType.ClientHello)).Max(p => p.Bytes.Length), Is.LessThanOrEqualTo(limit));
    }

    [Test]
    public void Several_messages_in_one_record_are_all_taken()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { IdentityHint = "hint" });
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var flight = Wire.MessagesOf(pair.Sent.Where(p => p.Has(HandshakeType.ServerHello))).ToList();
        Assert.That(flight.Select(m => m.Type), Is.EqualTo(new[] { HandshakeType.ServerHello, HandshakeType.ServerKeyExchange, HandshakeType.ServerHelloDone }));
        pair.InjectToClient(Wire.Plain(77, flight));
        pair.Run();
        pair.CheckDataFlows();
    }

    [Test]
    public void Pieces_of_different_messages_share_a_record_and_overlap()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { IdentityHint = "a longer hint" });
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var flight = Wire.MessagesOf(pair.Sent.Where(p => p.Has(HandshakeType.ServerHello))).ToList();
        var (hello, hint, done) = (flight[0], flight[1], flight[2]);
        var helloLength = hello.Fragment.Length;
        pair.InjectToClient(Wire.Plain(70, hint.Piece(5, 5), done, hello.Piece(10, helloLength - 10)));
        pair.InjectToClient(Wire.Plain(71, hello.Piece(0, 0), hint.Piece(0, 7), hint.Piece(0, 7)));
        Assert.That(pair.ClientEvents.Exists(e => e is { Kind: DtlsEventKind.FlightSent, Number: 5 }), Is.False);
        pair.InjectToClient(Wire.Plain(72, hint.Piece(3, hint.Fragment.Length - 3), hello.Piece(0, 30)));
        pair.Run();
        pair.CheckDataFlows();
    }

    /// <summary>Pieces that cover the message, in any order, with more that overlap or repeat them.</summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property Pieces_in_any_order_make_the_message(uint seed)
    {
        var random = new SeededRandom(seed);
        var body = new byte[random.Next(300)];
        random.Fill(body);
        var message = new WireMessage(new HandshakeHeader(HandshakeType.ServerKeyExchange, body.Length, 5, 0, body.Length), body);
        var pieces = new List<WireMessage>();
        for (var at = 0; at < body.Length || pieces.Count == 0;)
        {
            var length = Math.Min(body.Length - at, 1 + random.Next(40));
            pieces.Add(message.Piece(at, length));
            at += length;
        }
        for (var more = random.Next(10); more > 0; more--)
        {
            var at = random.Next(body.Length + 1);
            pieces.Add(message.Piece(at, random.Next(body.Length - at + 1)));
        }
        var last = pieces.OrderBy(_ => random.NextUInt64()).ToList();
        var reassembler = new Reassembler();
        var needed = new bool[body.Length];
        foreach (var piece in last)
        {
            if (!reassembler.Add(piece.Header, piece.Fragment, epoch: 0, next: 4))
                return false.Label($"piece refused, seed {seed}");
            needed.AsSpan(piece.Header.FragmentOffset, piece.Header.FragmentLength).Fill(true);
            if (reassembler.TryGet(5, out var whole) != !needed.Contains(false))
                return false.Label($"whole at the wrong time, seed {seed}");
            if (!needed.Contains(false) && (!whole.Body.SequenceEqual(body) || whole.Message.Length != HandshakeHeader.Size + body.Length || !whole.Header.IsWhole))
                return false.Label($"wrong content, seed {seed}");
        }
        return (reassembler.Count == 1).ToProperty();
    }

    [Test]
    public void A_message_that_is_whole_is_not_changed_by_another_of_its_number()
    {
        var reassembler = new Reassembler();
        var whole = new HandshakeHeader(HandshakeType.ServerHelloDone, 3, 4, 0, 3);
        Assert.That(reassembler.Add(whole, [1, 2, 3], 0, next: 3), Is.True);
        Assert.That(reassembler.Add(whole with { FragmentOffset = 1, FragmentLength = 1 }, [9], 0, next: 3), Is.True);
        Assert.That(reassembler.Add(whole, [9, 9, 9], 0, next: 3), Is.True);
        Assert.That(reassembler.TryGet(4, out var message), Is.True);
        Assert.That(message.Body.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Of_a_message_that_comes_in_part_and_then_whole_the_first_bytes_count()
    {
        var reassembler = new Reassembler();
        var whole = new HandshakeHeader(HandshakeType.ServerHelloDone, 3, 4, 0, 3);
        Assert.That(reassembler.Add(whole with { FragmentOffset = 1, FragmentLength = 1 }, [2], 0, next: 3), Is.True);
        Assert.That(reassembler.Add(whole, [9, 9, 9], 0, next: 3), Is.True);
        Assert.That(reassembler.TryGet(4, out var message), Is.True);
        Assert.That(message.Body.ToArray(), Is.EqualTo(new byte[] { 9, 2, 9 }));
    }

    [Test]
    public void A_message_too_long_or_too_far_ahead_is_not_kept()
    {
        var reassembler = new Reassembler();
        HandshakeHeader Header(int length, ushort sequence) => new(HandshakeType.ServerKeyExchange, length, sequence, 0, 1);
        Assert.Multiple(() =>
        {
            Assert.That(reassembler.Add(Header(Reassembler.MaxLength + 1, 3), [0], 0, next: 3), Is.False);
            Assert.That(reassembler.Add(Header(10, 3 + Reassembler.Window), [0], 0, next: 3), Is.False);
            Assert.That(reassembler.Add(Header(10, 2), [0], 0, next: 3), Is.False);
            Assert.That(reassembler.Count, Is.Zero);
            Assert.That(reassembler.Add(Header(Reassembler.MaxLength, 3), [0], 0, next: 3), Is.True);
            Assert.That(reassembler.Add(Header(10, 2 + Reassembler.Window), [0], 0, next: 3), Is.True);
        });
    }

    [Test]
    public void A_forged_piece_does_not_block_the_message_it_pretends_to_be()
    {
        using var pair = new DtlsPair();
        pair.Network = packet => packet.Has(HandshakeType.ServerHello) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        // Of another length, and an unprotected Finished.
        pair.InjectToClient(Wire.Plain(60, new WireMessage(new HandshakeHeader(HandshakeType.ServerHello, 900, 1, 0, 4), new byte[4])));
        pair.InjectToClient(Wire.Plain(61, new WireMessage(new HandshakeHeader(HandshakeType.Finished, 12, 3, 0, 4), new byte[4])));
        pair.Network = null;
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
    }

    [Test]
    public void Several_records_in_one_datagram_are_all_taken()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        pair.Network = _ => PacketFate.Lost;
        var first = pair.Sent.Count;
        foreach (var word in new[] { "one", "two", "three" })
            pair.SendToServer(word);
        var together = pair.Sent.Skip(first).SelectMany(p => p.Bytes).ToArray();
        pair.InjectToServer([.. together, (byte)ContentType.ApplicationData]); // the last byte is no record
        Assert.Multiple(() =>
        {
            Assert.That(DtlsPair.DataOf(pair.ServerEvents), Is.EqualTo(new[] { "one", "two", "three" }));
            Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Malformed), Is.EqualTo(1));
        });
    }
}
