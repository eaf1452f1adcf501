using M531x.Emulator.Core.Module;

namespace M531x.Emulator.Core.At;

static partial class CommandTable
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

    /// <summary>The OneNET commands, manual chapters 1 and 2.</summary>
    static IEnumerable<AtCommand> Mipl() => [.. Instances(), .. Sessions(), .. Reports(), .. Responses(), .. Extras()];

    static IEnumerable<AtCommand> Instances() =>
    [
        new("+MIPLCREATE", "Create the device instance from a configuration string, or the default one")
        {
            Section = "1.1", Requires = AtRequirement.Nothing,
            Parameters =
            [
                AtParameter.Number("totalsize", 1, CreateLine.MaxBytes), AtParameter.Hex("config"), AtParameter.Number("index", 0, 255),
                AtParameter.Number("currentsize", 1, CreateLine.MaxBytes), AtParameter.Number("flag", 0, 2),
            ],
            Execute = m => m.CreateDefault(),
            Set = (m, a) => m.CreateFromConfig(a),
        },
        new("+MIPLCREATEEX", "Create the device instance from a host and flags")
        {
            Section = "2.5", Requires = AtRequirement.Nothing,
            Parameters =
            [
                AtParameter.Text("host", MaxHostLength), AtParameter.Number("flag", 0, 15),
                AtParameter.Text("authcode", MaxAuthCodeLength) with { Optional = true },
                AtParameter.Text("psk") with { Optional = true },
            ],
            Set = (m, a) => m.CreateExtended(a),
        },
        new("+MIPLDELETE", "Delete the device instance")
        {
            Section = "1.2", Alias = "+MIPLDEL",
            Parameters = [AtParameter.Ref],
            Set = (m, _) => m.Delete(),
            Delay = CommandDelay.Delete,
        },
        new("+MIPLADDOBJ", "Add an object with its instances")
        {
            Section = "1.3",
            Parameters =
            [
                AtParameter.Ref, AtParameter.Id("objid"), AtParameter.Number("inscount", 0, 255), AtParameter.Text("bitmap"),
                AtParameter.Number("atts", 0, 65535), AtParameter.Number("acts", 0, 65535),
            ],
            Set = (m, a) => m.AddObject(a),
        },
        new("+MIPLDELOBJ", "Delete an object with its instances and resources")
        {
            Section = "1.4",
            Parameters = [AtParameter.Ref, AtParameter.Id("objid"), AtParameter.Text("ignored") with { Optional = true, Hidden = true }],
            Set = (m, a) => m.DeleteObject(a),
        },
        new("+MIPLDISCOVERRSP", "Set the resource list of an object")
        {
            Section = "1.5",
            Parameters =
            [
                AtParameter.Ref, AtParameter.Number("objid", 0, uint.MaxValue), Result(15),
                Length with { Name = "length", Optional = true }, AtParameter.Text("data") with { Optional = true },
            ],
            Set = (m, a) => m.SetDiscoverList(a),
        },
    ];

    static IEnumerable<AtCommand> Sessions() =>
    [
        new("+MIPLOPEN", "Register, or ask whether registered")
        {
            Section = "1.6",
            Parameters =
            [
                AtParameter.Ref, AtParameter.Number("lifetime", 1, MaxLifetime),
                AtParameter.Number("timeout", 1, MaxSeconds) with { Optional = true },
            ],
            Set = (m, a) => m.Open(a),
            Read = m => m.ReadOpen(),
        },
        new("+MIPLUPDATE", "Update the registration")
        {
            Section = "1.7",
            Parameters = [AtParameter.Ref, AtParameter.Number("lifetime", 0, MaxLifetime), AtParameter.Number("withObjectFlag", 0, 1)],
            Set = (m, a) => m.Update(a),
        },
        new("+MIPLCLOSE", "Deregister")
        {
            Section = "1.8",
            Parameters = [AtParameter.Ref],
            Set = (m, a) => m.Close(a),
        },
        new("+MIPLUPDATESET", "Update automatically before the lifetime ends")
        {
            Section = "2.4",
            Parameters = [AtParameter.Ref, AtParameter.Number("enable", 0, 1)],
            Set = (m, a) => m.SetAutomaticUpdate(a),
        },
        new("+MIPLLTRDP", "Lifetime left")
        {
            Section = "2.8", Requires = AtRequirement.Nothing,
            Execute = m => m.ReadLifetime(),
        },
    ];

    static IEnumerable<AtCommand> Reports() =>
    [
        new("+MIPLNOTIFY", "Report a resource's value")
        {
            Section = "1.9",
            Parameters =
            [
                AtParameter.Ref, MessageId, AtParameter.Id("objid"), AtParameter.Id("insid"), AtParameter.Id("resid"),
                DataType, Length, Value, Index, Flag, AtParameter.Id("ackid") with { Optional = true },
            ],
            Set = (m, a) => m.Notify(a),
        },
    ];

    static IEnumerable<AtCommand> Responses() =>
    [
        new("+MIPLREADRSP", "Answer a read")
        {
            Section = "1.11", Requires = AtRequirement.Registered,
            Parameters =
            [
                AtParameter.Ref, MessageId, Result(15), .. new[]
                {
                    AtParameter.Id("objid"), AtParameter.Id("insid"), AtParameter.Id("resid"), DataType, Length, Value, Index, Flag,
                }.Select(p => p with { Optional = true }),
            ],
            Set = (m, a) => m.RespondRead(a),
        },
        new("+MIPLWRITERSP", "Answer a write")
        {
            Section = "1.13", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.RespondWrite(a),
        },
        new("+MIPLEXECUTERSP", "Answer an execute")
        {
            Section = "1.15", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.RespondExecute(a),
        },
        new("+MIPLPARAMETERRSP", "Answer write-attributes, which the module has done already")
        {
            Section = "1.17", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.AcceptParameterResponse(a),
        },
        new("+MIPLOBSERVERSP", "Answer an observe, which the module has done already")
        {
            Section = "1.19", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Ref, MessageId, Result(14)],
            Set = (m, a) => m.AcceptRedundantResponse(a),
        },
    ];

    static IEnumerable<AtCommand> Extras() =>
    [
        new("+MIPLNMI", "How downlink operations and sent messages are indicated")
        {
            Section = "2.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Ref, AtParameter.Number("nnmi", 0, 2), AtParameter.Number("nsmi", 0, 1)],
            Set = (m, a) => m.SetMessageIndication(a),
            Read = m => m.ReadMessageIndication(),
        },
        new("+MIPLMGR", "Show the next queued operation")
        {
            Section = "2.2", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Ref],
            Set = (m, a) => m.ShowQueuedOperation(a),
        },
        new("+MIPLQMGR", "Counters of unanswered operations")
        {
            Section = "2.3",
            Parameters = [AtParameter.Ref],
            Set = (m, a) => m.ShowQueueCounters(a),
        },
        new("+MIPLDEVINFO", "Server and keys in use")
        {
            Section = "2.6", Requires = AtRequirement.Nothing,
            Read = m => m.ReadDeviceInfo(),
        },
        new("+MIPLDTLSNAT", "Interval of DTLS re-negotiation")
        {
            Section = "2.7",
            Parameters = [AtParameter.Ref, AtParameter.Number("timeout", 0, MaxSeconds)],
            Set = (m, a) => m.SetDtlsNat(a),
        },
        new("+MIPLSOTAVER", "Version of the MCU's software; object 5 is the MCU's from the next OPEN on")
        {
            Section = "-",
            Parameters = [AtParameter.Text("ver", MaxVersionLength)],
            Set = (m, a) => m.SetMcuVersion(a),
        },
        new("+MIPLSOTA", "Answer a step of the MCU's update: 1 block stored, 3 memory erased, 2 and 4 failed")
        {
            Section = "-", Requires = AtRequirement.Registered,
            Parameters = [AtParameter.Number("result", 1, 4)],
            Set = (m, a) => m.RespondUpdateStep(a),
        },
        new("+MIPLVER", "Version of the OneNET client")
        {
            Section = "-", Requires = AtRequirement.Nothing,
            Read = m => m.ReadMiplVersion(),
        },
    ];
}
