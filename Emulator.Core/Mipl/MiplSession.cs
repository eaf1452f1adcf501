using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Mipl;

/// <summary>Registration: MIPLOPEN, MIPLUPDATE, MIPLCLOSE, MIPLUPDATESET (manual §1.6 to §1.8, §2.4), and the events that it prints.</summary>
sealed class MiplSession(MiplScope scope, ServerAccount account)
{
    const int DefaultOpenSeconds = 30;
    const int MinUpdateSeconds = 10;
    const int DaySeconds = 86400;

    /// <summary>Shortest lifetime of China Mobile's SDK.</summary>
    const int StrictMinLifetime = 15;

    /// <summary>Warns before the lifetime ends (quirk raw-cis-events).</summary>
    readonly UpdateReminder _reminder = new();

    Lwm2mClient Client => scope.Client;

    public TimeSpan NextDeadline => _reminder.NextDeadline;

    /// <summary>The command is refused, or null when the session can be opened.</summary>
    public AtResult? RefuseOpen(AtArguments arguments)
    {
        if (Client.State != ClientState.Idle)
            return CisError.Status;
        return IsTooShort(arguments.Long(1)) ? CisError.Syntax : null;
    }

    public void Open(AtArguments arguments)
    {
        if (account.Psk is { } psk && account.Address.UsesDtls)
            scope.Context.Emit(new KeyInUse(account.IsBootstrap, psk));
        var timeout = arguments.Has(2) ? arguments.Long(2) : DefaultOpenSeconds;
        Client.Open(scope.Now, account, TimeSpan.FromSeconds(arguments.Long(1)), TimeSpan.FromSeconds(timeout),
            scope.Context.Latency.Of(scope.Context.Profile.Delays.Registration));
    }

    public AtResult Update(AtArguments arguments)
    {
        if (IsBusy)
            return CisError.UplinkBusy;
        if (!Client.IsRegistered)
            return CisError.Status;
        var seconds = arguments.Long(1);
        if (seconds != 0 && IsTooShort(seconds) || scope.Has(Quirk.UpdateNeedsObjects) && arguments.Int(2) == 0)
            return CisError.Syntax;
        if (!Client.HasRoom(0))
            return CisError.NotAllowed;
        // Below 10 the lifetime becomes a day (manual §1.7).
        var lifetime = TimeSpan.FromSeconds(seconds < MinUpdateSeconds ? DaySeconds : seconds);
        Client.Update(scope.Now, lifetime, withObjects: arguments.Int(2) == 1);
        return AtResult.Ok;
    }

    /// <summary>The command is refused, or null when the session can be closed.</summary>
    public AtResult? RefuseClose()
    {
        // In cache mode an Update waits with the rest, and the close takes the place of them all (manual §2.7).
        var updateWaits = Client is { IsCaching: true, State: ClientState.AwaitUpdateResponse };
        if (Client.State is ClientState.AwaitUpdateResponse or ClientState.AwaitDeregisterResponse && !updateWaits)
            return CisError.UplinkBusy;
        return Client.State == ClientState.Idle ? CisError.Status : null;
    }

    /// <summary>Before OPEN only (manual §2.4).</summary>
    public AtResult SetAutomaticUpdate(AtArguments arguments)
    {
        if (Client.State != ClientState.Idle)
            return CisError.NotAllowed;
        Client.AutomaticUpdate = arguments.Int(1) == 1;
        return AtResult.Ok;
    }

    /// <summary>0 turns the re-negotiation off; 1 to 59 is refused (manual §2.7).</summary>
    public AtResult SetDtlsNat(AtArguments arguments)
    {
        var seconds = arguments.Int(1);
        if (seconds is > 0 and < 60)
            return CisError.Syntax;
        Client.RenegotiateAfter = seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
        return AtResult.Ok;
    }

    public void HandleTimeout()
    {
        while (_reminder.TryTakeDue(scope.Now, out var secondsLeft))
            scope.Event(MiplEvent.UpdateNeeded, secondsLeft);
    }

