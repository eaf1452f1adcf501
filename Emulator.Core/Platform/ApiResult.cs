using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>Outcome of an API call: OneNET's errno and error text, and the data of a success.</summary>
sealed record ApiResult(int Errno, string Error, JsonNode? Data = null, int Status = 200)
{
    public static ApiResult Success(JsonNode? data = null) => new(0, "succ", data);
    public static ApiResult AuthFailed() => new(1, "auth failed");

    /// <summary>The api-key's product has no such device.</summary>
    public static ApiResult UnknownImei(string imei) => new(1, $"auth failed: no device with imei {imei}");
    public static ApiResult UnknownDevice(string id) => new(3, $"device not found: {id}");
    public static ApiResult Required(string name) => new(3, $"parameter required: {name}");
    public static ApiResult Invalid(string name) => new(5108, $"invalid parameter: {name}");
    public static ApiResult NotOnline() => new(2001, "device not online");
    public static ApiResult Limit(string what) => new(5006, $"system logic limit: {what}");

    /// <summary>The device answered an error, or nothing; <paramref name="name"/> is one of OneNET's names, such as TIME_OUT.</summary>
    public static ApiResult Unsuccessful(string name) => new(5106, name);
    public static ApiResult UnknownPath(string path) => new(3, $"unknown path: {path}", Status: 404);
    public static ApiResult MethodNotAllowed(string method) => new(3, $"method not allowed: {method}", Status: 405);

    public string ToJson()
    {
        var answer = new JsonObject { ["errno"] = Errno };
        if (Data is not null)
            answer["data"] = Data;
        answer["error"] = Error;
        return ApiJson.Write(answer);
    }
}
