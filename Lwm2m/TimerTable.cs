namespace M531x.Lwm2m;

/// <summary>One optional deadline per value of an enum: nothing to dispose, nothing that fires by itself.</summary>
public sealed class TimerTable<TTimer> where TTimer : struct, Enum
{
    readonly TTimer[] _timers = Enum.GetValues<TTimer>();
    readonly TimeSpan[] _deadlines;

    public TimerTable()
    {
        _deadlines = new TimeSpan[_timers.Length];
        StopAll();
    }

    /// <summary>The earliest deadline, <see cref="TimeSpan.MaxValue"/> for none.</summary>
    public TimeSpan Next => _deadlines.Min();

    public void Set(TTimer timer, TimeSpan deadline) => _deadlines[Index(timer)] = deadline;
    public void Stop(TTimer timer) => _deadlines[Index(timer)] = TimeSpan.MaxValue;
    public void StopAll() => Array.Fill(_deadlines, TimeSpan.MaxValue);
    public bool IsRunning(TTimer timer) => _deadlines[Index(timer)] != TimeSpan.MaxValue;
    public TimeSpan Deadline(TTimer timer) => _deadlines[Index(timer)];

    /// <summary>Takes the timer that is due and earliest, in the enum's order among equals.</summary>
    public bool TryTakeDue(TimeSpan now, out TTimer timer)
    {
        timer = default;
        var due = Array.IndexOf(_deadlines, Next);
        if (_deadlines[due] > now || _deadlines[due] == TimeSpan.MaxValue)
            return false;
        timer = _timers[due];
        _deadlines[due] = TimeSpan.MaxValue;
        return true;
    }

    int Index(TTimer timer) => Array.IndexOf(_timers, timer);
}
