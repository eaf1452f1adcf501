using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>A device of the registry, online or not.</summary>
sealed class DeviceRecord(string id, string imei, string imsi, DateTimeOffset created)
{
    /// <summary>Members of the API's device object that the platform stores and returns without using them.</summary>
    public static readonly string[] PlainFields = ["desc", "tags", "location", "private", "chip", "other"];

    public string Id => id;
    public string Imei => imei;
    public string Imsi => imsi;

    /// <summary>Endpoint name of the device (module default: IMEI;IMSI).</summary>
    public string Endpoint => $"{imei};{imsi}";
    public DateTimeOffset Created => created;
    public string Title { get; set; } = "";

    /// <summary>The API's "obsv": the platform observes and discovers every object after a registration.</summary>
    public bool Observe { get; set; } = true;
    public string? AuthCode { get; set; }

    /// <summary>The device exists from the start; the API did not create it.</summary>
    public bool IsProvisioned { get; init; }

    /// <summary>PSK for the bootstrap server.</summary>
    public DeviceKey BootstrapKey { get; } = new();

    /// <summary>PSK for the LwM2M server.</summary>
    public DeviceKey AccessKey { get; } = new();

    public DeviceKey KeyFor(bool forBootstrap) => forBootstrap ? BootstrapKey : AccessKey;

    /// <summary>Values of <see cref="PlainFields"/>.</summary>
    public JsonObject Plain { get; } = [];
    public ResourceList Resources { get; } = new();

    /// <summary>Null while offline.</summary>
    public DeviceSession? Session { get; set; }
    public bool IsOnline => Session is not null;

    public override string ToString() => Endpoint;
}
