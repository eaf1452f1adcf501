using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>The answer to an API call: success with data, or an error.</summary>
sealed record ApiResult : ApiReply
{
    readonly ApiError? _error;
    readonly string _detail;
    readonly JsonNode? _data;

    ApiResult(ApiError? error, string detail, JsonNode? data) => (_error, _detail, _data) = (error, detail, data);

    /// <summary>OneNET's error number; 0 for success.</summary>
    public int Errno => _error is { } error ? ApiErrorTable.ErrnoOf(error) : 0;

    /// <summary>HTTP status.</summary>
    public int Status => ApiErrorTable.StatusOf(_error);

    public static ApiResult Success(JsonNode? data = null) => new(null, "", data);
    public static ApiResult AuthFailed() => Failure(ApiError.AuthFailed);
    public static ApiResult UnknownImei(string imei) => Failure(ApiError.UnknownImei, imei);
    public static ApiResult UnknownDevice(string id) => Failure(ApiError.UnknownDevice, id);
    public static ApiResult Required(string name) => Failure(ApiError.ParameterRequired, name);
    public static ApiResult Invalid(string name) => Failure(ApiError.InvalidParameter, name);
    public static ApiResult NotOnline() => Failure(ApiError.DeviceOffline);
    public static ApiResult Limit(string limit) => Failure(ApiError.LimitExceeded, limit);
    public static ApiResult UnknownPath(string path) => Failure(ApiError.UnknownPath, path);
    public static ApiResult MethodNotAllowed(string method) => Failure(ApiError.MethodNotAllowed, method);

    /// <param name="failure">Why the command failed.</param>
    /// <param name="explanation">Follows OneNET's name of the failure; null for nothing.</param>
    public static ApiResult Unsuccessful(CommandFailure failure, string? explanation = null)
    {
        var name = CommandFailures.NameOf(failure);
        return Failure(ApiError.CommandFailed, explanation is null ? name : $"{name}: {explanation}");
    }

    public string ToJson()
    {
        var answer = new JsonObject { ["errno"] = Errno };
        if (_data is not null)
            answer["data"] = _data;
        answer["error"] = _error is { } error ? ApiErrorTable.TextOf(error, _detail) : "succ";
        return ApiJson.Write(answer);
    }

    static ApiResult Failure(ApiError error, string detail = "") => new(error, detail, null);
}
