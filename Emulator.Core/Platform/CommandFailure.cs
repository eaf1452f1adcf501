using M531x.Lwm2m.Coap;

namespace M531x.Emulator.Core.Platform;

/// <summary>Why a command to a device failed.</summary>
enum CommandFailure
{
    /// <summary>No response in time.</summary>
    TimedOut,

    /// <summary>The registration of the device ended.</summary>
    Offline,

    /// <summary>A reset, or a response that the platform cannot use.</summary>
    BadResponse,
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedContentFormat,
    InternalServerError,
}

static class CommandFailures
{
    /// <summary>The failure that a device's error code stands for. OneNET documents the names alone; the pairs follow from them.</summary>
    public static CommandFailure Of(CoapCode code) => code.Value switch
    {
        0x80 => CommandFailure.BadRequest,
        0x81 => CommandFailure.Unauthorized,
        0x83 => CommandFailure.Forbidden,
        0x84 => CommandFailure.NotFound,
        0x85 => CommandFailure.MethodNotAllowed,
        0x86 => CommandFailure.NotAcceptable,
        0x8F => CommandFailure.UnsupportedContentFormat,
        >= 0xA0 and < 0xC0 => CommandFailure.InternalServerError,
        _ => CommandFailure.BadResponse,
    };

    /// <summary>OneNET's name of a failure, such as TIME_OUT.</summary>
    public static string NameOf(CommandFailure failure) => failure switch
    {
        CommandFailure.TimedOut => "TIME_OUT",
        CommandFailure.Offline => "OFFLINE",
        CommandFailure.BadRequest => "BAD_REQUEST",
        CommandFailure.Unauthorized => "UNAUTHORIZED",
        CommandFailure.Forbidden => "FORBIDDEN",
        CommandFailure.NotFound => "NOT_FOUND",
        CommandFailure.MethodNotAllowed => "METHOD_NOT_ALLOWED",
        CommandFailure.NotAcceptable => "NOT_ACCEPTABLE",
        CommandFailure.UnsupportedContentFormat => "UNSUPPORTED_CONTENT_FORMAT",
        CommandFailure.InternalServerError => "INTERNAL_SERVER_ERROR",
        _ => "RESP_ERROR",
    };
}
