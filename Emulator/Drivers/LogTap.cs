using System.Globalization;
using M531x.Emulator.Core.Tracing;
using M531x.Lwm2m;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>Shows the trace in the log: what the platform sees as information, the rest for who debugs. The trace carries no secret.</summary>
sealed class LogTap(ILogger log) : ITraceTap
{
    public void Take(TraceEvent traceEvent)
    {
        var level = traceEvent.Layer is "onenet" or "fault" ? Serilog.Events.LogEventLevel.Information : Serilog.Events.LogEventLevel.Debug;
        if (log.IsEnabled(level))
            log.Write(level, "{Time} {Event} {Fields}", traceEvent.At, traceEvent.Key, string.Join(' ', traceEvent.Fields.Where(f => !f.IsAbsent).Select(Show)));
    }

    static string Show(TraceField field) => $"{field.Name}={(field.Type == TraceFieldType.Text ? field.Text : field.Number.ToString(CultureInfo.InvariantCulture))}";
}
