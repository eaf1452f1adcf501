using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    void HandleNotification(TimeSpan now, long exchange, CoapMessage notification)
    {
        if (!_observed.TryGetValue(exchange, out var observed))
            return;
        var content = new Downlink(observed.Session, DownlinkKind.Observe, observed.Path, Call: 0);
        if (notification.Code.IsSuccess && TryTakeWhole(now, content, ref notification))
            _reports.Store(observed.Session.Device, observed.Path, notification);
        // RFC 7641 §3.2, §4.2: an error, or an answer without an observe number, is the last one.
        if (!notification.Code.IsSuccess || notification.Observe is null)
            DropObservation(observed.Session, observed.Path);
    }

    /// <summary>Takes over a Discover answer and, for an API call, shows the part that was asked for.</summary>
    void CompleteDiscover(TimeSpan now, Downlink downlink, CoapMessage response)
    {
        var session = downlink.Session;
        if (!ResourceList.TryRead(response, downlink.Path, session.Registration.Root, out var found))
        {
            Answer(now, downlink.Call, ApiResult.Unsuccessful(CommandFailure.BadResponse));
            return;
        }
        session.Device.Resources.Replace(downlink.Path, found);
        var data = new JsonArray();
        foreach (var entry in found)
            data.Add(new JsonObject { ["obj_inst_id"] = entry.Instance, ["res_id"] = ResourcesOf(entry) });
        Answer(now, downlink.Call, ApiResult.Success(data));
    }

    static JsonArray ResourcesOf(DiscoveredInstance instance)
    {
        var resources = new JsonArray();
        foreach (var resource in instance.Resources)
            resources.Add(resource);
        return resources;
    }

    /// <summary>The data of a read: one element per instance, in the device's order.</summary>
    static JsonArray InstancesOf(IReadOnlyList<ReadValue> values)
    {
        var data = new JsonArray();
        foreach (var group in values.GroupBy(v => v.Instance))
        {
            var resources = new JsonArray();
            foreach (var value in group)
                resources.Add(new JsonObject { ["res_id"] = value.Resource, ["val"] = value.Value.DeepClone() });
            data.Add(new JsonObject { ["obj_inst_id"] = group.Key, ["res"] = resources });
        }
        return data;
    }
}
