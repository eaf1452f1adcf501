using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Cli;

/// <summary>What is said when the emulator itself has failed: where the trace is that tells how it came to that.</summary>
sealed class BugReport : ITraceTap
{
    /// <summary>Events that are kept for it.</summary>
    public const int Kept = 2000;

    readonly Queue<TraceEvent> _last = new();
    readonly Lock _lock = new();

    public void Take(TraceEvent traceEvent)
    {
        lock (_lock)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(traceEvent);
        }
    }

    /// <summary>Names the traces that were asked for; without any writes the last events to a file in <paramref name="folder"/>.</summary>
    /// <param name="traces">Files or folders that the run has written.</param>
    /// <param name="header">Of the run.</param>
    /// <param name="folder">Such as the system's temporary one.</param>
    /// <param name="problem">What happened; null when it was said already.</param>
    public ExitCode Tell(IReadOnlyList<string> traces, TraceHeader header, string folder, Exception? problem)
    {
        if (problem is not null)
            Complaint.Tell($"a bug of the emulator: {problem}");
        Complaint.Tell($"trace: {(traces.Count > 0 ? string.Join(", ", traces) : Write(header, folder))}");
        return ExitCode.Bug;
    }

    string Write(TraceHeader header, string folder)
    {
        TraceEvent[] last;
        lock (_lock)
            last = [.. _last];
        try
        {
            var path = Path.Combine(folder, $"m531x-bug-{Guid.NewGuid():N}.jsonl");
            using var file = File.Create(path);
            var writer = new TraceWriter(new JsonTrace(), header, file.Write);
            foreach (var traceEvent in last)
                writer.Take(traceEvent);
            writer.End();
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"none, {e.Message}";
        }
    }
}
