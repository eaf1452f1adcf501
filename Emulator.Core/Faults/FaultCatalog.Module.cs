namespace M531x.Emulator.Core.Faults;

/// <content>What goes wrong at the MCU's side: the serial line, the module, the radio.</content>
static partial class FaultCatalog
{
    static FaultType[] Line() =>
    [
        new("urc-placement", FaultTarget.Line, "an unsolicited line comes where a driver does not expect it, around the MCU's next command",
            FaultAttribute.Choice("place", "where", "between-echo-and-response", "before-echo", "inside-response", "glued-to-ok", "after-ok", "split"),
            new FaultAttribute("delay", FaultValueKind.Duration, "100ms", "after the OK, or between the parts of a split line"),
            new FaultAttribute("hold", FaultValueKind.Duration, "10s", "how long it waits for a command")) { Direction = FaultDirection.Down },
        new("chunk", FaultTarget.Line, "output comes in pieces, as USB adapters deliver it",
            Whole("bytes", "8", "of a piece", 1, 4096), new FaultAttribute("gap", FaultValueKind.Duration, "20ms", "between two pieces")) { Direction = FaultDirection.Down },
        new("drop-byte", FaultTarget.Line, "a byte is lost"),
        new("flip-bit", FaultTarget.Line, "a bit of a byte is inverted"),
        new("garbage", FaultTarget.Line, "random bytes come before what is sent", Whole("bytes", "3", "how many", 1, 256)),
        new("stall", FaultTarget.Line, "the module's output is held back", Delay()) { Direction = FaultDirection.Down },
        new("slow", FaultTarget.Line, "output trickles in at the speed of a slow line", Whole("baud", "1200", "bits per second", 50, 4_000_000)) { Direction = FaultDirection.Down },
        new("echo-lost", FaultTarget.Line, "the echo of a command is lost") { Direction = FaultDirection.Down },
        new("line-ending", FaultTarget.Line, "lines end otherwise than with one CR LF",
            FaultAttribute.Choice("ending", "what they end with", "lf", "cr", "crlf", "crcrlf", "none")) { Direction = FaultDirection.Down },
        new("too-soon-window", FaultTarget.Line, "a command that follows an answer too soon is not taken",
            new FaultAttribute("window", FaultValueKind.Duration, "100ms", "after the answer"),
            FaultAttribute.Choice("answer", "to such a command", "ignore", "error")) { Direction = FaultDirection.Up },
        new("half-command-timeout", FaultTarget.Line, "a command that stops half-way is forgotten",
            new FaultAttribute("time", FaultValueKind.Duration, "3s", "without a byte")) { Direction = FaultDirection.Up },
        new("break", FaultTarget.Line, "the line is held low: the MCU reads a zero, and nothing passes either way")
        {
            Kind = FaultKind.Lasting,
            DefaultFor = TimeSpan.FromMilliseconds(100),
        },
    ];

    static FaultType[] Module() =>
    [
        new("no-response", FaultTarget.Module, "a command is not answered") { Direction = FaultDirection.Up },
        new("error", FaultTarget.Module, "a command is answered with an error",
            FaultAttribute.Choice("form", "of the error: +CIS ERROR, +CME ERROR as AT+CMEE says, or ERROR", "cis", "cme", "plain"),
            Whole("code", "652", "its number", 0, 999)) { Direction = FaultDirection.Up },
        new("delay", FaultTarget.Module, "a command is answered late",
            FaultAttribute.Choice("kind", "always so late, up to twice as late, or as late as the manual allows for the command", "fixed", "jitter", "max"),
            new FaultAttribute("time", FaultValueKind.Duration, "1s", "how late")) { Direction = FaultDirection.Up },
        new("reboot", FaultTarget.Module, "the module restarts by itself", FaultAttribute.Choice("cause", "of the restart", "watchdog", "power", "pin", "at")) { Kind = FaultKind.Instant },
        new("hang", FaultTarget.Module, "the module does nothing at all until it is reset") { Kind = FaultKind.Lasting },
        new("brownout-mid-command", FaultTarget.Module, "the supply dips while an answer leaves: half of it comes, then the module restarts") { Direction = FaultDirection.Up },
        new("buffer-full", FaultTarget.Module, "a buffer has no room: the DTLS cache (651), the operation queue of AT+MIPLNMI (the operation is lost), the value of a report (601)",
            FaultAttribute.Choice("buffer", "which", "cache", "queue", "value")),
        new("uplink-busy", FaultTarget.Module, "a report, an update or a close is refused with 652") { Direction = FaultDirection.Up },
        new("heap-leak", FaultTarget.Module, "no memory for more objects: AT+MIPLADDOBJ is refused with 651", Whole("objects", "4", "there is room for", 0, 64)) { Direction = FaultDirection.Up },
        new("duplicate-urc", FaultTarget.Module, "an unsolicited line is printed twice") { Direction = FaultDirection.Down },
        new("late-urc", FaultTarget.Module, "an unsolicited line is printed late", Delay("5s", "how late")) { Direction = FaultDirection.Down },
        new("lost-urc", FaultTarget.Module, "an unsolicited line is not printed") { Direction = FaultDirection.Down },
    ];

    static FaultType[] Radio() =>
    [
        new("detach", FaultTarget.Radio, "the network detaches the module") { Kind = FaultKind.Instant },
        new("no-coverage", FaultTarget.Radio, "no cell is in reach") { Kind = FaultKind.Lasting, DefaultFor = TimeSpan.FromSeconds(60) },
        new("csq", FaultTarget.Radio, "the signal is another", Whole("value", "5", "of AT+CSQ", 0, 31)) { Kind = FaultKind.Lasting },
        new("psm-enter", FaultTarget.Radio, "the module enters power saving mode at once") { Kind = FaultKind.Instant },
        new("edrx", FaultTarget.Radio, "the network reaches the module only once in each cycle of eDRX",
            FaultAttribute.Choice("cycle", "of paging", "81.92s", "20.48s", "40.96s", "163.84s", "327.68s", "655.36s", "1310.72s", "2621.44s", "5242.88s", "10485.76s")) { Kind = FaultKind.Lasting },
        new("rrc-release-slow", FaultTarget.Radio, "the network keeps an idle connection up", Delay("30s", "longer than usual")),
        new("paging-lost", FaultTarget.Radio, "the page for an idle module is lost, and what it announced") { Direction = FaultDirection.Down },
    ];
}
