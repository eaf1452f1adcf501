using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Module;

/// <content>The objects the module answers for itself.</content>
sealed partial class M531xModule
{
    const int BatteryPercent = 100;
    const int FreeMemoryKilobytes = 56;
    const int SupplyMillivolts = 3600;
    const int McuStorageKilobytes = 128;

    /// <summary>Writable resources of the Server object: default pmin and pmax, disable timeout, notification storing (LwM2M 1.0 §E.2).</summary>
    readonly SortedDictionary<int, Lwm2mValue> _serverSettings = new()
    {
        [2] = Lwm2mValue.Of(1L),
        [3] = Lwm2mValue.Of(60L),
        [5] = Lwm2mValue.Of(86400L),
        [6] = Lwm2mValue.Of(false),
        [7] = Lwm2mValue.Of("U"),
    };

    void AnswerServedRead(ReadRequested read)
    {
        var values = ReadServed(read.Path);
        if (values.Count == 0)
            Client.Respond(_now, read.Exchange, CoapCode.NotFound);
        else
            Client.RespondContent(_now, read.Exchange, values);
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

    IEnumerable<(int Resource, Lwm2mValue Value)> ServerResources()
    {
        yield return (0, Lwm2mValue.Of(1L));
        yield return (1, Lwm2mValue.Of((long)Client.Lifetime.TotalSeconds));
        foreach (var (resource, value) in _serverSettings)
            yield return (resource, value);
    }

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
        yield return (19, Lwm2mValue.Of(_options.Profile.MiplVersion));
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

    IEnumerable<(int Resource, Lwm2mValue Value)> CellResources() =>
    [
        (30, Lwm2mValue.Of((long)_radio.Rssi)),
        (31, Lwm2mValue.Of((long)_radio.CoverageLevel)),
        (32, Lwm2mValue.Of((long)_radio.Snr)),
        (6032, Lwm2mValue.Of((long)_radio.Earfcn)),
        (6034, Lwm2mValue.Of((long)_radio.PhysicalCell)),
        (20626, Lwm2mValue.Of(Convert.ToInt64(_radio.Cell, 16))),
    ];

    /// <summary>Only the Server object's settings can be written; a new lifetime is told to the server with an Update.</summary>
    void HandleServedWrite(WriteRequested write)
    {
        List<(int Resource, Lwm2mValue Value)> changes = [];
        foreach (var item in write.Items)
        {
            if (write.Path.Object != ServedObjects.Server || ServerSettingType(item.Path.Resource!.Value) is not { } type)
            {
                Client.Respond(_now, write.Exchange, write.Path.Object == ServedObjects.Server && item.Path.Resource is > 8 ? CoapCode.NotFound : CoapCode.MethodNotAllowed);
                return;
            }
            var readable = item.Format == WriteFormat.Text
                ? TextValue.TryDecode(item.Bytes.Span, type, out var value)
                : Tlv.TryDecodeValue(item.Bytes.Span, type, out value);
            var fits = value is not IntegerValue { Number: var number } || number is >= 0 and <= int.MaxValue && (number > 0 || item.Path.Resource != 1);
            if (!readable || !fits)
            {
                Client.Respond(_now, write.Exchange, CoapCode.BadRequest);
                return;
            }
            changes.Add((item.Path.Resource.Value, value));
        }
        Client.Respond(_now, write.Exchange, CoapCode.Changed);
        ApplyServerSettings(changes);
    }

    void ApplyServerSettings(List<(int Resource, Lwm2mValue Value)> changes)
    {
        foreach (var (resource, value) in changes)
        {
            if (resource == 1)
                Client.Update(_now, TimeSpan.FromSeconds(((IntegerValue)value).Number), withObjects: false);
            else
                _serverSettings[resource] = value;
        }
    }

    static Lwm2mType? ServerSettingType(int resource) => resource switch
    {
        1 or 2 or 3 or 5 => Lwm2mType.Integer,
        6 => Lwm2mType.Boolean,
        7 => Lwm2mType.String,
        _ => null,
    };

    /// <summary>Disable and Registration Update Trigger of the Server object, Reboot of the Device object.</summary>
    void ExecuteServed(ExecuteRequested execute)
    {
        var action = (_options.Dialect, execute.Path.Object, execute.Path.Resource);
        var known = action is (Lwm2mDialect.Lwm2m, ServedObjects.Server, 4 or 8) or (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4);
        Client.Respond(_now, execute.Exchange, known ? CoapCode.Changed : CoapCode.MethodNotAllowed);
        switch (action)
        {
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, 4):
                Client.Disable(_now, TimeSpan.FromSeconds(((IntegerValue)_serverSettings[5]).Number));
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Server, 8):
                Client.Update(_now, lifetime: null, withObjects: false);
                break;
            case (Lwm2mDialect.Lwm2m, ServedObjects.Device, 4):
                _rebootRequested = true; // after the answer has left
                break;
        }
    }
}
