using System.Collections.Frozen;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// Every event of the trace with its fields. Assertions, programs and the README's table rely on these names and types: what is here
/// stays, and a change of meaning raises <see cref="TraceHeader.Schema"/>.
/// </summary>
static class TraceCatalog
{
    public static IReadOnlyList<TraceEventInfo> All { get; } =
    [
        Event("trace", "begin", "first line of the file",
            "schema:number version profile firmware baud:number seed epoch"),

        Event("time", "advanced", "POST /v1/time has moved core time on, to here", "ms:number"),
        Event("time", "changed", "POST /v1/time has set the rate of core time, or whether it stands still", "mode frozen:truth"),

        Event("uart", "rx", "bytes from the MCU; the bytes themselves are in the transcript", "bytes:number"),
        Event("uart", "tx", "bytes for the MCU", "bytes:number"),
        Event("uart", "speed", "speed of the UART in bit/s; 0 follows the MCU", "speed:number"),
        Event("uart", "overrun", "what the MCU sent behind a command under way did not fit", "detail"),
        Event("uart", "output.lost", "more waited to be sent than the module holds: output lost so far", "bytes:number"),
        Event("uart", "output.dropped", "nobody reads the line: output lost so far", "bytes:number"),

        Event("at", "command", "a command line; the arguments of CREATE and CREATEEX are masked", "line"),
        Event("at", "overridden", "a command was answered with the lines that were given for it", "line"),
        Event("at", "line.refused", "a line that is no command: too long, with characters of no use, or never ended", "reason"),
        Event("at", "line", "a line for the MCU: information, final result or URC; keys are masked", "text"),

        Event("mipl", "created", "a device instance was made", "server bootstrap:truth psk:truth"),
        Event("mipl", "config.refused", "a configuration string does not decode", "reason"),
        Event("mipl", "event", "an event of the OneNET client, whatever line it is printed as", "number:number parameter:number?"),
        Event("mipl", "queue.dropped", "an operation did not fit the queue", "mid:number path"),

        Event("lwm2m", "state", "the LwM2M client went on", "from to why"),
        Event("lwm2m", "open.failed", "bootstrap or registration failed", "bootstrap:truth reason code?"),

        Event("coap", "sent", "a message left, inside DTLS or not; attempt counts retransmissions",
            "server type code mid:number token? path? observe:number? payload:number? attempt:number"),
        Event("coap", "uplink.lost", "a message could not leave: no network",
            "server type code mid:number token? path? observe:number? payload:number? attempt:number"),
        Event("coap", "received", "a message came, inside DTLS or not",
            "server type code mid:number token? path? observe:number? payload:number?"),
        Event("coap", "ignored", "a message that was dropped or rejected", "server reason"),

        Event("dtls", "sent", "records of a handshake left, or an alert", "server bytes:number"),
        Event("dtls", "uplink.lost", "records could not leave: no network", "server bytes:number"),
        Event("dtls", "flight.sent", "a flight of RFC 6347 §4.2.4; attempt counts repetitions", "flight:number attempt:number"),
        Event("dtls", "handshake.done", "handshakes counts from power-on; again: it replaces an association",
            "server suite identity again:truth resumed:truth ms:number handshakes:number"),
        Event("dtls", "handshake.refused", "an unprotected alert or answer: the handshake fails if it does not go on all the same", "server reason alert?"),
        Event("dtls", "handshake.restarted", "no answer in time: the handshake begins again from its first hello (onenet dialect)", "server"),
        Event("dtls", "handshake.failed", "no association", "server reason alert?"),
        Event("dtls", "address.aged", "after silence the address is taken for aged; cache mode begins", ""),
        Event("dtls", "cached", "a message waits for a new handshake, with so many in all", "mid:number messages:number bytes:number"),
        Event("dtls", "cache.full", "a message was dropped for want of room", "mid:number"),
        Event("dtls", "closed", "the server has ended the association", "server"),
        Event("dtls", "record.dropped", "a record without effect", "reason"),
        Event("dtls", "alert.sent", "an alert left", "alert"),
        Event("dtls", "alert.received", "an alert came", "alert"),

        Event("module", "reset", "the module restarts", "cause"),
        Event("module", "booted", "the boot lines are out", "cause"),
        Event("module", "hang", "the module does nothing, or goes on", "begins:truth"),
        Event("module", "alertness", "the UART falls asleep or wakes", "from to why"),

        Event("radio", "state", "attach, RRC connection, power saving", "from to why"),
        Event("radio", "address", "the cell's address; without one the module has lost it", "address?"),
        Event("radio", "mapping.aged", "the network has forgotten the module", "address why"),
        Event("radio", "downlink.lost", "a datagram, or the answer of a name server, did not reach the module", "from? bytes:number? why?"),
        Event("radio", "unreachable", "a server's port is closed (ICMP)", "server"),
        Event("radio", "too.big", "a datagram was too long for the path (ICMP fragmentation needed)", "server bytes:number"),

        Event("path", "datagram.up", "a datagram of the module; its bytes are in the capture", "from to bytes:number"),
        Event("path", "datagram.down", "a datagram that the module has received", "from to bytes:number"),
        Event("path", "downlink.lost", "a datagram to an address the module has left", "from to bytes:number why"),

        Event("socket", "open", "AT+NSOCR made a socket", "id:number kind"),
        Event("socket", "connect", "a stream is being connected", "id:number to"),
        Event("socket", "connected", "a socket has its peer", "id:number to"),
        Event("socket", "connect.failed", "a stream was not connected", "id:number why"),
        Event("socket", "sent", "data left", "id:number to? bytes:number"),
        Event("socket", "uplink.lost", "data, or a connection attempt, could not leave: no network", "id:number to bytes:number?"),
        Event("socket", "uplink.waits", "data of a stream wait for the network", "id:number to? bytes:number"),
        Event("socket", "received", "data came", "id:number from bytes:number"),
        Event("socket", "receive.overflow", "data came that the module has no room for", "id:number bytes:number"),
        Event("socket", "receive.ignored", "data came that the socket does not want", "id:number bytes:number"),
        Event("socket", "closed", "a socket is gone", "id:number why"),

        Event("fault", "fired", "a fault took effect", "type name? detail?"),
        Event("fault", "ended", "a fault that lasted is over, or was removed", "type name"),

        Event("onenet", "device.created", "", "imei device"),
        Event("onenet", "device.deleted", "", "imei device"),
        Event("onenet", "bootstrap.started", "a device asked the bootstrap server", "endpoint from"),
        Event("onenet", "bootstrap.done", "the device took its account", "endpoint"),
        Event("onenet", "bootstrap.failed", "", "endpoint reason code?"),
        Event("onenet", "refused", "a bootstrap or registration was refused", "port endpoint from code reason"),
        Event("onenet", "session.up", "the platform's side of a handshake", "port identity suite resumed:truth from"),
        Event("onenet", "session.refused", "a handshake failed, or is about to", "port identity from reason"),
        Event("onenet", "session.closed", "", "port from"),
        Event("onenet", "registered", "", "imei location lifetime:number from"),
        Event("onenet", "updated", "moved: it came from another address", "imei lifetime:number moved:truth"),
        Event("onenet", "returned", "a registered device goes on under a new association", "imei from"),
        Event("onenet", "offline", "", "imei reason"),
        Event("onenet", "mcu.update", "the update of an MCU's software came to this step", "imei step reason"),
        Event("onenet", "downlink.answered", "the device answered a request", "imei kind path code"),
        Event("onenet", "downlink.failed", "the device did not", "imei kind path reason"),
        Event("onenet", "datapoint", "a value was stored; JSON", "imei stream value"),
        Event("onenet", "value.dropped", "a value of a resource that was never listed", "imei path"),
        Event("onenet", "warning", "something that the platform could not use", "source text"),
        Event("onenet", "api.called", "a call of the HTTP API is answered", "method path errno:number"),
    ];

    static readonly FrozenDictionary<string, TraceEventInfo> ByKey = All.ToFrozenDictionary(e => e.Key);

    /// <summary>The row of layer.name; null when there is none.</summary>
    public static TraceEventInfo? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>Why an event is not in the catalogue; null when it is.</summary>
    public static string? ProblemOf(TraceEvent traceEvent) =>
        Find(traceEvent.Key) is { } info ? info.ProblemOf(traceEvent) : $"{traceEvent.Key}: not in the catalogue";

    /// <param name="layer">Of the event.</param>
    /// <param name="name">Of the event.</param>
    /// <param name="summary">What it says.</param>
    /// <param name="fields">Names with blanks between them, a type behind a colon unless it is text, a question mark where there may be no value.</param>
    static TraceEventInfo Event(string layer, string name, string summary, string fields) =>
        new(layer, name, summary, [.. fields.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Field)]);

    static TraceFieldInfo Field(string text)
    {
        var parts = text.TrimEnd('?').Split(':');
        var type = parts is [_, var named] ? Enum.Parse<TraceFieldType>(named, ignoreCase: true) : TraceFieldType.Text;
        return new TraceFieldInfo(parts[0], type, text.EndsWith('?'));
    }
}
