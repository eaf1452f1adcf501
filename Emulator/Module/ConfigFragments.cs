namespace M531x.Emulator.Module;

/// <summary>Collects the fragments of AT+MIPLCREATE's configuration: index counts down to 0, flag 1 first, 2 middle, 0 last (manual §1.1).</summary>
sealed class ConfigFragments
{
    const int FlagLast = 0;
    const int FlagMiddle = 2;

    readonly List<byte> _bytes = [];
    int _total;
    int _nextIndex;

    public enum Outcome
    {
        Refused,
        More,
        Complete,
    }

    public byte[] Bytes => [.. _bytes];

    public int Count => _bytes.Count;

    public void Clear() => _bytes.Clear();

    /// <summary>
    /// Takes one fragment. A refused one ends the collection. A configuration in one piece starts anew whatever was
    /// collected before: an MCU that restarted in the middle begins again.
    /// </summary>
    public Outcome Take(int total, byte[] bytes, int index, int size, int flag)
    {
        var isLast = flag == FlagLast;
        if (isLast && bytes.Length == total)
            Clear();
        var isFirst = _bytes.Count == 0;
        var fits = bytes.Length == size && isLast == (index == 0) && _bytes.Count + size <= total
            && (isFirst ? flag != FlagMiddle : index == _nextIndex && total == _total);
        if (!fits)
        {
            Clear();
            return Outcome.Refused;
        }
        _bytes.AddRange(bytes);
        _total = total;
        _nextIndex = index - 1;
        return isLast ? Outcome.Complete : Outcome.More;
    }
}
