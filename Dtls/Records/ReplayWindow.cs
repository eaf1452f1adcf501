namespace M531x.Dtls.Records;

/// <summary>The last 64 sequence numbers of an epoch (RFC 6347 §4.1.2.6). A number is marked only once its record has proved genuine.</summary>
struct ReplayWindow
{
    const int Size = 64;

    ulong _highest;
    ulong _seen;
    bool _any;

    /// <summary>The highest number seen; meaningless before the first.</summary>
    public readonly ulong Highest => _highest;

    public readonly bool IsFresh(ulong sequence)
    {
        if (!_any || sequence > _highest)
            return true;
        var age = _highest - sequence;
        return age < Size && (_seen >> (int)age & 1) == 0;
    }

    /// <summary>True when the number is newer than all before it.</summary>
    public bool Mark(ulong sequence)
    {
        if (!_any || sequence > _highest)
        {
            var step = _any ? sequence - _highest : Size;
            _seen = step >= Size ? 1 : _seen << (int)step | 1;
            _highest = sequence;
            _any = true;
            return true;
        }
        _seen |= 1UL << (int)(_highest - sequence);
        return false;
    }
}
