using System.Collections;
using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Crypto.Tls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>What BouncyCastle's client wants to know of its user.</summary>
sealed class BouncyClient(PeerSettings settings, LineLog output, TlsSession? session)
    : PskTlsClient(new BasicTlsPskIdentity(settings.Identity, settings.Key))
{
    byte[] _sessionId = [];

    public override ProtocolVersion ClientVersion => ProtocolVersion.DTLSv12;

    public override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

    /// <summary>To resume later.</summary>
    public TlsSession? Session => mContext.ResumableSession;

    public bool Resumed => session is not null && _sessionId.Length > 0 && _sessionId.AsSpan().SequenceEqual(session.SessionID);

    /// <summary>close_notify came.</summary>
    public bool IsClosed { get; private set; }

    public override int[] GetCipherSuites() => [(int)(ushort)settings.Suite];

    public override TlsSession GetSessionToResume() => session!;

    public override void NotifySessionID(byte[] sessionID) => _sessionId = sessionID;

    public override int GetHandshakeTimeoutMillis() => 15_000;

    public override IDictionary GetClientExtensions()
    {
        var extensions = TlsExtensionsUtilities.EnsureExtensionsInitialised(base.GetClientExtensions());
        if (settings.EncryptThenMac)
            TlsExtensionsUtilities.AddEncryptThenMacExtension(extensions);
        return extensions;
    }

    public override void NotifyAlertReceived(byte alertLevel, byte alertDescription)
    {
        if (alertDescription == (byte)DtlsAlert.CloseNotify)
            IsClosed = true;
        else
            output.Add($"failed alert {alertDescription}");
    }
}
