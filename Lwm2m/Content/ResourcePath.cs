using System.Globalization;

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

    /// <summary>Reads Uri-Path segments; false for none, more than three, or anything but a number of 0 to 65535 in
    /// plain digits without a leading zero, so that a path has one spelling.</summary>
    public static bool TryParse(IReadOnlyList<string> segments, out ResourcePath path)
    {
        path = default;
        if (segments.Count is 0 or > 3)
            return false;
        Span<int> ids = stackalloc int[3];
        for (var i = 0; i < segments.Count; i++)
            if (!TryParseId(segments[i], out ids[i]))
                return false;
        path = new ResourcePath(ids[0], segments.Count > 1 ? ids[1] : null, segments.Count > 2 ? ids[2] : null);
        return true;
    }

    public override string ToString() => Instance is null ? $"/{Object}" : Resource is null ? $"/{Object}/{Instance}" : $"/{Object}/{Instance}/{Resource}";

    static bool TryParseId(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id)
        && id <= ushort.MaxValue
        && (text.Length == 1 || text[0] != '0');
}
