using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>What a downlink waits for, in protocol order. A downlink enters only the states that it needs.</summary>
enum DownlinkState
{
    /// <summary>The attributes of an Observe wait for 2.04; the Observe follows.</summary>
    AwaitAttributes,

    /// <summary>A block of the body, not the last, waits for 2.31; the next block follows (RFC 7959 §2.5).</summary>
    AwaitContinue,

    /// <summary>The request, or the last block of its body, waits for its response.</summary>
    AwaitResponse,

    /// <summary>A request for the next block of the response waits for it (RFC 7959 §2.4).</summary>
    AwaitRest,
}

enum DownlinkOwnerKind
{
    /// <summary>The platform itself: its Observes, Discovers and reads after a registration, and faults.</summary>
    Platform,
    ApiCall,
    McuUpdate,
}

/// <summary>Who started a downlink and gets its outcome.</summary>
/// <param name="Kind">The part of the platform.</param>
/// <param name="Call">Number of the API call; 0 for none.</param>
readonly record struct DownlinkOwner(DownlinkOwnerKind Kind, long Call = 0)
{
    public static DownlinkOwner OfCall(long call) => new(DownlinkOwnerKind.ApiCall, call);
}

/// <summary>A command on its way to a device, through one exchange or several.</summary>
sealed class Downlink(DeviceSession session, DownlinkCommand command, DownlinkOwner owner)
{
    public DeviceSession Session => session;
    public DownlinkCommand Command => command;
    public DownlinkOwner Owner => owner;
    public ResourcePath Path => command.Path;

    /// <summary>What is under way: an Observe with attributes begins as WriteAttributes.</summary>
    public DownlinkKind Kind { get; set; } = command.Attributes.Count > 0 ? DownlinkKind.WriteAttributes : command.Kind;
    public DownlinkState State { get; set; }

    /// <summary>The exchange under way; its number stays when the downlink has ended.</summary>
    public long Exchange { get; set; }

    /// <summary>Bytes of the body in the blocks before this one.</summary>
    public int Offset { get; set; }

    /// <summary>Size exponent of the body's blocks; the device may ask for smaller ones (RFC 7959 §2.3).</summary>
    public int Szx { get; set; }

    /// <summary>Of all blocks of the body: servers in the field know a transfer by its token, although RFC 7959 leaves it free.</summary>
    public ReadOnlyMemory<byte> BodyToken { get; set; }

    /// <summary>The response so far, when it comes in blocks.</summary>
    public Block2Collector? Response { get; set; }

    /// <summary>The exchange under way is the observation itself.</summary>
    public bool IsObservation => Kind == DownlinkKind.Observe && State != DownlinkState.AwaitRest;
}

enum DownlinkEnd
{
    /// <summary>The device responded, with success or an error.</summary>
    Responded,

    /// <summary>A block of the response does not follow the one before.</summary>
    Malformed,
    TimedOut,
    Reset,

    /// <summary>Another request took its token.</summary>
    Cancelled,

    /// <summary>The registration ended.</summary>
    Offline,
}

/// <summary>The end of a downlink.</summary>
/// <param name="Response">The whole response; null without one.</param>
sealed record DownlinkOutcome(Downlink Downlink, DownlinkEnd End, CoapMessage? Response = null)
{
    /// <summary>Null for a success.</summary>
    public CommandFailure? Failure => End switch
    {
        DownlinkEnd.Responded => Response!.Code.IsSuccess ? null : CommandFailures.Of(Response.Code),
        DownlinkEnd.Malformed or DownlinkEnd.Reset => CommandFailure.BadResponse,
        DownlinkEnd.Offline => CommandFailure.Offline,
        _ => CommandFailure.TimedOut,
    };
}
