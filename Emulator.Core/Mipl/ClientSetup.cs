using M531x.Dtls;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Mipl;

/// <summary>What profile, dialect and quirks change in the habits of the LwM2M client.</summary>
static class ClientSetup
{
    static readonly TimeSpan RegisterRetryDelay = TimeSpan.FromSeconds(5);

    public static Lwm2mClientOptions OptionsOf(ModuleContext context) => new()
    {
        EndpointName = context.Options.EndpointName,
        Dialect = context.Options.Dialect,
        NotificationsAsAcknowledgements = context.Has(Quirk.NotifyAsAck),
        AcknowledgesPing = context.Has(Quirk.PingAck),
        FixedAckTimeout = context.Has(Quirk.FixedAckTimeout),
        SingleValueBare = context.Has(Quirk.SingleValueBare),
        KeepsConfiguredPort = context.Has(Quirk.BootstrapPortFromConfig),
        OmitsSecurityLinks = context.Has(Quirk.NoSecurityLinks),
        HiddenObjectsCanBeObserved = context.Has(Quirk.ObserveBuiltIn),
        RegisterRetryDelay = context.Has(Quirk.RegisterRetry) ? RegisterRetryDelay : null,
        DeregistersOnSend = context.Has(Quirk.CloseEventOnSend),
        SecureRandom = context.SecureRandom,
        Dtls = DtlsOptionsOf(context),
        DtlsRestartAfter = context.Options.Dialect == Lwm2mDialect.Lwm2m ? null : context.Profile.DtlsRestart,
        CacheMessages = context.Limits.CachedMessages,
        CacheBytes = context.Limits.CachedBytes,
        TellsMessages = true,
    };

    /// <summary>What the module puts into a ClientHello (manual §2.7, §5.4): its own stack offers one suite and no extension; the lwm2m dialect says all it can.</summary>
    static DtlsClientOptions DtlsOptionsOf(ModuleContext context)
    {
        var standard = context.Options.Dialect == Lwm2mDialect.Lwm2m;
        return new DtlsClientOptions
        {
            Suites = context.Options.DtlsSuites ?? (standard
                ? [DtlsCipherSuite.PskAes128Ccm8, DtlsCipherSuite.PskAes128GcmSha256, DtlsCipherSuite.PskAes128CbcSha256]
                : context.Profile.DtlsSuites),
            PlainHello = !standard && !context.Options.DtlsConnectionIds,
            ExtendedMasterSecret = standard && context.Profile.ExtendedMasterSecret,
            EncryptThenMac = standard && context.Profile.EncryptThenMac,
            InitialTimeout = context.Profile.DtlsInitialTimeout,
            ConnectionIdLength = context.Options.DtlsConnectionIds ? 0 : null,
            EmitsSecrets = context.Options.EmitsSecrets,
        };
    }
}
