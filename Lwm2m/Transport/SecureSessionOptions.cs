using M531x.Dtls;

namespace M531x.Lwm2m.Transport;

/// <summary>Settings of a client's secure sessions.</summary>
sealed record SecureSessionOptions
{
    public required DtlsClientOptions Dtls { get; init; }

    /// <summary>
    /// A handshake that is not done after this begins again from the first hello, all numbers included, until <see cref="DtlsOptions.HandshakeTimeout"/>
    /// is over; null goes on with it, as RFC 6347 has it.
    /// </summary>
    public TimeSpan? RestartAfter { get; init; }

    /// <summary>Most messages that wait for a handshake (manual §2.7).</summary>
    public int CacheMessages { get; init; } = 10;

    /// <summary>Most bytes before encryption that wait for a handshake (manual §2.7).</summary>
    public int CacheBytes { get; init; } = 2048;
}
