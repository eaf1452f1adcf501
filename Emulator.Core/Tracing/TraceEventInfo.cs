using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <param name="Name">Of the field.</param>
/// <param name="Type">Of its value.</param>
/// <param name="IsOptional">Left out where it has no value.</param>
sealed record TraceFieldInfo(string Name, TraceFieldType Type, bool IsOptional);

/// <summary>A row of the catalogue of events.</summary>
/// <param name="Layer">Such as dtls.</param>
/// <param name="Name">Such as handshake.done.</param>
/// <param name="Summary">What it says.</param>
/// <param name="Fields">In their order.</param>
sealed record TraceEventInfo(string Layer, string Name, string Summary, IReadOnlyList<TraceFieldInfo> Fields)
{
    public string Key => $"{Layer}.{Name}";

    /// <summary>Why an event is not what this row says; null when it is.</summary>
    public string? ProblemOf(TraceEvent traceEvent)
    {
        foreach (var field in traceEvent.Fields)
        {
            if (Fields.FirstOrDefault(f => f.Name == field.Name) is not { } info)
                return $"{Key}: unknown field {field.Name}";
            if (info.Type != field.Type)
                return $"{Key}: {field.Name} is {field.Type}, not {info.Type}";
        }
        var missing = Fields.FirstOrDefault(info => !info.IsOptional && !traceEvent.Fields.Any(f => f.Name == info.Name && !f.IsAbsent));
        return missing is null ? null : $"{Key}: {missing.Name} is missing";
    }
}
