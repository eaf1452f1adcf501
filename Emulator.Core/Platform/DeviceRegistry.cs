using System.Globalization;

namespace M531x.Emulator.Core.Platform;

/// <summary>The devices that the platform knows, by id, IMEI and endpoint name.</summary>
sealed class DeviceRegistry(OneNetContext context)
{
    readonly Dictionary<string, DeviceRecord> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<string, DeviceRecord> _byImei = new(StringComparer.Ordinal);
    readonly Dictionary<string, DeviceRecord> _byEndpoint = new(StringComparer.Ordinal);
    readonly List<DeviceRecord> _devices = [];
    long _nextId = 500_000_000 + context.Random.Next(100_000_000);

    /// <summary>All devices in the order of their creation.</summary>
    public IReadOnlyList<DeviceRecord> All => _devices;

    public bool IsFull => _devices.Count >= context.Options.MaxDevices;

    public DeviceRecord? FindById(string id) => _byId.GetValueOrDefault(id);

    public DeviceRecord? FindByImei(string imei) => _byImei.GetValueOrDefault(imei);

    public DeviceRecord? FindByEndpoint(string endpoint) => _byEndpoint.GetValueOrDefault(endpoint);

    /// <summary>Creates a device that exists without the API; a device with the same IMEI stays as it is.</summary>
    public void Provision(KnownDevice known)
    {
        if (_byImei.ContainsKey(known.Imei))
            return;
        var device = Add(known.Imei, known.Imsi, isProvisioned: true);
        device.Title = known.Title ?? known.Imei;
        device.AuthCode = known.AuthCode;
        device.BootstrapKey.Assign(known.Psk);
        device.AccessKey.Assign(known.AccessPsk);
        device.Observe = known.Observe;
    }

    /// <summary>Creates a device. The caller has checked that the IMEI is free.</summary>
    public DeviceRecord Add(string imei, string imsi, bool isProvisioned = false)
    {
        var id = (_nextId++).ToString(CultureInfo.InvariantCulture);
        var device = new DeviceRecord(id, imei, imsi, context.Clock) { Title = imei, IsProvisioned = isProvisioned };
        _byId[id] = _byImei[imei] = _byEndpoint[device.Endpoint] = device;
        _devices.Add(device);
        context.Emit(new DeviceCreated(context.Now, imei, id));
        return device;
    }

    public void Remove(DeviceRecord device)
    {
        _byId.Remove(device.Id);
        _byImei.Remove(device.Imei);
        _byEndpoint.Remove(device.Endpoint);
        _devices.Remove(device);
        context.Emit(new DeviceDeleted(context.Now, device.Imei, device.Id));
    }
}
