using M531x.Lwm2m.Content;
using M531x.Lwm2m.Server;

namespace M531x.Emulator.Core.Platform;

/// <summary>What the platform asks of a device by itself after a Register or Update, unless the device's "obsv" is false.</summary>
sealed class Subscriptions(Downlinks downlinks)
{
    const int SecurityObject = 0;

    static readonly ResourcePath DeviceObject = new(3, 0);

    /// <summary>Observes and discovers all registered objects, then reads the device object.</summary>
    public void HandleRegistered(DeviceSession session)
    {
        if (!session.Device.Observe)
            return;
        Subscribe(session, session.Registration.Objects);
        downlinks.Send(session, DownlinkCommand.Read(DeviceObject));
    }

    /// <summary>Forgets the observations of objects that an Update left out; observes and discovers those that it changed.</summary>
    public void HandleUpdated(DeviceSession session, IReadOnlyList<RegisteredObject> previous)
    {
        var objects = session.Registration.Objects;
        foreach (var path in session.ObservedPaths.Where(path => !objects.Any(o => o.Object == path.Object)).ToList())
            downlinks.DropObservation(session, path);
        if (session.Device.Observe)
            Subscribe(session, objects.Where(o => !previous.Any(p => p.Object == o.Object && p.Instances.SequenceEqual(o.Instances))));
    }

    /// <summary>All Observes, then all Discovers, without waiting: their message ids follow one another (manual §5.3.2.4).</summary>
    void Subscribe(DeviceSession session, IEnumerable<RegisteredObject> objects)
    {
        var subscribed = objects.Where(o => o.Object != SecurityObject).ToList();
        foreach (var path in subscribed.SelectMany(PathsOf).Where(path => session.FindObservation(path) is null))
            downlinks.Send(session, DownlinkCommand.Observe(path));
        foreach (var registered in subscribed)
            downlinks.Send(session, DownlinkCommand.Discover(new ResourcePath(registered.Object)));
    }

    /// <summary>An object without instances is observed as a whole.</summary>
    static IEnumerable<ResourcePath> PathsOf(RegisteredObject registered) =>
        registered.Instances.Count == 0
            ? [new ResourcePath(registered.Object)]
            : registered.Instances.Select(instance => new ResourcePath(registered.Object, instance));
}
