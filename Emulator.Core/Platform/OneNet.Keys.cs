using System.Text.Json.Nodes;
using M531x.Dtls;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    /// <summary>POST creates, PUT edits and GET shows a PSK; both paths differ only in which one.</summary>
    ApiResult HandleKey(ApiRequest request, Func<DeviceRecord, DeviceKey> select)
    {
        if (request.Method is not ("GET" or "POST" or "PUT"))
            return ApiResult.MethodNotAllowed(request.Method);
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        if (parameters.Fault is { } fault)
            return fault;
        if (_devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        if (request.Method == "GET")
        {
            var data = new JsonObject { ["device_id"] = device.Id };
            if (select(device).Value is { } present)
                data["psk"] = present;
            return ApiResult.Success(data);
        }
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (!body.ContainsKey("key"))
            return ApiResult.Required("key");
        if (ApiJson.Text(body["key"]) is not { } key || !PskCredential.IsPlatformKey(key))
            return ApiResult.Invalid("key");
        select(device).Assign(key);
        return ApiResult.Success();
    }
}
