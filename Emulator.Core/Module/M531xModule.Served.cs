using System.Globalization;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Module;

/// <content>The objects the module answers for itself.</content>
sealed partial class M531xModule
{
    const int BatteryPercent = 100;
    const int FreeMemoryKilobytes = 56;
    const int SupplyMillivolts = 3600;
    const int McuStorageKilobytes = 128;

    /// <summary>Network bearer of the Connectivity Monitoring object: NB-IoT.</summary>
    const int NbIotBearer = 7;

    /// <summary>Per cent (assumed).</summary>
    const int LinkUtilization = 0;

    ServerSettings _server = new();
    ServedReports _servedReports = new();

    void AnswerServedRead(ReadRequested read)
    {
        var values = ReadServed(read.Path);
        if (values.Count == 0)
            Client.Respond(_now, read.Exchange, ExistsServed(read.Path) ? CoapCode.MethodNotAllowed : CoapCode.NotFound);
        else
            Client.RespondContent(_now, read.Exchange, values);
    }

    /// <summary>True for a resource that a served object has, readable or not.</summary>
    bool ExistsServed(ResourcePath path) =>
        path.Resource is { } resource && Client.Objects.Find(path.Object) is { } item && item.Listed.Contains(resource);

    /// <summary>Starts the module's own reports once an observation of a served path stands.</summary>
    void WatchServed(ObserveHandled observe)
    {
        if (observe.Added)
            _servedReports.Start(_now, observe.Path, ReadServed(observe.Path));
    }

    /// <summary>Sends the reports that are due; called whenever something has happened and at their deadline.</summary>
    void ReportServed()
    {
        if (_instance is null || _servedReports.IsEmpty)
            return;
        _servedReports.Keep(Client.ObservedPaths);
        foreach (var (path, values) in _servedReports.TakeDue(_now, ReadServed, RulesOf))
            Client.NotifyObservers(_now, path, values);
        DrainClient();
    }

    /// <summary>Attributes the server wrote, else its defaults /1/0/2 and /1/0/3 (LwM2M 1.0 §E.2).</summary>
    ServedReports.Rules RulesOf(ResourcePath path)
    {
        var attributes = Client.AttributesOf(path);
        return new ServedReports.Rules(
            attributes.Pmin is { } pmin ? TimeSpan.FromSeconds(pmin) : _server.DefaultMinPeriod,
            attributes.Pmax is { } pmax ? TimeSpan.FromSeconds(pmax) : _server.DefaultMaxPeriod,
            attributes);
    }

    /// <summary>The readable resources at or below a path; empty when there are none.</summary>
    List<(ResourcePath Path, Lwm2mValue Value)> ReadServed(ResourcePath path)
    {
        if (path.Instance is not (null or 0))
            return [];
        IEnumerable<(int Resource, Lwm2mValue Value)> all = path.Object switch
        {
            ServedObjects.Server => ServerResources(),
            ServedObjects.Device => DeviceResources(),
            ServedObjects.Connectivity => ConnectivityResources(),
            ServedObjects.Firmware => FirmwareResources(),
            ServedObjects.CellMonitor when !_instance!.MonitorOff => CellResources(),
            _ => [],
        };
        return [.. all.Select(r => (new ResourcePath(path.Object, 0, r.Resource), r.Value)).Where(r => path.Covers(r.Item1))];
    }

    IEnumerable<(int Resource, Lwm2mValue Value)> ServerResources() =>
        _server.All.Append((ServerSettings.Lifetime, Lwm2mValue.Of((long)Client.Lifetime.TotalSeconds))).OrderBy(r => r.Item1);

    IEnumerable<(int Resource, Lwm2mValue Value)> DeviceResources()
    {
        var clean = _options.Dialect == Lwm2mDialect.Lwm2m;
        if (clean)
        {
            yield return (0, Lwm2mValue.Of("CMIOT"));
            yield return (1, Lwm2mValue.Of(_options.Profile.Model));
            yield return (2, Lwm2mValue.Of(_options.Imei));
        }
        yield return (3, Lwm2mValue.Of(_options.Profile.MiplVersion));
        yield return (9, Lwm2mValue.Of((long)BatteryPercent));
        yield return (10, Lwm2mValue.Of((long)FreeMemoryKilobytes));
        if (clean)
        {
            yield return (11, new MultipleValue([(0, Lwm2mValue.Of(0L))]));
            yield return (13, Lwm2mValue.Of((_options.Epoch + _now).ToUnixTimeSeconds()));
            yield return (16, Lwm2mValue.Of("U"));
            yield break;
        }
        yield return (19, Lwm2mValue.Of(_instance!.McuVersion ?? _options.Profile.MiplVersion));
        yield return (26260, Lwm2mValue.Of((long)SupplyMillivolts));
        yield return (26261, Lwm2mValue.Of((long)McuStorageKilobytes));
    }

