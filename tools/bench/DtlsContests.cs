namespace M531x.Tools.Bench;

/// <summary>DTLS 1.2 with a pre-shared key against BouncyCastle.Cryptography and OpenSSL.</summary>
static class DtlsContests
{
    /// <summary>What all sides have in common.</summary>
    public const string Setting = """
        TLS_PSK_WITH_AES_128_CCM_8 alone, new randoms each time, extended master secret on, renegotiation signalled,
        no session ids or tickets, no close after a handshake in memory. Rates are per second of processor time of both ends.
        """;

    public static IEnumerable<Contest> All(Action<string> skipped)
    {
        var openssl = OpensslSide.TryBuild(out var reason);
        if (openssl is null)
            skipped($"OpenSSL is left out: {reason}");

        yield return new Contest("Full handshakes in memory, both ends",
        [
            new Entry(new OwnHandshakes()),
            new Entry(new BouncyHandshakes(), RatioToReach: 3),
            .. Openssl(0.7, "one thread, memory BIOs; with cookie; new SSL objects of one context per end", "handshakes", "cookie"),
            .. Openssl(null, "the same without cookie", "handshakes"),
        ]);

        yield return new Contest("Records of 64 bytes in memory, each sealed and opened",
        [
            new Entry(new OwnRecords(), BytesToReach: 0),
            new Entry(new BouncyRecords(), RatioToReach: 10),
            .. Openssl(null, "one thread, memory BIOs", "records"),
        ]);

        using var server = CoapServer.TryStart(out reason);
        if (server is null)
        {
            skipped($"libcoap is left out: {reason}");
            yield break;
        }
        yield return new Contest("Handshake with cookie, CoAP GET and close at coap-server-openssl over loopback, client and server",
        [
            new Entry(new Visits(new OwnVisits(server.Port), server)),
            .. openssl is null ? (Entry[])[] :
                [new Entry(new Visits(OpensslSide.Start(openssl, "one thread, datagram BIO", "client", $"{server.Port}"), server), RatioToReach: 1)],
        ]);

        Entry[] Openssl(double? toReach, string remark, params string[] arguments) =>
            openssl is null ? [] : [new Entry(OpensslSide.Start(openssl, remark, arguments), toReach)];
    }
}
