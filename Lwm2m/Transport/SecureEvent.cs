using M531x.Dtls;

namespace M531x.Lwm2m.Transport;

/// <summary>What a <see cref="SecureSession"/> tells the client that owns it.</summary>
abstract record SecureEvent;

/// <summary>A handshake is done. <paramref name="Again"/>: it replaces an association that was up before.</summary>
/// <param name="Details">What was agreed.</param>
/// <param name="Took">Since its first datagram.</param>
sealed record SessionUp(DtlsConnected Details, bool Again, TimeSpan Took) : SecureEvent;

/// <summary>A message of the server.</summary>
sealed record SessionData(byte[] Datagram) : SecureEvent;

/// <summary>Something that is not authentic says that the handshake will fail. It goes on, and fails with that if the server does not.</summary>
sealed record SessionRefused(DtlsFailure Reason, DtlsAlert? Alert) : SecureEvent;

/// <summary>A handshake failed; what was cached for it is gone.</summary>
sealed record SessionFailed(DtlsFailure Reason, DtlsAlert? Alert) : SecureEvent;

/// <summary>The server has ended the association. The next message starts a handshake.</summary>
sealed record SessionClosed : SecureEvent;

/// <summary>The address is taken for aged: cache mode begins (manual §2.7).</summary>
sealed record SessionAged : SecureEvent;

/// <summary>Something for the trace: a name, and a detail without secrets.</summary>
sealed record SessionNote(string Name, string Detail, params IReadOnlyList<TraceField> Fields) : SecureEvent;

/// <summary>The secrets of a handshake, for a key log that the user asked for.</summary>
sealed record SessionSecrets(byte[] ClientRandom, byte[] MasterSecret) : SecureEvent;
