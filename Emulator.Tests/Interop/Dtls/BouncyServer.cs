using System.Text;
using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Answers the questions of BouncyCastle's server about one client.</summary>
/// <param name="crypto">Shared by all clients of a server: a session's secret belongs to it.</param>
/// <param name="settings">Of the peer.</param>
/// <param name="output">The peer's output.</param>
/// <param name="sessions">Sessions by the hexadecimal form of their id, shared by all clients of a server.</param>
sealed class BouncyServer(TlsCrypto crypto, PeerSettings settings, LineLog output, Dictionary<string, TlsSession> sessions)
    : PskTlsServer(crypto, new OneKey(settings)), IBouncyEnd
{
    const int SessionIdLength = 32;

    public SecurityParameters Parameters => m_context.SecurityParameters;

    public bool IsClosed { get; private set; }

    public override bool ShouldUseExtendedMasterSecret() => settings.ExtendedMasterSecret;

    /// <summary>The default refuses a client without renegotiation_info (RFC 5746 §3.6); the module's ClientHello has none.</summary>
    public override void NotifySecureRenegotiation(bool secureRenegotiation)
    {
    }

    public override TlsSession GetSessionToResume(byte[] sessionID) => sessions.GetValueOrDefault(Convert.ToHexString(sessionID))!;

    public override byte[] GetNewSessionID() => m_context.NonceGenerator.GenerateNonce(SessionIdLength);

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        if (m_context.ResumableSession is { } session)
            sessions[Convert.ToHexString(session.SessionID)] = session;
    }

    public override void NotifyAlertReceived(short alertLevel, short alertDescription)
    {
        if (alertDescription == (short)DtlsAlert.CloseNotify)
            IsClosed = true;
        else
            output.Add($"failed alert {alertDescription}");
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() => [(int)(ushort)settings.Suite];

    protected override bool AllowEncryptThenMac() => settings.EncryptThenMac;

    protected override byte[] GetNewConnectionID() => settings.NewConnectionId()!;

    sealed class OneKey(PeerSettings settings) : TlsPskIdentityManager
    {
        public byte[] GetHint() => null!;

        /// <summary>A copy, because BouncyCastle wipes the array.</summary>
        public byte[] GetPsk(byte[] identity) => Encoding.UTF8.GetString(identity) == settings.Identity ? [.. settings.Key] : null!;
    }
}
