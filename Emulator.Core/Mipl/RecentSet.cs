namespace M531x.Emulator.Core.Mipl;

/// <summary>Remembers the last few numbers.</summary>
sealed class RecentSet(int limit)
{
    readonly Queue<int> _order = [];

    public void Add(int number)
    {
        _order.Enqueue(number);
        if (_order.Count > limit)
            _order.Dequeue();
    }

    public bool Contains(int number) => _order.Contains(number);

    public void Clear() => _order.Clear();
}
