namespace M531x.Emulator.Faults;

/// <summary>Every fault type. The rows drive parsing, documentation and the test that each has a scenario.</summary>
static class FaultCatalog
{
    static readonly FaultAttribute Delay = new("delay", FaultValueKind.Duration, "1s", "how long");

    public static IReadOnlyList<FaultType> All { get; } =
    [
        new("drop-byte", FaultTarget.Line, "a byte is lost"),
        new("flip-bit", FaultTarget.Line, "a bit of a byte is inverted"),
        new("garbage", FaultTarget.Line, "random bytes before what the module prints", new FaultAttribute("bytes", FaultValueKind.Number, "3", "how many")),
        new("echo-lost", FaultTarget.Line, "the echo of a command is lost"),
        new("line-ending", FaultTarget.Line, "lines end otherwise than with CR LF", new FaultAttribute("ending", FaultValueKind.Choice, "lf", "what they end with") { Choices = ["cr", "lf", "none"] }),
        new("stall", FaultTarget.Line, "the module's output is held back", Delay),

        new("no-response", FaultTarget.Module, "a command is not answered"),
        new("error", FaultTarget.Module, "a command is answered with an error", new FaultAttribute("code", FaultValueKind.Number, "652", "of +CIS ERROR; 0 for ERROR")),
        new("reboot", FaultTarget.Module, "the module restarts by itself", new FaultAttribute("cause", FaultValueKind.Choice, "watchdog", "of the restart") { Choices = ["power", "pin", "at", "watchdog"] }) { IsInstant = true },
        new("lost-urc", FaultTarget.Module, "an unsolicited line is not printed"),
        new("duplicate-urc", FaultTarget.Module, "an unsolicited line is printed twice"),

        new("detach", FaultTarget.Radio, "the network detaches the module") { IsInstant = true },
        new("no-coverage", FaultTarget.Radio, "no cell is in reach", new FaultAttribute("time", FaultValueKind.Duration, "60s", "until coverage is back")) { IsInstant = true },
        new("csq", FaultTarget.Radio, "the signal changes", new FaultAttribute("value", FaultValueKind.Number, "5", "of AT+CSQ, 0 to 31")) { IsInstant = true },

        new("ip-age", FaultTarget.Path, "the network forgets the module's address") { IsInstant = true },
        new("loss", FaultTarget.Path, "a datagram is lost"),
        new("blackhole", FaultTarget.Path, "every datagram is lost"),
        new("latency", FaultTarget.Path, "a datagram takes longer", new FaultAttribute("mean", FaultValueKind.Duration, "500ms", "on the average"), new FaultAttribute("jitter", FaultValueKind.Duration, "0s", "up to so much less or more")),
        new("reorder", FaultTarget.Path, "a datagram is overtaken by those behind it", Delay),
        new("duplicate", FaultTarget.Path, "a datagram arrives twice", new FaultAttribute("delay", FaultValueKind.Duration, "100ms", "of the second")),
        new("corrupt", FaultTarget.Path, "a bit of a datagram is inverted"),
        new("mtu", FaultTarget.Path, "datagrams longer than this are lost", new FaultAttribute("bytes", FaultValueKind.Number, "512", "the longest that passes")),
        new("dns-fail", FaultTarget.Path, "a name does not resolve"),
        new("dns-slow", FaultTarget.Path, "a name takes long to resolve", new FaultAttribute("delay", FaultValueKind.Duration, "10s", "how long")),

        new("hello-verify-loss", FaultTarget.Dtls, "a HelloVerifyRequest is lost"),
        new("flight-loss", FaultTarget.Dtls, "a datagram of a handshake is lost"),
        new("server-forgot-session", FaultTarget.Dtls, "the platform forgets its DTLS associations") { IsInstant = true },
        new("close-notify", FaultTarget.Dtls, "the platform ends its DTLS associations") { IsInstant = true },

        new("ack-lost", FaultTarget.Coap, "an acknowledgement is lost"),
        new("duplicate-con", FaultTarget.Coap, "a confirmable message arrives twice"),
        new("token-mismatch", FaultTarget.Coap, "a message arrives with another token"),

        new("register-rejected", FaultTarget.Lwm2m, "a registration is refused", new FaultAttribute("code", FaultValueKind.Choice, "4.03", "of the answer") { Choices = ["4.00", "4.03", "5.00", "5.03"] }),
        new("location-lost", FaultTarget.Lwm2m, "the platform forgets the registration: the next Update is answered 4.04") { IsInstant = true },
        new("bootstrap-fail", FaultTarget.Lwm2m, "a bootstrap is refused"),

        new("psk-rotated", FaultTarget.Platform, "the device's key on the platform changes") { IsInstant = true },
        new("delete-device", FaultTarget.Platform, "the device is deleted on the platform") { IsInstant = true },
        new("dead", FaultTarget.Platform, "the platform does not answer at all"),
        new("slow", FaultTarget.Platform, "the platform answers late", new FaultAttribute("delay", FaultValueKind.Duration, "5s", "how late")),
    ];

    public static FaultType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>Several faults under one word.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<FaultSpec>> Presets { get; } = new SortedDictionary<string, IReadOnlyList<FaultSpec>>(StringComparer.Ordinal)
    {
        ["ip-ageing"] = [Make("ip-age")],
        ["flaky-radio"] = [Make("loss") with { Probability = 0.2 }, Make("latency", ("mean", "1s"), ("jitter", "800ms"))],
        ["slow-platform"] = [Make("slow", ("delay", "8s"))],
        ["dead-platform"] = [Make("dead")],
        ["rotating-psk"] = [Make("psk-rotated"), Make("server-forgot-session")],
        ["noisy-line"] = [Make("flip-bit") with { Probability = 0.001 }, Make("garbage") with { Probability = 0.01 }],
        ["chatty-urcs"] = [Make("duplicate-urc") with { Probability = 0.5 }],
    };

    static FaultSpec Make(string type, params (string Name, string Value)[] attributes) => new()
    {
        Name = type,
        Type = All.First(t => t.Name == type),
        Attributes = attributes.ToDictionary(a => a.Name, a => a.Value),
    };
}
