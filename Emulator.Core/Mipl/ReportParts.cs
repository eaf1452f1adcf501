using M531x.Lwm2m.Content;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Parts of a NOTIFY or READRSP that wait for the last one (manual §1.9: flag 1 and 2).</summary>
sealed class ReportParts
{
    const int MaxValues = 64;

    /// <summary>What a report of a whole object can hold and still fit one datagram.</summary>
    const int MaxInstances = 32;

    readonly SortedDictionary<(int Object, int Instance), List<(ResourcePath Path, Lwm2mValue Value)>> _held = [];

    /// <summary>Values held.</summary>
    public int Count => _held.Values.Sum(v => v.Count);

    /// <summary>Holds a value; a resource held before is replaced. False when all parts of the instance would exceed the limit.</summary>
    public bool TryHold(ResourcePath path, Lwm2mValue value, int maxBytes)
    {
        var key = (path.Object, path.Instance!.Value);
        var isNew = !_held.TryGetValue(key, out var values);
        values ??= [];
        var others = values.Where(v => v.Path != path).Sum(v => Tlv.EncodeValue(v.Value).Length);
        if (others + Tlv.EncodeValue(value).Length > maxBytes || values.Count(v => v.Path != path) >= MaxValues)
            return false;
        if (isNew && _held.Keys.Count(k => k.Object == path.Object) >= MaxInstances)
            return false;
        _held[key] = values;
        values.RemoveAll(v => v.Path == path);
        values.Add((path, value));
        return true;
    }

    /// <summary>Takes all that is held for the instance of a path.</summary>
    public IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> Take(ResourcePath path) =>
        _held.Remove((path.Object, path.Instance!.Value), out var values) ? values : [];

    /// <summary>Takes everything, in the order of objects and instances.</summary>
    public IReadOnlyList<(ResourcePath Path, Lwm2mValue Value)> TakeAll()
    {
        var all = _held.Values.SelectMany(v => v).ToList();
        _held.Clear();
        return all;
    }

    /// <summary>Drops what is held for an object that is gone.</summary>
    public void Forget(int objectId)
    {
        foreach (var key in _held.Keys.Where(k => k.Object == objectId).ToList())
            _held.Remove(key);
    }

    public void Clear() => _held.Clear();
}
