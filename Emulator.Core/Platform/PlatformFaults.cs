using System.Text;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>What became of a fault that begins or ends.</summary>
enum FaultEffect
{
    /// <summary>The fault is not the platform's.</summary>
    NotApplicable,
    Applied,

    /// <summary>The device is to be deleted.</summary>
    DeletesDevice,
}

/// <summary>Faults of the platform that begin and end. Faults of single messages act in the parts that handle the messages.</summary>
sealed class PlatformFaults(OneNetContext context, SecurePorts secure, DeviceKeys keys, PlatformDeviceServer server)
{
    /// <param name="device">The module's device; null when the platform does not know it.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="begins">False when it ends.</param>
    public FaultEffect Apply(DeviceRecord? device, ActiveFault fault, bool begins)
    {
        var type = fault.Spec.Type.Name;
        if (secure.TryApply(fault))
            return FaultEffect.Applied;
        switch (type)
        {
            case "clock-skew":
                var by = fault.Duration("by");
                context.SkewClock(!begins ? TimeSpan.Zero : fault.Text("way") == "behind" ? -by : by);
                return FaultEffect.Applied;
            case "delete-device":
                return device is null ? FaultEffect.Applied : FaultEffect.DeletesDevice;
            case "location-lost" or "psk-rotated" or "observe-cancel" or "observe-storm" or "write-large":
                if (device is not null)
                    Apply(device, type, fault);
                return FaultEffect.Applied;
            default:
                return FaultEffect.NotApplicable;
        }
    }

    void Apply(DeviceRecord device, string type, ActiveFault fault)
    {
        switch (type)
        {
            case "location-lost":
                server.EndRegistration(device);
                break;
            case "psk-rotated":
                keys.Rotate(device);
                break;
            case "observe-cancel":
                SendToObserved(device, DownlinkCommand.CancelObserve);
                break;
            case "observe-storm":
                for (var rounds = (int)fault.Number("rounds"); rounds > 0; rounds--)
                    SendToObserved(device, path => DownlinkCommand.Observe(path));
                break;
            case "write-large" when device.Session is { } session:
                WriteLarge(session, fault);
                break;
        }
    }

    void SendToObserved(DeviceRecord device, Func<ResourcePath, DownlinkCommand> command)
    {
        if (device.Session is not { } session)
            return;
        foreach (var path in session.ObservedPaths.ToList())
            server.Downlinks.Send(session, command(path));
    }

    void WriteLarge(DeviceSession session, ActiveFault fault)
    {
        if (!ResourcePath.TryParse(fault.Text("path").TrimStart('/').Split('/'), out var path))
            return;
        var payload = new List<byte>();
        var value = new string('x', (int)fault.Number("bytes"));
        Tlv.Write(payload, TlvKind.Resource, path.Resource!.Value, Encoding.ASCII.GetBytes(value));
        var instance = new ResourcePath(path.Object, path.Instance);
        server.Downlinks.Send(session, DownlinkCommand.Write(instance, CoapCode.Post, payload.ToArray()));
    }
}
