using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Answers the questions of BouncyCastle's client.</summary>
sealed class BouncyClient(PeerSettings settings, LineLog output, TlsSession? session)
    : PskTlsClient(new BcTlsCrypto(new SecureRandom()), new BasicTlsPskIdentity(settings.Identity, settings.Key)), IBouncyEnd
{
    /// <summary>The session for a later resumption.</summary>
    public TlsSession? Session { get; private set; }

    public SecurityParameters Parameters => m_context.SecurityParameters;

    public bool IsClosed { get; private set; }

    public override TlsSession GetSessionToResume() => session!;

    public override int GetHandshakeTimeoutMillis() => 15_000;

    public override bool ShouldUseExtendedMasterSecret() => settings.ExtendedMasterSecret;

    public override IDictionary<int, byte[]> GetClientExtensions()
    {
        var extensions = base.GetClientExtensions();
        if (!settings.EncryptThenMac)
            extensions.Remove(ExtensionType.encrypt_then_mac);
        return extensions;
    }

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Session = m_context.ResumableSession;
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

    protected override byte[] GetNewConnectionID() => settings.NewConnectionId()!;
}
