namespace M531x.Emulator.Core.Faults;

/// <content>What goes wrong behind the module: the path, DTLS, CoAP, LwM2M and the platform.</content>
static partial class FaultCatalog
{
    static FaultType[] Path() =>
    [
        new("ip-age", FaultTarget.Path, "the network forgets the module's address: at once, or each time after such a silence",
            new FaultAttribute("idle", FaultValueKind.Duration, "0s", "silence, 0s for at once")) { Kind = FaultKind.Lasting },
        new("nat-rebind", FaultTarget.Path, "the module's datagrams come from another port, or another address too", FaultAttribute.Choice("change", "what is new", "port", "address")) { Kind = FaultKind.Instant },
        new("blackhole", FaultTarget.Path, "every datagram is lost"),
        new("loss", FaultTarget.Path, "a datagram is lost",
            new FaultAttribute("burst", FaultValueKind.Number, "1", "datagrams lost in a row, on the average (Gilbert-Elliott)") { Min = 1, Max = 1000, IsFraction = true }),
        new("latency", FaultTarget.Path, "a datagram takes longer",
            new FaultAttribute("mean", FaultValueKind.Duration, "500ms", "on the average"),
            new FaultAttribute("jitter", FaultValueKind.Duration, "0s", "up to so much less or more"),
            new FaultAttribute("correlation", FaultValueKind.Number, "0", "of one jitter with the next") { Max = 1, IsFraction = true }),
        new("reorder", FaultTarget.Path, "a datagram is overtaken by those behind it", Delay()),
        new("duplicate", FaultTarget.Path, "a datagram arrives twice", Delay("100ms", "of the second")),
        new("corrupt", FaultTarget.Path, "a bit of a datagram is inverted"),
        new("mtu", FaultTarget.Path, "datagrams longer than this are lost", Whole("bytes", "512", "the longest that passes", 0, 65535),
            FaultAttribute.Choice("answer", "to the sender", "none", "icmp")),
        new("rate", FaultTarget.Path, "a slow link: datagrams wait for one another", Whole("bits", "2000", "per second", 1, 1_000_000_000)),
        new("dns-fail", FaultTarget.Path, "a name does not resolve") { Direction = FaultDirection.Up },
        new("dns-slow", FaultTarget.Path, "a name takes long to resolve", Delay("10s")) { Direction = FaultDirection.Up },
        // Loopback, so that a run against a local server sends nothing elsewhere.
        new("wrong-address", FaultTarget.Path, "a name resolves to an address where no server is", new FaultAttribute("address", FaultValueKind.Address, "127.0.0.254", "that is told")) { Direction = FaultDirection.Up },
    ];

    static FaultType[] Dtls() =>
    [
        new("hello-verify-loss", FaultTarget.Dtls, "a HelloVerifyRequest is lost") { Direction = FaultDirection.Down },
        new("flight-loss", FaultTarget.Dtls, "a datagram of a handshake is lost", Whole("flight", "0", "which, 1 to 6 (RFC 6347 §4.2.4), 0 for any", 0, 6)),
        new("fragment-reorder", FaultTarget.Dtls, "the records of a handshake's datagram arrive one by one, the last one first"),
        new("handshake-timeout", FaultTarget.Dtls, "no handshake is answered") { Direction = FaultDirection.Down },
        new("bad-psk", FaultTarget.Dtls, "the platform has another key for the device") { Direction = FaultDirection.Up, NeedsPlatform = true },
        new("unknown-psk-identity", FaultTarget.Dtls, "the platform knows no key for the identity") { Direction = FaultDirection.Up, NeedsPlatform = true },
        new("alert", FaultTarget.Dtls, "the platform ends its associations with a fatal alert",
            FaultAttribute.Choice("code", "of the alert", "internal_error", "unexpected_message", "bad_record_mac", "record_overflow", "handshake_failure", "illegal_parameter",
                "decode_error", "decrypt_error", "insufficient_security", "user_canceled")) { Kind = FaultKind.Instant, NeedsPlatform = true },
        new("close-notify", FaultTarget.Dtls, "the platform ends its associations") { Kind = FaultKind.Instant, NeedsPlatform = true },
        new("replay", FaultTarget.Dtls, "a protected record arrives a second time", Delay("200ms", "of the second")),
        new("epoch-stale", FaultTarget.Dtls, "a protected record arrives with the number of a former epoch"),
        new("server-forgot-session", FaultTarget.Dtls, "the platform forgets its associations without a word") { Kind = FaultKind.Instant, NeedsPlatform = true },
        new("renegotiation-refused", FaultTarget.Dtls, "the platform refuses a handshake of a device that had one before (handshake_failure)") { Direction = FaultDirection.Up, NeedsPlatform = true },
        new("cookie-changes", FaultTarget.Dtls, "the platform has another secret for its cookies when one comes back") { Direction = FaultDirection.Up, NeedsPlatform = true },
    ];

