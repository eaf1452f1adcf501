using M531x.Emulator.Core.Module;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.At;

static partial class CommandTable
{
    static IEnumerable<AtCommand> Registration() =>
    [
        Plain("+CFUN", "Radio on or off", "6.1", "(0,1)") with
        {
            Parameters = [OneOf("fun", 1)],
            Set = (m, a) => m.SetFunctionality(a),
            Delay = CommandDelay.Network,
            Read = m => m.ReadFunctionality(),
        },
        Plain("+CEREG", "Network registration and its report", "6.1", "(0,1,2,3,4,5)") with
        {
            Parameters = [OneOf("n", 5)],
            Set = (m, a) => m.SetRegistrationReport(a),
            Read = m => m.ReadRegistration(),
        },
        Plain("+CGATT", "Attach to the network", "6.1", "(0,1)") with
        {
            Parameters = [OneOf("state", 1)],
            Set = (m, a) => m.SetAttach(a),
            Delay = CommandDelay.Network,
            Read = m => m.ReadAttach(),
        },
        Plain("+CSCON", "RRC connection and its report", "27.007 §10.1.30", "(0,1)") with
        {
            Parameters = [OneOf("n", 1)],
            Set = (m, a) => m.SetConnectionReport(a),
            Read = m => m.ReadConnection(),
        },
        Plain("+COPS", "Operator", "27.007 §7.3") with
        {
            Parameters = [OneOf("mode", 2), OneOf("format", 2).OrNothing, AtParameter.Text("oper", 6).OrNothing, OneOf("AcT", 9).OrNothing],
            Set = (m, a) => m.SelectOperator(a),
            Delay = CommandDelay.Network,
            Read = m => m.ReadOperator(),
            Test = m => m.ListOperators(),
        },
        Plain("+CLPLMN", "Forget the stored networks", "M5311") with { Execute = m => m.ForgetNetworks() },
    ];

    static IEnumerable<AtCommand> Contexts() =>
    [
        Plain("+CGPADDR", "Address of the module", "27.007 §10.1.14") with
        {
            Parameters = [OneOf("cid", ModuleSettings.MaxContext)],
            Execute = m => m.ShowAddresses(),
            Set = (m, a) => m.ShowAddress(a),
            Test = m => m.ListContexts(),
        },
        Plain("+CGACT", "Activate the context", "27.007 §10.1.10", "(0,1)") with
        {
            Parameters = [OneOf("state", 1), OneOf("cid", ModuleSettings.MaxContext).OrNothing],
            Set = (m, a) => m.SetContextActivation(a),
            Delay = CommandDelay.Network,
            Read = m => m.ReadContextActivation(),
        },
        Plain("+CGDCONT", "Define a context", "27.007 §10.1.1", $"(0-{ModuleSettings.MaxContext}),({string.Join(',', PacketContext.Types.Select(t => $"\"{t}\""))}),,,(0),(0)") with
        {
            Parameters =
            [
                OneOf("cid", ModuleSettings.MaxContext), AtParameter.Text("PDP_type", 8).OrNothing, AtParameter.Text("APN", 100).OrNothing,
                AtParameter.Text("PDP_addr", 64).OrNothing, OneOf("d_comp", 0).OrNothing, OneOf("h_comp", 0).OrNothing,
            ],
            Set = (m, a) => m.DefineContext(a),
            Read = m => m.ReadContexts(),
        },
        Plain("+CGCONTRDP", "Parameters of the context in use", "27.007 §10.1.23") with
        {
            Parameters = [OneOf("cid", ModuleSettings.MaxContext)],
            Execute = m => m.ShowContextParameters(),
            Set = (m, a) => m.ShowContextParameters(a),
            Test = m => m.ListActiveContexts(),
        },
        Plain("*MCGDEFCONT", "Define the context of the attach", "M5311") with
        {
            Parameters = [AtParameter.Text("PDP_type", 8), AtParameter.Text("APN", 100).OrNothing, AtParameter.Text("user", 64).OrNothing, AtParameter.Text("password", 64).OrNothing],
            Set = (m, a) => m.DefineDefaultContext(a),
            Read = m => m.ReadDefaultContext(),
        },
    ];

    static IEnumerable<AtCommand> Signal() =>
    [
        Plain("+CSQ", "Signal quality", "6.1", "(0-31,99),(99)") with { Execute = m => m.ReadSignal() },
        Plain("+CESQ", "Extended signal quality", "27.007 §8.69", "(99),(99),(255),(255),(0-34,255),(0-97,255)") with { Execute = m => m.ReadExtendedSignal() },
        Plain("+NUESTATS", "Statistics of the radio", "Neul", "(RADIO,CELL,BLER,THP,ALL)") with
        {
            Parameters = [AtParameter.Text("type", 8)],
            Execute = m => m.ShowStatistics(),
            Set = (m, a) => m.ShowStatistics(a),
        },
        Plain("*ENGINFO", "Serving cell, or its neighbours", "M5311", "(0,1)") with
        {
            Parameters = [OneOf("mode", 1)],
            Set = (m, a) => m.ShowCell(a),
        },
        Plain("+NEARFCN", "Lock a frequency", "Neul", "(0,1),(0-65535),(0-1F7)") with
        {
            Parameters = [OneOf("mode", 1), AtParameter.Number("earfcn", 0, 65535), AtParameter.Text("pci", 3).OrNothing],
            Set = (m, a) => m.LockFrequency(a),
            Read = m => m.ReadFrequency(),
        },
        Plain("+NCSEARFCN", "Forget the stored frequencies", "Neul") with { Execute = m => m.ForgetFrequencies() },
        Plain("+NBAND", "Bands", "Neul", $"({FrequencyBand.Numbers})") with
        {
            Parameters = Bands,
            Set = (m, a) => m.SetBands(a),
            Read = m => m.ReadBands("+NBAND"),
        },
        Plain("*CMBAND", "Bands", "M5311", $"({FrequencyBand.Numbers})") with
        {
            Parameters = Bands,
            Set = (m, a) => m.SetBands(a),
            Read = m => m.ReadBands("*CMBAND"),
        },
        Plain("*FRCLLCK", "Lock a cell", "M5311", "(0,1),(0-262143),(0-21),(0-503)") with
        {
            Parameters =
            [
                OneOf("mode", 1), OneOf("earfcn", FrequencyLock.MaxEarfcn).OrNothing,
                OneOf("offset", FrequencyLock.MaxOffset).OrNothing, OneOf("pci", FrequencyLock.MaxPhysicalCell).OrNothing,
            ],
            Set = (m, a) => m.LockCell(a),
            Read = m => m.ReadCellLock(),
            Execute = m => m.ReadCellLock(),
        },
    ];

    static IReadOnlyList<AtParameter> Bands =>
        [AtParameter.Number("band", 1, 28), .. Enumerable.Repeat(AtParameter.Number("band", 1, 28).OrNothing with { Hidden = true }, FrequencyBand.All.Count - 1)];
}
