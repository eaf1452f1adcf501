using M531x.Lwm2m;

namespace M531x.Emulator.Radio;

/// <summary>The network as the module sees it: one owner of power, attachment and signal.</summary>
sealed class RadioModel(TimeSpan attachDelay)
{
    enum Timer
    {
        Attach,
    }

    readonly TimerTable<Timer> _timers = new();

    /// <summary>AT+CFUN: the radio is on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>EPS attached: datagrams pass.</summary>
    public bool IsAttached { get; private set; }

    /// <summary>Received signal strength for AT+CSQ: 0 to 31.</summary>
    public int Rssi { get; set; } = 24;

    /// <summary>Reference signal power in dBm, from the same signal as <see cref="Rssi"/> (3GPP TS 27.007 §8.5: 0 is -113 dBm, 2 dB a step).</summary>
    public int SignalPower => -113 + 2 * Rssi;

    /// <summary>Signal to noise ratio in dB.</summary>
    public int Snr { get; set; } = 12;

    /// <summary>Coverage enhancement level, 0 to 2.</summary>
    public int CoverageLevel { get; set; }
    public int Earfcn { get; set; } = 3555;
    public int PhysicalCell { get; set; } = 216;

    /// <summary>The module's IP address in the network.</summary>
    public string Address { get; set; } = "10.0.0.2";

    /// <summary>Tracking area and cell for +CEREG, in hexadecimal.</summary>
    public string TrackingArea { get; set; } = "19E6";
    public string Cell { get; set; } = "94";

    public TimeSpan NextDeadline => _timers.Next;

    /// <summary>Registration state of 3GPP TS 27.007 §10.1.22: 0 off, 1 home network, 2 searching.</summary>
    public int RegistrationState => IsAttached ? 1 : IsOn ? 2 : 0;

    /// <summary>Turns the radio on; the network attaches after the delay. True when that changed anything at once.</summary>
    public bool TurnOn(TimeSpan now)
    {
        if (IsOn)
            return false;
        IsOn = true;
        return Attach(now);
    }

    public bool TurnOff()
    {
        var changed = IsOn;
        IsOn = IsAttached = false;
        _timers.StopAll();
        return changed;
    }

    /// <summary>AT+CGATT=1: searches at once when the radio is on.</summary>
    public bool Attach(TimeSpan now)
    {
        if (!IsOn || IsAttached)
            return false;
        if (attachDelay > TimeSpan.Zero)
        {
            _timers.Set(Timer.Attach, now + attachDelay);
            return true;
        }
        IsAttached = true;
        return true;
    }

    /// <summary>AT+CGATT=0 or a lost network.</summary>
    public bool Detach()
    {
        var changed = IsAttached;
        IsAttached = false;
        _timers.StopAll();
        return changed;
    }

    /// <summary>True when the registration state changed.</summary>
    public bool HandleTimeout(TimeSpan now)
    {
        if (!_timers.TryTakeDue(now, out _))
            return false;
        IsAttached = true;
        return true;
    }
}
