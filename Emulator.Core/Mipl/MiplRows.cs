using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Mipl;

/// <summary>The OneNET commands (manual chapters 1 and 2).</summary>
static class MiplRows
{
    const int MaxLifetime = 268435455;
    const int MaxSeconds = 86400 * 31;
    const int MaxAuthCodeLength = 64;
    const int MaxHostLength = 270;
    const int MaxVersionLength = 64;

    /// <summary>Older modules print observe ids of more than 16 bits, and programs send them back.</summary>
    static AtParameter MessageId => AtParameter.Number("mid", 0, uint.MaxValue);

    static AtParameter Result(int max) => AtParameter.Number("result", 1, max);

    static AtParameter DataType => AtParameter.Number("type", 1, 6);

    /// <summary>Never checked against the value: programs in the field send anything here.</summary>
    static AtParameter Length => AtParameter.Number("len", int.MinValue, int.MaxValue);

    static AtParameter Value => AtParameter.Text("value");

    static AtParameter Index => AtParameter.Number("index", 0, 255);

    static AtParameter Flag => new("flag", AtParameterKind.Flag);

    public static IEnumerable<AtCommand> All { get; } = [.. Instances(), .. Sessions(), .. Reports(), .. Responses(), .. Extras()];

    static IEnumerable<AtCommand> Instances() =>
    [
        new AtCommand<MiplPart>("+MIPLCREATE", "Create the device instance from a configuration string, or the default one")
        {
            Section = "1.1",
            Parameters =
            [
                AtParameter.Number("totalsize", 1, CreateLine.MaxBytes), AtParameter.Hex("config"), AtParameter.Number("index", 0, 255),
                AtParameter.Number("currentsize", 1, CreateLine.MaxBytes), AtParameter.Number("flag", 0, 2),
            ],
            Execute = m => m.CreateDefault(),
            Set = (m, a) => m.CreateFromConfig(a),
        },
        new AtCommand<MiplPart>("+MIPLCREATEEX", "Create the device instance from a host and flags")
        {
            Section = "2.5",
            Parameters =
            [
                AtParameter.Text("host", MaxHostLength), AtParameter.Number("flag", 0, 15),
                AtParameter.Text("authcode", MaxAuthCodeLength) with { Optional = true },
                AtParameter.Text("psk") with { Optional = true },
            ],
            Set = (m, a) => m.CreateExtended(a),
        },
        new AtCommand<MiplPart>("+MIPLDELETE", "Delete the device instance")
        {
            Section = "1.2", Requires = AtRequirement.Instance, Alias = "+MIPLDEL",
            Parameters = [AtParameter.Ref],
            Set = (m, _) => m.Delete(),
            Delay = CommandDelay.Delete,
        },
        new AtCommand<MiplPart>("+MIPLADDOBJ", "Add an object with its instances")
        {
            Section = "1.3", Requires = AtRequirement.Instance,
            Parameters =
            [
                AtParameter.Ref, AtParameter.Id("objid"), AtParameter.Number("inscount", 0, 255), AtParameter.Text("bitmap"),
                AtParameter.Number("atts", 0, 65535), AtParameter.Number("acts", 0, 65535),
            ],
            Set = (m, a) => m.Instance.Objects.Add(a),
        },
        new AtCommand<MiplPart>("+MIPLDELOBJ", "Delete an object with its instances and resources")
        {
            Section = "1.4", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref, AtParameter.Id("objid"), AtParameter.Text("ignored") with { Optional = true, Hidden = true }],
            Set = (m, a) => m.Instance.Objects.Delete(a, m.Instance.Reports.Held),
        },
        new AtCommand<MiplPart>("+MIPLDISCOVERRSP", "Set the resource list of an object")
        {
            Section = "1.5", Requires = AtRequirement.Instance,
            Parameters =
            [
                AtParameter.Ref, AtParameter.Number("objid", 0, uint.MaxValue), Result(15),
                Length with { Name = "length", Optional = true }, AtParameter.Text("data") with { Optional = true },
            ],
            Set = (m, a) => m.Instance.Objects.SetDiscoverList(a),
        },
    ];

    static IEnumerable<AtCommand> Sessions() =>
    [
        new AtCommand<MiplPart>("+MIPLOPEN", "Register, or ask whether registered")
        {
            Section = "1.6", Requires = AtRequirement.Instance,
            Parameters =
            [
                AtParameter.Ref, AtParameter.Number("lifetime", 1, MaxLifetime),
                AtParameter.Number("timeout", 1, MaxSeconds) with { Optional = true },
            ],
            Set = (m, a) => m.Instance.Open(a),
            Read = m => m.ReadOpen(),
        },
        new AtCommand<MiplPart>("+MIPLUPDATE", "Update the registration")
        {
            Section = "1.7", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref, AtParameter.Number("lifetime", 0, MaxLifetime), AtParameter.Number("withObjectFlag", 0, 1)],
            Set = (m, a) => m.Instance.Session.Update(a),
        },
        new AtCommand<MiplPart>("+MIPLCLOSE", "Deregister")
        {
            Section = "1.8", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref],
            Set = (m, _) => m.Instance.Close(),
        },
        new AtCommand<MiplPart>("+MIPLUPDATESET", "Update automatically before the lifetime ends")
        {
            Section = "2.4", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref, AtParameter.Number("enable", 0, 1)],
            Set = (m, a) => m.Instance.Session.SetAutomaticUpdate(a),
        },
        new AtCommand<MiplPart>("+MIPLLTRDP", "Lifetime left")
        {
            Section = "2.8",
            Execute = m => m.ReadLifetime(),
        },
    ];

    static IEnumerable<AtCommand> Reports() =>
    [
        new AtCommand<MiplPart>("+MIPLNOTIFY", "Report a resource's value")
        {
            Section = "1.9", Requires = AtRequirement.Instance,
            Parameters =
            [
                AtParameter.Ref, MessageId, AtParameter.Id("objid"), AtParameter.Id("insid"), AtParameter.Id("resid"),
                DataType, Length, Value, Index, Flag, AtParameter.Id("ackid") with { Optional = true },
            ],
            Set = (m, a) => m.Instance.Reports.Notify(a),
        },
    ];

    static IEnumerable<AtCommand> Responses() =>
    [
        new AtCommand<MiplPart>("+MIPLREADRSP", "Answer a read")
        {
            Section = "1.11", Requires = AtRequirement.Registered,
            Parameters =
            [
                AtParameter.Ref, MessageId, Result(15), .. new[]
                {
                    AtParameter.Id("objid"), AtParameter.Id("insid"), AtParameter.Id("resid"), DataType, Length, Value, Index, Flag,
                }.Select(p => p with { Optional = true }),
            ],
            Set = (m, a) => m.Instance.Requests.RespondRead(a),
        },
        new AtCommand<MiplPart>("+MIPLWRITERSP", "Answer a write")
        {
            Section = "1.13", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.Instance.Requests.RespondChange(a, OperationKind.Write),
        },
        new AtCommand<MiplPart>("+MIPLEXECUTERSP", "Answer an execute")
        {
            Section = "1.15", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.Instance.Requests.RespondChange(a, OperationKind.Execute),
        },
        new AtCommand<MiplPart>("+MIPLPARAMETERRSP", "Answer write-attributes, which the module has done already")
        {
            Section = "1.17", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.Instance.Requests.AcceptParameter(a),
        },
        new AtCommand<MiplPart>("+MIPLOBSERVERSP", "Answer an observe, which the module has done already")
        {
            Section = "1.19", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.Instance.Requests.AcceptRedundant(a),
        },
    ];

    static IEnumerable<AtCommand> Extras() =>
    [
        new AtCommand<MiplPart>("+MIPLNMI", "How downlink operations and sent messages are indicated")
        {
            Section = "2.1",
            Parameters = [AtParameter.Ref, AtParameter.Number("nnmi", 0, 2), AtParameter.Number("nsmi", 0, 1)],
            Set = (m, a) => m.SetMessageIndication(a),
            Read = m => m.ReadMessageIndication(),
        },
        new AtCommand<MiplPart>("+MIPLMGR", "Show the next queued operation")
        {
            Section = "2.2",
            Parameters = [AtParameter.Ref],
            Set = (m, _) => m.ShowQueuedOperation(),
        },
        new AtCommand<MiplPart>("+MIPLQMGR", "Counters of unanswered operations")
        {
            Section = "2.3", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref],
            Set = (m, _) => m.Instance.Requests.ShowCounters(),
        },
        new AtCommand<MiplPart>("+MIPLDEVINFO", "Server and keys in use")
        {
            Section = "2.6",
            Read = m => m.ReadDeviceInfo(),
        },
        new AtCommand<MiplPart>("+MIPLDTLSNAT", "Interval of DTLS re-negotiation")
        {
            Section = "2.7", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Ref, AtParameter.Number("timeout", 0, MaxSeconds)],
            Set = (m, a) => m.Instance.Session.SetDtlsNat(a),
        },
        new AtCommand<MiplPart>("+MIPLSOTAVER", "Version of the MCU's software; object 5 is the MCU's from the next OPEN on")
        {
            Section = "-", Requires = AtRequirement.Instance,
            Parameters = [AtParameter.Text("ver", MaxVersionLength)],
            Set = (m, a) => m.Instance.Update.SetVersion(a),
        },
        new AtCommand<MiplPart>("+MIPLSOTA", "Answer a step of the MCU's update: 1 block stored, 3 memory erased, 2 and 4 failed")
        {
            Section = "-", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Number("result", 1, 4)],
            Set = (m, a) => m.Instance.Requests.RespondUpdateStep(a),
        },
        new AtCommand<MiplPart>("+MIPLVER", "Version of the OneNET client")
        {
            Section = "-",
            Read = m => m.ReadVersion(),
        },
    ];
}
