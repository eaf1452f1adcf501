namespace M531x.Lwm2m.Coap;

/// <summary>A datagram that has to leave. <paramref name="Exchange"/> is the exchange it belongs to, 0 for none.</summary>
/// <param name="Attempt">0 for the first transmission, 1 for the first retransmission, and so on.</param>
public readonly record struct CoapTransmit(CoapPeer To, ReadOnlyMemory<byte> Datagram, CoapMessage Message, long Exchange, int Attempt);

/// <summary>What an endpoint tells its owner. Exchange numbers are the endpoint's own, start at 1 and never repeat.</summary>
public abstract record CoapEvent(CoapPeer Peer);

/// <summary>A new request that waits for <see cref="CoapEndpoint.Respond"/>.</summary>
public sealed record CoapRequestReceived(CoapPeer Peer, long Exchange, CoapMessage Request) : CoapEvent(Peer);

/// <summary>The peer repeated a request that has not been answered yet (RFC 7252 §4.5).</summary>
public sealed record CoapRequestRepeated(CoapPeer Peer, long Exchange, CoapMessage Request) : CoapEvent(Peer);

/// <summary>The response to a request of ours, piggybacked or separate.</summary>
public sealed record CoapResponseReceived(CoapPeer Peer, long Exchange, CoapMessage Response) : CoapEvent(Peer);

/// <summary>A further message on the token of an observe request of ours.</summary>
public sealed record CoapNotificationReceived(CoapPeer Peer, long Exchange, CoapMessage Notification) : CoapEvent(Peer);

/// <summary>Our confirmable notification was acknowledged.</summary>
public sealed record CoapNotificationAcknowledged(CoapPeer Peer, long Exchange) : CoapEvent(Peer);

/// <summary>An exchange of ours ended without a response, or a notification of ours (CON or NON) without its purpose.</summary>
public sealed record CoapExchangeFailed(CoapPeer Peer, long Exchange, CoapFailure Reason) : CoapEvent(Peer);

/// <summary>A message came in, for the trace: what it means follows in other events.</summary>
public sealed record CoapMessageReceived(CoapPeer Peer, CoapMessage Message) : CoapEvent(Peer);

/// <summary>A message that was dropped or rejected, for the trace: never needs an answer.</summary>
public sealed record CoapMessageIgnored(CoapPeer Peer, CoapIgnoreReason Reason) : CoapEvent(Peer);

public enum CoapFailure
{
    /// <summary>All transmissions went unacknowledged, or no separate response came within EXCHANGE_LIFETIME.</summary>
    Timeout,

    /// <summary>The peer answered RST: for a notification, the observation is to be removed (RFC 7641 §3.6).</summary>
    Reset,

    /// <summary>Withdrawn by the owner, with the peer or alone.</summary>
    Cancelled,
}

public enum CoapIgnoreReason
{
    MalformedHeader,
    UnsupportedVersion,
    MalformedOption,
    MessageFormat,
    ReservedCode,
    UnknownMessage,
    UnknownToken,
    UnknownCriticalOption,
    Duplicate,
    TooManyRequests,
}
