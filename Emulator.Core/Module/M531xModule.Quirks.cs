using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Module;

/// <content>What quirks change in the client's habits and in the lines that have more than one reading.</content>
sealed partial class M531xModule
{
    /// <summary>Bits 2 and 3 of CREATEEX's flag (manual §2.5): lengths in both directions, received data, data in both directions.</summary>
    const int DebugLengths = 1;
    const int DebugReceived = 2;
    const int DebugBoth = 3;

    static readonly TimeSpan RegisterRetryDelay = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ShortReplyWindow = TimeSpan.FromSeconds(5);

    bool Has(Quirk quirk) => _quirks.Has(quirk);

    /// <summary>Manual chapter 3 says 653 for what exists already; modules of the Neul family answer 602.</summary>
    CisError InstanceExists => Has(Quirk.CreateExists602) ? CisError.Status : CisError.Resource;

    /// <summary>The row that a name stands for on this module; null when it has no such command.</summary>
    AtCommand? FindRow(string name)
    {
        if (Has(Quirk.LtrdpEverywhere) && name == "+MIPLLTRDP")
            return CommandTable.Find(name, ModuleProfile.M5310A);
        if (Has(Quirk.MisprintedResponses))
            name = name switch { "+MIPLEXECUTE" => "+MIPLEXECUTERSP", "+MIPLWRITEOBSERVERSP" => "+MIPLOBSERVERSP", _ => name };
        return CommandTable.Find(name, _options.Profile);
    }

    /// <summary>The row that is meant with these arguments.</summary>
    AtCommand Meant(ref AtCommand row, IReadOnlyList<AtArgument> arguments)
    {
        if (Has(Quirk.AddObjDeletes) && row.Name == "+MIPLADDOBJ" && arguments.Count == 2)
            row = FindRow("+MIPLDELOBJ") ?? row;
        return row;
    }

    TimeSpan ReplyWindow => Has(Quirk.ReplyWindow5) ? ShortReplyWindow : TimeSpan.FromSeconds(Limits.OperationSeconds);

    Lwm2mClientOptions ClientOptions() => new()
    {
        EndpointName = _options.EndpointName,
        Dialect = _options.Dialect,
        NotificationsAsAcknowledgements = Has(Quirk.NotifyAsAck),
        AcknowledgesPing = Has(Quirk.PingAck),
        FixedAckTimeout = Has(Quirk.FixedAckTimeout),
        SingleValueBare = Has(Quirk.SingleValueBare),
        KeepsConfiguredPort = Has(Quirk.BootstrapPortFromConfig),
        OmitsSecurityLinks = Has(Quirk.NoSecurityLinks),
        HiddenObjectsCanBeObserved = Has(Quirk.ObserveBuiltIn),
        RegisterRetryDelay = Has(Quirk.RegisterRetry) ? RegisterRetryDelay : null,
        DeregistersOnSend = Has(Quirk.CloseEventOnSend),
        SecureRandom = _secureRandom,
        Dtls = DtlsOptions(),
        DtlsRestartAfter = _options.Dialect == Lwm2mDialect.Lwm2m ? null : _options.Profile.DtlsRestart,
        CacheMessages = Limits.CachedMessages,
        CacheBytes = Limits.CachedBytes,
        TellsMessages = true,
    };

    void PrintObserve(ObserveHandled observe)
    {
        var shown = (int)observe.MessageId;
        if (Has(Quirk.ObserveMidCounter))
            shown |= (++_instance!.ObserveCount & short.MaxValue) << 16;
        _instance!.AutoAnswered.Add(shown);
        var sign = Has(Quirk.ObserveEqualsSign) ? '=' : ':';
        Urc(Line($"+MIPLOBSERVE{sign}0,{shown},{(observe.Added ? 1 : 0)},{Ids(observe.Path)}"));
    }

    /// <summary>Debug mode of CREATE and CREATEEX, which shows CoAP in clear even behind DTLS; <paramref name="dataFrom"/> is the level that shows the bytes in this direction.</summary>
    void PrintTraffic(string direction, ReadOnlySpan<byte> datagram, int dataFrom)
    {
        var level = _instance!.LogsTraffic ? DebugBoth : _instance.DebugLevel;
        if (!Has(Quirk.DebugPrints) || level == 0 || level > DebugLengths && level < dataFrom)
            return;
        var text = Line($"+CIS {direction}:{datagram.Length}");
        // A bootstrap carries keys.
        if (level >= dataFrom)
            Urc($"{text},{Convert.ToHexString(datagram)}", $"{text},…");
        else
            Urc(text);
    }

    string AcknowledgedLine(int ackId)
    {
        var number = Has(Quirk.NotifyAckEvent11) ? MiplEvent.Updated : MiplEvent.NotifyAcknowledged;
        TraceEvent(number, ackId);
        return Has(Quirk.NotifyAckLine) ? Line($"+MIPLNOTIFY:0,{(int)number},{ackId}") : EventLine(number, ackId);
    }

    MiplEvent OpenFailure(OpenFailed failed) => Has(Quirk.OpenFailureEvents6And2)
        ? failed.InBootstrap ? MiplEvent.BootstrapSucceeded : MiplEvent.Registered
        : failed.InBootstrap ? MiplEvent.BootstrapFailed : MiplEvent.RegisterFailed;
}
