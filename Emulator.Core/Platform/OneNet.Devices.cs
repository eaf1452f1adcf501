using System.Text.Json.Nodes;
using M531x.Dtls;

namespace M531x.Emulator.Core.Platform;

sealed partial class OneNet
{
    const int MaxAuthCodeLength = 16;
    const int MaxNumberLength = 15;

    ApiResult CreateDevice(ApiRequest request)
    {
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (body["auth_info"] is not JsonObject { Count: 1 } authInfo)
            return body.ContainsKey("auth_info") ? ApiResult.Invalid("auth_info") : ApiResult.Required("auth_info");
        var (imei, imsi) = (authInfo.First().Key, ApiJson.Text(authInfo.First().Value));
        if (!IsNumber(imei) || imsi is null || !IsNumber(imsi))
            return ApiResult.Invalid("auth_info");
        if (body.ContainsKey("protocol") && !string.Equals(ApiJson.Text(body["protocol"]), "LWM2M", StringComparison.OrdinalIgnoreCase))
            return ApiResult.Invalid("protocol");
        if (CheckFields(body) is { } fault)
            return fault;
        if (_devices.FindByImei(imei) is not null)
            return ApiResult.Invalid("auth_info (the imei exists already)");
        if (_devices.IsFull)
            return ApiResult.Limit("too many devices");
        var device = _devices.Add(imei, imsi);
        ApplyFields(device, body);
        var data = new JsonObject { ["device_id"] = device.Id };
        if (device.BootstrapKey.Value is { } key)
            data["psk"] = key;
        return ApiResult.Success(data);
    }

    static ApiResult EditDevice(DeviceRecord device, ApiRequest request)
    {
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (CheckFields(body) is { } fault)
            return fault;
        ApplyFields(device, body);
        return ApiResult.Success();
    }

    static ApiResult? CheckFields(JsonObject body)
    {
        if (body.ContainsKey("title") && ApiJson.Text(body["title"]) is null)
            return ApiResult.Invalid("title");
        if (body.ContainsKey("obsv") && ApiJson.Flag(body["obsv"]) is null)
            return ApiResult.Invalid("obsv");
        if (body.ContainsKey("psk") && (ApiJson.Text(body["psk"]) is not { } psk || !PskCredential.IsPlatformKey(psk)))
            return ApiResult.Invalid("psk");
        if (body.ContainsKey("auth_code") && (ApiJson.Text(body["auth_code"]) is not { } code || !IsAuthCode(code)))
            return ApiResult.Invalid("auth_code");
        return null;
    }

    static void ApplyFields(DeviceRecord device, JsonObject body)
    {
        device.Title = ApiJson.Text(body["title"]) ?? device.Title;
        device.Observe = ApiJson.Flag(body["obsv"]) ?? device.Observe;
        device.BootstrapKey.Assign(ApiJson.Text(body["psk"]));
        device.AuthCode = ApiJson.Text(body["auth_code"]) ?? device.AuthCode;
        foreach (var field in DeviceRecord.PlainFields)
        {
            if (body.TryGetPropertyValue(field, out var value))
                device.Plain[field] = value?.DeepClone();
        }
    }

    /// <summary>An online device learns of it when its next Update is answered 4.04.</summary>
    ApiResult DeleteDevice(TimeSpan now, DeviceRecord device)
    {
        if (device.Session is not null)
        {
            _registrations.Remove(device.Endpoint);
            Pump(now);
        }
        _secured.Remove(device);
        _datapoints.Remove(device.Id);
        _keys.Remove(device);
        ForgetUpdate(now, device);
        _devices.Remove(device);
        return ApiResult.Success();
    }

    ApiResult ListDevices(ApiRequest request)
    {
        const int DefaultPage = 30;
        const int MaxPage = 100;
        var parameters = new ApiParameters(request);
        var page = parameters.OptionalInt("page", 1, int.MaxValue / MaxPage) ?? 1;
        var perPage = parameters.OptionalInt("per_page", 1, MaxPage) ?? DefaultPage;
        bool? online = parameters.OptionalText("online") is null ? null : parameters.Flag("online");
        if (parameters.Fault is { } fault)
            return fault;
        var words = parameters.OptionalText("key_words");
        var ids = parameters.OptionalText("device_id")?.Split(',');
        var found = _devices.All.Where(d =>
            (words is null || d.Title.Contains(words, StringComparison.OrdinalIgnoreCase) || d.Imei == words)
            && (ids is null || ids.Contains(d.Id, StringComparer.Ordinal))
            && (online is null || d.IsOnline == online)).ToList();
        var devices = new JsonArray();
        foreach (var device in found.Skip((page - 1) * perPage).Take(perPage))
            devices.Add(Describe(device));
        return ApiResult.Success(new JsonObject
        {
            ["total_count"] = found.Count,
            ["page"] = page,
            ["per_page"] = perPage,
            ["devices"] = devices,
        });
    }

    /// <summary>Device ids, or IMEIs, that do not exist are left out.</summary>
    ApiResult GetStatus(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var ids = parameters.OptionalText("devIds") ?? parameters.OptionalText("imei");
        if (ids is null)
            return ApiResult.Required("devIds");
        var devices = new JsonArray();
        foreach (var id in ids.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if ((_devices.FindById(id) ?? _devices.FindByImei(id)) is { } device)
                devices.Add(new JsonObject { ["id"] = device.Id, ["title"] = device.Title, ["online"] = device.IsOnline });
        }
        return ApiResult.Success(new JsonObject { ["total_count"] = devices.Count, ["devices"] = devices });
    }

    static JsonObject Describe(DeviceRecord device)
    {
        var data = new JsonObject
        {
            ["id"] = device.Id,
            ["title"] = device.Title,
            ["protocol"] = "LWM2M",
            ["auth_info"] = new JsonObject { [device.Imei] = device.Imsi },
            ["obsv"] = device.Observe,
            ["online"] = device.IsOnline,
            ["create_time"] = PlatformTime.Seconds(device.Created),
        };
        foreach (var (name, value) in device.Plain)
            data[name] = value?.DeepClone();
        return data;
    }

    static bool IsAuthCode(string text) => text.Length is >= 1 and <= MaxAuthCodeLength && text.All(char.IsAsciiLetterOrDigit);

    static bool IsNumber(string text) => text.Length is >= 1 and <= MaxNumberLength && text.All(char.IsAsciiDigit);
}
