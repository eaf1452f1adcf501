using System.Net;

namespace M531x.Dtls;

/// <summary>What an engine tells its owner.</summary>
public enum DtlsEventKind
{
    /// <summary>The handshake is complete: <see cref="DtlsEvent.Details"/>.</summary>
    Connected,

    /// <summary>Application data: <see cref="DtlsEvent.Data"/>.</summary>
    Data,

    /// <summary>The association ended with close_notify, the peer's or our own.</summary>
    Closed,

    /// <summary>The association is over: <see cref="DtlsEvent.Failure"/>, with the peer's alert if it sent one.</summary>
    Failed,

    /// <summary>
    /// The server refuses the handshake, or seems to: <see cref="DtlsEvent.Failure"/>, with its alert if it was one. It was not authentic, so the
    /// handshake goes on, and fails with that should the server not answer any more.
    /// </summary>
    Refused,

    /// <summary>An alert left, for the trace.</summary>
    AlertSent,

    /// <summary>A warning came, or one without effect, for the trace.</summary>
    AlertReceived,

    /// <summary>A flight left: <see cref="DtlsEvent.Number"/> 1 to 6 (RFC 6347 §4.2.4), <see cref="DtlsEvent.Attempt"/> 0 the first time.</summary>
    FlightSent,

    /// <summary>A record was dropped: <see cref="DtlsEvent.Drop"/>. It changed nothing.</summary>
    Dropped,

    /// <summary>A server answered a ClientHello without a valid cookie, and keeps nothing of it.</summary>
    CookieSent,

    /// <summary>A protected record of a client that has not proved its key does not open: its key differs from ours.</summary>
    KeyMismatch,

    /// <summary>The peer goes on from another address, as its connection id proves (RFC 9146 §6).</summary>
    AddressMoved,

    /// <summary>Client random (32 bytes) and master secret (48 bytes), in <see cref="DtlsEvent.Data"/>; only with <see cref="DtlsOptions.EmitsSecrets"/>.</summary>
    Secrets,
}

/// <summary>Why a record was dropped.</summary>
public enum DtlsDropReason
{
    None,
    Malformed,
    UnknownPeer,
    WrongEpoch,
    Replayed,

    /// <summary>The record does not open: damaged, forged or of another key.</summary>
    BadRecord,

    /// <summary>A handshake message that does not fit the state, or whose content is not legal there.</summary>
    UnexpectedMessage,

    /// <summary>A message larger, or further ahead, than is kept.</summary>
    OutOfBounds,

    /// <summary>An alert or other message that is not protected although the association is up.</summary>
    Unauthenticated,
}

/// <summary>What was agreed in a handshake. No secret is in it.</summary>
public sealed record DtlsConnected
{
    public required DtlsCipherSuite Suite { get; init; }

    /// <summary>The identity that the client sent, as text (RFC 4279 §5.1 asks for UTF-8).</summary>
    public required string Identity { get; init; }

    /// <summary>An earlier session goes on (RFC 5246 §7.3).</summary>
    public bool Resumed { get; init; }
    public bool ExtendedMasterSecret { get; init; }
    public bool EncryptThenMac { get; init; }

    /// <summary>Connection ids are used in at least one direction (RFC 9146).</summary>
    public bool ConnectionId { get; init; }
}

/// <summary>One event. <see cref="Data"/> is valid until the next call that is not a Take.</summary>
public readonly struct DtlsEvent
{
    public DtlsEventKind Kind { get; init; }

    /// <summary>Number of the association, from 1; 0 when there is none yet.</summary>
    public long Association { get; init; }

    /// <summary>The peer's address; null on a client, whose owner knows it.</summary>
    public IPEndPoint? Peer { get; init; }
    public ReadOnlyMemory<byte> Data { get; init; }
    public DtlsConnected? Details { get; init; }
    public DtlsFailure Failure { get; init; }
    public DtlsAlert? Alert { get; init; }
    public DtlsDropReason Drop { get; init; }
    public int Number { get; init; }
    public int Attempt { get; init; }

    /// <summary>Who the peer of a server is; in a failure who it claimed to be, if it got that far.</summary>
    public string? Identity { get; init; }
}
