using M531x.Dtls;
using M531x.Dtls.Messages;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>Extended master secret, encrypt-then-MAC, renegotiation_info: used when both sides want them, required by none.</summary>
public sealed class ExtensionTests
{
    [Test]
    public void Both_extensions_are_used_when_both_sides_want_them(
        [Values("ccm8", "cbc")] string suite, [Values] bool clientEms, [Values] bool serverEms, [Values] bool clientEtm, [Values] bool serverEtm)
    {
        Assert.That(DtlsCipherSuites.TryParse(suite, out var chosen), Is.True);
        using var pair = new DtlsPair(
            client: new DtlsClientOptions { Suites = [chosen], ExtendedMasterSecret = clientEms, EncryptThenMac = clientEtm },
            server: new DtlsServerOptions { Suites = [chosen], ExtendedMasterSecret = serverEms, EncryptThenMac = serverEtm });
        pair.Connect();
        pair.CheckDataFlows();
        foreach (var events in new[] { pair.ClientEvents, pair.ServerEvents })
        {
            var details = events.Single(e => e.Kind == DtlsEventKind.Connected).Details!;
            Assert.That((details.ExtendedMasterSecret, details.EncryptThenMac), Is.EqualTo((clientEms && serverEms, clientEtm && serverEtm && suite == "cbc")));
        }
    }

    [Test]
    public void The_two_kinds_of_master_secret_and_of_CBC_differ_on_the_wire()
    {
        string Record(bool ems, bool etm)
        {
            using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [DtlsCipherSuite.PskAes128CbcSha256], ExtendedMasterSecret = ems, EncryptThenMac = etm });
            pair.Connect();
            pair.SendToServer("same");
            return Convert.ToHexString(pair.Sent[^1].Bytes);
        }

        Assert.That(new[] { Record(true, true), Record(true, false), Record(false, true), Record(false, false) }, Is.Unique);
        // An outer MAC stands behind the padded content, an inner one is padded with it: 4 + 12 + 32 against 4 + 32 + 12.
        Assert.That(Record(true, true), Has.Length.EqualTo(2 * (13 + 16 + 16 + 32)));
        Assert.That(Record(true, false), Has.Length.EqualTo(2 * (13 + 16 + 48)));
    }

    [Test]
    public void The_server_answers_no_extension_that_was_not_offered()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { PlainHello = true }, server: new DtlsServerOptions { ConnectionIdLength = 4 });
        pair.Connect();
        pair.CheckDataFlows();
        Assert.That(ServerHello.TryRead(Wire.MessagesOf(pair.Sent).Single(m => m.Type == HandshakeType.ServerHello).Fragment, out var hello), Is.True);
        Assert.That(hello.Extensions.IsEmpty, Is.True);
    }

    [Test]
    public void The_signalling_suite_is_answered_with_renegotiation_info()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { PlainHello = true, Suites = [(DtlsCipherSuite)0x00FF, DtlsCipherSuite.PskAes128Ccm8] })
        {
            Network = packet => packet.Has(HandshakeType.ServerHello) ? PacketFate.Lost : PacketFate.Passes,
        };
        pair.Start();
        pair.Run();
        Assert.That(ServerHello.TryRead(Wire.MessagesOf(pair.Sent).Single(m => m.Type == HandshakeType.ServerHello).Fragment, out var hello), Is.True);
        Assert.That(hello.Extensions, Is.EqualTo(new HelloExtensions { RenegotiationInfo = true }));
    }

    [Test]
    public void Unknown_extensions_and_suites_are_passed_over()
    {
        using var pair = new DtlsPair { Network = _ => PacketFate.Lost };
        pair.Start();
        var hello = Wire.MessagesOf(pair.Sent).Single().Fragment;
        var block = hello.AsSpan().IndexOf([(byte)0xFF, (byte)0x01]) - 2;
        byte[] stranger = [0x12, 0x34, 0, 3, 1, 2, 3];
        byte[] extended = [.. hello[..block], 0, (byte)(hello.Length - block - 2 + stranger.Length), .. hello[(block + 2)..], .. stranger];
        Assert.That(ClientHello.TryRead(extended, out var read), Is.True);
        Assert.That(read.Extensions, Is.EqualTo(new HelloExtensions { RenegotiationInfo = true, ExtendedMasterSecret = true }));
        Assert.That(ClientHello.TryRead([.. extended[..block], 0, (byte)(extended.Length - block - 2 + stranger.Length), .. extended[(block + 2)..], 0xFF, 1, 0, 1, 0, 0, 0], out _),
            Is.False, "an extension twice");
    }

    [Test]
    public void A_hint_is_optional_and_does_not_change_the_identity([Values(null, "", "platform")] string? hint)
    {
        using var pair = new DtlsPair(server: new DtlsServerOptions { IdentityHint = hint });
        pair.Connect();
        pair.CheckDataFlows();
        Assert.That(Wire.MessagesOf(pair.Sent).Count(m => m.Type == HandshakeType.ServerKeyExchange), Is.EqualTo(hint is null ? 0 : 1));
    }
}
