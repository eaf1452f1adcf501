using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>A device's time online, from Register to its end.</summary>
sealed class DeviceSession(DeviceRecord device, Registration registration)
{
    public DeviceRecord Device => device;
    public Registration Registration => registration;

    /// <summary>What is observed, and the exchange and token its notifications come on.</summary>
    public Dictionary<ResourcePath, Observation> Observations { get; } = [];

    /// <summary>Requests under way.</summary>
    public HashSet<long> Exchanges { get; } = [];

    /// <summary>Uri-Path options of a path, behind the client's root.</summary>
    public List<CoapOption> UriPath(ResourcePath path) =>
    [
        .. (registration.Root + path).Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(segment => CoapOptions.Text(CoapOptionNumber.UriPath, segment)),
    ];
}

readonly record struct Observation(long Exchange, ReadOnlyMemory<byte> Token);
