namespace M531x.Lwm2m.Coap;

/// <summary>Settings of the message layer (RFC 7252 §4.8).</summary>
public sealed record CoapEndpointOptions
{
    /// <summary>ACK_TIMEOUT: the first time-out is drawn between this and <see cref="AckRandomFactor"/> times this.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(2);
    public double AckRandomFactor { get; init; } = 1.5;
    public int MaxRetransmit { get; init; } = 4;

    /// <summary>Listens at least this long after the last retransmission; zero keeps to the RFC's schedule.</summary>
    public TimeSpan MinLastWait { get; init; }

    /// <summary>CON exchanges under way towards one peer at once (NSTART); more wait their turn.</summary>
    public int NStart { get; init; } = 1;

    public int TokenLength { get; init; } = 4;

    /// <summary>Critical option numbers the owner understands besides those of the RFCs, whatever their values and however often they occur.</summary>
    public IReadOnlyList<int> KnownCriticalOptions { get; init; } = [];

    /// <summary>Remembered requests per endpoint; the oldest answered one gives way, so that nothing grows without bound.</summary>
    public int RequestMemory { get; init; } = 512;

    /// <summary>
    /// Takes an ACK with an unknown message id but the token of an observation for a notification.
    /// China Mobile's client SDK sends its notifications so; no RFC allows it.
    /// </summary>
    public bool TolerateAckNotifications { get; init; }

    /// <summary>Sends notifications as ACK messages with a message id of their own, never as CON, as that SDK does.</summary>
    public bool NotificationsAsAcknowledgements { get; init; }

    /// <summary>Acknowledges an empty confirmable message instead of resetting it; RFC 7252 §4.3 asks for the reset.</summary>
    public bool AcknowledgesPing { get; init; }

    /// <summary>Every message that is readable comes out as <see cref="CoapMessageReceived"/> before it is handled, for a trace.</summary>
    public bool TellsMessages { get; init; }
}
