using System.Text.Json.Nodes;
using M531x.Dtls;

namespace M531x.Emulator.Core.Platform;

/// <summary>The calls on devices, their keys and their resources: /devices, /nbiot/device and /nbiot/resources.</summary>
sealed class DeviceApi(DeviceRegistry devices)
{
    const int MaxAuthCodeLength = 16;
    const int MaxNumberLength = 15;

    public ApiResult Create(ApiRequest request)
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
        if (devices.FindByImei(imei) is not null)
            return ApiResult.Invalid("auth_info (the imei exists already)");
        if (devices.IsFull)
            return ApiResult.Limit("too many devices");
        var device = devices.Add(imei, imsi);
        ApplyFields(device, body);
        var data = new JsonObject { ["device_id"] = device.Id };
        if (device.BootstrapKey.Value is { } key)
            data["psk"] = key;
        return ApiResult.Success(data);
    }

    public static ApiResult Show(DeviceRecord device) => ApiResult.Success(Describe(device));

    public static ApiResult Edit(DeviceRecord device, ApiRequest request)
    {
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (CheckFields(body) is { } fault)
            return fault;
        ApplyFields(device, body);
        return ApiResult.Success();
    }

    public ApiResult List(ApiRequest request)
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
        var found = devices.All.Where(d =>
            (words is null || d.Title.Contains(words, StringComparison.OrdinalIgnoreCase) || d.Imei == words)
            && (ids is null || ids.Contains(d.Id, StringComparer.Ordinal))
            && (online is null || d.IsOnline == online)).ToList();
        var described = new JsonArray();
        foreach (var device in found.Skip((page - 1) * perPage).Take(perPage))
            described.Add(Describe(device));
        return ApiResult.Success(new JsonObject
        {
            ["total_count"] = found.Count,
            ["page"] = page,
            ["per_page"] = perPage,
            ["devices"] = described,
        });
    }

    /// <summary>Device ids, or IMEIs, that do not exist are left out.</summary>
    public ApiResult GetStatus(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var ids = parameters.OptionalText("devIds") ?? parameters.OptionalText("imei");
        if (ids is null)
            return ApiResult.Required("devIds");
        var found = new JsonArray();
        foreach (var id in ids.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if ((devices.FindById(id) ?? devices.FindByImei(id)) is { } device)
                found.Add(new JsonObject { ["id"] = device.Id, ["title"] = device.Title, ["online"] = device.IsOnline });
        }
        return ApiResult.Success(new JsonObject { ["total_count"] = found.Count, ["devices"] = found });
    }

    /// <summary>POST creates, PUT edits and GET shows a PSK.</summary>
    /// <param name="request">The call.</param>
    /// <param name="forBootstrap">Which of the device's two PSKs.</param>
    public ApiResult HandleKey(ApiRequest request, bool forBootstrap)
    {
        if (request.Method is not ("GET" or "POST" or "PUT"))
            return ApiResult.MethodNotAllowed(request.Method);
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        if (parameters.Fault is { } fault)
            return fault;
        if (devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        if (request.Method == "GET")
        {
            var data = new JsonObject { ["device_id"] = device.Id };
            if (device.KeyFor(forBootstrap).Value is { } present)
                data["psk"] = present;
            return ApiResult.Success(data);
        }
        if (!ApiJson.TryReadObject(request.Body, out var body))
            return ApiResult.Required("body");
        if (!body.ContainsKey("key"))
            return ApiResult.Required("key");
        if (ApiJson.Text(body["key"]) is not { } key || !PskCredential.IsPlatformKey(key))
            return ApiResult.Invalid("key");
        device.KeyFor(forBootstrap).Assign(key);
        return ApiResult.Success();
    }

    /// <summary>Resources that the device named in its Discover answers.</summary>
    public ApiResult GetResources(ApiRequest request)
    {
        var parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        var wanted = parameters.OptionalId("obj_id");
        if (parameters.Fault is { } fault)
            return fault;
        if (devices.FindByImei(imei) is not { } device)
            return ApiResult.UnknownImei(imei);
        var items = new JsonArray();
        foreach (var (objectId, instances) in device.Resources.Objects.Where(d => wanted is null || d.Key == wanted))
        {
            var list = new JsonArray();
            foreach (var instance in instances)
                list.Add(new JsonObject { ["inst_id"] = instance.Instance, ["resources"] = CommandResult.DescribeResources(instance) });
            items.Add(new JsonObject { ["obj_id"] = objectId, ["instances"] = list });
        }
        return ApiResult.Success(new JsonObject { ["total_count"] = items.Count, ["item"] = items });
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
