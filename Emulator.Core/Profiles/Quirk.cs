namespace M531x.Emulator.Core.Profiles;

/// <summary>
/// Named deviations from the default behaviour: what the manual says elsewhere, what other firmware of the family does, or
/// what China Mobile's SDK does worse than the RFCs. All are off by default unless a profile names them.
/// </summary>
enum Quirk
{
    CloseEvent20,
    CloseEventOnSend,
    DeleteDeregisters,
    UpdateEvent10,
    NotifyAckEvent11,
    NotifyAckLine,
    NsmiEqualsSign,
    NmiUrcRef,
    ObserveEqualsSign,
    OpenFailureEvents6And2,
    RawCisEvents,
    ReadRspFlagInverted,
    ReadUrcTrailingZero,
    ReadPayload2048,
    WriteUrcFlagIndex,
    ExecuteUnquoted,
    ParameterSt,
    ObserveMidCounter,
    NoDuplicateUrc,
    CreateExists602,
    StrictLen,
    StrictLifetime,
    AckIdFiveMinutes,
    NotifyAsAck,
    PingAck,
    FixedAckTimeout,
    SingleValueBare,
    BootstrapPortFromConfig,
    NoSecurityLinks,
    RegisterRetry,
    NsmiRefusesMidZero,
    NsorfPrefix,
    DebugPrints,
    ObserveBuiltIn,
    ConfigSizeInDigits,
    UpdateNeedsObjects,
    AddObjDeletes,
    MisprintedResponses,
    ParameterRspStrict,
    ReplyWindow5,
    LtrdpEverywhere,
}

/// <summary>What a quirk is called on the command line, what it does, and where that is documented.</summary>
sealed record QuirkInfo(Quirk Quirk, string Name, string Summary, string Source);

/// <summary>All quirks, in the order of <see cref="Quirk"/>.</summary>
static class QuirkCatalog
{
    public static IReadOnlyList<QuirkInfo> All { get; } =
    [
        new(Quirk.CloseEvent20, "close-event-20", "close reports event 20 instead of 15", "manual §5.3.4"),
        new(Quirk.CloseEventOnSend, "close-event-on-send", "close reports event 15 as soon as the request is sent", "China Mobile SDK 2.3"),
        new(Quirk.DeleteDeregisters, "delete-deregisters", "delete while registered deregisters first and reports event 15 before OK", "captures of a Neul-family module"),
        new(Quirk.UpdateEvent10, "update-event-10", "update reports event 10 instead of 11", "manual §5.3.5"),
        new(Quirk.NotifyAckEvent11, "notify-ack-event-11", "an acknowledged notify reports event 11 with the ack id", "manual §5.3.3.1"),
        new(Quirk.NotifyAckLine, "notify-ack-line", "an acknowledged notify prints +MIPLNOTIFY:0,26,ackid", "manual §1.9, parameter ackid"),
        new(Quirk.NsmiEqualsSign, "nsmi-equals-sign", "+MIPLNSMI= with an equals sign", "manual §4.3"),
        new(Quirk.NmiUrcRef, "nmi-urc-ref", "+MIPLNMI:0 instead of the bare +MIPLNMI", "later OneMO manual"),
        new(Quirk.ObserveEqualsSign, "observe-equals-sign", "+MIPLOBSERVE= with an equals sign", "manual §1.19, example"),
        new(Quirk.OpenFailureEvents6And2, "open-failure-events-6-and-2", "a failed registration reports 6, a failed bootstrap 2", "manual §1.6, notes"),
        new(Quirk.RawCisEvents, "raw-cis-events", "also prints events 1, 4, 5, 8, 9, 14, 20 and 21 of the SDK", "China Mobile SDK; captures of sibling modules"),
        new(Quirk.ReadRspFlagInverted, "readrsp-flag-inverted", "READRSP flags 0 and 2 hold, 1 sends", "manual §1.11, notes"),
        new(Quirk.ReadUrcTrailingZero, "read-urc-trailing-zero", "+MIPLREAD ends with ,0", "manual §5.3.2.4"),
        new(Quirk.ReadPayload2048, "read-payload-2048", "READRSP takes 2048 bytes instead of 1000", "manual §5.3.3.2"),
        new(Quirk.WriteUrcFlagIndex, "write-urc-flag-index", "+MIPLWRITE ends with flag and index", "manual §1.12, §2.2"),
        new(Quirk.ExecuteUnquoted, "execute-unquoted", "+MIPLEXECUTE without quotes around the arguments", "captures of an M5310; later OneMO manual"),
        new(Quirk.ParameterSt, "parameter-st", "+MIPLPARAMETER prints st= instead of stp=", "OneNET M5310 access example"),
        new(Quirk.ObserveMidCounter, "observe-mid-counter", "+MIPLOBSERVE shows (counter << 16) | message id", "China Mobile SDK 2.3; captures of sibling modules"),
        new(Quirk.NoDuplicateUrc, "no-duplicate-urc", "a repeated, unanswered operation is not printed again", "RFC 7252 §4.5"),
        new(Quirk.CreateExists602, "create-exists-602", "create while an instance exists answers 602 instead of 653", "captures of a Neul-family module"),
        new(Quirk.StrictLen, "strict-len", "NOTIFY and READRSP check len: characters of a string, bytes of anything else", "sibling firmware"),
        new(Quirk.StrictLifetime, "strict-lifetime", "OPEN and UPDATE refuse lifetimes below 15; 0 stays a day for UPDATE", "China Mobile SDK 2.3"),
        new(Quirk.AckIdFiveMinutes, "ackid-five-minutes", "an ack id may be used again after 5 minutes", "manual §5.3.3.1"),
        new(Quirk.NotifyAsAck, "notify-as-ack", "notifications leave as ACK messages with a fresh message id; an ack id reports nothing", "China Mobile SDK 2.3"),
        new(Quirk.PingAck, "ping-ack", "an empty confirmable message is acknowledged instead of reset", "China Mobile SDK 2.3"),
        new(Quirk.FixedAckTimeout, "fixed-ack-timeout", "retransmissions at exactly 2, 6, 14 and 30 s", "China Mobile SDK"),
        new(Quirk.SingleValueBare, "single-value-bare", "one resource at instance level goes out without its instance entry", "China Mobile SDK"),
        new(Quirk.BootstrapPortFromConfig, "bootstrap-port-from-config", "the port of a bootstrapped server is the one configured, whatever its URI says", "China Mobile SDK"),
        new(Quirk.NoSecurityLinks, "no-security-links", "Register does not list the security instances", "OneNET NB-IoT SDK"),
        new(Quirk.RegisterRetry, "register-retry", "a failed registration is tried again every 5 s", "China Mobile SDK"),
        new(Quirk.NsmiRefusesMidZero, "nsmi-refuses-mid-zero", "NOTIFY with message id 0 is refused while NSMI is on", "manual §2.1, §4.3 (M5311)"),
        new(Quirk.NsorfPrefix, "nsorf-prefix", "AT+NSORF answers with +NSORF: in front of its values", "three public M5310-A drivers"),
        new(Quirk.DebugPrints, "debug-prints", "LogEnabled of CREATE and the debug bits of CREATEEX print the traffic, as +CIS SEND and +CIS RECV (form assumed)", "manual §2.5, §5.3.1.2"),
        new(Quirk.ObserveBuiltIn, "observe-built-in", "observes of the module's own objects 3, 4 and 5 are accepted and shown", "capture of an M5310"),
        new(Quirk.ConfigSizeInDigits, "config-size-in-digits", "CREATE counts its sizes in hexadecimal digits instead of bytes", "manual §1.1, parameter totalsize"),
        new(Quirk.UpdateNeedsObjects, "update-needs-objects", "UPDATE is refused unless withObjectFlag is 1", "manual §5.3.5"),
        new(Quirk.AddObjDeletes, "addobj-deletes", "AT+MIPLADDOBJ=ref,objid deletes the object", "manual §1.4, syntax"),
        new(Quirk.MisprintedResponses, "misprinted-responses", "AT+MIPLEXECUTE= and AT+MIPLWRITEOBSERVERSP= mean EXECUTERSP and OBSERVERSP", "manual §1.15, §1.19, examples"),
        new(Quirk.ParameterRspStrict, "parameterrsp-strict", "PARAMETERRSP refuses result 1", "manual §1.17, table of results"),
        new(Quirk.ReplyWindow5, "reply-window-5", "an operation is dropped 5 s after its line instead of 30", "manual §5.3.3.2"),
        new(Quirk.LtrdpEverywhere, "ltrdp-everywhere", "every module has AT+MIPLLTRDP", "manual §2.8"),
    ];

