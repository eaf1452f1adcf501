namespace M531x.Emulator.Core.Platform;

/// <summary>Keeps data points in memory.</summary>
/// <param name="pointsPerStream">Number of recent points kept per stream.</param>
sealed class MemoryDatapointStore(int pointsPerStream) : IDatapointStore
{
    readonly Dictionary<string, DeviceStreams> _devices = new(StringComparer.Ordinal);

    public void Add(string deviceId, string stream, Datapoint point)
    {
        if (!_devices.TryGetValue(deviceId, out var device))
            _devices[deviceId] = device = new DeviceStreams();
        device.Add(stream, point, pointsPerStream);
    }

    public IReadOnlyList<string> StreamsOf(string deviceId) => _devices.GetValueOrDefault(deviceId)?.Names ?? [];

    public Datapoint? Last(string deviceId, string stream) => Find(deviceId, stream)?.Last;

    public IReadOnlyList<Datapoint> Query(string deviceId, string stream, DateTimeOffset? start, DateTimeOffset? end, int limit)
    {
        if (Find(deviceId, stream) is not { } found)
            return [];
        var within = found.Points.Where(p => (start is null || p.At >= start) && (end is null || p.At <= end));
        return [.. start is null ? within.TakeLast(limit) : within.Take(limit)];
    }

    public void Remove(string deviceId) => _devices.Remove(deviceId);

    Stream? Find(string deviceId, string stream) => _devices.GetValueOrDefault(deviceId)?.Find(stream);

    sealed class DeviceStreams
    {
        readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);
        readonly List<string> _names = [];

        public IReadOnlyList<string> Names => _names;

        public Stream? Find(string name) => _streams.GetValueOrDefault(name);

        public void Add(string name, Datapoint point, int limit)
        {
            if (!_streams.TryGetValue(name, out var stream))
            {
                _streams[name] = stream = new Stream();
                _names.Add(name);
            }
            stream.Add(point, limit);
        }
    }

    sealed class Stream
    {
        readonly Queue<Datapoint> _points = new();

        public IEnumerable<Datapoint> Points => _points;
        public Datapoint Last { get; private set; }

        public void Add(Datapoint point, int limit)
        {
            Last = point;
            _points.Enqueue(point);
            if (_points.Count > limit)
                _points.Dequeue();
        }
    }
}
