using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>A device's time online, from Register to its end.</summary>
sealed class DeviceSession(DeviceRecord device, Registration registration)
{
    readonly Dictionary<ResourcePath, Observation> _observations = [];
    readonly HashSet<long> _exchanges = [];

    public DeviceRecord Device => device;
    public Registration Registration => registration;

    /// <summary>Paths under observation.</summary>
    public IReadOnlyCollection<ResourcePath> ObservedPaths => _observations.Keys;

    /// <summary>Exchanges of requests under way, in the order in which they began.</summary>
    public IReadOnlyList<long> Exchanges => [.. _exchanges.Order()];

    /// <summary>Exchanges of requests under way and of observations.</summary>
    public IReadOnlySet<long> AllExchanges => _observations.Values.Select(o => o.Exchange).Concat(_exchanges).ToHashSet();

    public Observation? FindObservation(ResourcePath path) => _observations.TryGetValue(path, out var found) ? found : null;

    public void AddObservation(ResourcePath path, Observation observation) => _observations[path] = observation;

    public bool RemoveObservation(ResourcePath path, out Observation observation) => _observations.Remove(path, out observation);

    public void AddExchange(long exchange) => _exchanges.Add(exchange);

    public void RemoveExchange(long exchange) => _exchanges.Remove(exchange);

    /// <summary>Uri-Path options of a path, behind the client's root.</summary>
    public IEnumerable<CoapOption> UriPath(ResourcePath path) =>
        (registration.Root + path).Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(segment => CoapOptions.Text(CoapOptionNumber.UriPath, segment));
}

/// <summary>The exchange and token that the notifications of one observation come on.</summary>
readonly record struct Observation(long Exchange, ReadOnlyMemory<byte> Token);
