namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    /// <summary>Finds the handler; null when the answer has to wait for the device.</summary>
    ApiResult? Route(TimeSpan now, long call, PendingCall pending)
    {
        var request = pending.Request;
        var path = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            ["devices"] => request.Method switch
            {
                "POST" => CreateDevice(request),
                "GET" => ListDevices(request),
                _ => ApiResult.MethodNotAllowed(request.Method),
            },
            ["devices", "status"] => ForMethod(request, "GET", () => GetStatus(request)),
            ["devices", var id] => request.Method switch
            {
                "GET" => WithDevice(id, device => ApiResult.Success(Describe(device))),
                "PUT" => WithDevice(id, device => EditDevice(device, request)),
                "DELETE" => WithDevice(id, device => DeleteDevice(now, device)),
                _ => ApiResult.MethodNotAllowed(request.Method),
            },
            ["devices", var id, "datapoints"] => ForMethod(request, "GET", () => WithDevice(id, device => GetDatapoints(device, request))),
            ["devices", var id, "datastreams"] => ForMethod(request, "GET", () => WithDevice(id, GetDatastreams)),
            ["nbiot", .. var rest] => RouteNbiot(now, call, pending, rest),
            _ => ApiResult.UnknownPath(request.Path),
        };
    }

    ApiResult? RouteNbiot(TimeSpan now, long call, PendingCall pending, string[] path)
    {
        var request = pending.Request;
        return path switch
        {
            [] => request.Method switch
            {
                "GET" => ReadCall(now, call, pending),
                "POST" => WriteCall(now, call, pending),
                _ => ApiResult.MethodNotAllowed(request.Method),
            },
            ["execute"] => ForMethod(request, "POST", () => ExecuteCall(now, call, pending)),
            ["observe"] => request.Method is "POST" or "GET"
                ? ObserveCall(now, call, pending)
                : ApiResult.MethodNotAllowed(request.Method),
            ["discover"] => ForMethod(request, "GET", () => DiscoverCall(now, call, pending)),
            ["resources"] => ForMethod(request, "GET", () => GetResources(request)),
            ["sota"] => request.Method switch
            {
                "POST" => StartUpdate(now, request),
                "GET" => ShowUpdate(request),
                "DELETE" => CancelUpdate(now, request),
                _ => ApiResult.MethodNotAllowed(request.Method),
            },
            ["device", "accpsk"] => HandleKey(request, device => device.AccessKey),
            ["device", "psk"] => HandleKey(request, device => device.BootstrapKey),
            _ => ApiResult.UnknownPath(request.Path),
        };
    }

    static ApiResult? ForMethod(ApiRequest request, string method, Func<ApiResult?> handler) =>
        request.Method == method ? handler() : ApiResult.MethodNotAllowed(request.Method);

    ApiResult WithDevice(string id, Func<DeviceRecord, ApiResult> handler) =>
        _devices.FindById(id) is { } device ? handler(device) : ApiResult.UnknownDevice(id);
}
