using M531x.Dtls;
using M531x.Emulator.Core.At;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Module;

/// <content>MIPLDTLSNAT and what the module puts into a ClientHello (manual §2.7, §5.4).</content>
sealed partial class M531xModule
{
    /// <summary>0 turns the re-negotiation off; 1 to 59 is refused (manual §2.7).</summary>
    internal AtResult SetDtlsNat(AtArguments arguments)
    {
        var seconds = arguments.Int(1);
        if (seconds is > 0 and < 60)
            return CisError.Syntax;
        Client.RenegotiateAfter = seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
        return AtResult.Ok;
    }

    /// <summary>The module's own stack offers one suite and no extension; the lwm2m dialect says all it can.</summary>
    DtlsClientOptions DtlsOptions()
    {
        var standard = _options.Dialect == Lwm2mDialect.Lwm2m;
        var profile = _options.Profile;
        return new DtlsClientOptions
        {
            Suites = _options.DtlsSuites ?? (standard
                ? [DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128GcmSha256, DtlsCipherSuite.PskAes128CbcSha256]
                : profile.DtlsSuites),
            PlainHello = !standard && !_options.DtlsConnectionIds,
            ExtendedMasterSecret = standard && profile.ExtendedMasterSecret,
            EncryptThenMac = standard && profile.EncryptThenMac,
            InitialTimeout = profile.DtlsInitialTimeout,
            ConnectionIdLength = _options.DtlsConnectionIds ? 0 : null,
            EmitsSecrets = _options.EmitsSecrets,
        };
    }

    /// <summary>A message that cache mode has no room for is refused (manual §2.7).</summary>
    bool IsCacheFull(int bytes) => !Client.HasRoom(bytes);
}
