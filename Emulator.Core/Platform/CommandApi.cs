using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>The calls under /nbiot that become commands to a device: read, write, execute, observe and discover.</summary>
sealed class CommandApi(DeviceRegistry devices)
{
    /// <summary>
    /// Longest body of a write or execute. The API document says 2 KB in all. The module's SDK refuses a payload over 2 KB with 4.13,
    /// so the TLV headers count.
    /// </summary>
    const int MaxBodyBytes = 2048;

    const int ReplaceMode = 1;
    const int UpdateMode = 2;

    public ApiReply Read(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        return Command(parameters, imei, DownlinkCommand.Read(PathOf(parameters)));
    }

    public ApiReply Discover(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.OptionalId("obj_inst_id"));
        return Command(parameters, imei, DownlinkCommand.Discover(path));
    }

    public ApiReply Execute(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.Id("obj_inst_id"), parameters.Id("res_id"));
        if (parameters.Fault is { } fault)
            return fault;
        JsonObject body = [];
        if (!request.Body.IsEmpty && !ApiJson.TryReadObject(request.Body, out body))
            return ApiResult.Required("body");
        if (body["args"] is { } given && ApiJson.Text(given) is null)
            return ApiResult.Invalid("args");
        var arguments = Encoding.UTF8.GetBytes(ApiJson.Text(body["args"]) ?? "");
        if (arguments.Length > MaxBodyBytes)
            return ApiResult.Limit($"args is over {MaxBodyBytes} bytes");
        return Command(parameters, imei, DownlinkCommand.Execute(path, arguments));
    }

    public ApiReply Write(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var path = new ResourcePath(parameters.Id("obj_id"), parameters.Id("obj_inst_id"));
        var mode = parameters.Int("mode", ReplaceMode, UpdateMode);
        if (parameters.Fault is { } fault)
            return fault;
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (body["data"] is not JsonArray { Count: > 0 } data)
            return ApiResult.Required("data");
        var payload = new List<byte>();
        foreach (var element in data)
        {
            if (WriteElement.AppendTo(payload, path.Object, element) is { } wrong)
                return wrong;
        }
        if (payload.Count > MaxBodyBytes)
            return ApiResult.Limit($"data is {payload.Count} bytes as TLV, over {MaxBodyBytes}");
        var method = mode == ReplaceMode ? CoapCode.Put : CoapCode.Post;
        return Command(parameters, imei, DownlinkCommand.Write(path, method, payload.ToArray()));
    }

    /// <summary>Attributes, if any, go out before the Observe.</summary>
    public ApiReply Observe(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var cancel = parameters.Flag("cancel");
        var path = PathOf(parameters);
        var attributes = new List<string>();
        foreach (var name in (ReadOnlySpan<string>)["pmin", "pmax"])
        {
            if (parameters.OptionalInt(name, 0, int.MaxValue) is { } seconds)
                attributes.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={seconds}"));
        }
        foreach (var name in (ReadOnlySpan<string>)["gt", "lt", "st"])
        {
            if (parameters.OptionalNumber(name) is { } number)
                attributes.Add($"{name}={number}");
        }
        return Command(parameters, imei, cancel ? DownlinkCommand.CancelObserve(path) : DownlinkCommand.Observe(path, attributes));
    }

    /// <summary>obj_id, then obj_inst_id, which a res_id requires.</summary>
    static ResourcePath PathOf(ApiParameters parameters)
    {
        var objectId = parameters.Id("obj_id");
        var resource = parameters.OptionalId("res_id");
        return resource is null
            ? new ResourcePath(objectId, parameters.OptionalId("obj_inst_id"))
            : new ResourcePath(objectId, parameters.Id("obj_inst_id"), resource);
    }

    /// <summary>The checks that all commands share: their parameters, the device and its registration.</summary>
    ApiReply Command(ApiParameters parameters, string imei, DownlinkCommand command)
    {
        var timeout = parameters.Timeout();
        if (parameters.Fault is { } fault)
            return fault;
        if (devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        return device.Session is { } session ? new CommandReply(session, command, timeout) : ApiResult.NotOnline();
    }
}
