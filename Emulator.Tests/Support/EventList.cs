using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Tests.Support;

/// <summary>Keeps what it is told.</summary>
sealed class EventList : ITraceTap
{
    readonly List<TraceEvent> _events = [];

    public IReadOnlyList<TraceEvent> Events => _events;

    public void Take(TraceEvent traceEvent) => _events.Add(traceEvent);
}
