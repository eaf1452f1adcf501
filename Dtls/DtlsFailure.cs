namespace M531x.Dtls;

/// <summary>Why an association ended before or after it was set up.</summary>
public enum DtlsFailure
{
    None,

    /// <summary>The handshake did not finish within <see cref="DtlsOptions.HandshakeTimeout"/>.</summary>
    HandshakeTimeout,

    /// <summary>The two sides share no cipher suite.</summary>
    NoCommonSuite,

    /// <summary>The server knows no key for the identity.</summary>
    UnknownIdentity,

    /// <summary>The two sides hold different keys.</summary>
    WrongKey,

    /// <summary>The peer speaks no DTLS 1.2.</summary>
    ProtocolVersion,

    /// <summary>The peer ended the association with a fatal alert, see <see cref="DtlsEvent.Alert"/>.</summary>
    PeerAlert,

    /// <summary>The session that was to be resumed was ended while the handshake was under way.</summary>
    SessionEnded,

    /// <summary>An authenticated message broke the protocol.</summary>
    ProtocolError,
}
