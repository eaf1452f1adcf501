using System.Globalization;
using System.Text;

namespace M531x.Emulator.Tracing;

/// <summary>
/// The transcript of the serial line: <c>+000012.345678 mcu> AT\r</c>, one line for each burst, at the time of its first byte. A burst
/// is what one side sends with no more than 20 ms between its pieces and nothing of the other side among them. The line is as it was:
/// keys that an MCU sends, or that the module shows, stand in it. It is complete up to the last byte at any time.
/// </summary>
sealed class AtLog : ITraceFormat
{
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    bool _inBurst;
    bool _byMcu;
    TimeSpan _last;
    int _baud;

    public byte[] Begin(TraceHeader header)
    {
        _baud = header.Baud;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"# m531x atlog 1\n# version {header.Version}\n# profile {header.Profile}\n# firmware {AtLogLine.Escape(Encoding.UTF8.GetBytes(header.Firmware))}\n# baud {header.Baud}\n# seed {header.Seed}\n"));
    }

    public byte[] Format(TraceEvent traceEvent) => Encoding.ASCII.GetBytes(Text(traceEvent));

    public byte[] End() => Encoding.ASCII.GetBytes(EndBurst());

    string Text(TraceEvent traceEvent)
    {
        switch (traceEvent)
        {
            case { Layer: "uart", Name: "rx" }:
                return Burst(traceEvent, byMcu: true);
            case { Layer: "uart", Name: "tx" }:
                return Burst(traceEvent, byMcu: false);
            case { Layer: "uart", Name: "speed" } when traceEvent.Number("speed") is { } speed && speed != _baud:
                _baud = (int)speed;
                return Comment(string.Create(CultureInfo.InvariantCulture, $"baud {speed}"));
            case { Layer: "module", Name: "reset" }:
                return Comment($"reset {traceEvent.Text("cause")?.ToLowerInvariant()}");
            case { Layer: "fault" }:
                return Comment(Fault(traceEvent));
            default:
                return "";
        }
    }

    string Burst(TraceEvent traceEvent, bool byMcu)
    {
        var text = AtLogLine.Escape(traceEvent.Payload.Span);
        if (!_inBurst || _byMcu != byMcu || traceEvent.At - _last > LongestPause)
            text = EndBurst() + AtLogLine.Head(traceEvent.At, byMcu) + text;
        _inBurst = true;
        _byMcu = byMcu;
        _last = traceEvent.At;
        return text;
    }

    string EndBurst()
    {
        var end = _inBurst ? "\n" : "";
        _inBurst = false;
        return end;
    }

    string Comment(string text) => $"{EndBurst()}# {text}\n";

    static string Fault(TraceEvent traceEvent)
    {
        var (type, name) = (traceEvent.Text("type"), traceEvent.Text("name"));
        return name is null || name == type ? $"fault {type}" : $"fault {type} {name}";
    }
}
