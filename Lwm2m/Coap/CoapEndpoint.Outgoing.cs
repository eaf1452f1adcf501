namespace M531x.Lwm2m.Coap;

// Requests, notifications and separate responses of ours: token, message id, NSTART, retransmission.
public sealed partial class CoapEndpoint
{
    // Peers whose queue moved on in a call that carries no time.
    readonly HashSet<CoapPeer> _readyQueues = [];

    /// <summary>Messages leave without waiting for a place: they wait, in their order, somewhere below.</summary>
    public bool IgnoresNStart { get; set; }

    /// <summary>Starts a request and returns its exchange number. A CON waits while <see cref="CoapEndpointOptions.NStart"/> are under way.</summary>
    public long SendRequest(TimeSpan now, CoapPeer to, CoapRequest request)
    {
        _now = now;
        StartWaiting();
        var token = request.Token ?? NewToken(to);
        _byToken.TryGetValue((to, CoapToken.From(token.Span)), out var former);
        var exchange = NewOutgoing(to, OutgoingKind.Request, new CoapMessage
        {
            Type = request.Confirmable ? CoapType.Confirmable : CoapType.NonConfirmable,
            Code = request.Method,
            MessageId = NextMessageId(to),
            Token = token,
            Options = InOrder(request.Options),
            Payload = request.Payload,
        }, ++_lastExchange, request.MaxRetransmit, request.MinLastWait);
        if (former is not null)
            Replace(former, exchange);
        StartWaiting();
        _byToken[exchange.TokenKey] = exchange;
        _completedTokens.Remove(exchange.TokenKey);

        if (request.Confirmable)
            Enqueue(exchange);
        else
            AwaitResponse(exchange, CoapTransmission.NonLifetime, send: true);
        return exchange.Exchange;
    }

    /// <summary>
    /// Sends a notification on an observation's token (RFC 7641 §4.2) and returns its exchange number.
    /// The owner puts the Observe option among the response's options.
    /// </summary>
    public long Notify(TimeSpan now, CoapPeer to, ReadOnlyMemory<byte> token, CoapResponse response, bool confirmable)
    {
        _now = now;
        StartWaiting();
        var number = ++_lastExchange;
        confirmable &= !options.NotificationsAsAcknowledgements;
        var type = confirmable ? CoapType.Confirmable
            : options.NotificationsAsAcknowledgements ? CoapType.Acknowledgement
            : CoapType.NonConfirmable;
        var message = ResponseMessage(response, type, NextMessageId(to), token);
        if (confirmable)
        {
            Enqueue(NewOutgoing(to, OutgoingKind.Notification, message, number));
        }
        else
        {
            Transmit(to, message, CoapCodec.Encode(message), number, 0);
            _sentNotifications.Add(now + CoapTransmission.NonLifetime, (to, message.MessageId), number);
        }
        return number;
    }

    /// <summary>
    /// Stops a request or notification of ours: no retransmission, no event.
    /// The token of an observation is forgotten, so that further notifications are answered with RST.
    /// </summary>
    public void Cancel(long exchange)
    {
        if (_outgoing.TryGetValue(exchange, out var outgoing))
            Remove(outgoing);
        else
            _sentNotifications.RemoveWhere((_, number) => number == exchange);
    }

    // A new request on a live token takes its place (RFC 7641 §3.1, §3.6). An observation lives on inside
    // until the response is there, for the notifications that were already on their way.
    void Replace(OutgoingExchange former, OutgoingExchange exchange)
    {
        exchange.Replaced = former.State == OutgoingState.Observing ? former : former.Replaced;
        former.Replaced = null;
        if (former.State != OutgoingState.Observing)
            Fail(former, CoapFailure.Cancelled);
    }

    OutgoingExchange NewOutgoing(CoapPeer to, OutgoingKind kind, CoapMessage message, long number, int? maxRetransmit = null, TimeSpan? minLastWait = null)
    {
        var exchange = new OutgoingExchange
        {
            Exchange = number,
            Peer = to,
            Kind = kind,
            Message = message,
            Datagram = CoapCodec.Encode(message),
            MaxRetransmit = maxRetransmit ?? options.MaxRetransmit,
            MinLastWait = minLastWait ?? options.MinLastWait,
        };
        _outgoing[number] = exchange;
        _byMessageId[exchange.MessageKey] = exchange;
        return exchange;
    }

    void Enqueue(OutgoingExchange exchange)
    {
        QueueOf(exchange.Peer).Waiting.AddLast(exchange);
        StartNext(exchange.Peer);
    }

