using M531x.Emulator.Core.Platform;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Tracing;

/// <summary>Events of the local OneNET as traced events.</summary>
static class PlatformTrace
{
    public static TraceEvent Of(TimeSpan now, OneNetEvent platformEvent)
    {
        var (name, fields) = Describe(platformEvent);
        return new TraceEvent(now, null, "onenet", name, fields);
    }

    static (string Name, TraceField[] Fields) Describe(OneNetEvent platformEvent) => platformEvent switch
    {
        DeviceCreated e => ("device.created", [("imei", e.Imei), ("device", e.DeviceId)]),
        DeviceDeleted e => ("device.deleted", [("imei", e.Imei), ("device", e.DeviceId)]),
        BootstrapStarted e => ("bootstrap.started", [("endpoint", e.Endpoint), ("from", e.From.ToString())]),
        BootstrapCompleted e => ("bootstrap.done", [("endpoint", e.Endpoint)]),
        BootstrapAborted e => ("bootstrap.failed", [("endpoint", e.Endpoint), ("reason", e.Reason.ToString()), ("code", e.Code?.ToString())]),
        AccessRefused e => ("refused",
            [("port", e.Port.ToString()), ("endpoint", e.Endpoint), ("from", e.From.ToString()), ("code", e.Code.ToString()), ("reason", e.Reason)]),
        DeviceRegistered e => ("registered", [("imei", e.Imei), ("location", e.Location), ("lifetime", e.Lifetime), ("from", e.From.ToString())]),
        DeviceUpdated e => ("updated", [("imei", e.Imei), ("lifetime", e.Lifetime), ("moved", e.Moved)]),
        DeviceReturned e => ("returned", [("imei", e.Imei), ("from", e.From.ToString())]),
        DeviceOffline e => ("offline", [("imei", e.Imei), ("reason", e.Reason.ToString())]),
        SecureSessionUp e => ("session.up",
            [("port", e.Port.ToString()), ("identity", e.Identity), ("suite", e.Suite), ("resumed", e.Resumed), ("from", e.From.ToString())]),
        SecureSessionRefused e => ("session.refused",
            [("port", e.Port.ToString()), ("identity", e.Identity), ("from", e.From.ToString()), ("reason", e.Reason)]),
        SecureSessionClosed e => ("session.closed", [("port", e.Port.ToString()), ("from", e.From.ToString())]),
        McuUpdateMoved e => ("mcu.update", [("imei", e.Imei), ("step", e.Step.ToString()), ("reason", e.Reason)]),
        DownlinkAnswered e => ("downlink.answered",
            [("imei", e.Imei), ("kind", e.Kind.ToString()), ("path", e.Path.ToString()), ("code", e.Code.ToString())]),
        DownlinkFailed e => ("downlink.failed",
            [("imei", e.Imei), ("kind", e.Kind.ToString()), ("path", e.Path.ToString()), ("reason", e.Reason.ToString())]),
        DatapointStored e => ("datapoint", [("imei", e.Imei), ("stream", e.Stream), ("value", e.Value)]),
        ValueDropped e => ("value.dropped", [("imei", e.Imei), ("path", e.Path.ToString())]),
        OneNetWarning e => ("warning", [("source", e.Source), ("text", e.Text)]),
        ApiCalled e => ("api.called", [("method", e.Method), ("path", e.Path), ("errno", e.Errno)]),
        _ => throw new ArgumentException($"{platformEvent.GetType().Name} has no name in the trace", nameof(platformEvent)),
    };
}
