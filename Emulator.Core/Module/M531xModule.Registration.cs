using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Module;

/// <content>MIPLOPEN, MIPLUPDATE, MIPLCLOSE, MIPLUPDATESET, MIPLLTRDP (manual §1.6 to §1.8, §2.4, §2.8).</content>
sealed partial class M531xModule
{
    const int DefaultOpenSeconds = 30;
    const int MinUpdateSeconds = 10;
    const int DaySeconds = 86400;

    /// <summary>Shortest lifetime of China Mobile's SDK.</summary>
    const int StrictMinLifetime = 15;

    internal AtResult Open(AtArguments arguments)
    {
        if (Client.State != ClientState.Idle)
            return CisError.Status;
        if (IsTooShort(arguments.Long(1)))
            return CisError.Syntax;
        _instance!.ForgetRegistration();
        if (_instance.Account.Psk is { } psk && _instance.Account.Address.UsesDtls)
            _effects.Enqueue(new KeyInUse(_instance.Account.IsBootstrap, psk));
        var timeout = arguments.Has(2) ? arguments.Long(2) : DefaultOpenSeconds;
        Client.Open(_now, _instance.Account, TimeSpan.FromSeconds(arguments.Long(1)), TimeSpan.FromSeconds(timeout),
            _latency.Of(_options.Profile.Delays.Registration));
        return AtResult.Ok;
    }

    /// <summary>OK and then event 6 while registered, else 602 (manual §1.6).</summary>
    internal AtResult ReadOpen()
    {
        if (_instance is null || !Client.IsRegistered)
            return CisError.Status;
        Event(MiplEvent.Registered);
        return AtResult.Ok;
    }

    internal AtResult Update(AtArguments arguments)
    {
        if (IsSessionBusy)
            return CisError.UplinkBusy;
        if (!Client.IsRegistered)
            return CisError.Status;
        var seconds = arguments.Long(1);
        if (seconds != 0 && IsTooShort(seconds) || Has(Quirk.UpdateNeedsObjects) && arguments.Int(2) == 0)
            return CisError.Syntax;
        if (IsCacheFull(0))
            return CisError.NotAllowed;
        // Below 10 the lifetime becomes a day (manual §1.7).
        var lifetime = TimeSpan.FromSeconds(seconds < MinUpdateSeconds ? DaySeconds : seconds);
        Client.Update(_now, lifetime, withObjects: arguments.Int(2) == 1);
        return AtResult.Ok;
    }

    internal AtResult Close(AtArguments arguments)
    {
        _ = arguments;
        // In cache mode an Update waits with the rest, and the close takes the place of them all (manual §2.7).
        var updateWaits = Client is { IsCaching: true, State: ClientState.AwaitUpdateResponse };
        if (Client.State is ClientState.AwaitUpdateResponse or ClientState.AwaitDeregisterResponse && !updateWaits)
            return CisError.UplinkBusy;
        if (Client.State == ClientState.Idle)
            return CisError.Status;
        Client.Close(_now);
        DrainClient(); // notifications under way fail with their ack ids, before those are forgotten
        ForgetClosedRegistration();
        return AtResult.Ok;
    }

    /// <summary>
    /// The radio is off: the session is gone, and the server is told nothing. An OPEN under way fails; of a registration that
    /// ends so the MCU is told nothing, for it turned the radio off itself (assumed: no public capture).
    /// </summary>
    void CutSessionOff()
    {
        if (_instance is null)
            return;
        var state = Client.State;
        Client.Abort("radio off");
        DrainClient(); // notifications under way fail with their ack ids, before those are forgotten
        if (state >= ClientState.Registered)
            ForgetClosedRegistration();
        else if (state is > ClientState.Idle and <= ClientState.AwaitBootstrapFinish)
            Event(MiplEvent.BootstrapFailed);
        else if (state is > ClientState.AwaitBootstrapFinish and <= ClientState.AwaitRegisterResponse)
            Event(MiplEvent.RegisterFailed);
    }

    bool IsTooShort(long lifetime) => Has(Quirk.StrictLifetime) && lifetime < StrictMinLifetime;

    /// <summary>Before OPEN only (manual §2.4).</summary>
    internal AtResult SetAutomaticUpdate(AtArguments arguments)
    {
        if (Client.State != ClientState.Idle)
            return CisError.NotAllowed;
        Client.AutomaticUpdate = arguments.Int(1) == 1;
        return AtResult.Ok;
    }

    internal AtResult ReadLifetime()
    {
        var seconds = _instance is null ? 0 : (long)Client.RemainingLifetime(_now).TotalSeconds;
        Info(string.Create(CultureInfo.InvariantCulture, $"+MIPLLTRDP:{seconds}"));
        return AtResult.Ok;
    }

    bool IsSessionBusy => Client.IsOpening || Client.State is ClientState.AwaitUpdateResponse or ClientState.AwaitDeregisterResponse;

    /// <summary>Resources are forgotten with the registration; objects stay (manual §1.8).</summary>
    void ForgetClosedRegistration()
    {
        _instance!.ForgetRegistration();
        Client.Objects.ForgetResources();
    }

    void Event(MiplEvent number, int? parameter = null)
    {
        TraceEvent(number, parameter);
        Urc(EventLine(number, parameter));
    }

    static string EventLine(MiplEvent number, int? parameter = null) =>
        parameter is null ? Line($"+MIPLEVENT:0,{(int)number}") : Line($"+MIPLEVENT:0,{(int)number},{parameter}");
}

/// <summary>+MIPLEVENT numbers an M531X prints (manual §4.2; 12, 13 and 25 from China Mobile's SDK), and those that only quirks print.</summary>
enum MiplEvent
{
    BootstrapStarted = 1,
    BootstrapSucceeded = 2,
    BootstrapFailed = 3,
    Connected = 4,
    ConnectFailed = 5,
    Registered = 6,
    RegisterFailed = 7,
    RegisterTimedOut = 8,
    LifetimeExpired = 9,
    StatusHalt = 10,
    Updated = 11,
    UpdateRefused = 12,
    UpdateTimedOut = 13,
    UpdateNeeded = 14,
    Deregistered = 15,
    ResponseFailed = 20,
    ResponseSent = 21,
    NotifyFailed = 25,
    NotifyAcknowledged = 26,
    DeletedByPlatform = 31,
    DtlsIpAgeing = 32,
}
