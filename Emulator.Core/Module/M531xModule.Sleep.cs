using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Module;

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

    /// <summary>AT*ENTERSLEEP: the module sleeps as soon as the connection is released, power saving mode or not.</summary>
    bool _toldToSleep;

    /// <summary>The UART of some modules is served in every mode.</summary>
    bool UartSleeps => _options.Profile.Delays.Wake.Typical > TimeSpan.Zero;

    bool IsPowerSaving => _radio.State == RadioState.PowerSaving;

    /// <summary>Nothing of the network keeps the module awake.</summary>
    bool MayRest => IsPowerSaving || _toldToSleep && !_radio.IsConnected;

    /// <summary>AT*ENTERSLEEP (assumed: the family has no public description). A sleep lock forbids it.</summary>
    internal AtResult EnterSleep()
    {
        if (!_settings.MaySleep)
            return CmeError.OperationNotAllowed;
        _toldToSleep = UartSleeps;
        _radio.EnterSleep(_now);
        if (_toldToSleep && MayRest)
            _timers.Set(Timer.Silence, _now); // after the answer
        return AtResult.Ok;
    }

    /// <summary>The RRC connection came up or ended; power saving mode has its own event.</summary>
    void FollowConnection(bool connected)
    {
        if (connected)
            WakeUp("radio");
        else if (_toldToSleep && MayRest)
            FallAsleep();
    }

    void FallAsleep()
    {
        if (!UartSleeps || !_settings.MaySleep || _alertness != Alertness.Awake)
            return;
        MoveTo(Alertness.Asleep, IsPowerSaving ? "power saving mode" : "told to");
        _timers.Stop(Timer.Silence);
        ForgetLine();
        if (_options.Profile.SleepLine is { } line)
            Urc(line);
    }

    void WakeUp(string why)
    {
        if (_alertness == Alertness.Awake)
            return;
        _toldToSleep = false;
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
        if (MayRest)
            FallAsleep();
    }

    void StopSleeping()
    {
        _toldToSleep = false;
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
