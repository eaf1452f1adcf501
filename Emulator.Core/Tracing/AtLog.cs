using System.Globalization;
using System.Text;

namespace M531x.Emulator.Core.Tracing;

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

    public byte[] Begin(TraceHeader header) => Begin(AtLogHeader.Of(header));

    public byte[] Begin(AtLogHeader header)
    {
        _baud = header.Baud ?? 0;
        return Encoding.ASCII.GetBytes(header.ToString());
    }

    /// <summary>Bytes of one side; they begin a burst or go on with one.</summary>
    public byte[] Burst(TimeSpan at, bool byMcu, ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(BurstText(at, byMcu, bytes));

    /// <summary>A line for people between the bursts.</summary>
    public byte[] Note(string text) => Encoding.ASCII.GetBytes(Comment(AtLogLine.Escape(Encoding.UTF8.GetBytes(text))));

    public byte[] Format(TraceEvent traceEvent) => Encoding.ASCII.GetBytes(Text(traceEvent));

    public byte[] End() => Encoding.ASCII.GetBytes(EndBurst());

    string Text(TraceEvent traceEvent)
    {
        switch (traceEvent)
        {
            case { Layer: "uart", Name: "rx" }:
                return BurstText(traceEvent.At, byMcu: true, traceEvent.Payload.Span);
            case { Layer: "uart", Name: "tx" }:
                return BurstText(traceEvent.At, byMcu: false, traceEvent.Payload.Span);
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

    string BurstText(TimeSpan at, bool byMcu, ReadOnlySpan<byte> bytes)
    {
        var text = AtLogLine.Escape(bytes);
        if (!_inBurst || _byMcu != byMcu || at - _last > LongestPause)
            text = EndBurst() + AtLogLine.Head(at, byMcu) + text;
        _inBurst = true;
        _byMcu = byMcu;
        _last = at;
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
