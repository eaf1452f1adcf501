using M531x.Dtls;
using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Crypto.Tls;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>What BouncyCastle's server wants to know of its user.</summary>
sealed class BouncyServer(PeerSettings settings, LineLog output) : PskTlsServer(new OneKey(settings))
{
    /// <summary>close_notify came.</summary>
    public bool IsClosed { get; private set; }

    protected override ProtocolVersion MaximumVersion => ProtocolVersion.DTLSv12;

    protected override ProtocolVersion MinimumVersion => ProtocolVersion.DTLSv12;

    protected override bool AllowEncryptThenMac => settings.EncryptThenMac;

    protected override int[] GetCipherSuites() => [(int)(ushort)settings.Suite];

    public override void NotifyAlertReceived(byte alertLevel, byte alertDescription)
    {
        if (alertDescription == (byte)DtlsAlert.CloseNotify)
            IsClosed = true;
        else
            output.Add($"failed alert {alertDescription}");
    }

    sealed class OneKey(PeerSettings settings) : TlsPskIdentityManager
    {
        public byte[] GetHint() => null!;

        /// <summary>BouncyCastle wipes the array it gets.</summary>
        public byte[] GetPsk(byte[] identity) => System.Text.Encoding.UTF8.GetString(identity) == settings.Identity ? [.. settings.Key] : null!;
    }
}
