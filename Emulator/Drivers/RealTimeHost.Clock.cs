using M531x.Emulator.Control;

namespace M531x.Emulator.Drivers;

/// <content>
/// Core time and the loop that keeps it. Between inputs core time goes on with the clock, or, when it is advanced, at once; either way each
/// deadline on the way is met at its own time and in order. It stands still while a datagram between module and local OneNET is under way.
/// </content>
sealed partial class RealTimeHost
{
    /// <summary>Steps at one core time after which something loops for ever.</summary>
    const int MaxStepsAtOneTime = 100_000;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    readonly CoreClock _clock;
    readonly LocalTraffic _traffic = new(TimeProvider.System);
    readonly Queue<Advance> _advances = [];
    int _stepsAtOneTime;

    /// <summary>Core time, the same while one input is handled.</summary>
    TimeSpan Now { get; set; }

    bool IClockControl.IsVirtual => false;

    public bool MeetsOutsiders { get; }

    public async Task<ClockState> GetClockAsync(CancellationToken cancellation)
    {
        ClockState state = null!;
        await PostAsync(() => state = State(), cancellation);
        return state;
    }

    public async Task<ClockState> ChangeClockAsync(ClockChange change, CancellationToken cancellation)
    {
        var advance = change.Advance is { } by ? new Advance(by) : null;
        try
        {
            ClockState state = null!;
            await PostAsync(() =>
            {
                Change(change);
                if (advance is not null)
                    _advances.Enqueue(advance);
                state = State();
            }, cancellation);
            return advance is null ? state : await advance.Done.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            if (advance is not null)
                Post(() => advance.To = Now);
            throw;
        }
    }

    void Run()
    {
        try
        {
            while (!_stopping)
            {
                var isInput = _inputs.TryTake(out var input, WaitTime());
                PassTime(isInput);
                if (isInput)
                    _stepsAtOneTime = 0;
                input?.Invoke();
                Settle();
            }
            _stopped.SetResult();
        }
        catch (Exception e)
        {
            // Nothing in the core catches: what arrives here is a bug, and going on would hide it.
            _stopped.SetException(e);
        }
    }

    /// <summary>What is due before the present input comes first.</summary>
    void PassTime(bool isInput)
    {
        if (_advances.TryPeek(out var advance))
        {
            if (!isInput && _traffic.Wait == TimeSpan.Zero)
                Go(advance);
            return;
        }
        var present = _clock.Now;
        while (_traffic.Wait == TimeSpan.Zero)
        {
            var next = NextDeadline;
            if (next > present)
            {
                Now = present > Now ? present : Now;
                return;
            }
            StepTo(next);
            Settle();
        }
    }

    /// <summary>One deadline further, or to the end.</summary>
    void Go(Advance advance)
    {
        var from = advance.From ??= Now;
        var to = advance.To ??= from + advance.By;
        if (NextDeadline is var next && next <= to)
        {
            StepTo(next);
            return; // the loop settles, and then looks for what came of it
        }
        Now = to > Now ? to : Now;
        _clock.JumpTo(Now);
        _advances.Dequeue();
        _tap.TakeAdvance(Now, Now - from);
        advance.Done.TrySetResult(State());
    }

    void StepTo(TimeSpan deadline)
    {
        _stepsAtOneTime = deadline > Now ? 0 : _stepsAtOneTime + 1;
        if (_stepsAtOneTime > MaxStepsAtOneTime)
            throw new InvalidOperationException($"No progress of time at {Now}");
        Now = deadline > Now ? deadline : Now;
    }

    /// <summary>Meets what is due and does what comes of it.</summary>
    void Settle()
    {
        HandleFaults();
        if (_module.NextDeadline <= Now)
        {
            var wasBooting = _module.IsBooting;
            _module.HandleTimeout(Now);
            if (wasBooting && !_module.IsBooting)
                NoteBoot();
        }
        if (_platform is not null && _platform.NextDeadline <= Now)
            _platform.HandleTimeout(Now);
        Drain();
        _console.HandleTimeout(Now);
    }

    TimeSpan NextDeadline
    {
        get
        {
            var next = _module.NextDeadline < NextFault ? _module.NextDeadline : NextFault;
            if (_platform is not null && _platform.NextDeadline < next)
                next = _platform.NextDeadline;
            return _console.NextDeadline < next ? _console.NextDeadline : next;
        }
    }

    TimeSpan WaitTime()
    {
        if (_traffic.Wait is var traffic && traffic > TimeSpan.Zero)
            return traffic;
        if (_advances.Count > 0)
            return TimeSpan.Zero;
        var wait = _clock.WallUntil(NextDeadline);
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait + TimeSpan.FromMilliseconds(1);
    }

    void Change(ClockChange change)
    {
        if (change.Rate is { } rate)
            _clock.SetRate(rate);
        if (change.Freeze is { } frozen)
            _clock.SetFrozen(frozen);
        if (change.Rate is not null || change.Freeze is not null)
        {
            // To the tick: what the wall clock did since this input was taken does not count.
            _clock.JumpTo(Now);
            _tap.Tell(Now, "time", "changed", ("mode", new TimeMode(false, _clock.Rate).ToString()), ("frozen", _clock.IsFrozen));
        }
    }

    ClockState State()
    {
        var next = NextDeadline;
        return new ClockState(new TimeMode(false, _clock.Rate), Now, _clock.IsFrozen, next == TimeSpan.MaxValue ? null : next);
    }

    /// <summary>A jump of core time that was asked for.</summary>
    sealed class Advance(TimeSpan by)
    {
        public TimeSpan By => by;

        /// <summary>Null until it begins.</summary>
        public TimeSpan? From { get; set; }

        /// <summary>Where it ends; known when it begins, or when nobody waits for it any more.</summary>
        public TimeSpan? To { get; set; }

        /// <summary>With the clock as it was then: another advance may follow at once.</summary>
        public TaskCompletionSource<ClockState> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
