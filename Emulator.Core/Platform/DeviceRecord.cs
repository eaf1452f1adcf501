using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>A device of the registry, online or not.</summary>
sealed class DeviceRecord(string id, string imei, string imsi, DateTimeOffset created, int pointsPerStream)
{
    /// <summary>Members of the API's device object that are only kept and given back.</summary>
    public static readonly string[] PlainFields = ["desc", "tags", "location", "private", "chip", "other"];

    public string Id => id;
    public string Imei => imei;
    public string Imsi => imsi;

    /// <summary>What the device must call itself (module default: IMEI;IMSI).</summary>
    public string Endpoint => $"{imei};{imsi}";
    public DateTimeOffset Created => created;
    public string Title { get; set; } = "";

    /// <summary>Observe and Discover every object after registration.</summary>
    public bool Observe { get; set; } = true;
    public string? AuthCode { get; set; }

    /// <summary>True for a device that exists without having been created through the API.</summary>
    public bool IsProvisioned { get; init; }

    /// <summary>PSK towards the bootstrap server.</summary>
    public DeviceKey BootstrapKey { get; } = new();

    /// <summary>PSK towards the LwM2M server.</summary>
    public DeviceKey AccessKey { get; } = new();
    public JsonObject Plain { get; } = [];
    public DatapointStore Datapoints { get; } = new(pointsPerStream);

    /// <summary>What Discover last said, per object: instances and their resources in the device's order.</summary>
    public SortedDictionary<int, List<DiscoveredInstance>> Discovered { get; } = [];

    /// <summary>Null while offline.</summary>
    public DeviceSession? Session { get; set; }
    public bool IsOnline => Session is not null;

    /// <summary>False only when the object's list is known and does not name the resource.</summary>
    public bool Lists(int objectId, int instance, int resource) =>
        !Discovered.TryGetValue(objectId, out var instances)
        || instances.Exists(i => i.Instance == instance && i.Resources.Contains(resource));

    public override string ToString() => Endpoint;
}

sealed record DiscoveredInstance(int Instance, List<int> Resources);
