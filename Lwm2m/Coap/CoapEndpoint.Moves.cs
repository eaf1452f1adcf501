namespace M531x.Lwm2m.Coap;

// A peer goes on elsewhere: at another address, or under another security association.
public sealed partial class CoapEndpoint
{
    /// <summary>
    /// Moves what is under way with a peer, its observations and what is remembered against repetitions to another peer that
    /// stands for the same party. What comes from <paramref name="from"/> afterwards comes from a stranger.
    /// </summary>
    /// <param name="from">Where the party was.</param>
    /// <param name="to">Where it is from now on.</param>
    /// <param name="concerns">Picks the exchanges to move where several parties share one peer; null moves all.</param>
    public void MovePeer(CoapPeer from, CoapPeer to, Func<long, bool>? concerns = null)
    {
        if (from == to)
            return;
        bool Moves(CoapPeer peer, long exchange) => peer == from && (concerns is null || concerns(exchange));

        foreach (var exchange in _outgoing.Values.Where(e => Moves(e.Peer, e.Exchange)).OrderBy(e => e.Exchange).ToArray())
            Move(exchange, to);
        _received.MovePeer(r => Moves(r.Peer, r.Exchange), to);
        _sentNotifications.Rename((key, exchange) => Moves(key.Peer, exchange), key => (to, key.MessageId));
        _completedTokens.Rename((key, exchange) => Moves(key.Peer, exchange), key => (to, key.Token));
        _handledResponses.Rename((key, handled) => Moves(key.Peer, handled.Exchange), key => (to, key.MessageId));
        for (var i = _transmits.Count; i > 0; i--)
        {
            var transmit = _transmits.Dequeue();
            _transmits.Enqueue(Moves(transmit.To, transmit.Exchange) ? transmit with { To = to } : transmit);
        }
    }

    void Move(OutgoingExchange exchange, CoapPeer to)
    {
        var byMessageId = _byMessageId.GetValueOrDefault(exchange.MessageKey) == exchange;
        var byToken = exchange.Kind == OutgoingKind.Request && _byToken.GetValueOrDefault(exchange.TokenKey) == exchange;
        var heldPlace = exchange.HoldsPlace;
        RemoveMessageId(exchange);
        if (byToken)
            _byToken.Remove(exchange.TokenKey);
        ReleasePlace(exchange);

        exchange.Peer = to;
        // A message id or token that is in use there stays with its exchange: the moved one ends by its time-out.
        if (byMessageId)
            _byMessageId.TryAdd(exchange.MessageKey, exchange);
        if (byToken)
            _byToken.TryAdd(exchange.TokenKey, exchange);
        if (heldPlace || exchange.State == OutgoingState.Queued)
            TakePlace(exchange, heldPlace);
    }

    // One under way stays so, even if that makes more than NSTART.
    void TakePlace(OutgoingExchange exchange, bool underWay)
    {
        var queue = QueueOf(exchange.Peer);
        exchange.HoldsPlace = underWay;
        if (underWay)
            queue.UnderWay++;
        else
            queue.Waiting.AddLast(exchange);
        if (queue.Waiting.Count > 0 && queue.UnderWay < Places)
            _readyQueues.Add(exchange.Peer);
    }
}
