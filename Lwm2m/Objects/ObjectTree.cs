using M531x.Lwm2m.Content;

namespace M531x.Lwm2m.Objects;

/// <summary>What is known of one resource: its declared type and the value last reported.</summary>
public sealed class ResourceState
{
    public Lwm2mType? Type { get; set; }
    public Lwm2mValue? Last { get; set; }
}

/// <summary>An object with its available instances and the resources that Discover lists.</summary>
public sealed class RegisteredObject(int id, IEnumerable<int> instances)
{
    public int Id { get; } = id;
    public SortedSet<int> Instances { get; } = [.. instances];

    /// <summary>Resource ids listed for every instance, in the order given.</summary>
    public List<int> Listed { get; } = [];

    /// <summary>How many instances each multiple resource has; Discover shows it (LwM2M 1.0 §5.4.2).</summary>
    public Dictionary<int, int> Dimensions { get; } = [];

    /// <summary>Resources that carried a value or a type, by (instance, resource).</summary>
    public SortedDictionary<(int Instance, int Resource), ResourceState> Resources { get; } = [];

    /// <summary>Served by the device itself: never asked of the application, kept when resources are forgotten.</summary>
    public bool Served { get; init; }

    /// <summary>False: an Observe is refused although Register lists the object.</summary>
    public bool IsObservable { get; init; } = true;

    public ResourceState Declare(int instance, int resource)
    {
        if (!Resources.TryGetValue((instance, resource), out var state))
            Resources[(instance, resource)] = state = new ResourceState();
        return state;
    }

    /// <summary>Listed resources first, then those that were reported without being listed (manual §1.5).</summary>
    public IReadOnlyList<int> ResourcesOf(int instance) =>
        [.. Listed, .. Resources.Keys.Where(k => k.Instance == instance && !Listed.Contains(k.Resource)).Select(k => k.Resource)];
}

/// <summary>The client's objects in ascending order of id, as Register lists them.</summary>
public sealed class ObjectTree
{
    readonly SortedDictionary<int, RegisteredObject> _objects = [];

    public IEnumerable<RegisteredObject> Objects => _objects.Values;
    public int Count => _objects.Count;

    public RegisteredObject? Find(int id) => _objects.GetValueOrDefault(id);

    /// <summary>Adds an object; one that is there already is replaced.</summary>
    public RegisteredObject Put(RegisteredObject item) => _objects[item.Id] = item;

    public bool Remove(int id) => _objects.Remove(id);

    /// <summary>True when the object, and the instance if named, exists.</summary>
    public bool Contains(ResourcePath path) =>
        Find(path.Object) is { } item && (path.Instance is not { } instance || item.Instances.Contains(instance));

    /// <summary>Drops listed and declared resources but keeps objects and instances (manual §1.8).</summary>
    public void ForgetResources()
    {
        foreach (var item in _objects.Values.Where(o => !o.Served))
        {
            item.Listed.Clear();
            item.Resources.Clear();
        }
    }

    /// <summary>Links of all instances, or of the object itself when it has none.</summary>
    public IEnumerable<ResourcePath> Links() => _objects.Values.SelectMany(o =>
        o.Instances.Count == 0 ? [new ResourcePath(o.Id)] : o.Instances.Select(i => new ResourcePath(o.Id, i)));
}
