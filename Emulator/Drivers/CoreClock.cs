namespace M531x.Emulator.Drivers;

/// <summary>Maps the wall clock to core time: a rate, freezes and jumps. Core time begins at 0 when the clock is made. For one thread.</summary>
/// <param name="wall">Its time stamps, not its date.</param>
/// <param name="rate">Seconds of core time in a second of the wall clock.</param>
sealed class CoreClock(TimeProvider wall, double rate)
{
    /// <summary>Core time at the stamp <see cref="_since"/>; from there it goes on with the rate.</summary>
    TimeSpan _base;
    long _since = wall.GetTimestamp();

    /// <summary>Kept while the clock stands still.</summary>
    public double Rate { get; private set; } = rate;

    public bool IsFrozen { get; private set; }

    public TimeSpan Now => IsFrozen ? _base : _base + wall.GetElapsedTime(_since) * Rate;

    public void SetRate(double rate)
    {
        JumpTo(Now);
        Rate = rate;
    }

    public void SetFrozen(bool frozen)
    {
        JumpTo(Now);
        IsFrozen = frozen;
    }

    /// <summary>Goes on, or stands still, from there.</summary>
    public void JumpTo(TimeSpan now)
    {
        _base = now;
        _since = wall.GetTimestamp();
    }

    /// <summary>Wall-clock time until core time gets there: zero when it has, <see cref="TimeSpan.MaxValue"/> when it never does by itself.</summary>
    public TimeSpan WallUntil(TimeSpan time)
    {
        var left = time - Now;
        if (left <= TimeSpan.Zero)
            return TimeSpan.Zero;
        var never = IsFrozen || time == TimeSpan.MaxValue || left.TotalSeconds / Rate > TimeSpan.MaxValue.TotalSeconds / 2;
        return never ? TimeSpan.MaxValue : left / Rate;
    }
}
