using System.Globalization;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>Turns what devices report into data points.</summary>
sealed class Reports(OneNetContext context, IDatapointStore store)
{
    /// <summary>Keeps what a response says besides its command's result: the values of an Observe, the list of a Discover.</summary>
    public void HandleOutcome(DownlinkOutcome outcome)
    {
        if (outcome is not { Failure: null, Response: { } response, Downlink: var downlink })
            return;
        var device = downlink.Session.Device;
        // The module's response to an Observe is empty; a standard client's carries the present value.
        if (downlink.Kind == DownlinkKind.Observe && !response.Payload.IsEmpty)
            Store(device, downlink.Path, response);
        else if (downlink.Kind == DownlinkKind.Discover
            && ResourceList.TryRead(response, downlink.Path, downlink.Session.Registration.Root, out var found))
            device.Resources.Replace(downlink.Path, found);
    }

    /// <summary>Stores the values of a notification, except those of resources that the device's Discover list does not name.</summary>
    public void Store(DeviceRecord device, ResourcePath path, CoapMessage message)
    {
        if (!ContentReader.TryRead(message, path, out var values))
        {
            context.Emit(new OneNetWarning(
                context.Now, device.Imei, $"notification for {path} is not readable, content format {message.ContentFormat}"));
            return;
        }
        foreach (var value in values)
        {
            if (!device.Resources.Allows(path.Object, value.Instance, value.Resource))
            {
                context.Emit(new ValueDropped(context.Now, device.Imei, new ResourcePath(path.Object, value.Instance, value.Resource)));
                continue;
            }
            var stream = NameOf(path.Object, value.Instance, value.Resource);
            store.Add(device.Id, stream, new Datapoint(context.Clock, value.Value));
            context.Emit(new DatapointStored(context.Now, device.Imei, stream, ApiJson.Write(value.Value)));
        }
    }

    /// <summary>A stream's name on OneNET, such as 3303_0_5700.</summary>
    static string NameOf(int objectId, int instance, int resource) =>
        string.Create(CultureInfo.InvariantCulture, $"{objectId}_{instance}_{resource}");
}
