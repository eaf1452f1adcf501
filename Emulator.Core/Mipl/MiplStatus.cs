using M531x.Lwm2m.Client;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The state of the device instance at one moment.</summary>
/// <param name="State">Of the LwM2M client.</param>
/// <param name="RemainingLifetime">Until the registration ends; zero when there is none.</param>
/// <param name="Operations">Operations of the server that the MCU has not answered.</param>
/// <param name="OperationBytes">Their write and execute data.</param>
/// <param name="DroppedOperations">Operations that did not fit the queue, in this registration.</param>
/// <param name="HeldValues">Values that wait for the last part of their report.</param>
/// <param name="FollowUps">Exchanges whose acknowledgement, departure or release something waits for.</param>
/// <param name="ObservedPaths">Paths that the server observes.</param>
/// <param name="RenegotiateAfter">AT+MIPLDTLSNAT: silence after which a new handshake is needed; null for never.</param>
sealed record MiplStatus(
    ClientState State, TimeSpan RemainingLifetime, int Operations, int OperationBytes, int DroppedOperations, int HeldValues, int FollowUps,
    IReadOnlyList<ResourcePath> ObservedPaths, TimeSpan? RenegotiateAfter);
