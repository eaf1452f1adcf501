using System.Net;
using M531x.Emulator.Core.Faults;
using M531x.Lwm2m;

namespace M531x.Emulator.Core.Radio;

/// <summary>
/// The network as the module sees it: one owner of power, attachment, RRC connection, power saving, address and signal.
/// Off → Detached → Searching → Connected ⇄ Idle → PowerSaving. After every call drain <see cref="TryTakeEvent"/>.
/// </summary>
sealed partial class RadioModel(RadioOptions options, SeededRandom random, FaultSet? faults = null)
{
    enum Timer
    {
        Attach,
        Release,
        Page,
        PeriodicUpdate,
        ActiveTime,
    }

    readonly TimerTable<Timer> _timers = new();
    readonly Queue<RadioEvent> _events = [];

    bool _covered = true;

    public RadioState State { get; private set; }

    /// <summary>AT+CFUN: the radio is on.</summary>
    public bool IsOn => State != RadioState.Off;

    /// <summary>EPS attached: datagrams pass.</summary>
    public bool IsAttached => State >= RadioState.Connected;

    public bool IsConnected => State == RadioState.Connected;

    /// <summary>Registration state of 3GPP TS 27.007 §10.1.22: 0 off or detached, 1 home network, 2 searching.</summary>
    public int RegistrationState => Stat(State);

    /// <summary>The address that the network has given to the module; it outlives a loss of coverage, not a detach.</summary>
    public IPAddress? Address { get; private set; }

    public TimeSpan NextDeadline => _timers.Next < _mappingEnds ? _timers.Next : _mappingEnds;

    public bool TryTakeEvent(out RadioEvent radioEvent) => _events.TryDequeue(out radioEvent!);

    /// <summary>Turns the radio on. Unless told otherwise it attaches by itself.</summary>
    public void TurnOn(TimeSpan now, bool attach = true)
    {
        if (State != RadioState.Off)
            return;
        MoveTo(now, RadioState.Detached, "radio on");
        if (attach)
            Attach(now);
    }

    public void TurnOff(TimeSpan now) => Leave(now, RadioState.Off, "radio off");

    /// <summary>The module restarts: the radio is off, and its counters begin anew.</summary>
    public void Restart(TimeSpan now)
    {
        TurnOff(now);
        ResetCounters();
    }

    /// <summary>AT+CGATT=1: attaches after the delay. Nothing happens while the radio is off or attached.</summary>
    public void Attach(TimeSpan now)
    {
        if (State == RadioState.Detached)
            Search(now, "attach");
    }

    /// <summary>AT+CGATT=0: the network is told, and the module does not look for it again.</summary>
    public void Detach(TimeSpan now)
    {
        if (State > RadioState.Detached)
            Leave(now, RadioState.Detached, "detach");
    }

    /// <summary>A new address, and with it a new mapping, without a detach.</summary>
    public void ChangeAddress()
    {
        if (Address is not null)
            AssignAddress();
    }

    /// <summary>Takes the cell away or brings it back; the module searches meanwhile and keeps its address.</summary>
    public void SetCoverage(TimeSpan now, bool covered)
    {
        if (_covered == covered)
            return;
        _covered = covered;
        if (!covered && State >= RadioState.Searching)
        {
            _timers.StopAll();
            _sleepsAfterRelease = false;
            MoveTo(now, RadioState.Searching, "coverage lost");
        }
        else if (covered && State == RadioState.Searching)
            Search(now, "coverage back");
    }

    public void HandleTimeout(TimeSpan now)
    {
        while (_timers.TryTakeDue(now, out var timer))
            HandleTimer(now, timer);
        EndDueMapping(now);
    }

    void HandleTimer(TimeSpan now, Timer timer)
    {
        switch (timer)
        {
            case Timer.Attach:
                CompleteAttach(now);
                break;
            case Timer.Release:
                if (!IsReleaseLate(now))
                    Release(now);
                break;
            case Timer.Page:
                Connect(now, "paged");
                break;
            case Timer.PeriodicUpdate:
                Connect(now, "T3412: tracking area update");
                break;
            case Timer.ActiveTime:
                SavePower(now, "T3324");
                break;
        }
    }

    void Search(TimeSpan now, string why)
    {
        if (!_covered)
        {
            MoveTo(now, RadioState.Searching, "no coverage");
            return;
        }
        if (options.AttachDelay <= TimeSpan.Zero)
        {
            CompleteAttach(now);
            return;
        }
        MoveTo(now, RadioState.Searching, why);
        _timers.Set(Timer.Attach, now + options.AttachDelay);
    }

    void CompleteAttach(TimeSpan now)
    {
        Connect(now, "attached");
        CountAirTime(AttachBytes);
        if (Address is null)
            AssignAddress();
    }

    void Leave(TimeSpan now, RadioState next, string why)
    {
        _timers.StopAll();
        _assistance = ReleaseAssistance.None;
        _sleepsAfterRelease = false;
        MoveTo(now, next, why);
        if (Address is null)
            return;
        Address = null;
        ForgetMapping();
        _events.Enqueue(new AddressChanged(null));
    }

    void AssignAddress()
    {
        IPAddress next;
        do
            next = new IPAddress([10, (byte)random.Next(256), (byte)random.Next(256), (byte)(1 + random.Next(254))]);
        while (next.Equals(Address));
        Address = next;
        ForgetMapping();
        _events.Enqueue(new AddressChanged(next));
    }

    void MoveTo(TimeSpan now, RadioState next, string why)
    {
        var from = State;
        if (from == next)
            return;
        State = next;
        CountReception(now, from);
        _events.Enqueue(new RadioStateChanged(from, next, why));
        if ((from == RadioState.PowerSaving) != (next == RadioState.PowerSaving))
            _events.Enqueue(new PsmChanged(next == RadioState.PowerSaving));
        if ((from == RadioState.Connected) != (next == RadioState.Connected))
            _events.Enqueue(new RrcChanged(next == RadioState.Connected));
        if (Stat(from) != Stat(next))
            _events.Enqueue(new RegistrationChanged(Stat(next)));
    }

    static int Stat(RadioState state) => state switch
    {
        RadioState.Off or RadioState.Detached => 0,
        RadioState.Searching => 2,
        _ => 1,
    };
}
