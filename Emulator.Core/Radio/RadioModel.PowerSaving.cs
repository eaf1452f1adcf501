namespace M531x.Emulator.Core.Radio;

/// <content>Power saving mode and extended DRX: when the module listens while it has no RRC connection.</content>
sealed partial class RadioModel
{
    TimeSpan _idleSince;

    /// <summary>Told to sleep: no active time after the release, which further traffic puts off.</summary>
    bool _sleepsAfterRelease;

    /// <summary>AT+CPSMS: what is asked of the network and granted; null for off. Outlives a restart, as the modules store it.</summary>
    public PsmSettings? Psm { get; private set; }

    /// <summary>AT+CEDRXS: null for off.</summary>
    public EdrxSettings? Edrx { get; private set; }

    /// <summary>The module tells the network at once, by a tracking area update.</summary>
    public void SetPsm(TimeSpan now, PsmSettings? settings)
    {
        if (Psm == settings)
            return;
        Psm = settings;
        UpdateTrackingArea(now);
    }

    /// <summary>As <see cref="SetPsm"/>.</summary>
    public void SetEdrx(TimeSpan now, EdrxSettings? settings)
    {
        if (Edrx == settings)
            return;
        Edrx = settings;
        UpdateTrackingArea(now);
    }

    /// <summary>The module has nothing more to send: it lets go of the network and, with power saving mode granted, saves power without an active time.</summary>
    public void EnterSleep(TimeSpan now)
    {
        if (IsConnected)
        {
            _sleepsAfterRelease = true;
            ReleaseAfterUplink(now);
        }
        else if (State == RadioState.Idle && Psm?.ActiveTime is not null)
            SavePower(now, "told to sleep");
    }

    /// <summary>Power saving mode at once, whatever timers were agreed; only the periodic update still runs.</summary>
    public void EnterPowerSaving(TimeSpan now)
    {
        if (!IsAttached || State == RadioState.PowerSaving)
            return;
        _timers.StopAll();
        _assistance = ReleaseAssistance.None;
        _sleepsAfterRelease = false;
        if (Psm?.Periodic is { } periodic && periodic > TimeSpan.Zero)
            _timers.Set(Timer.PeriodicUpdate, now + periodic);
        MoveTo(now, RadioState.PowerSaving, "at once, as told");
    }

    void UpdateTrackingArea(TimeSpan now)
    {
        if (IsAttached)
            Connect(now, "tracking area update");
    }

    /// <summary>T3412 and T3324 run from the release (3GPP TS 24.301 §5.3.5, §5.3.11).</summary>
    void StartIdleTimers(TimeSpan now)
    {
        _idleSince = now;
        var sleeps = _sleepsAfterRelease;
        _sleepsAfterRelease = false;
        if (Psm?.ActiveTime is not { } activeTime)
            return;
        if (Psm.Periodic is { } periodic && periodic > TimeSpan.Zero)
            _timers.Set(Timer.PeriodicUpdate, now + periodic);
        if (sleeps)
            SavePower(now, "told to sleep");
        else if (activeTime > TimeSpan.Zero)
            _timers.Set(Timer.ActiveTime, now + activeTime);
        else
            SavePower(now, "T3324 of zero");
    }

    /// <summary>From here on the module is deaf: what the network held for a paging window is lost with it.</summary>
    void SavePower(TimeSpan now, string why)
    {
        _timers.Stop(Timer.Page);
        _timers.Stop(Timer.ActiveTime);
        MoveTo(now, RadioState.PowerSaving, why);
    }

    /// <summary>When the network can page the module next: now, or at the start of the next paging time window, which begins with each cycle of eDRX.</summary>
    TimeSpan NextPaging(TimeSpan now)
    {
        if (Edrx is null)
            return now;
        var cycles = (now - _idleSince).Ticks / Edrx.Cycle.Ticks;
        var window = _idleSince + Edrx.Cycle * cycles;
        return now < window + Edrx.Window ? now : window + Edrx.Cycle;
    }
}
