using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Module;

/// <content>Events of China Mobile's SDK that an M531X keeps to itself (quirk raw-cis-events). They come before the module's own.</content>
sealed partial class M531xModule
{
    void RawEvents(ClientEvent clientEvent)
    {
        if (!Has(Quirk.RawCisEvents))
            return;
        switch (clientEvent)
        {
            case StateChanged { To: ClientState.AwaitBootstrapResponse }:
                Event(MiplEvent.BootstrapStarted);
                break;
            case StateChanged { From: ClientState.ResolveServer, To: ClientState.AwaitRegisterResponse }:
                Event(MiplEvent.Connected);
                break;
            case OpenFailed { InBootstrap: false, Reason: ClientFailure.NameNotResolved or ClientFailure.SecurityUnavailable }:
                Event(MiplEvent.ConnectFailed);
                break;
            case OpenFailed { InBootstrap: false, Reason: ClientFailure.Timeout }:
                Event(MiplEvent.RegisterTimedOut);
                break;
            case LifetimeExpired:
                Event(MiplEvent.LifetimeExpired);
                break;
            case Registered or UpdateSucceeded:
                _instance!.UpdateReminder.Restart(_now, Client.Lifetime);
                break;
        }
    }

    void RemindOfUpdate()
    {
        while (_instance!.UpdateReminder.TryTakeDue(_now, out var secondsLeft))
            Event(MiplEvent.UpdateNeeded, secondsLeft);
    }

    /// <summary>Asks for event 21 when the answer to an operation leaves, or 20 when it cannot.</summary>
    void AwaitOutcome(Operation operation)
    {
        if (Has(Quirk.RawCisEvents))
            _instance!.AwaitingOutcome[operation.Exchange] = operation.MessageId;
    }

    void ReportOutcome(long exchange, bool sent)
    {
        if (!_instance!.AwaitingOutcome.Remove(exchange, out var messageId))
            return;
        if (sent)
            Event(MiplEvent.ResponseSent);
        else
            Event(MiplEvent.ResponseFailed, messageId);
    }
}
