namespace M531x.Emulator.Core.Platform;

/// <summary>What the handler of an API call decides: an answer, or work that the platform does before it answers.</summary>
abstract record ApiReply;

/// <summary>A command to a device; its outcome is the answer.</summary>
/// <param name="Timeout">Longest wait for the outcome.</param>
sealed record CommandReply(DeviceSession Session, DownlinkCommand Command, TimeSpan Timeout) : ApiReply;

/// <summary>The device is deleted; the call succeeds.</summary>
sealed record DeletionReply(DeviceRecord Device) : ApiReply;