    /// <summary>Prints the event of a change of the session.</summary>
    /// <returns>What of the registration is over.</returns>
    public SessionEnd Handle(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case AddressAged:
                scope.Context.Trace("dtls", "address.aged", "");
                scope.Event(MiplEvent.DtlsIpAgeing);
                return SessionEnd.None;
            case BootstrapSucceeded:
                scope.Event(MiplEvent.BootstrapSucceeded);
                return SessionEnd.None;
            case OpenFailed failed:
                TraceFailure(failed);
                scope.Event(OpenFailure(failed));
                return SessionEnd.None;
            case Registered:
                scope.Event(MiplEvent.Registered);
                return SessionEnd.None;
            case UpdateSucceeded:
                scope.Event(scope.Has(Quirk.UpdateEvent10) ? MiplEvent.StatusHalt : MiplEvent.Updated);
                return SessionEnd.None;
            case UpdateTimedOut:
                scope.Event(MiplEvent.UpdateTimedOut);
                return SessionEnd.None;
            case UpdateRefused:
                return SessionEnd.Closed(MiplEvent.UpdateRefused);
            case DeletedByServer:
                return SessionEnd.Closed(MiplEvent.DeletedByPlatform);
            case LifetimeExpired:
                return SessionEnd.Closed(MiplEvent.Deregistered);
            case Deregistered { Reopens: true }:
                // Disable is the server's doing: what the MCU has set up stays for the registration to come.
                return SessionEnd.Suspended(MiplEvent.Deregistered);
            case Deregistered:
                // CLOSE forgot the resources already; what the MCU has set since belongs to the next registration.
                scope.Event(scope.Has(Quirk.CloseEvent20) ? MiplEvent.ResponseFailed : MiplEvent.Deregistered);
                return SessionEnd.None;
            default:
                return SessionEnd.None;
        }
    }

    /// <summary>Events of China Mobile's SDK that an M531X keeps to itself (quirk raw-cis-events). They come before the module's own.</summary>
    public void PrintRawEvents(ClientEvent clientEvent)
    {
        if (!scope.Has(Quirk.RawCisEvents))
            return;
        switch (clientEvent)
        {
            case StateChanged { To: ClientState.AwaitBootstrapResponse }:
                scope.Event(MiplEvent.BootstrapStarted);
                break;
            case StateChanged { From: ClientState.ResolveServer, To: ClientState.AwaitRegisterResponse }:
                scope.Event(MiplEvent.Connected);
                break;
            case OpenFailed { InBootstrap: false, Reason: ClientFailure.NameNotResolved or ClientFailure.SecurityUnavailable }:
                scope.Event(MiplEvent.ConnectFailed);
                break;
            case OpenFailed { InBootstrap: false, Reason: ClientFailure.Timeout }:
                scope.Event(MiplEvent.RegisterTimedOut);
                break;
            case LifetimeExpired:
                scope.Event(MiplEvent.LifetimeExpired);
                break;
            case Registered or UpdateSucceeded:
                _reminder.Restart(scope.Now, Client.Lifetime);
                break;
        }
    }

    /// <summary>The registration has ended.</summary>
    public void Forget() => _reminder.Stop();

    bool IsTooShort(long lifetime) => scope.Has(Quirk.StrictLifetime) && lifetime < StrictMinLifetime;

    bool IsBusy => Client.IsOpening || Client.State is ClientState.AwaitUpdateResponse or ClientState.AwaitDeregisterResponse;

    void TraceFailure(OpenFailed failed) => scope.Context.Trace(
        "lwm2m", "open.failed", $"{(failed.InBootstrap ? "bootstrap" : "registration")}: {DetailOf(failed)}",
        failed.Reason == ClientFailure.SecurityUnavailable,
        ("bootstrap", failed.InBootstrap), ("reason", failed.Reason.ToString()), ("code", failed.Code?.ToString()));

    static string DetailOf(OpenFailed failed) => failed.Reason == ClientFailure.SecurityUnavailable
        ? "port 5684 asks for DTLS, and no PSK is configured"
        : $"{failed.Reason} {failed.Code}".TrimEnd();

    MiplEvent OpenFailure(OpenFailed failed) => scope.Has(Quirk.OpenFailureEvents6And2)
        ? failed.InBootstrap ? MiplEvent.BootstrapSucceeded : MiplEvent.Registered
        : failed.InBootstrap ? MiplEvent.BootstrapFailed : MiplEvent.RegisterFailed;
}

/// <summary>What of a registration is over after an event of the client.</summary>
/// <param name="ForgetsRegistration">Operations, reports and follow-ups end.</param>
/// <param name="ForgetsResources">The resources that the MCU has declared end too; objects stay (manual §1.8).</param>
/// <param name="Event">Printed afterwards.</param>
readonly record struct SessionEnd(bool ForgetsRegistration, bool ForgetsResources, MiplEvent Event)
{
    public static SessionEnd None { get; }

    public static SessionEnd Closed(MiplEvent number) => new(true, true, number);

    public static SessionEnd Suspended(MiplEvent number) => new(true, false, number);
}
