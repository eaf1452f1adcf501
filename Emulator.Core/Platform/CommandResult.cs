using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>The API's answer to a command, by the outcome of its downlink.</summary>
static class CommandResult
{
    public static ApiResult Of(DownlinkOutcome outcome)
    {
        if (outcome.Failure is { } failure)
            return ApiResult.Unsuccessful(failure);
        var (downlink, response) = (outcome.Downlink, outcome.Response!);
        switch (downlink.Kind)
        {
            case DownlinkKind.Read:
                return ContentReader.TryRead(response, downlink.Path, out var values)
                    ? ApiResult.Success(DescribeValues(values))
                    : ApiResult.Unsuccessful(CommandFailure.BadResponse);
            case DownlinkKind.Discover:
                return ResourceList.TryRead(response, downlink.Path, downlink.Session.Registration.Root, out var found)
                    ? ApiResult.Success(DescribeInstances(found))
                    : ApiResult.Unsuccessful(CommandFailure.BadResponse);
            default:
                return ApiResult.Success();
        }
    }

    public static JsonArray DescribeResources(DiscoveredInstance instance)
    {
        var resources = new JsonArray();
        foreach (var resource in instance.Resources)
            resources.Add(resource);
        return resources;
    }

    static JsonArray DescribeInstances(List<DiscoveredInstance> found)
    {
        var data = new JsonArray();
        foreach (var entry in found)
            data.Add(new JsonObject { ["obj_inst_id"] = entry.Instance, ["res_id"] = DescribeResources(entry) });
        return data;
    }

    /// <summary>The data of a read: one element per instance, in the device's order.</summary>
    static JsonArray DescribeValues(IReadOnlyList<ReadValue> values)
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
