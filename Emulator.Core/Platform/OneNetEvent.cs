using System.Net;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>An event of the platform, for log and trace. No event carries a key or an authentication code.</summary>
abstract record OneNetEvent(TimeSpan At);

sealed record DeviceCreated(TimeSpan At, string Imei, string DeviceId) : OneNetEvent(At);
sealed record DeviceDeleted(TimeSpan At, string Imei, string DeviceId) : OneNetEvent(At);

sealed record BootstrapStarted(TimeSpan At, string Endpoint, IPEndPoint From) : OneNetEvent(At);
sealed record BootstrapCompleted(TimeSpan At, string Endpoint) : OneNetEvent(At);
sealed record BootstrapAborted(TimeSpan At, string Endpoint, BootstrapFailure Reason, CoapCode? Code) : OneNetEvent(At);

/// <summary>A bootstrap or registration was refused.</summary>
/// <param name="Reason">Text for a log, such as "unknown device".</param>
sealed record AccessRefused(TimeSpan At, OneNetPort Port, string Endpoint, IPEndPoint From, CoapCode Code, string Reason) : OneNetEvent(At);

sealed record DeviceRegistered(TimeSpan At, string Imei, string Location, long Lifetime, IPEndPoint From) : OneNetEvent(At);

/// <summary>A DTLS handshake was completed.</summary>
sealed record SecureSessionUp(TimeSpan At, OneNetPort Port, string Identity, string Suite, bool Resumed, IPEndPoint From) : OneNetEvent(At);

/// <summary>A DTLS handshake failed, or will fail because the keys differ.</summary>
sealed record SecureSessionRefused(TimeSpan At, OneNetPort Port, string Identity, IPEndPoint From, string Reason) : OneNetEvent(At);
sealed record SecureSessionClosed(TimeSpan At, OneNetPort Port, IPEndPoint From) : OneNetEvent(At);

/// <summary>A registered device goes on under a new DTLS association.</summary>
sealed record DeviceReturned(TimeSpan At, string Imei, IPEndPoint From) : OneNetEvent(At);

/// <summary>An Update renewed a registration.</summary>
/// <param name="Moved">It came from another peer than before.</param>
sealed record DeviceUpdated(TimeSpan At, string Imei, long Lifetime, bool Moved) : OneNetEvent(At);
sealed record DeviceOffline(TimeSpan At, string Imei, RegistrationEndReason Reason) : OneNetEvent(At);

/// <summary>The update of an MCU's software entered a step or ended.</summary>
/// <param name="Reason">Why it failed; otherwise empty.</param>
sealed record McuUpdateMoved(TimeSpan At, string Imei, McuUpdateStep Step, string Reason) : OneNetEvent(At);

/// <summary>A device answered a request of the platform.</summary>
sealed record DownlinkAnswered(TimeSpan At, string Imei, DownlinkKind Kind, ResourcePath Path, CoapCode Code) : OneNetEvent(At);

/// <summary>A device did not answer a request of the platform.</summary>
sealed record DownlinkFailed(TimeSpan At, string Imei, DownlinkKind Kind, ResourcePath Path, CoapFailure Reason) : OneNetEvent(At);

/// <summary>The platform stored a reported value.</summary>
/// <param name="Value">JSON text, as the HTTP API shows the value.</param>
sealed record DatapointStored(TimeSpan At, string Imei, string Stream, string Value) : OneNetEvent(At);

/// <summary>The platform dropped a reported value: the object's Discover list does not name the resource.</summary>
sealed record ValueDropped(TimeSpan At, string Imei, ResourcePath Path) : OneNetEvent(At);

/// <summary>A message of a device that the platform cannot use.</summary>
sealed record OneNetWarning(TimeSpan At, string Source, string Text) : OneNetEvent(At);

sealed record ApiCalled(TimeSpan At, long Call, string Method, string Path, int Errno) : OneNetEvent(At);
