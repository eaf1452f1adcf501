namespace M531x.Lwm2m.Coap;

/// <summary>What an application asks the endpoint to send as a request: everything but message id and token.</summary>
public sealed record CoapRequest(CoapCode Method, IReadOnlyList<CoapOption> Options, ReadOnlyMemory<byte> Payload)
{
    /// <summary>False sends a NON: no retransmission; the exchange fails with a time-out when no response comes.</summary>
    public bool Confirmable { get; init; } = true;

    /// <summary>How often an unacknowledged CON is sent again; null takes the endpoint's setting.</summary>
    public int? MaxRetransmit { get; init; }

    /// <summary>Listens at least this long after the last retransmission; null takes the endpoint's setting.</summary>
    public TimeSpan? MinLastWait { get; init; }

    /// <summary>A token to use instead of a fresh one (a cancelled observation repeats its own).</summary>
    public ReadOnlyMemory<byte>? Token { get; init; }
}

/// <summary>What an application answers: everything but type, message id and token.</summary>
public sealed record CoapResponse(CoapCode Code, IReadOnlyList<CoapOption> Options, ReadOnlyMemory<byte> Payload)
{
    public CoapResponse(CoapCode code) : this(code, [], default) { }
}
