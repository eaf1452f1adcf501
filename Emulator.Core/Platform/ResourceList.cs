using System.Text;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Platform;

/// <summary>An object instance in a Discover answer, and its resources in the device's order.</summary>
sealed record DiscoveredInstance(int Instance, List<int> Resources);

/// <summary>The resources that a device named in its Discover answers, by object.</summary>
sealed class ResourceList
{
    readonly SortedDictionary<int, List<DiscoveredInstance>> _objects = [];

    public IEnumerable<KeyValuePair<int, List<DiscoveredInstance>>> Objects => _objects;

    public void Clear() => _objects.Clear();

    /// <summary>False only when the object's list is known and does not name the resource.</summary>
    public bool Allows(int objectId, int instance, int resource) =>
        !_objects.TryGetValue(objectId, out var instances)
        || instances.Exists(i => i.Instance == instance && i.Resources.Contains(resource));

    /// <summary>Replaces what is known of an object or of one instance by a Discover answer.</summary>
    public void Replace(ResourcePath path, List<DiscoveredInstance> found)
    {
        if (path.Instance is null || !_objects.TryGetValue(path.Object, out var known))
        {
            _objects[path.Object] = found;
            return;
        }
        known.RemoveAll(i => i.Instance == path.Instance);
        known.AddRange(found);
        known.Sort((a, b) => a.Instance.CompareTo(b.Instance));
    }

    /// <summary>Reads the instances and resources below a path out of a Discover answer. False when it is no link list.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="path">The path of the Discover.</param>
    /// <param name="root">The client's path before the objects; empty as a rule.</param>
    /// <param name="found">Instances in the device's order.</param>
    public static bool TryRead(CoapMessage message, ResourcePath path, string root, out List<DiscoveredInstance> found)
    {
        found = [];
        if (!LinkFormat.TryParse(Encoding.UTF8.GetString(message.Payload.Span), out var links))
            return false;
        foreach (var link in links)
        {
            var target = link.Target.Trim('/');
            if (root.Length > 0 && target.StartsWith(root + "/", StringComparison.Ordinal))
                target = target[(root.Length + 1)..];
            if (!ResourcePath.TryParse(target.Split('/'), out var named) || !path.Covers(named) || named.Instance is not { } instance)
                continue;
            var entry = found.Find(i => i.Instance == instance);
            if (entry is null)
                found.Add(entry = new DiscoveredInstance(instance, []));
            if (named.Resource is { } resource && !entry.Resources.Contains(resource))
                entry.Resources.Add(resource);
        }
        return true;
    }
}
