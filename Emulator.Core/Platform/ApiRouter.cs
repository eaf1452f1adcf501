namespace M531x.Emulator.Core.Platform;

/// <summary>Finds the handler of an API call by path and method.</summary>
sealed class ApiRouter(DeviceRegistry devices, IDatapointStore store, McuUpdates updates)
{
    readonly DeviceApi _devices = new(devices);
    readonly DatapointApi _datapoints = new(store);
    readonly CommandApi _commands = new(devices);
    readonly McuUpdateApi _updates = new(devices, updates);

    public ApiReply Handle(ApiRequest request) => request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["devices"] => request.Method switch
        {
            "POST" => _devices.Create(request),
            "GET" => _devices.List(request),
            _ => ApiResult.MethodNotAllowed(request.Method),
        },
        ["devices", "status"] => ForMethod(request, "GET", _devices.GetStatus),
        ["devices", var id] => request.Method switch
        {
            "GET" => WithDevice(id, DeviceApi.Show),
            "PUT" => WithDevice(id, device => DeviceApi.Edit(device, request)),
            "DELETE" => WithDevice(id, device => new DeletionReply(device)),
            _ => ApiResult.MethodNotAllowed(request.Method),
        },
        ["devices", var id, "datapoints"] => ForMethod(request, "GET", r => WithDevice(id, device => _datapoints.GetDatapoints(device, r))),
        ["devices", var id, "datastreams"] => ForMethod(request, "GET", _ => WithDevice(id, _datapoints.GetDatastreams)),
        ["nbiot", .. var rest] => HandleNbiot(request, rest),
        _ => ApiResult.UnknownPath(request.Path),
    };

    ApiReply HandleNbiot(ApiRequest request, string[] path) => path switch
    {
        [] => request.Method switch
        {
            "GET" => _commands.Read(request),
            "POST" => _commands.Write(request),
            _ => ApiResult.MethodNotAllowed(request.Method),
        },
        ["execute"] => ForMethod(request, "POST", _commands.Execute),
        ["observe"] => request.Method is "POST" or "GET" ? _commands.Observe(request) : ApiResult.MethodNotAllowed(request.Method),
        ["discover"] => ForMethod(request, "GET", _commands.Discover),
        ["resources"] => ForMethod(request, "GET", _devices.GetResources),
        ["sota"] => request.Method switch
        {
            "POST" => _updates.Start(request),
            "GET" => _updates.Show(request),
            "DELETE" => _updates.Cancel(request),
            _ => ApiResult.MethodNotAllowed(request.Method),
        },
        ["device", "accpsk"] => _devices.HandleKey(request, forBootstrap: false),
        ["device", "psk"] => _devices.HandleKey(request, forBootstrap: true),
        _ => ApiResult.UnknownPath(request.Path),
    };

    static ApiReply ForMethod(ApiRequest request, string method, Func<ApiRequest, ApiReply> handler) =>
        request.Method == method ? handler(request) : ApiResult.MethodNotAllowed(request.Method);

    ApiReply WithDevice(string id, Func<DeviceRecord, ApiReply> handler) =>
        devices.FindById(id) is { } device ? handler(device) : ApiResult.UnknownDevice(id);
}
