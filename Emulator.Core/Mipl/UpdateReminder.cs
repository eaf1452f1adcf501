namespace M531x.Emulator.Core.Mipl;

/// <summary>
/// When China Mobile's SDK asks for an Update: 93 s before the end of a lifetime over 186 s, 62 s before that of one from 94 s,
/// else after lifetime / 120 of the lifetime; and again each time half of what was left has passed.
/// </summary>
sealed class UpdateReminder
{
    TimeSpan _end;
    int _secondsLeft;

    public TimeSpan NextDeadline => _secondsLeft > 0 ? _end - TimeSpan.FromSeconds(_secondsLeft) : TimeSpan.MaxValue;

    public void Restart(TimeSpan now, TimeSpan lifetime)
    {
        _end = now + lifetime;
        _secondsLeft = lifetime.TotalSeconds switch
        {
            > 186 => 93,
            >= 94 => 62,
            var seconds => (int)(seconds * (1 - seconds / 120)),
        };
    }

    public void Stop() => _secondsLeft = 0;

    /// <summary>Takes the reminder that is due, with the seconds that are left.</summary>
    public bool TryTakeDue(TimeSpan now, out int secondsLeft)
    {
        secondsLeft = _secondsLeft;
        if (NextDeadline > now || _secondsLeft == 0)
            return false;
        _secondsLeft /= 2;
        return true;
    }
}