    SendQueue QueueOf(CoapPeer peer)
    {
        if (!_sendQueues.TryGetValue(peer, out var queue))
            _sendQueues[peer] = queue = new SendQueue();
        return queue;
    }

    void StartWaiting()
    {
        if (_readyQueues.Count == 0)
            return;
        var peers = _readyQueues.ToArray();
        _readyQueues.Clear();
        foreach (var peer in peers)
            StartNext(peer);
    }

    int Places => IgnoresNStart ? int.MaxValue : Math.Max(1, options.NStart);

    void StartNext(CoapPeer peer)
    {
        if (!_sendQueues.TryGetValue(peer, out var queue))
            return;
        while (queue.UnderWay < Places && queue.Waiting.First is { } first)
        {
            queue.Waiting.RemoveFirst();
            queue.UnderWay++;
            first.Value.HoldsPlace = true;
            StartTransmission(first.Value);
        }
        if (queue is { UnderWay: 0, Waiting.Count: 0 })
            _sendQueues.Remove(peer);
    }

    void StartTransmission(OutgoingExchange exchange)
    {
        var factor = 1 + (Math.Max(0, options.AckRandomFactor - 1) * random.NextDouble());
        exchange.State = OutgoingState.Unacknowledged;
        exchange.Timeout = TimeSpan.FromTicks(Math.Max(1, (long)(options.AckTimeout.Ticks * factor)));
        _deadlines.Set(exchange, _now + exchange.Timeout);
        Transmit(exchange);
    }

    void AwaitResponse(OutgoingExchange exchange, TimeSpan atMost, bool send)
    {
        exchange.State = OutgoingState.AwaitResponse;
        _deadlines.Set(exchange, _now + atMost);
        if (send)
            Transmit(exchange);
        else
            ReleasePlace(exchange);
    }

    void Transmit(OutgoingExchange exchange) =>
        Transmit(exchange.Peer, exchange.Message, exchange.Datagram, exchange.Exchange, exchange.Attempt);

    // The queue moves on at the next call that carries the time; see NextDeadline.
    void ReleasePlace(OutgoingExchange exchange)
    {
        if (!_sendQueues.TryGetValue(exchange.Peer, out var queue))
            return;
        if (exchange.HoldsPlace)
            queue.UnderWay--;
        else if (!queue.Waiting.Remove(exchange))
            return;
        exchange.HoldsPlace = false;
        if (queue is { UnderWay: 0, Waiting.Count: 0 })
            _sendQueues.Remove(exchange.Peer);
        else if (queue.Waiting.Count > 0 && queue.UnderWay < Places)
            _readyQueues.Add(exchange.Peer);
    }

    /// <summary>Ends an exchange of ours in every table.</summary>
    void Remove(OutgoingExchange exchange)
    {
        ReleasePlace(exchange);
        _deadlines.Remove(exchange);
        _outgoing.Remove(exchange.Exchange);
        RemoveMessageId(exchange);
        if (exchange.Kind == OutgoingKind.Request && _byToken.TryGetValue(exchange.TokenKey, out var current) && current == exchange)
            _byToken.Remove(exchange.TokenKey);
        if (exchange.Replaced is { } replaced)
        {
            exchange.Replaced = null;
            Remove(replaced);
        }
    }

    void RemoveMessageId(OutgoingExchange exchange)
    {
        if (_byMessageId.TryGetValue(exchange.MessageKey, out var current) && current == exchange)
            _byMessageId.Remove(exchange.MessageKey);
    }

    void Fail(OutgoingExchange exchange, CoapFailure reason)
    {
        Remove(exchange);
        Raise(new CoapExchangeFailed(exchange.Peer, exchange.Exchange, reason));
    }

    ReadOnlyMemory<byte> NewToken(CoapPeer to)
    {
        var token = new byte[Math.Clamp(options.TokenLength, 0, 8)];
        // A few tries: short tokens may all be taken, and then the newest request gets the token.
        for (var tries = 0; tries < 64; tries++)
        {
            random.Fill(token);
            var key = (to, CoapToken.From(token));
            if (!_byToken.ContainsKey(key) && !_completedTokens.TryGet(_now, key, out _))
                break;
        }
        return token;
    }

    static CoapMessage ResponseMessage(CoapResponse response, CoapType type, ushort messageId, ReadOnlyMemory<byte> token) => new()
    {
        Type = type,
        Code = response.Code,
        MessageId = messageId,
        Token = token,
        Options = InOrder(response.Options),
        Payload = response.Payload,
    };

    static CoapOption[] InOrder(IReadOnlyList<CoapOption> list) => [.. list.OrderBy(option => option.Number)];
}
