namespace M531x.Lwm2m.Coap;

enum OutgoingKind
{
    Request,
    Notification,

    /// <summary>A separate response; its exchange number is that of the received request.</summary>
    Response,
}

enum OutgoingState
{
    /// <summary>Waits for its turn (NSTART).</summary>
    Queued,

    /// <summary>A CON that was sent and not acknowledged.</summary>
    Unacknowledged,

    /// <summary>A request that is acknowledged, or a NON: its response is awaited.</summary>
    AwaitResponse,

    /// <summary>An observation: its first response came, notifications follow.</summary>
    Observing,
}

/// <summary>A message of ours that something has to come back for.</summary>
sealed class OutgoingExchange
{
    public required long Exchange { get; init; }
    public required CoapPeer Peer { get; set; }
    public required OutgoingKind Kind { get; init; }
    public required CoapMessage Message { get; init; }
    public required byte[] Datagram { get; init; }
    public required int MaxRetransmit { get; init; }

    /// <summary>The shortest wait after the last retransmission.</summary>
    public TimeSpan MinLastWait { get; init; }

    public OutgoingState State { get; set; }

    /// <summary>How often the message was sent again.</summary>
    public int Attempt { get; set; }

    /// <summary>The time-out that runs; doubled with each retransmission.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>True while it takes one of the peer's NSTART places.</summary>
    public bool HoldsPlace { get; set; }

    /// <summary>The observation whose token this request uses again; it gets the notifications that are still on their way.</summary>
    public OutgoingExchange? Replaced { get; set; }

    public int ObserveNumber { get; set; }
    public TimeSpan ObservedAt { get; set; }

    public (CoapPeer Peer, ushort MessageId) MessageKey => (Peer, Message.MessageId);
    public (CoapPeer Peer, CoapToken Token) TokenKey => (Peer, CoapToken.From(Message.Token.Span));
    public bool RegistersObservation => Kind == OutgoingKind.Request && Message.Observe == 0;

    /// <summary>RFC 7641 §3.4: newer by the number in 24-bit arithmetic, or by 128 seconds.</summary>
    public bool IsFresh(int number, TimeSpan now)
    {
        const int half = 1 << 23;
        return (ObserveNumber < number && number - ObserveNumber < half)
            || (ObserveNumber > number && ObserveNumber - number > half)
            || now > ObservedAt + TimeSpan.FromSeconds(128);
    }
}
