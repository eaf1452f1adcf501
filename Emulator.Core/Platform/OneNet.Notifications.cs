using System.Text;
using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    void HandleNotification(TimeSpan now, long exchange, CoapMessage notification)
    {
        if (!_observed.TryGetValue(exchange, out var observed))
            return;
        var content = new Downlink(observed.Session, DownlinkKind.Observe, observed.Path, Call: 0);
        if (notification.Code.IsSuccess && TryTakeWhole(now, content, ref notification))
            Store(now, observed.Session, observed.Path, notification);
        // RFC 7641 §3.2, §4.2: an error, or an answer without an observe number, is the last one.
        if (!notification.Code.IsSuccess || notification.Observe is null)
            DropObservation(observed.Session, observed.Path);
    }

    /// <summary>Keeps notified values as data points, those of never listed resources excepted.</summary>
    void Store(TimeSpan now, DeviceSession session, ResourcePath path, CoapMessage message)
    {
        var device = session.Device;
        if (!ContentReader.TryRead(message, path, out var values))
        {
            Tell(new OneNetWarning(now, device.Imei, $"notification for {path} is not readable, content format {message.ContentFormat}"));
            return;
        }
        foreach (var value in values)
        {
            if (!device.Lists(path.Object, value.Instance, value.Resource))
            {
                Tell(new ValueDropped(now, device.Imei, new ResourcePath(path.Object, value.Instance, value.Resource)));
                continue;
            }
            var stream = DatapointStore.NameOf(path.Object, value.Instance, value.Resource);
            device.Datapoints.Add(stream, new Datapoint(TimeOf(now), value.Value));
            Tell(new DatapointStored(now, device.Imei, stream, ApiJson.Write(value.Value)));
        }
    }

    /// <summary>Takes over a Discover answer and, for an API call, shows the part that was asked for.</summary>
    void CompleteDiscover(TimeSpan now, Downlink downlink, CoapMessage response)
    {
        if (!LinkFormat.TryParse(Encoding.UTF8.GetString(response.Payload.Span), out var links))
        {
            Answer(now, downlink.Call, ApiResult.Unsuccessful("RESP_ERROR"));
            return;
        }
        var session = downlink.Session;
        var found = new List<DiscoveredInstance>();
        foreach (var link in links)
        {
            var target = link.Target.Trim('/');
            if (session.Registration.Root.Length > 0 && target.StartsWith(session.Registration.Root + "/", StringComparison.Ordinal))
                target = target[(session.Registration.Root.Length + 1)..];
            if (!ResourcePath.TryParse(target.Split('/'), out var path) || !downlink.Path.Covers(path) || path.Instance is not { } instance)
                continue;
            var entry = found.Find(i => i.Instance == instance);
            if (entry is null)
                found.Add(entry = new DiscoveredInstance(instance, []));
            if (path.Resource is { } resource && !entry.Resources.Contains(resource))
                entry.Resources.Add(resource);
        }
        Remember(session.Device, downlink.Path, found);
        var data = new JsonArray();
        foreach (var entry in found)
            data.Add(new JsonObject { ["obj_inst_id"] = entry.Instance, ["res_id"] = ResourcesOf(entry) });
        Answer(now, downlink.Call, ApiResult.Success(data));
    }

    static void Remember(DeviceRecord device, ResourcePath path, List<DiscoveredInstance> found)
    {
        if (path.Instance is null || !device.Discovered.TryGetValue(path.Object, out var known))
        {
            device.Discovered[path.Object] = found;
            return;
        }
        known.RemoveAll(i => i.Instance == path.Instance);
        known.AddRange(found);
        known.Sort((a, b) => a.Instance.CompareTo(b.Instance));
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
