namespace M531x.Lwm2m.Coap;

/// <summary>Items by when they are due; equal times in the order they were set. An item has one deadline at most.</summary>
sealed class DeadlineQueue<T> where T : notnull
{
    readonly Dictionary<T, (TimeSpan Due, long Order)> _deadlines = [];
    readonly SortedDictionary<(TimeSpan Due, long Order), T> _sorted = [];
    long _order;

    public int Count => _sorted.Count;

    public TimeSpan Next => _sorted.Count == 0 ? TimeSpan.MaxValue : FirstKey().Due;

    public void Set(T item, TimeSpan due)
    {
        Remove(item);
        var key = (due, ++_order);
        _deadlines[item] = key;
        _sorted[key] = item;
    }

    public void Remove(T item)
    {
        if (_deadlines.Remove(item, out var key))
            _sorted.Remove(key);
    }

    /// <summary>Takes the first item that is due, if any is.</summary>
    public bool TryTakeDue(TimeSpan now, out T? item)
    {
        item = default;
        if (_sorted.Count == 0 || FirstKey() is var key && key.Due > now)
            return false;
        item = _sorted[key];
        Remove(item);
        return true;
    }

    (TimeSpan Due, long Order) FirstKey()
    {
        using var keys = _sorted.GetEnumerator();
        keys.MoveNext();
        return keys.Current.Key;
    }
}
