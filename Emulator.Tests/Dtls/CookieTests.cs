using System.Net;
using M531x.Dtls;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>HelloVerifyRequest (RFC 6347 §4.2.1): a server keeps nothing for a peer that has not shown that it receives.</summary>
public sealed class CookieTests
{
    [Test]
    public void A_server_keeps_nothing_for_hellos_without_their_cookie()
    {
        using var pair = new DtlsPair { Network = _ => PacketFate.Lost };
        pair.Start();
        var hello = pair.Sent.Single().Bytes;
        var longest = 0;
        for (var i = 0; i < 1000; i++)
        {
            pair.InjectToServer(hello, new IPEndPoint(IPAddress.Parse("10.1.0.1"), 1024 + i));
            longest = Math.Max(longest, pair.Sent[^1].Bytes.Length);
        }
        Assert.Multiple(() =>
        {
            Assert.That(pair.Sent, Has.Count.EqualTo(1001));
            Assert.That(pair.Server.Remembered, Is.Zero);
            Assert.That(pair.Server.Associations, Is.Zero);
            Assert.That(pair.Server.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
            Assert.That(longest, Is.LessThanOrEqualTo(hello.Length), "an answer that is longer than the question amplifies attacks");
            Assert.That(pair.Sent.Skip(1).Select(p => Convert.ToHexString(p.Bytes)).Distinct().Count(), Is.EqualTo(1000), "each address has its cookie");
        });
    }

    [Test]
    public void The_second_hello_is_the_first_with_the_cookie()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var hellos = Wire.MessagesOf(pair.Sent).Where(m => m.Type == HandshakeType.ClientHello).ToList();
        Assert.That(hellos, Has.Count.EqualTo(2));
        Assert.That(ClientHello.TryRead(hellos[0].Fragment, out var first), Is.True);
        Assert.That(ClientHello.TryRead(hellos[1].Fragment, out var second), Is.True);
        var request = pair.Sent.Single(p => p.Has(HandshakeType.HelloVerifyRequest));
        var message = Wire.MessagesOf([request]).Single();
        Assert.Multiple(() =>
        {
            Assert.That(hellos.Select(h => h.Header.Sequence), Is.EqualTo(new ushort[] { 0, 1 }));
            Assert.That(message.Header.Sequence, Is.Zero);
            Assert.That(Wire.Records(request.Bytes).Single().Sequence, Is.EqualTo(Wire.Records(pair.Sent[0].Bytes).Single().Sequence));
            Assert.That(first.Cookie, Is.Empty);
            Assert.That(second.Cookie, Is.EqualTo(message.Fragment[3..]));
            Assert.That((first with { Cookie = second.Cookie }).Write(), Is.EqualTo(second.Write()));
        });
    }

