namespace M531x.Lwm2m.Coap;

/// <summary>Settings of the message layer (RFC 7252 §4.8).</summary>
public sealed record CoapEndpointOptions
{
    /// <summary>ACK_TIMEOUT: the first time-out is drawn between this and <see cref="AckRandomFactor"/> times this.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(2);
    public double AckRandomFactor { get; init; } = 1.5;
    public int MaxRetransmit { get; init; } = 4;

    /// <summary>CON exchanges under way towards one peer at once (NSTART); more wait their turn.</summary>
    public int NStart { get; init; } = 1;

    public int TokenLength { get; init; } = 4;

    /// <summary>Critical option numbers the owner understands besides those of the RFCs.</summary>
    public IReadOnlyList<int> KnownCriticalOptions { get; init; } = [];

    /// <summary>Remembered requests per endpoint; the oldest answered one gives way, so that nothing grows without bound.</summary>
    public int RequestMemory { get; init; } = 512;
}

/// <summary>
/// The CoAP message layer as a machine without I/O: datagrams, requests and time go in; datagrams and events come out.
/// After every call drain <see cref="TryTakeTransmit"/> and <see cref="TryTakeEvent"/>.
/// </summary>
#pragma warning disable CS9113 // skeleton
public sealed partial class CoapEndpoint(CoapEndpointOptions options, SeededRandom random)
{
    /// <summary>When <see cref="HandleTimeout"/> wants to be called; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan NextDeadline => throw new NotImplementedException();

    public void HandleDatagram(TimeSpan now, CoapPeer from, ReadOnlySpan<byte> datagram) => throw new NotImplementedException();

    public void HandleTimeout(TimeSpan now) => throw new NotImplementedException();

    /// <summary>Starts a request and returns its exchange number. A CON waits while <see cref="CoapEndpointOptions.NStart"/> are under way.</summary>
    public long SendRequest(TimeSpan now, CoapPeer to, CoapRequest request) => throw new NotImplementedException();

    /// <summary>
    /// Answers a received request: piggybacked on the ACK for a CON not yet acknowledged, as NON for a NON,
    /// as a separate CON after <see cref="Acknowledge"/>. Returns false when the exchange is unknown or already answered.
    /// The answer is remembered and repeated, silently, when the request is repeated.
    /// </summary>
    public bool Respond(TimeSpan now, long exchange, CoapResponse response) => throw new NotImplementedException();

    /// <summary>Sends the empty ACK at once; the response follows as a separate one (RFC 7252 §5.2.2).</summary>
    public bool Acknowledge(TimeSpan now, long exchange) => throw new NotImplementedException();

    /// <summary>Forgets a received request: it is never answered, and its repetitions are ignored.</summary>
    public void Abandon(long exchange) => throw new NotImplementedException();

    /// <summary>Sends a notification on an observation's token (RFC 7641 §4.2) and returns its exchange number.</summary>
    public long Notify(TimeSpan now, CoapPeer to, ReadOnlyMemory<byte> token, CoapResponse response, bool confirmable) => throw new NotImplementedException();

    /// <summary>Stops a request or notification of ours: no retransmission, no event.</summary>
    public void Cancel(long exchange) => throw new NotImplementedException();

    /// <summary>Drops everything that concerns the peer, without events.</summary>
    public void Forget(CoapPeer peer) => throw new NotImplementedException();

    public bool TryTakeTransmit(out CoapTransmit transmit) => throw new NotImplementedException();

    public bool TryTakeEvent(out CoapEvent coapEvent) => throw new NotImplementedException();

    /// <summary>A message id drawn like any other, for tests that need to know the next one.</summary>
    internal ushort NextMessageId() => throw new NotImplementedException();
}
