using System.Globalization;

namespace M531x.Emulator.Core.Mipl;

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
    /// <param name="total">Bytes of the whole configuration, as the fragment says.</param>
    /// <param name="bytes">The fragment.</param>
    /// <param name="index">How many fragments follow.</param>
    /// <param name="size">Bytes of the fragment, as it says.</param>
    /// <param name="flag">1 first, 2 middle, 0 last.</param>
    /// <param name="refusal">Empty, or which field is wrong and at which byte of the configuration the fragment begins.</param>
    public Outcome Take(int total, byte[] bytes, int index, int size, int flag, out string refusal)
    {
        var isLast = flag == FlagLast;
        if (isLast && bytes.Length == total)
            Clear();
        refusal = "";
        if (WhatIsWrong(total, bytes, index, size, flag) is { } wrong)
        {
            refusal = Text($"at byte {Count}: {wrong}");
            Clear();
            return Outcome.Refused;
        }
        _bytes.AddRange(bytes);
        _total = total;
        _nextIndex = index - 1;
        return isLast ? Outcome.Complete : Outcome.More;
    }

    string? WhatIsWrong(int total, byte[] bytes, int index, int size, int flag)
    {
        if (bytes.Length != size)
            return Text($"currentsize is {size}, but there are {bytes.Length} bytes");
        if (Count > 0 && total != _total)
            return Text($"totalsize is {total}, but was {_total} before");
        if (Count > 0 && index != _nextIndex)
            return Text($"index is {index}, expected {_nextIndex}");
        if (Count == 0 && flag == FlagMiddle)
            return Text($"flag is {flag} on the first fragment, expected 1, or 0 when it is the only one");
        if (flag == FlagLast != (index == 0))
            return Text($"flag is {flag} at index {index}; flag 0 goes with index 0");
        var end = Count + size;
        return end > total || flag == FlagLast && end != total
            ? Text($"totalsize is {total}, but there are {end} bytes{(flag == FlagLast ? "" : " so far")}")
            : null;
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
