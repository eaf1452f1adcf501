using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Radio;

/// <content>Datagrams, the RRC connection they keep up, and the two ways it is released early.</content>
sealed partial class RadioModel
{
    /// <summary>What the module told the network about the traffic to come (release assistance indication, 3GPP TS 24.301 §9.9.4.25).</summary>
    enum ReleaseAssistance
    {
        None,

        /// <summary>One downlink is expected, then nothing.</summary>
        AwaitDownlink,

        /// <summary>The release is on its way: further downlinks do not put it off, an uplink does.</summary>
        AwaitRelease,
    }

    ReleaseAssistance _assistance;
    bool _releaseIsLate;

    /// <summary>A datagram leaves: idle and power saving end, and an aged mapping is renewed before it. False when it is lost because there is no network.</summary>
    public bool Send(TimeSpan now, int bytes)
    {
        if (!IsAttached)
            return false;
        EndDueMapping(now);
        Connect(now, "uplink");
        RenewMapping();
        KeepMapping(now);
        CountUplink(bytes);
        return true;
    }

    /// <summary>A datagram for the module arrives at the network's address translation.</summary>
    public RadioDelivery Receive(TimeSpan now, int bytes = 0)
    {
        EndDueMapping(now);
        if (IsAged)
            return RadioDelivery.Unmapped;
        var delivery = PassOn(now);
        // What the network holds for an eDRX module has passed the mapping as well.
        if (delivery != RadioDelivery.Lost)
            KeepMapping(now);
        if (delivery == RadioDelivery.Received)
            CountDownlink(bytes);
        return delivery;
    }

    RadioDelivery PassOn(TimeSpan now)
    {
        switch (State)
        {
            case RadioState.Connected:
                KeepConnection(now);
                return RadioDelivery.Received;
            case RadioState.Idle when IsPageLost(now):
                return RadioDelivery.Lost;
            case RadioState.Idle when NextPaging(now) is var page && page > now:
                _timers.Set(Timer.Page, page);
                return RadioDelivery.Held;
            case RadioState.Idle:
                Connect(now, "paged");
                return RadioDelivery.Received;
            default:
                return RadioDelivery.Lost;
        }
    }

    /// <summary>The datagram just sent was the last one (NOTIFY flag 0x200).</summary>
    public void ReleaseAfterUplink(TimeSpan now)
    {
        if (!IsConnected)
            return;
        _assistance = ReleaseAssistance.AwaitRelease;
        _timers.Set(Timer.Release, now + options.EarlyReleaseDelay);
    }

    /// <summary>One answer is expected and then nothing (NOTIFY flag 0x400).</summary>
    public void ReleaseAfterDownlink()
    {
        if (IsConnected)
            _assistance = ReleaseAssistance.AwaitDownlink;
    }

    void Connect(TimeSpan now, string why)
    {
        _timers.StopAll();
        _assistance = ReleaseAssistance.None;
        _releaseIsLate = false;
        if (!IsConnected)
            CountAirTime(ServiceRequestBytes);
        MoveTo(now, RadioState.Connected, why);
        _timers.Set(Timer.Release, now + options.RrcInactivity);
    }

    void KeepConnection(TimeSpan now)
    {
        switch (_assistance)
        {
            case ReleaseAssistance.None:
                _timers.Set(Timer.Release, now + options.RrcInactivity);
                break;
            case ReleaseAssistance.AwaitDownlink:
                ReleaseAfterUplink(now);
                break;
            case ReleaseAssistance.AwaitRelease:
                break;
        }
    }

    /// <summary>A fault keeps the connection up once more, when its time is over.</summary>
    bool IsReleaseLate(TimeSpan now)
    {
        if (_releaseIsLate || faults?.Fires(now, "rrc-release-slow", FaultDirection.Both, "release", out var slow) != true)
            return false;
        _releaseIsLate = true;
        _timers.Set(Timer.Release, now + slow.Duration("delay"));
        return true;
    }

    bool IsPageLost(TimeSpan now) => faults?.Fires(now, "paging-lost", FaultDirection.Down, "page", out _) == true;

    void Release(TimeSpan now)
    {
        _assistance = ReleaseAssistance.None;
        MoveTo(now, RadioState.Idle, "RRC released");
        StartIdleTimers(now);
    }
}
