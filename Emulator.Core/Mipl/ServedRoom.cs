using System.Globalization;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The objects that the module answers for itself.</summary>
/// <param name="scope">Of the device instance.</param>
/// <param name="update">Takes object 5, and more while an update runs.</param>
/// <param name="monitorOff">CREATEEX flag bit 1: the cell monitor (object 10290) is off.</param>
sealed class ServedRoom(MiplScope scope, McuUpdate update, bool monitorOff)
{
    const int BatteryPercent = 100;
    const int FreeMemoryKilobytes = 56;
    const int SupplyMillivolts = 3600;
    const int McuStorageKilobytes = 128;

    /// <summary>Network bearer of the Connectivity Monitoring object: NB-IoT.</summary>
    const int NbIotBearer = 7;

    /// <summary>Per cent (assumed).</summary>
    const int LinkUtilization = 0;

    readonly ServerSettings _server = new();
    readonly ServedReports _reports = new();

    Lwm2mClient Client => scope.Client;
    TimeSpan Now => scope.Now;
    RadioModel Radio => scope.Context.Radio;

    public TimeSpan NextDeadline => _reports.NextDeadline;

    public void HandleRead(ReadRequested read)
    {
        var values = Read(read.Path);
        if (values.Count == 0)
            Client.Respond(Now, read.Exchange, Exists(read.Path) ? CoapCode.MethodNotAllowed : CoapCode.NotFound);
        else
            Client.RespondContent(Now, read.Exchange, values);
    }

    /// <summary>True for a resource that a served object has, readable or not.</summary>
    bool Exists(ResourcePath path) =>
        path.Resource is { } resource && Client.Objects.Find(path.Object) is { } item && item.Listed.Contains(resource);

    /// <summary>Starts the module's own reports once an observation of a served path stands.</summary>
    public void HandleObserve(ObserveHandled observe)
    {
        if (observe.Added)
            _reports.Start(Now, observe.Path, Read(observe.Path));
    }

