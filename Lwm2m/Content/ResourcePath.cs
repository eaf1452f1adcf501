namespace M531x.Lwm2m.Content;

/// <summary>A path of one to three LwM2M identifiers, each 0 to 65535: /object, /object/instance or /object/instance/resource.</summary>
public readonly record struct ResourcePath(int Object, int? Instance = null, int? Resource = null)
{
    /// <summary>The instance as AT lines show it: -1 when absent.</summary>
    public int InstanceOrAll => Instance ?? -1;

    /// <summary>The resource as AT lines show it: -1 when absent.</summary>
    public int ResourceOrAll => Resource ?? -1;

    /// <summary>True when the other path is this one or lies below it.</summary>
    public bool Covers(ResourcePath other) =>
        Object == other.Object
        && (Instance is null || Instance == other.Instance)
        && (Resource is null || Resource == other.Resource);

    /// <summary>Reads Uri-Path segments; false for none, more than three, or anything but a number of 0 to 65535.</summary>
    public static bool TryParse(IReadOnlyList<string> segments, out ResourcePath path) => throw new NotImplementedException();

    public override string ToString() => Instance is null ? $"/{Object}" : Resource is null ? $"/{Object}/{Instance}" : $"/{Object}/{Instance}/{Resource}";
}
