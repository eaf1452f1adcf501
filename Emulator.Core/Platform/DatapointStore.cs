using System.Globalization;
using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

readonly record struct Datapoint(DateTimeOffset At, JsonNode Value);

/// <summary>The data streams of one device, each a list of points in order of time, bounded.</summary>
sealed class DatapointStore(int pointsPerStream)
{
    readonly Dictionary<string, Queue<Datapoint>> _points = new(StringComparer.Ordinal);
    readonly List<string> _streams = [];

    /// <summary>Streams in the order of their first point.</summary>
    public IReadOnlyList<string> Streams => _streams;

    public static string NameOf(int objectId, int instance, int resource) =>
        string.Create(CultureInfo.InvariantCulture, $"{objectId}_{instance}_{resource}");

    public void Add(string stream, Datapoint point)
    {
        if (!_points.TryGetValue(stream, out var points))
        {
            _points[stream] = points = new Queue<Datapoint>();
            _streams.Add(stream);
        }
        points.Enqueue(point);
        if (points.Count > pointsPerStream)
            points.Dequeue();
    }

    public Datapoint? Last(string stream) => _points.TryGetValue(stream, out var points) ? points.Last() : null;

    /// <summary>Points from start to end, both included, oldest first; with neither given the newest ones.</summary>
    public IReadOnlyList<Datapoint> Query(string stream, DateTimeOffset? start, DateTimeOffset? end, int limit)
    {
        if (!_points.TryGetValue(stream, out var points))
            return [];
        var within = points.Where(p => (start is null || p.At >= start) && (end is null || p.At <= end));
        return [.. start is null ? within.TakeLast(limit) : within.Take(limit)];
    }
}