    /// <summary>Sends the reports that are due; called whenever something has happened and at their deadline.</summary>
    public void Report()
    {
        if (_reports.IsEmpty)
            return;
        _reports.Keep(Client.ObservedPaths);
        foreach (var (path, values) in _reports.TakeDue(Now, Read, RulesOf))
            Client.NotifyObservers(Now, path, values);
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
    List<(ResourcePath Path, Lwm2mValue Value)> Read(ResourcePath path)
    {
        if (path.Instance is not (null or 0))
            return [];
        IEnumerable<(int Resource, Lwm2mValue Value)> all = path.Object switch
        {
            ServedObjects.Server => ServerResources(),
            ServedObjects.Device => DeviceResources(),
            ServedObjects.Connectivity => ConnectivityResources(),
            ServedObjects.Firmware => FirmwareResources(),
            ServedObjects.CellMonitor when !monitorOff => CellResources(),
            _ => [],
        };
        return [.. all.Select(r => (new ResourcePath(path.Object, 0, r.Resource), r.Value)).Where(r => path.Covers(r.Item1))];
    }

    IEnumerable<(int Resource, Lwm2mValue Value)> ServerResources() =>
        _server.All.Append((ServerSettings.Lifetime, Lwm2mValue.Of((long)Client.Lifetime.TotalSeconds))).OrderBy(r => r.Item1);

    IEnumerable<(int Resource, Lwm2mValue Value)> DeviceResources()
    {
        var clean = scope.Dialect == Lwm2mDialect.Lwm2m;
        if (clean)
        {
            yield return (0, Lwm2mValue.Of("CMIOT"));
            yield return (1, Lwm2mValue.Of(scope.Context.Profile.Model));
            yield return (2, Lwm2mValue.Of(scope.Context.Options.Imei));
        }
        yield return (3, Lwm2mValue.Of(scope.Context.Profile.MiplVersion));
        yield return (9, Lwm2mValue.Of((long)BatteryPercent));
        yield return (10, Lwm2mValue.Of((long)FreeMemoryKilobytes));
        if (clean)
        {
            yield return (11, new MultipleValue([(0, Lwm2mValue.Of(0L))]));
            yield return (13, Lwm2mValue.Of((scope.Context.Options.Epoch + Now).ToUnixTimeSeconds()));
            yield return (16, Lwm2mValue.Of("U"));
            yield break;
        }
        yield return (19, Lwm2mValue.Of(update.Version ?? scope.Context.Profile.MiplVersion));
        yield return (26260, Lwm2mValue.Of((long)SupplyMillivolts));
        yield return (26261, Lwm2mValue.Of((long)McuStorageKilobytes));
    }

    IEnumerable<(int Resource, Lwm2mValue Value)> ConnectivityResources() =>
    [
        (2, Lwm2mValue.Of((long)Radio.SignalPower)),
        (8, Lwm2mValue.Of(Convert.ToInt64(Radio.Cell, 16))),
        (6038, Lwm2mValue.Of((long)Radio.Snr)),
    ];

    /// <summary>State idle, result initial: no firmware update is under way.</summary>
    static IEnumerable<(int Resource, Lwm2mValue Value)> FirmwareResources() => [(3, Lwm2mValue.Of(0L)), (5, Lwm2mValue.Of(0L))];

    /// <summary>The cell monitor with the resources of China Mobile's SDK: bearer, link use, signal, cell, network, two neighbours.</summary>
    IEnumerable<(int Resource, Lwm2mValue Value)> CellResources()
    {
        yield return (0, Lwm2mValue.Of((long)NbIotBearer));
        yield return (6, Lwm2mValue.Of((long)LinkUtilization));
        yield return (30, Lwm2mValue.Of((long)Radio.Rssi));
        yield return (31, Lwm2mValue.Of((long)Radio.CoverageLevel));
        yield return (32, Lwm2mValue.Of((long)Radio.Snr));
        yield return (6030, Lwm2mValue.Of(long.Parse(Radio.Operator, CultureInfo.InvariantCulture)));
        yield return (6032, Lwm2mValue.Of((long)Radio.Earfcn));
        yield return (6034, Lwm2mValue.Of((long)Radio.PhysicalCell));
        yield return (20626, Lwm2mValue.Of(Convert.ToInt64(Radio.Cell, 16)));
        var neighbours = Radio.Neighbours;
        for (var i = 0; i < neighbours.Count; i++)
            yield return (20628 + i, Lwm2mValue.Of((long)neighbours[i].PhysicalCell));
        for (var i = 0; i < neighbours.Count; i++)
            yield return (20630 + i, Lwm2mValue.Of((long)neighbours[i].SignalPower));
    }

    /// <summary>Only the Server object's settings can be written; nothing changes unless all can be (LwM2M 1.0 §5.4.3).</summary>
    public void HandleWrite(WriteRequested write)
    {
        List<(int Resource, Lwm2mValue Value)> changes = [];
        foreach (var item in write.Items)
        {
            var writable = item.Path.Object == ServedObjects.Server && ServerSettings.IsWritable(item.Path.Resource!.Value);
            if (!writable || !ServerSettings.TryRead(item, out var value))
            {
                Client.Respond(Now, write.Exchange, writable ? CoapCode.BadRequest : RefusalOf(item.Path));
                return;
            }
            changes.Add((item.Path.Resource!.Value, value));
        }
        Client.Respond(Now, write.Exchange, CoapCode.Changed);
        foreach (var (resource, value) in changes)
        {
            if (resource == ServerSettings.Lifetime)
                Client.UpdateWhenFree(Now, TimeSpan.FromSeconds(((IntegerValue)value).Number)); // the server is told with an Update
            else
                _server.Set(resource, value);
        }
    }

    /// <summary>4.05 for what is there but does not allow the operation, 4.04 for what is not (RFC 7252 §5.9.2).</summary>
    CoapCode RefusalOf(ResourcePath path) =>
        Exists(path) || Read(path).Count > 0 ? CoapCode.MethodNotAllowed : CoapCode.NotFound;

    /// <summary>What the bootstrap server wrote to the Server object; the lifetime is the client's own.</summary>
    public void HandleServerObject(ServerObjectWritten written)
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
    public void HandleExecute(ExecuteRequested execute)
    {
        var action = (scope.Dialect, execute.Path.Object, execute.Path.Resource);
        var known = action is (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.Disable or ServerSettings.UpdateTrigger)
            or (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4);
        Client.Respond(Now, execute.Exchange, known ? CoapCode.Changed : RefusalOf(execute.Path));
        switch (action)
        {
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.Disable):
                Client.Disable(Now, _server.DisableFor);
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, ServerSettings.UpdateTrigger):
                Client.UpdateWhenFree(Now, lifetime: null);
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4):
                scope.Context.RequestRestart(ResetCause.At); // after the answer has left
                break;
        }
    }
}