    [Test]
    public void The_server_goes_on_from_the_numbers_of_the_hello_it_accepted()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        var hello = pair.Sent.Last(p => p.Has(HandshakeType.ClientHello));
        var answer = pair.Sent.First(p => p.Has(HandshakeType.ServerHello));
        Assert.Multiple(() =>
        {
            Assert.That(Wire.Records(answer.Bytes)[0].Sequence, Is.EqualTo(Wire.Records(hello.Bytes)[0].Sequence));
            Assert.That(Wire.MessagesOf([answer]).First().Header.Sequence, Is.EqualTo(Wire.MessagesOf([hello]).Single().Header.Sequence));
        });
    }

    [Test]
    public void A_lost_request_is_asked_for_again()
    {
        using var pair = new DtlsPair();
        var requests = 0;
        pair.Network = packet => packet.Has(HandshakeType.HelloVerifyRequest) && requests++ == 0 ? PacketFate.Lost : PacketFate.Passes;
        pair.Connect();
        pair.CheckDataFlows();
        Assert.That(pair.Sent.Where(p => p.Has(HandshakeType.HelloVerifyRequest)).Select(p => Convert.ToHexString(p.Bytes[25..])).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_repeated_request_is_not_answered_again()
    {
        using var pair = new DtlsPair();
        pair.Network = packet => packet.Has(HandshakeType.HelloVerifyRequest) ? PacketFate.Twice : PacketFate.Passes;
        pair.Connect();
        Assert.That(pair.Sent.Count(p => p.Has(HandshakeType.ClientHello)), Is.EqualTo(2));
    }

    [TestCase(0xFF)]
    [TestCase(0xFD)]
    public void A_request_of_either_version_is_taken(int minor)
    {
        using var pair = new DtlsPair { Network = _ => PacketFate.Lost };
        pair.Start();
        pair.InjectToClient(Wire.Plain(HandshakeType.HelloVerifyRequest, 0, [0xFE, (byte)minor, 4, 1, 2, 3, 4]));
        Assert.That(ClientHello.TryRead(Wire.MessagesOf(pair.Sent).Last().Fragment, out var hello), Is.True);
        Assert.That(hello.Cookie, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void A_cookie_is_no_good_for_another_address_or_another_hello()
    {
        using var pair = new DtlsPair();
        pair.Network = packet => packet.Has(HandshakeType.HelloVerifyRequest) || Wire.MessagesOf([packet]).Any(m => m.Header.Sequence == 0)
            ? PacketFate.Passes : PacketFate.Lost;
        pair.Start();
        pair.Run();
        var hello = pair.Sent.Last().Bytes;
        Assert.That(Wire.MessagesOf(pair.Sent).Last().Header.Sequence, Is.EqualTo(1));
        pair.InjectToServer(hello, new IPEndPoint(DtlsPair.ClientAddress.Address, DtlsPair.ClientAddress.Port + 1));
        pair.InjectToServer(hello, new IPEndPoint(IPAddress.Parse("10.0.0.3"), DtlsPair.ClientAddress.Port));
        byte[] other = [.. hello];
        other[30] ^= 1; // in the random
        pair.InjectToServer(other);
        Assert.That((pair.Server.Remembered, pair.Server.Associations), Is.EqualTo((0, 0)));
        pair.InjectToServer(hello);
        Assert.That(pair.Server.Associations, Is.EqualTo(1));
    }

    /// <summary>The hello with which a handshake began, taken from the wire.</summary>
    static byte[] AcceptedHello(DtlsPair pair) =>
        pair.Sent.Last(p => Wire.MessagesOf([p]).Any(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: 1 })).Bytes;

    [Test]
    public void A_replayed_hello_does_not_take_the_place_of_a_handshake_under_way([Values] bool firstWasFinished)
    {
        using var pair = new DtlsPair { Network = packet => packet.HasProtected() && !firstWasFinished ? PacketFate.Lost : PacketFate.Passes };
        pair.Start();
        pair.Run();
        var recorded = AcceptedHello(pair);
        pair.Network = packet => packet.HasProtected() ? PacketFate.Lost : PacketFate.Passes;
        using var first = pair.Client;
        pair.NewClient(new DtlsClientOptions());
        pair.Start();
        pair.Run();
        var associations = pair.Server.Associations;
        for (var i = 0; i < 10; i++)
            pair.InjectToServer(recorded);
        Assert.That(pair.Server.Associations, Is.EqualTo(associations));
        Assert.That(pair.Server.Counters.Dropped(DtlsDropReason.Replayed), Is.EqualTo(10));
        pair.Network = null;
        var before = pair.ServerEvents.Count;
        Assert.That(pair.Run(() => pair.Client.IsConnected || pair.Client.IsClosed), Is.True);
        Assert.That(pair.Client.IsConnected, Is.True);
        Assert.That(pair.ServerEvents.Skip(before).Count(e => e.Kind == DtlsEventKind.Connected), Is.EqualTo(1));
        pair.CheckDataFlows();
    }

    [Test]
    public void A_replayed_hello_begins_nothing_after_its_handshake_is_over()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxSessions = 0 });
        pair.Connect();
        var recorded = AcceptedHello(pair);
        pair.Client.Close();
        pair.Drain();
        pair.Run();
        pair.InjectToServer(recorded);
        Assert.That((pair.Server.Remembered, pair.Server.Associations), Is.EqualTo((0, 0)));
    }

    /// <summary>The same secret for a minute, then one more minute as the one before.</summary>
    [TestCase(59, true)]
    [TestCase(61, true)]
    [TestCase(119, true)]
    [TestCase(121, false)]
    [TestCase(10_000, false)]
    public void A_cookie_is_good_for_a_while(int seconds, bool good)
    {
        using var pair = new DtlsPair { Network = packet => Wire.MessagesOf([packet]).Any(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: 1 }) ? PacketFate.Lost : PacketFate.Passes };
        pair.Start();
        var began = pair.Now;
        pair.Run();
        var hello = AcceptedHello(pair);
        if (seconds is > 60 and < 10_000)
        {
            pair.Now = began + pair.Latency + TimeSpan.FromSeconds(60); // somebody else's hello comes in between
            pair.InjectToServer(pair.Sent[0].Bytes, new IPEndPoint(IPAddress.Parse("10.0.0.9"), 9));
        }
        pair.Now = began + TimeSpan.FromSeconds(seconds);
        var cookies = pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.CookieSent);
        pair.InjectToServer(hello);
        Assert.That(pair.Server.Associations, Is.EqualTo(good ? 1 : 0));
        Assert.That(pair.ServerEvents.Count(e => e.Kind == DtlsEventKind.CookieSent) - cookies, Is.EqualTo(good ? 0 : 1), "it is given a new one");
    }

    [Test]
    public void The_cookies_that_a_server_remembers_are_bounded()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { MaxAssociations = 3 });
        for (var i = 0; i < 20; i++)
        {
            pair.Reconnect(new DtlsClientOptions());
            Assert.That(pair.Client.IsConnected, Is.True);
            Assert.That(pair.Server.SpentCookies, Is.InRange(1, 2 * 3));
        }
    }

    [Test]
    public void A_client_takes_the_new_cookie_of_a_server_that_was_restarted()
    {
        using var pair = new DtlsPair();
        pair.Start();
        pair.Run(() => pair.ClientEvents.Exists(e => e is { Kind: DtlsEventKind.FlightSent, Number: 3 }));
        pair.RestartServer();
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
        var hellos = Wire.MessagesOf(pair.Sent).Where(m => m.Type == HandshakeType.ClientHello).ToList();
        Assert.That(hellos.Select(h => h.Header.Sequence), Is.EqualTo(new ushort[] { 0, 1, 1, 1 }), "the hello with the old cookie leaves twice: only then is it given up");
    }

    [Test]
    public void A_server_that_likes_no_cookie_is_not_asked_for_ever()
    {
        using var pair = new DtlsPair { Network = _ => PacketFate.Lost };
        pair.Start();
        for (byte i = 0; !pair.Client.IsClosed; i++)
        {
            pair.InjectToClient(Wire.Plain(HandshakeType.HelloVerifyRequest, 0, [0xFE, 0xFF, 1, i], recordSequence: i));
            var sent = pair.Sent.Count;
            pair.Run(() => pair.Sent.Count > sent || pair.Client.IsClosed);
        }
        var cookies = Wire.MessagesOf(pair.Sent).Select(m => ClientHello.TryRead(m.Fragment, out var hello) ? Convert.ToHexString(hello.Cookie) : "?").Distinct();
        Assert.That(cookies.Count(), Is.EqualTo(1 + 5), "none, and then as many as a client tries");
        Assert.That(pair.ClientEvents[^1].Failure, Is.EqualTo(DtlsFailure.HandshakeTimeout));
    }

    [Test]
    public void A_server_may_do_without_cookies()
    {
        using var pair = new DtlsPair { Network = _ => PacketFate.Lost };
        pair.Start();
        var hello = new ServerHello { Random = new byte[32], Suite = (ushort)DtlsCipherSuite.PskAes128Ccm8 };
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHello, 0, hello.Write()));
        pair.InjectToClient(Wire.Plain(HandshakeType.ServerHelloDone, 1, [], recordSequence: 1));
        Assert.That(Wire.MessagesOf(pair.Sent).Last(), Has.Property("Type").EqualTo(HandshakeType.ClientKeyExchange)
            .And.Property("Header").Property("Sequence").EqualTo(1));
    }

    [Test]
    public void A_hello_whose_first_piece_holds_the_cookie_may_come_in_pieces()
    {
        using var pair = new DtlsPair();
        pair.Network = packet => Wire.MessagesOf([packet]).Any(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: 1 }) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var hello = Wire.MessagesOf(pair.Sent).Last();
        pair.Network = null;
        pair.InjectToServer(Wire.Plain(5, hello.Piece(0, 60)));
        pair.InjectToServer(Wire.Plain(6, hello.Piece(60, hello.Fragment.Length - 60)));
        Assert.That(pair.Run(() => pair.Client.IsConnected), Is.True);
        pair.CheckDataFlows();
    }

    [Test]
    public void Record_numbers_do_not_wrap()
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { PacksRecords = false });
        pair.Network = packet => Wire.MessagesOf([packet]).Any(m => m is { Type: HandshakeType.ClientHello, Header.Sequence: 1 }) ? PacketFate.Lost : PacketFate.Passes;
        pair.Start();
        pair.Run();
        var first = pair.Sent.Count;
        pair.InjectToServer(Wire.Plain(RecordView.MaxSequence, Wire.MessagesOf(pair.Sent).Last()));
        var records = pair.Sent.Skip(first).Where(p => !p.ToServer).SelectMany(p => Wire.Records(p.Bytes)).ToList();
        Assert.That(records.Select(r => r.Sequence), Is.EqualTo(new[] { RecordView.MaxSequence })); // one number was left, of two messages
    }
}
