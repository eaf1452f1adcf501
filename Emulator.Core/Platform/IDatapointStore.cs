using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>One value of a data stream and the platform's time when it arrived.</summary>
readonly record struct Datapoint(DateTimeOffset At, JsonNode Value);

/// <summary>Where the platform keeps the data points of its devices. A stream begins with its first point.</summary>
interface IDatapointStore
{
    /// <summary>Appends a point; points of one stream come in order of time.</summary>
    void Add(string deviceId, string stream, Datapoint point);

    /// <summary>Streams of a device in the order of their first points; empty for an unknown device.</summary>
    IReadOnlyList<string> StreamsOf(string deviceId);

    /// <summary>The newest point of a stream; null for an unknown stream.</summary>
    Datapoint? Last(string deviceId, string stream);

    /// <summary>Points of a stream from start to end, both included, oldest first. Without a start: the newest ones.</summary>
    IReadOnlyList<Datapoint> Query(string deviceId, string stream, DateTimeOffset? start, DateTimeOffset? end, int limit);

    /// <summary>Deletes all streams of a device.</summary>
    void Remove(string deviceId);
}