    IEnumerable<(int Resource, Lwm2mValue Value)> ConnectivityResources() =>
    [
        (2, Lwm2mValue.Of((long)_radio.SignalPower)),
        (8, Lwm2mValue.Of(Convert.ToInt64(_radio.Cell, 16))),
        (6038, Lwm2mValue.Of((long)_radio.Snr)),
    ];

    /// <summary>State idle, result initial: no firmware update is under way.</summary>
    static IEnumerable<(int Resource, Lwm2mValue Value)> FirmwareResources() => [(3, Lwm2mValue.Of(0L)), (5, Lwm2mValue.Of(0L))];

    /// <summary>The cell monitor with the resources of China Mobile's SDK: bearer, link use, signal, cell, network, two neighbours.</summary>
    IEnumerable<(int Resource, Lwm2mValue Value)> CellResources()
    {
        yield return (0, Lwm2mValue.Of((long)NbIotBearer));
        yield return (6, Lwm2mValue.Of((long)LinkUtilization));
        yield return (30, Lwm2mValue.Of((long)_radio.Rssi));
        yield return (31, Lwm2mValue.Of((long)_radio.CoverageLevel));
        yield return (32, Lwm2mValue.Of((long)_radio.Snr));
        yield return (6030, Lwm2mValue.Of(long.Parse(_radio.Operator, CultureInfo.InvariantCulture)));
        yield return (6032, Lwm2mValue.Of((long)_radio.Earfcn));
        yield return (6034, Lwm2mValue.Of((long)_radio.PhysicalCell));
        yield return (20626, Lwm2mValue.Of(Convert.ToInt64(_radio.Cell, 16)));
        var neighbours = _radio.Neighbours;
        for (var i = 0; i < neighbours.Count; i++)
            yield return (20628 + i, Lwm2mValue.Of((long)neighbours[i].PhysicalCell));
        for (var i = 0; i < neighbours.Count; i++)
            yield return (20630 + i, Lwm2mValue.Of((long)neighbours[i].SignalPower));
    }

    /// <summary>Only the Server object's settings can be written; nothing changes unless all can be (LwM2M 1.0 §5.4.3).</summary>
    void HandleServedWrite(WriteRequested write)
    {
        List<(int Resource, Lwm2mValue Value)> changes = [];
        foreach (var item in write.Items)
        {
            var writable = item.Path.Object == ServedObjects.Server && ServerSettings.IsWritable(item.Path.Resource!.Value);
            if (!writable || !ServerSettings.TryRead(item, out var value))
            {
                Client.Respond(_now, write.Exchange, writable ? CoapCode.BadRequest : RefusalOf(item.Path));
                return;
            }
            changes.Add((item.Path.Resource!.Value, value));
        }
        Client.Respond(_now, write.Exchange, CoapCode.Changed);
        foreach (var (resource, value) in changes)
        {
            if (resource == ServerSettings.Lifetime)
                Client.UpdateWhenFree(_now, TimeSpan.FromSeconds(((IntegerValue)value).Number)); // the server is told with an Update
            else
                _server.Set(resource, value);
        }
    }

    /// <summary>4.05 for what is there but does not allow the operation, 4.04 for what is not (RFC 7252 §5.9.2).</summary>
    CoapCode RefusalOf(ResourcePath path) =>
        ExistsServed(path) || ReadServed(path).Count > 0 ? CoapCode.MethodNotAllowed : CoapCode.NotFound;

    /// <summary>What the bootstrap server wrote to the Server object; the lifetime is the client's own.</summary>
    void TakeServerObject(ServerObjectWritten written)
    {
        foreach (var item in written.Items)
        {
            var resource = item.Path.Resource!.Value;
            if (resource != ServerSettings.Lifetime && (resource == ServerSettings.ShortServerId || ServerSettings.IsWritable(resource))
                && ServerSettings.TryRead(item, out var value))
                _server.Set(resource, value);
        }
    }

    /// <summary>Disable and Registration Update Trigger of the Server object, Reboot of the Device object.</summary>
    void ExecuteServed(ExecuteRequested execute)
    {
        var action = (_options.Dialect, execute.Path.Object, execute.Path.Resource);
        var known = action is (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.Disable or ServerSettings.UpdateTrigger)
            or (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4);
        Client.Respond(_now, execute.Exchange, known ? CoapCode.Changed : RefusalOf(execute.Path));
        switch (action)
        {
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.Disable):
                Client.Disable(_now, _server.DisableFor);
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.UpdateTrigger):
                Client.UpdateWhenFree(_now, lifetime: null);
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4):
                _rebootRequested = true; // after the answer has left
                break;
        }
    }
}
