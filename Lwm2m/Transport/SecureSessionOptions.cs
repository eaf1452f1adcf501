using M531x.Dtls;

namespace M531x.Lwm2m.Transport;

/// <summary>Settings of a client's secure sessions.</summary>
sealed record SecureSessionOptions
{
    public required DtlsClientOptions Dtls { get; init; }

    /// <summary>Most messages that wait for a handshake (manual §2.7).</summary>
    public int CacheMessages { get; init; } = 10;

    /// <summary>Most bytes before encryption that wait for a handshake (manual §2.7).</summary>
    public int CacheBytes { get; init; } = 2048;
}