    static FaultType[] Coap() => Inside(
    [
        new("ack-lost", FaultTarget.Coap, "an acknowledgement is lost"),
        new("separate-response", FaultTarget.Coap, "the platform acknowledges a request first and answers later", Delay("3s", "until the answer")) { Direction = FaultDirection.Up },
        new("duplicate-con", FaultTarget.Coap, "a confirmable message arrives twice"),
        new("rst", FaultTarget.Coap, "a message is answered by a reset, and nothing is done"),
        new("mid-collision", FaultTarget.Coap, "a message arrives with the message id of the one before"),
        new("token-mismatch", FaultTarget.Coap, "a message arrives with another token"),
        new("unknown-critical-option", FaultTarget.Coap, "a message has a critical option that nobody knows"),
        new("block-szx-change", FaultTarget.Coap, "smaller blocks are asked for in the middle of a transfer", FaultAttribute.Choice("size", "of the blocks in bytes", "256", "16", "32", "64", "128", "512")),
        new("block-lost", FaultTarget.Coap, "a message of a block-wise transfer is lost"),
        new("error-response", FaultTarget.Coap, "a request is answered with an error instead",
            FaultAttribute.Choice("code", "of the answer", "5.00", "4.00", "4.01", "4.02", "4.03", "4.04", "4.05", "4.06", "4.08", "4.12", "4.13", "4.15", "5.01", "5.02", "5.03", "5.04", "5.05")),
    ]);

    static FaultType[] Lwm2m() => Inside(
    [
        new("bootstrap-fail", FaultTarget.Lwm2m, "a bootstrap is refused") { Direction = FaultDirection.Up },
        new("bootstrap-partial", FaultTarget.Lwm2m, "a bootstrap is not complete", FaultAttribute.Choice("missing", "the server's account, or the finish", "account", "finish")) { Direction = FaultDirection.Up },
        new("register-rejected", FaultTarget.Lwm2m, "a registration is refused", FaultAttribute.Choice("code", "of the answer", "4.03", "4.00", "5.00", "5.03")) { Direction = FaultDirection.Up },
        new("register-slow", FaultTarget.Lwm2m, "a registration is answered late", Delay("10s", "how late")) { Direction = FaultDirection.Up },
        new("location-lost", FaultTarget.Lwm2m, "the platform forgets the registration: the next Update is answered 4.04") { Kind = FaultKind.Instant },
        new("observe-cancel", FaultTarget.Lwm2m, "the platform cancels all its observations") { Kind = FaultKind.Instant },
        new("observe-storm", FaultTarget.Lwm2m, "the platform observes everything again and again", Whole("rounds", "5", "how often", 1, 100)) { Kind = FaultKind.Instant },
    ]);

    static FaultType[] Platform() =>
    [
        .. Inside(
        [
            new("psk-rotated", FaultTarget.Platform, "the device's key on the platform changes") { Kind = FaultKind.Instant },
            new("delete-device", FaultTarget.Platform, "the device is deleted on the platform") { Kind = FaultKind.Instant },
            new("read-timeout", FaultTarget.Platform, "the platform gives up a read early", new FaultAttribute("time", FaultValueKind.Duration, "3s", "after")) { Direction = FaultDirection.Up },
            new("write-large", FaultTarget.Platform, "the platform writes so much that it comes in blocks",
                new FaultAttribute("path", FaultValueKind.Path, "/3200/0/5750", "what is written"), Whole("bytes", "1500", "how much", 1, 8192)) { Kind = FaultKind.Instant },
            new("ackid-ignored", FaultTarget.Platform, "the platform takes a report but never acknowledges it") { Direction = FaultDirection.Up },
            new("clock-skew", FaultTarget.Platform, "the platform's clock is wrong", new FaultAttribute("by", FaultValueKind.Duration, "8h", "how much"),
                FaultAttribute.Choice("way", "which way", "ahead", "behind")) { Kind = FaultKind.Lasting },
            new("dead", FaultTarget.Platform, "the platform does not answer at all") { Direction = FaultDirection.Up },
        ]),
        new("slow-answers", FaultTarget.Platform, "what the platform sends comes late", Delay("5s", "how late")) { Direction = FaultDirection.Down },
    ];

    /// <summary>What happens inside the local OneNET.</summary>
    static FaultType[] Inside(FaultType[] types) => [.. types.Select(t => t with { NeedsPlatform = true })];
}
