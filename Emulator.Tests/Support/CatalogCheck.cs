using M531x.Emulator.Core.Tracing;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Support;

/// <summary>Fails at an event that the catalogue does not describe.</summary>
sealed class CatalogCheck : ITraceTap
{
    public void Take(TraceEvent traceEvent)
    {
        if (TraceCatalog.ProblemOf(traceEvent) is { } problem)
            throw new AssertionException($"the trace's catalogue (Emulator.Core/Tracing/TraceCatalog.cs) does not fit: {problem}");
    }
}
