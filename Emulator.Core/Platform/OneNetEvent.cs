using System.Net;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>What happened on the platform, for log and trace. No event carries a key or an authentication code.</summary>
abstract record OneNetEvent(TimeSpan At);

sealed record DeviceCreated(TimeSpan At, string Imei, string DeviceId) : OneNetEvent(At);
sealed record DeviceDeleted(TimeSpan At, string Imei, string DeviceId) : OneNetEvent(At);

sealed record BootstrapStarted(TimeSpan At, string Endpoint, IPEndPoint From) : OneNetEvent(At);
sealed record BootstrapCompleted(TimeSpan At, string Endpoint) : OneNetEvent(At);
sealed record BootstrapAborted(TimeSpan At, string Endpoint, BootstrapFailure Reason, CoapCode? Code) : OneNetEvent(At);

/// <summary>A bootstrap or registration was refused.</summary>
/// <param name="Reason">Such as "unknown device", in words for a log.</param>
sealed record AccessRefused(TimeSpan At, OneNetPort Port, string Endpoint, IPEndPoint From, CoapCode Code, string Reason) : OneNetEvent(At);

sealed record DeviceRegistered(TimeSpan At, string Imei, string Location, long Lifetime, IPEndPoint From) : OneNetEvent(At);

/// <summary>A DTLS handshake was completed.</summary>
sealed record SecureSessionUp(TimeSpan At, OneNetPort Port, string Identity, string Suite, bool Resumed, IPEndPoint From) : OneNetEvent(At);

/// <summary>A DTLS handshake failed, or is about to.</summary>
sealed record SecureSessionRefused(TimeSpan At, OneNetPort Port, string Identity, IPEndPoint From, string Reason) : OneNetEvent(At);
sealed record SecureSessionClosed(TimeSpan At, OneNetPort Port, IPEndPoint From) : OneNetEvent(At);

/// <summary>A registered device goes on under a new DTLS association.</summary>
sealed record DeviceReturned(TimeSpan At, string Imei, IPEndPoint From) : OneNetEvent(At);

/// <param name="Moved">The Update came from another address than before.</param>
sealed record DeviceUpdated(TimeSpan At, string Imei, long Lifetime, bool Moved) : OneNetEvent(At);
sealed record DeviceOffline(TimeSpan At, string Imei, RegistrationEndReason Reason) : OneNetEvent(At);

/// <summary>The update of an MCU's software has come to a step, or to its end.</summary>
/// <param name="Reason">Why it failed; else empty.</param>
sealed record McuUpdateMoved(TimeSpan At, string Imei, McuUpdateStep Step, string Reason) : OneNetEvent(At);

/// <summary>A request of the platform was answered.</summary>
sealed record DownlinkAnswered(TimeSpan At, string Imei, DownlinkKind Kind, ResourcePath Path, CoapCode Code) : OneNetEvent(At);

/// <summary>A request of the platform got no answer.</summary>
sealed record DownlinkFailed(TimeSpan At, string Imei, DownlinkKind Kind, ResourcePath Path, CoapFailure Reason) : OneNetEvent(At);

/// <param name="Value">As the HTTP API shows it, in JSON.</param>
sealed record DatapointStored(TimeSpan At, string Imei, string Stream, string Value) : OneNetEvent(At);

/// <summary>A notified value was thrown away because the resource is not in the object's Discover list.</summary>
sealed record ValueDropped(TimeSpan At, string Imei, ResourcePath Path) : OneNetEvent(At);

/// <summary>Something from a device that the platform could not use.</summary>
sealed record OneNetWarning(TimeSpan At, string Source, string Text) : OneNetEvent(At);

sealed record ApiCalled(TimeSpan At, long Call, string Method, string Path, int Errno) : OneNetEvent(At);