    public static QuirkInfo? Find(string name) => All.FirstOrDefault(q => q.Name == name);
}

/// <summary>The quirks that are on, and those that are off even where a profile has them.</summary>
sealed class QuirkSet(IEnumerable<Quirk> on, IEnumerable<Quirk>? off = null)
{
    readonly HashSet<Quirk> _on = [.. on];
    readonly HashSet<Quirk> _off = [.. off ?? []];

    public static QuirkSet None { get; } = new([]);

    public bool Has(Quirk quirk) => _on.Contains(quirk);

    /// <summary>This set, changed by another one that wins.</summary>
    public QuirkSet With(QuirkSet other) => new(_on.Except(other._off).Union(other._on), _off.Except(other._on).Union(other._off));

    public IEnumerable<Quirk> On => _on.Order();
    public IEnumerable<Quirk> Off => _off.Order();

    /// <summary>Reads <c>name</c> or <c>name=off</c>.</summary>
    /// <exception cref="FormatException">What is wrong with it.</exception>
    public static QuirkSet Parse(string text)
    {
        var parts = text.Split('=', 2);
        if (QuirkCatalog.Find(parts[0]) is not { } quirk)
            throw new FormatException("unknown; 'm531x quirks' lists them all");
        return parts switch
        {
            [_] => new QuirkSet([quirk.Quirk]),
            [_, "off"] => new QuirkSet([], [quirk.Quirk]),
            _ => throw new FormatException($"expected {quirk.Name} or {quirk.Name}=off"),
        };
    }

    /// <summary>Reads several, of which a later one wins.</summary>
    /// <param name="wrong">The first that cannot be read; null when all can.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(IEnumerable<string> texts, out QuirkSet quirks, out string? wrong, out string problem)
    {
        (quirks, wrong, problem) = (None, null, "");
        foreach (var text in texts)
        {
            try
            {
                quirks = quirks.With(Parse(text));
            }
            catch (FormatException e)
            {
                (wrong, problem) = (text, e.Message);
                return false;
            }
        }
        return true;
    }
}
