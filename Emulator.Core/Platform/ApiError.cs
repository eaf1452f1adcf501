namespace M531x.Emulator.Core.Platform;

/// <summary>Why a call of OneNET's API failed.</summary>
enum ApiError
{
    /// <summary>The api-key is missing or wrong.</summary>
    AuthFailed,

    /// <summary>The api-key's product has no device with the IMEI.</summary>
    UnknownImei,

    /// <summary>No device has the id.</summary>
    UnknownDevice,
    ParameterRequired,
    InvalidParameter,
    DeviceOffline,

    /// <summary>A limit of the platform.</summary>
    LimitExceeded,

    /// <summary>The device answered an error or not at all, see <see cref="CommandFailure"/>.</summary>
    CommandFailed,
    UnknownPath,
    MethodNotAllowed,
}

/// <summary>What OneNET answers for an error: errno, error text and HTTP status.</summary>
static class ApiErrorTable
{
    const int Ok = 200;
    const int NotFound = 404;
    const int MethodNotAllowed = 405;

    public static int ErrnoOf(ApiError error) => error switch
    {
        ApiError.AuthFailed or ApiError.UnknownImei => 1,
        ApiError.DeviceOffline => 2001,
        ApiError.LimitExceeded => 5006,
        ApiError.CommandFailed => 5106,
        ApiError.InvalidParameter => 5108,
        _ => 3,
    };

    /// <summary>The error text; <paramref name="detail"/> is the parameter, device, limit or path that it names.</summary>
    public static string TextOf(ApiError error, string detail) => error switch
    {
        ApiError.AuthFailed => "auth failed",
        ApiError.UnknownImei => $"auth failed: no device with imei {detail}",
        ApiError.UnknownDevice => $"device not found: {detail}",
        ApiError.ParameterRequired => $"parameter required: {detail}",
        ApiError.InvalidParameter => $"invalid parameter: {detail}",
        ApiError.DeviceOffline => "device not online",
        ApiError.LimitExceeded => $"system logic limit: {detail}",
        ApiError.UnknownPath => $"unknown path: {detail}",
        ApiError.MethodNotAllowed => $"method not allowed: {detail}",
        _ => detail,
    };

    /// <summary>OneNET answers 200 to errors too; only its web server knows 404 and 405.</summary>
    public static int StatusOf(ApiError? error) => error switch
    {
        ApiError.UnknownPath => NotFound,
        ApiError.MethodNotAllowed => MethodNotAllowed,
        _ => Ok,
    };
}
