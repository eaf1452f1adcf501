using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Dtls;

public sealed class HandshakeTests
{
    static readonly DtlsCipherSuite[] Suites = [.. DtlsCipherSuites.All];

    [TestCaseSource(nameof(Suites))]
    public void Both_sides_come_up_and_exchange_data(DtlsCipherSuite suite)
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { Suites = [suite] });
        pair.Connect();
        pair.SendToServer("up");
        pair.Run();
        pair.SendToClient("down");
        pair.Run();

        var client = pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Connected);
        var server = pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Connected);
        Assert.Multiple(() =>
        {
            Assert.That(client.Details, Is.EqualTo(server.Details));
            Assert.That(server.Details!.Suite, Is.EqualTo(suite));
            Assert.That(server.Details.Identity, Is.EqualTo(TestKeys.Identity));
            Assert.That(server.Details.ExtendedMasterSecret, Is.True);
            Assert.That(server.Details.EncryptThenMac, Is.EqualTo(suite == DtlsCipherSuite.PskAes128CbcSha256));
            Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Data).Data, Is.EqualTo("up"));
            Assert.That(pair.ClientEvents.Single(e => e.Kind == DtlsEventKind.Data).Data, Is.EqualTo("down"));
            Assert.That(pair.Server.Counters.TotalDropped + pair.Client.Counters.TotalDropped, Is.Zero);
        });
    }

    [Test]
    public void A_plain_hello_carries_one_suite_and_no_extension()
    {
        using var pair = new DtlsPair(client: new DtlsClientOptions { PlainHello = true });
        pair.Connect();
        var hello = pair.Sent[0].Bytes;
        Assert.Multiple(() =>
        {
            Assert.That(hello, Has.Length.EqualTo(13 + 12 + 2 + 32 + 1 + 1 + 2 + 2 + 2));
            Assert.That(hello[1..3], Is.EqualTo(new byte[] { 0xFE, 0xFD }));
            Assert.That(hello[25..27], Is.EqualTo(new byte[] { 0xFE, 0xFD }));
            Assert.That(hello[^6..], Is.EqualTo(new byte[] { 0, 2, 0xC0, 0xA8, 1, 0 }));
            Assert.That(pair.Client.IsConnected, Is.True);
            Assert.That(pair.ServerEvents.Single(e => e.Kind == DtlsEventKind.Connected).Details!.ExtendedMasterSecret, Is.False);
        });
    }
}
