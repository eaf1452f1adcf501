namespace M531x.Dtls;

/// <summary>Fills a span with random bytes: the operating system's generator, or a seeded one in a deterministic run.</summary>
public delegate void RandomFill(Span<byte> destination);

/// <summary>Settings that both roles have.</summary>
public record DtlsOptions
{
    /// <summary>Offered, or accepted, in this order of preference.</summary>
    public IReadOnlyList<DtlsCipherSuite> Suites { get; init; } = [DtlsCipherSuite.PskAes128Ccm8];

    /// <summary>First retransmission time-out (RFC 6347 §4.2.4.1: 1 s; RFC 7925 §11 suggests 9 s); it doubles with each time-out.</summary>
    public TimeSpan InitialTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The handshake is given up after this; null never.</summary>
    public TimeSpan? HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Largest datagram of a flight in bytes, from 128; application data is never split.</summary>
    public int MaxDatagram { get; init; } = 1280;

    /// <summary>Largest piece of a handshake message in a record, in bytes. A ClientHello leaves whole, so that servers can stay stateless.</summary>
    public int MaxFragment { get; init; } = 1200;

    /// <summary>Several records of a flight share a datagram.</summary>
    public bool PacksRecords { get; init; } = true;

    /// <summary>Offered by a client, taken by a server when offered (RFC 7627).</summary>
    public bool ExtendedMasterSecret { get; init; } = true;

    /// <summary>As above, for the CBC suite (RFC 7366).</summary>
    public bool EncryptThenMac { get; init; } = true;

    /// <summary>Length of the connection id that the peer is to use towards us, 0 for none (RFC 9146); null turns the extension off.</summary>
    public int? ConnectionIdLength { get; init; }

    /// <summary>Secrets come out as <see cref="DtlsEventKind.Secrets"/>, for a key log the user asked for.</summary>
    public bool EmitsSecrets { get; init; }
}

/// <summary>Settings of a client.</summary>
public sealed record DtlsClientOptions : DtlsOptions
{
    /// <summary>A ClientHello without any extension and with one suite, as the module's own stack sends it.</summary>
    public bool PlainHello { get; init; }

    /// <summary>A session to resume (RFC 5246 §7.3); a server that has forgotten it makes a full handshake.</summary>
    public DtlsSession? Session { get; init; }
}

/// <summary>Settings of a server.</summary>
public sealed record DtlsServerOptions : DtlsOptions
{
    /// <summary>Hint in ServerKeyExchange (RFC 4279 §5.2); null sends no ServerKeyExchange.</summary>
    public string? IdentityHint { get; init; }

    /// <summary>Sessions kept for resumption; 0 gives out no session ids.</summary>
    public int MaxSessions { get; init; } = 1000;

    /// <summary>How long a session may be resumed (RFC 5246 §F.1.4: 24 hours at most).</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Associations kept; the one that was silent longest goes first.</summary>
    public int MaxAssociations { get; init; } = 10_000;

    /// <summary>A client whose Finished does not open is told decrypt_error once, a moment later, so that a wrong key does not look like a lost datagram. The handshake goes on.</summary>
    public bool TellsWrongKey { get; init; } = true;
}

/// <summary>The server's keys.</summary>
public interface IPskStore
{
    /// <summary>Returns a copy of an identity's key, which is wiped after use; an empty one is no key.</summary>
    bool TryGetKey(ReadOnlySpan<byte> identity, out byte[] key);
}
