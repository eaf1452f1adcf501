using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <summary>
/// The JSON trace: one object on each line, <c>{"t":13.9104,"m":0,"layer":"dtls","ev":"handshake.done",…}</c>, t in seconds of core
/// time to the microsecond. A field without a value is left out. Payloads are not written: keys may be among them.
/// </summary>
sealed class JsonTrace : ITraceFormat
{
    const decimal MicrosecondsPerSecond = 1_000_000;

    // Line ends and control characters are escaped all the same; quotes of AT lines stay readable.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public byte[] Begin(TraceHeader header) => Format(header.ToEvent());

    public byte[] Format(TraceEvent traceEvent)
    {
        var buffer = new ArrayBufferWriter<byte>(192);
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, traceEvent);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter json, TraceEvent traceEvent)
    {
        json.WriteStartObject();
        json.WriteNumber("t", (long)traceEvent.At.TotalMicroseconds / MicrosecondsPerSecond);
        if (traceEvent.Module is { } module)
            json.WriteNumber("m", module);
        json.WriteString("layer", traceEvent.Layer);
        json.WriteString("ev", traceEvent.Name);
        foreach (var field in traceEvent.Fields)
        {
            if (field.IsAbsent)
                continue;
            if (field.Type == TraceFieldType.Text)
                json.WriteString(field.Name, field.Text);
            else if (field.Type == TraceFieldType.Number)
                json.WriteNumber(field.Name, field.Number);
            else
                json.WriteBoolean(field.Name, field.Number != 0);
        }
        json.WriteEndObject();
    }
}
