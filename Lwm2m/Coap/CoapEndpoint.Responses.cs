namespace M531x.Lwm2m.Coap;

// What comes back for messages of ours: ACK, RST, responses and notifications.
public sealed partial class CoapEndpoint
{
    void HandleReset(CoapPeer from, CoapMessage message)
    {
        var key = (from, message.MessageId);
        if (_byMessageId.TryGetValue(key, out var exchange) && exchange.State != OutgoingState.Queued)
        {
            Fail(exchange, CoapFailure.Reset);
            StartWaiting();
        }
        else if (_sentNotifications.TryGet(_now, key, out var number))
        {
            _sentNotifications.Remove(key);
            Raise(new CoapExchangeFailed(from, number, CoapFailure.Reset));
        }
        else
        {
            Ignore(from, CoapIgnoreReason.UnknownMessage);
        }
    }

    void HandleAcknowledgement(CoapPeer from, CoapMessage message)
    {
        if (!_byMessageId.TryGetValue((from, message.MessageId), out var exchange) || exchange.State == OutgoingState.Queued
            || exchange.Message.Type != CoapType.Confirmable)
        {
            HandleStrayAcknowledgement(from, message, CoapIgnoreReason.UnknownMessage);
            return;
        }

        if (exchange.Kind != OutgoingKind.Request)
        {
            // Empty or not: OneNET acknowledges a notification with 2.04 in the ACK.
            Remove(exchange);
            if (exchange.Kind == OutgoingKind.Notification)
                Raise(new CoapNotificationAcknowledged(from, exchange.Exchange));
        }
        else if (message.Code.IsEmpty)
        {
            if (exchange.State == OutgoingState.Unacknowledged)
                AwaitResponse(exchange, CoapTransmission.ExchangeLifetime, send: false);
            else
                Ignore(from, CoapIgnoreReason.Duplicate);
        }
        else if (!message.Token.Span.SequenceEqual(exchange.Message.Token.Span))
        {
            HandleStrayAcknowledgement(from, message, CoapIgnoreReason.UnknownToken);
        }
        else if (_rules.FirstNotUnderstood(message) is not null)
        {
            // RFC 7252 §5.4.1: rejected, and an ACK is rejected by silence.
            Ignore(from, CoapIgnoreReason.UnknownCriticalOption);
        }
        else
        {
            Complete(exchange, message);
        }
        StartWaiting();
    }

    void HandleStrayAcknowledgement(CoapPeer from, CoapMessage message, CoapIgnoreReason reason)
    {
        if (options.TolerateAckNotifications && message.Code.IsResponse
            && FindByToken(from, message) is { State: OutgoingState.Observing })
            HandleResponse(from, message);
        else
            Ignore(from, reason);
    }

    // A separate response or a notification, in CON or NON.
    void HandleResponse(CoapPeer from, CoapMessage message)
    {
        var confirmable = message.Type == CoapType.Confirmable;
        var key = (from, message.MessageId);
        if (_handledResponses.TryGet(_now, key, out var handled))
        {
            if (confirmable && handled.Acknowledged)
                SendEmpty(from, CoapType.Acknowledgement, message.MessageId, handled.Exchange);
            Ignore(from, CoapIgnoreReason.Duplicate);
            return;
        }
        if (_rules.FirstNotUnderstood(message) is not null)
        {
            Reject(from, message, CoapIgnoreReason.UnknownCriticalOption, reset: confirmable);
            return;
        }
        if (FindByToken(from, message) is not { } exchange)
        {
            HandleUnknownToken(from, message);
            return;
        }

        var lifetime = confirmable ? CoapTransmission.ExchangeLifetime : CoapTransmission.NonLifetime;
        _handledResponses.Add(_now + lifetime, key, new HandledResponse(exchange.Exchange, confirmable));
        if (confirmable)
            SendEmpty(from, CoapType.Acknowledgement, message.MessageId, exchange.Exchange);
        if (exchange.State == OutgoingState.Observing)
            HandleNotification(exchange, message);
        else
            Complete(exchange, message);
        StartWaiting();
    }

    // The exchange a response belongs to. While an observation's token is used again, what carries an observe number
    // and cannot be the answer belongs to the observation.
    OutgoingExchange? FindByToken(CoapPeer from, CoapMessage message)
    {
        if (!_byToken.TryGetValue((from, CoapToken.From(message.Token.Span)), out var exchange))
            return null;
        var unsent = exchange.State == OutgoingState.Queued;
        var notification = message.Code.IsSuccess && message.Observe is not null && !exchange.RegistersObservation;
        if (exchange.Replaced is { } replaced && _outgoing.ContainsKey(replaced.Exchange) && (unsent || notification))
            return replaced;
        return unsent ? null : exchange;
    }

    void HandleUnknownToken(CoapPeer from, CoapMessage message)
    {
        var confirmable = message.Type == CoapType.Confirmable;
        var notification = message.Observe is not null;
        if (!notification && _completedTokens.TryGet(_now, (from, CoapToken.From(message.Token.Span)), out var number))
        {
            if (confirmable)
                SendEmpty(from, CoapType.Acknowledgement, message.MessageId, number);
            Ignore(from, CoapIgnoreReason.Duplicate);
            return;
        }
        // RFC 7252 §4.2 and RFC 7641 §3.6: the RST tells a server to drop an observation that nobody wants.
        Reject(from, message, CoapIgnoreReason.UnknownToken, reset: confirmable || notification);
    }

    void Reject(CoapPeer from, CoapMessage message, CoapIgnoreReason reason, bool reset)
    {
        if (reset)
            SendEmpty(from, CoapType.Reset, message.MessageId, 0);
        Ignore(from, reason);
    }

    void Complete(OutgoingExchange exchange, CoapMessage response)
    {
        if (exchange.RegistersObservation && response.Code.IsSuccess && response.Observe is { } number)
        {
            var replaced = exchange.Replaced;
            exchange.Replaced = null;
            ReleasePlace(exchange);
            _deadlines.Remove(exchange);
            RemoveMessageId(exchange);
            exchange.State = OutgoingState.Observing;
            exchange.ObserveNumber = number;
            exchange.ObservedAt = _now;
            if (replaced is not null)
                Remove(replaced);
        }
        else
        {
            Remove(exchange);
            RememberToken(exchange);
        }
        Raise(new CoapResponseReceived(exchange.Peer, exchange.Exchange, response));
    }

    void HandleNotification(OutgoingExchange exchange, CoapMessage notification)
    {
        // An error, or a success without an observe number, is the last one (RFC 7641 §3.2, §4.2).
        if (!notification.Code.IsSuccess || notification.Observe is not { } number)
        {
            Remove(exchange);
            RememberToken(exchange);
        }
        else if (exchange.IsFresh(number, _now))
        {
            exchange.ObserveNumber = number;
            exchange.ObservedAt = _now;
        }
        else
        {
            Ignore(exchange.Peer, CoapIgnoreReason.Duplicate);
            return;
        }
        Raise(new CoapNotificationReceived(exchange.Peer, exchange.Exchange, notification));
    }

    void RememberToken(OutgoingExchange exchange) =>
        _completedTokens.Add(_now + CoapTransmission.ExchangeLifetime, exchange.TokenKey, exchange.Exchange);
}
