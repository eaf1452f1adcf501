using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    ApiResult? ReadCall(TimeSpan now, long call, PendingCall pending)
    {
        var parameters = new ApiParameters(pending.Request);
        var imei = parameters.Text("imei");
        var path = PathOf(parameters);
        if (Begin(now, pending, parameters, imei, out var session) is { } fault)
            return fault;
        if (_context.TryTrigger("read-timeout", path.ToString(), out var early))
            pending.Deadline = Min(pending.Deadline, now + early.Duration("time"));
        Read(now, session, path, call);
        return null;
    }

    ApiResult? DiscoverCall(TimeSpan now, long call, PendingCall pending)
    {
        var parameters = new ApiParameters(pending.Request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.OptionalId("obj_inst_id"));
        if (Begin(now, pending, parameters, imei, out var session) is { } fault)
            return fault;
        Discover(now, session, path, call);
        return null;
    }

    ApiResult? ExecuteCall(TimeSpan now, long call, PendingCall pending)
    {
        var parameters = new ApiParameters(pending.Request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.Id("obj_inst_id"), parameters.Id("res_id"));
        if (parameters.Fault is { } missing)
            return missing;
        JsonObject body = [];
        if (!pending.Request.Body.IsEmpty && !ApiJson.TryReadObject(pending.Request.Body, out body))
            return ApiResult.Required("body");
        if (body["args"] is { } given && ApiJson.Text(given) is null)
            return ApiResult.Invalid("args");
        var payload = Encoding.UTF8.GetBytes(ApiJson.Text(body["args"]) ?? "");
        if (payload.Length > MaxDownlinkBytes)
            return ApiResult.Limit($"args is over {MaxDownlinkBytes} bytes");
        if (Begin(now, pending, parameters, imei, out var session) is { } fault)
            return fault;
        SendBody(now, new Downlink(session, DownlinkKind.Execute, path, call), CoapCode.Post, CoapContentFormat.Text, payload);
        return null;
    }

    /// <summary>Attributes, if any are given, go out first; the Observe follows their 2.04.</summary>
    ApiResult? ObserveCall(TimeSpan now, long call, PendingCall pending)
    {
        var parameters = new ApiParameters(pending.Request);
        var imei = parameters.Text("imei");
        var cancel = parameters.Flag("cancel");
        var path = PathOf(parameters);
        var attributes = new List<CoapOption>();
        foreach (var name in (ReadOnlySpan<string>)["pmin", "pmax"])
        {
            if (parameters.OptionalInt(name, 0, int.MaxValue) is { } seconds)
            {
                var attribute = string.Create(CultureInfo.InvariantCulture, $"{name}={seconds}");
                attributes.Add(CoapOptions.Text(CoapOptionNumber.UriQuery, attribute));
            }
        }
        foreach (var name in (ReadOnlySpan<string>)["gt", "lt", "st"])
        {
            if (parameters.OptionalNumber(name) is { } number)
                attributes.Add(CoapOptions.Text(CoapOptionNumber.UriQuery, $"{name}={number}"));
        }
        if (Begin(now, pending, parameters, imei, out var session) is { } fault)
            return fault;
        if (cancel)
            CancelObserve(now, session, path, call);
        else if (attributes.Count == 0)
            Observe(now, session, path, call);
        else
        {
            var downlink = new Downlink(session, DownlinkKind.WriteAttributes, path, call)
            {
                Next = (then, _) => Observe(then, session, path, call),
            };
            Send(now, downlink, CoapCode.Put, attributes);
        }
        return null;
    }

    ApiResult GetResources(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var wanted = parameters.OptionalId("obj_id");
        if (parameters.Fault is { } fault)
            return fault;
        if (_devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        var items = new JsonArray();
        foreach (var (objectId, instances) in device.Resources.Objects.Where(d => wanted is null || d.Key == wanted))
        {
            var list = new JsonArray();
            foreach (var instance in instances)
                list.Add(new JsonObject { ["inst_id"] = instance.Instance, ["resources"] = ResourcesOf(instance) });
            items.Add(new JsonObject { ["obj_id"] = objectId, ["instances"] = list });
        }
        return ApiResult.Success(new JsonObject { ["total_count"] = items.Count, ["item"] = items });
    }

    /// <summary>obj_id, then obj_inst_id, which a res_id demands.</summary>
    static ResourcePath PathOf(ApiParameters parameters)
    {
        var objectId = parameters.Id("obj_id");
        var resource = parameters.OptionalId("res_id");
        return resource is null
            ? new ResourcePath(objectId, parameters.OptionalId("obj_inst_id"))
            : new ResourcePath(objectId, parameters.Id("obj_inst_id"), resource);
    }

    /// <summary>The checks every instant command shares; on success the call has its deadline.</summary>
    ApiResult? Begin(
        TimeSpan now, PendingCall pending, ApiParameters parameters, string imei, out DeviceSession session)
    {
        session = null!;
        var timeout = parameters.Timeout();
        if (parameters.Fault is { } fault)
            return fault;
        if (_devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        if (device.Session is null)
            return ApiResult.NotOnline();
        session = device.Session;
        pending.Deadline = now + timeout;
        return null;
    }
}
