using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>The calls on the data of a device: /devices/{id}/datapoints and /devices/{id}/datastreams.</summary>
sealed class DatapointApi(IDatapointStore store)
{
    public ApiResult GetDatapoints(DeviceRecord device, ApiRequest request)
    {
        const int DefaultLimit = 100;
        const int MaxLimit = 6000;
        var parameters = new ApiParameters(request);
        var limit = parameters.OptionalInt("limit", 1, MaxLimit) ?? DefaultLimit;
        var start = parameters.OptionalTime("start");
        var end = parameters.OptionalTime("end");
        if (parameters.Fault is { } fault)
            return fault;
        var wanted = parameters.OptionalText("datastream_id")?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var streams = new JsonArray();
        var count = 0;
        foreach (var stream in wanted ?? store.StreamsOf(device.Id))
        {
            var points = new JsonArray();
            foreach (var point in store.Query(device.Id, stream, start, end, limit))
                points.Add(new JsonObject { ["at"] = PlatformTime.Precise(point.At), ["value"] = point.Value.DeepClone() });
            if (points.Count == 0)
                continue;
            count += points.Count;
            streams.Add(new JsonObject { ["id"] = stream, ["datapoints"] = points });
        }
        return ApiResult.Success(new JsonObject { ["count"] = count, ["datastreams"] = streams });
    }

    public ApiResult GetDatastreams(DeviceRecord device)
    {
        var streams = new JsonArray();
        foreach (var stream in store.StreamsOf(device.Id))
        {
            if (store.Last(device.Id, stream) is not { } last)
                continue;
            streams.Add(new JsonObject
            {
                ["id"] = stream,
                ["update_at"] = PlatformTime.Seconds(last.At),
                ["current_value"] = last.Value.DeepClone(),
            });
        }
        return ApiResult.Success(streams);
    }
}
