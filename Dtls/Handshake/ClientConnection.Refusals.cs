namespace M531x.Dtls.Handshake;

/// <content>
/// What speaks against a handshake and is not authentic: an alert, an answer that breaks the rules. Anybody could have sent it. It is told at
/// once, and believed only when the server does not go on all the same: after the next time-out the flight leaves once more, for the last time.
/// </content>
sealed partial class ClientConnection
{
    /// <summary>How long the server has to answer the flight after a refusal, once that was repeated.</summary>
    static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    Refusal? _refusal;

    protected override bool IsRefused => _refusal is not null;

    protected override void HandleUnprotectedAlert(DtlsAlert alert)
    {
        Refuse(new Refusal(FailureOf(alert), Received: alert));
        Drop(DtlsDropReason.Unauthenticated);
    }

    /// <summary>The server has not answered the flight in time.</summary>
    void HandleUnansweredFlight(TimeSpan now)
    {
        if (_refusal is not { } refusal)
            base.HandleSilence(now);
        else if (refusal.IsLastTry)
            FailRefused(refusal);
        else
        {
            _refusal = refusal with { IsLastTry = true };
            RepeatFlight(now, LastWait);
        }
    }

    protected override void GiveUp()
    {
        if (_refusal is { } refusal)
            FailRefused(refusal);
        else
            base.GiveUp();
    }

    /// <summary>Returns false, for the message that is not taken.</summary>
    bool Refuse(DtlsFailure failure, DtlsAlert alert)
    {
        Refuse(new Refusal(failure, ToSend: alert));
        return false;
    }

    void Refuse(Refusal refusal)
    {
        if (_state == State.Idle)
            return;
        var isLastTry = _refusal is { IsLastTry: true };
        _refusal = refusal with { IsLastTry = isLastTry };
        Tell(new DtlsEvent { Kind = DtlsEventKind.Refused, Failure = refusal.Failure, Alert = refusal.Received });
    }

    void FailRefused(Refusal refusal) => Fail(refusal.Failure, refusal.ToSend, refusal.Received);

    /// <param name="Failure">What the handshake ends with should it not go on.</param>
    /// <param name="ToSend">The alert that the server is told then.</param>
    /// <param name="Received">The server's alert.</param>
    /// <param name="IsLastTry">The flight has left once more since.</param>
    sealed record Refusal(DtlsFailure Failure, DtlsAlert? ToSend = null, DtlsAlert? Received = null, bool IsLastTry = false);
}
