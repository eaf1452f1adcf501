using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Front;

/// <summary>Sleep of the UART: power saving mode lets the module sleep unless a lock holds it, and the UART or the radio wakes it.</summary>
sealed class UartSleep(ModuleContext context)
{
    enum Alertness
    {
        Awake,

        /// <summary>The UART is not served; its next byte wakes the module and is lost.</summary>
        Asleep,

        /// <summary>Woken by the UART, and still deaf: what arrives is lost, as a rule the whole first command.</summary>
        Waking,
    }

    enum Timer
    {
        /// <summary>The module hears the UART that has woken it.</summary>
        Woken,

        /// <summary>The UART has been silent long enough to sleep again.</summary>
        Silence,
    }

    readonly TimerTable<Timer> _timers = new();
    Alertness _alertness;

    /// <summary>AT*ENTERSLEEP: the module sleeps as soon as the connection is released, power saving mode or not.</summary>
    bool _isOrdered;

    public TimeSpan NextDeadline => _timers.Next;

    /// <summary>The UART of some modules is served in every mode.</summary>
    bool UartSleeps => context.Profile.Delays.Wake.Typical > TimeSpan.Zero;

    bool IsPowerSaving => context.Radio.State == RadioState.PowerSaving;

    /// <summary>Nothing of the network keeps the module awake.</summary>
    bool MayRest => IsPowerSaving || _isOrdered && !context.Radio.IsConnected;

    /// <summary>A module that was asleep takes its typical time even without latency: the command that wakes it is lost.</summary>
    TimeSpan WakeTime => context.Latency.IsNone ? context.Profile.Delays.Wake.Typical : context.Latency.Of(context.Profile.Delays.Wake);

    /// <summary>AT*ENTERSLEEP (assumed: the family has no public description). A sleep lock forbids it.</summary>
    public AtResult EnterSleep()
    {
        if (!context.Settings.MaySleep)
            return CmeError.OperationNotAllowed;
        _isOrdered = UartSleeps;
        context.Radio.EnterSleep(context.Now);
        if (_isOrdered && MayRest)
            _timers.Set(Timer.Silence, context.Now); // after the answer
        return AtResult.Ok;
    }

    /// <summary>A byte comes from the UART; false when the module does not hear it.</summary>
    public bool TryHear()
    {
        if (_alertness == Alertness.Asleep)
        {
            MoveTo(Alertness.Waking, "UART");
            _timers.Set(Timer.Woken, context.Now + WakeTime);
        }
        if (_alertness == Alertness.Awake)
            WatchSilence();
        return _alertness == Alertness.Awake;
    }

    /// <returns>True when the module falls asleep.</returns>
    public bool HandleRadio(RadioEvent radioEvent)
    {
        switch (radioEvent)
        {
            case RrcChanged { Connected: true } or PsmChanged { Saving: false }:
                WakeUp("radio");
                return false;
            case RrcChanged when _isOrdered && MayRest:
            case PsmChanged:
                return TryFallAsleep();
            default:
                return false;
        }
    }

    /// <returns>True when the module falls asleep.</returns>
    public bool HandleTimeout()
    {
        var fellAsleep = false;
        while (_timers.TryTakeDue(context.Now, out var timer))
        {
            if (timer == Timer.Woken)
                WakeUp("UART");
            else
                fellAsleep |= MayRest && TryFallAsleep();
        }
        return fellAsleep;
    }

    /// <summary>The module restarts.</summary>
    public void Reset()
    {
        _isOrdered = false;
        _alertness = Alertness.Awake;
        _timers.StopAll();
    }

    bool TryFallAsleep()
    {
        if (!UartSleeps || !context.Settings.MaySleep || _alertness != Alertness.Awake)
            return false;
        MoveTo(Alertness.Asleep, IsPowerSaving ? "power saving mode" : "told to");
        _timers.Stop(Timer.Silence);
        if (context.Profile.SleepLine is { } line)
            context.Output.Urc(line);
        return true;
    }

    void WakeUp(string why)
    {
        if (_alertness == Alertness.Awake)
            return;
        _isOrdered = false;
        MoveTo(Alertness.Awake, why);
        _timers.Stop(Timer.Woken);
        if (context.Settings.ReportsWakeUp && context.Profile.WakeLine is { } line)
            context.Output.Urc(line);
        WatchSilence();
    }

    /// <summary>A module that was woken in power saving mode sleeps again when nothing more is sent.</summary>
    void WatchSilence()
    {
        if (UartSleeps && IsPowerSaving)
            _timers.Set(Timer.Silence, context.Now + TimeSpan.FromSeconds(context.Limits.AwakeSeconds));
    }

    void MoveTo(Alertness next, string why)
    {
        context.Trace("module", "alertness", $"{_alertness} -> {next}: {why}",
            ("from", _alertness.ToString()), ("to", next.ToString()), ("why", why));
        _alertness = next;
    }
}
