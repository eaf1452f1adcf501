namespace M531x.Lwm2m.Coap;

// Memories expire when they are looked at: only what makes a datagram or an event is a deadline.
public sealed partial class CoapEndpoint
{
    /// <summary>When <see cref="HandleTimeout"/> wants to be called; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline => _readyQueues.Count > 0 ? _now : _deadlines.Next;

    /// <summary>Does what is due at <paramref name="now"/>; a call before the deadline does nothing.</summary>
    public void HandleTimeout(TimeSpan now)
    {
        _now = now;
        StartWaiting();
        while (_deadlines.TryTakeDue(now, out var exchange))
        {
            if (exchange!.State == OutgoingState.Unacknowledged && exchange.Attempt < exchange.MaxRetransmit)
                Retransmit(exchange);
            else
                Fail(exchange, CoapFailure.Timeout);
            StartWaiting();
        }
    }

    // RFC 7252 §4.2: the same datagram again, and twice the time-out.
    void Retransmit(OutgoingExchange exchange)
    {
        exchange.Attempt++;
        exchange.Timeout *= 2;
        // Whoever answers a person late is still answered: the owner may want to listen longer than the schedule says.
        var wait = exchange.Attempt == exchange.MaxRetransmit && exchange.MinLastWait > exchange.Timeout ? exchange.MinLastWait : exchange.Timeout;
        _deadlines.Set(exchange, _now + wait);
        Transmit(exchange);
    }
}
