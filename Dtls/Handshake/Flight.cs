namespace M531x.Dtls.Handshake;

/// <summary>The messages of a flight, kept until the peer's next one shows that they arrived (RFC 6347 §4.2.4).</summary>
sealed class Flight
{
    readonly List<FlightPart> _parts = [];

    public IReadOnlyList<FlightPart> Parts => _parts;

    /// <summary>1 to 6, as RFC 6347 §4.2.4 counts them.</summary>
    public int Number { get; private set; }

    /// <summary>How often it has left before.</summary>
    public int Attempt { get; set; }

    public void Begin(int number)
    {
        _parts.Clear();
        Number = number;
        Attempt = 0;
    }

    public void AddMessage(byte[] message, int epoch) => _parts.Add(new FlightPart(message, epoch));

    public void AddChangeCipherSpec() => _parts.Add(new FlightPart(null, 0));

    public void Clear() => _parts.Clear();
}

/// <summary>A handshake message with its header, or ChangeCipherSpec for null.</summary>
readonly record struct FlightPart(byte[]? Message, int Epoch);
