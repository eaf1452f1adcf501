using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>Requests the platform sends to a device.</summary>
enum DownlinkKind
{
    Observe,
    CancelObserve,
    Discover,
    Read,
    Write,
    WriteAttributes,
    Execute,
}

/// <summary>A request to a device that waits for its answer.</summary>
/// <param name="Call">The API call that asked for it, 0 for the platform itself.</param>
sealed record Downlink(DeviceSession Session, DownlinkKind Kind, ResourcePath Path, long Call)
{
    /// <summary>What follows once this one has succeeded: the next block, or the Observe after its attributes.</summary>
    public Action<TimeSpan, CoapMessage>? Next { get; init; }

    /// <summary>Set on a request for a further block of an answer.</summary>
    public Block2Collector? Blocks { get; init; }

    /// <summary>Takes the answer, or why there is none, in place of an API call: a step of an MCU's update.</summary>
    public Action<TimeSpan, CoapMessage?, CoapFailure?>? Ended { get; init; }

    /// <summary>What follows when no answer came: the same in a message of its own. Null gives up.</summary>
    public Action<TimeSpan>? Again { get; init; }

    /// <summary>The exchange is the observation itself, and no request for the rest of its content.</summary>
    public bool IsObservation => Kind == DownlinkKind.Observe && Blocks is null;
}
