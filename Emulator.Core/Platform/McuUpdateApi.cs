using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>POST, GET and DELETE /nbiot/sota. On OneNET a page of the console does this.</summary>
sealed class McuUpdateApi(DeviceRegistry devices, McuUpdates updates)
{
    /// <summary>imei and an optional version as parameters, the package as body. Answered at once; the update goes on by itself.</summary>
    public ApiResult Start(ApiRequest request)
    {
        if (Find(request, out var parameters, out var device) is { } fault)
            return fault;
        if (request.Body.IsEmpty)
            return ApiResult.Required("body (the package)");
        if (request.Body.Length > McuUpdates.MaxPackageBytes)
            return ApiResult.Limit($"the package is {request.Body.Length} bytes, over {McuUpdates.MaxPackageBytes}");
        if (device.Session is not { } session)
            return ApiResult.NotOnline();
        if (!session.Registration.Objects.Any(o => o.Object == McuUpdate.FirmwareObject && o.Instances.Contains(0)))
            return ApiResult.Unsuccessful(CommandFailure.NotFound, "the device registers no 5/0; AT+MIPLSOTAVER comes before AT+MIPLOPEN");
        if (updates.Find(device) is { IsOver: false })
            return ApiResult.Limit("an update of this device is under way");
        return ApiResult.Success(Describe(updates.Start(device, request.Body, parameters.OptionalText("version"))));
    }

    public ApiResult Show(ApiRequest request)
    {
        if (Find(request, out _, out var device) is { } fault)
            return fault;
        return updates.Find(device) is { } update
            ? ApiResult.Success(Describe(update))
            : ApiResult.Required("an update (none was started)");
    }

    public ApiResult Cancel(ApiRequest request)
    {
        if (Find(request, out _, out var device) is { } fault)
            return fault;
        return updates.TryCancel(device)
            ? ApiResult.Success(Describe(updates.Find(device)!))
            : ApiResult.Required("an update (none is under way)");
    }

    ApiResult? Find(ApiRequest request, out ApiParameters parameters, out DeviceRecord device)
    {
        device = null!;
        parameters = new ApiParameters(request);
        var imei = parameters.Text("imei");
        if (parameters.Fault is { } fault)
            return fault;
        device = devices.FindByImei(imei)!;
        return device is null ? ApiResult.UnknownImei(imei) : null;
    }

    static JsonObject Describe(McuUpdate update)
    {
        var answers = new JsonObject();
        foreach (var (name, value) in update.Answers)
            answers[name] = value.DeepClone();
        return new JsonObject
        {
            ["step"] = NameOf(update.Step),
            ["stored"] = update.Stored,
            ["total"] = update.Total,
            ["restarts"] = update.Restarts,
            ["told"] = answers,
            ["reason"] = update.Reason,
        };
    }

    /// <summary>The name of a step in the API, such as read_state.</summary>
    static string NameOf(McuUpdateStep step) => string.Concat(step.ToString().Select((c, i) =>
        char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
