using M531x.Emulator.Radio;

namespace M531x.Emulator.Module;

/// <content>Sleep of the whole module: power saving mode lets it sleep unless a lock holds it, and the UART or the radio wakes it.</content>
sealed partial class M531xModule
{
    enum Alertness
    {
        Awake,

        /// <summary>The UART is not served; its next byte wakes the module and is lost.</summary>
        Asleep,

        /// <summary>Woken by the UART, and still deaf: what arrives is lost, as a rule the whole first command.</summary>
        Waking,
    }

    Alertness _alertness;

    /// <summary>The UART of some modules is served in every mode.</summary>
    bool UartSleeps => _options.Profile.Delays.Wake.Typical > TimeSpan.Zero;

    bool IsPowerSaving => _radio.State == RadioState.PowerSaving;

    void FallAsleep()
    {
        if (!UartSleeps || !_settings.MaySleep || _alertness != Alertness.Awake)
            return;
        MoveTo(Alertness.Asleep, "power saving mode");
        _timers.Stop(Timer.Silence);
        _reader.Clear();
        if (_options.Profile.SleepLine is { } line)
            Urc(line);
    }

    void WakeUp(string why)
    {
        if (_alertness == Alertness.Awake)
            return;
        MoveTo(Alertness.Awake, why);
        _timers.Stop(Timer.Woken);
        if (_settings.ReportsWakeUp && _options.Profile.WakeLine is { } line)
            Urc(line);
        WatchSilence();
    }

    /// <summary>Whether a byte of the UART is heard.</summary>
    bool Hears()
    {
        if (_alertness == Alertness.Asleep)
        {
            MoveTo(Alertness.Waking, "UART");
            _timers.Set(Timer.Woken, _now + WakeTime());
        }
        if (_alertness == Alertness.Awake)
            WatchSilence();
        return _alertness == Alertness.Awake;
    }

    /// <summary>A module that was woken in power saving mode sleeps again when nothing more is sent.</summary>
    void WatchSilence()
    {
        if (UartSleeps && IsPowerSaving)
            _timers.Set(Timer.Silence, _now + TimeSpan.FromSeconds(Limits.AwakeSeconds));
    }

    void EndSilence()
    {
        if (IsPowerSaving)
            FallAsleep();
    }

    void StopSleeping()
    {
        _alertness = Alertness.Awake;
        _timers.Stop(Timer.Woken);
        _timers.Stop(Timer.Silence);
    }

    void MoveTo(Alertness next, string why)
    {
        Trace("module", "alertness", $"{_alertness} -> {next}: {why}",
            ("from", _alertness.ToString()), ("to", next.ToString()), ("why", why));
        _alertness = next;
    }
}
