using System.Diagnostics.CodeAnalysis;

namespace M531x.Lwm2m.Coap;

/// <summary>Remembers values by key until they expire or <paramref name="capacity"/> newer ones came.</summary>
sealed class ExpiringMemory<TKey, TValue>(int capacity) where TKey : notnull
{
    readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    readonly LinkedList<Entry> _oldestFirst = [];

    public int Count => _entries.Count;

    public void Add(TimeSpan expires, TKey key, TValue value)
    {
        Remove(key);
        if (_entries.Count >= capacity && _oldestFirst.First is { } oldest)
            Remove(oldest.Value.Key);
        _entries[key] = _oldestFirst.AddLast(new Entry(key, value, expires));
    }

    public bool TryGet(TimeSpan now, TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        if (!_entries.TryGetValue(key, out var node))
            return false;
        if (node.Value.Expires <= now)
        {
            Remove(key);
            return false;
        }
        value = node.Value.Value;
        return true;
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out var node))
            _oldestFirst.Remove(node);
    }

    public void RemoveWhere(Func<TKey, TValue, bool> condition)
    {
        foreach (var key in _oldestFirst.Where(e => condition(e.Key, e.Value)).Select(e => e.Key).ToArray())
            Remove(key);
    }

    /// <summary>Gives entries another key; one that is taken keeps its entry. Age and expiry stay.</summary>
    public void Rename(Func<TKey, TValue, bool> condition, Func<TKey, TKey> newKey)
    {
        foreach (var entry in _oldestFirst.Where(e => condition(e.Key, e.Value)).ToArray())
        {
            var node = _entries[entry.Key];
            var renamed = entry with { Key = newKey(entry.Key) };
            if (_entries.TryAdd(renamed.Key, node))
            {
                _entries.Remove(entry.Key);
                node.Value = renamed;
            }
            else
            {
                Remove(entry.Key);
            }
        }
    }

    sealed record Entry(TKey Key, TValue Value, TimeSpan Expires);
}
