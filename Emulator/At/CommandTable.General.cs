namespace M531x.Emulator.At;

static partial class CommandTable
{
    /// <summary>The commands of manual §6.1 and their companions (3GPP TS 27.007, ITU-T V.250).</summary>
    static IEnumerable<AtCommand> General() =>
    [
        new("", "Is the module there?")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = _ => AtResult.Ok,
        },
        new("E0", "Echo off")
        {
            Section = "6.1", Requires = AtRequirement.Nothing, Alias = "E",
            Execute = m => m.SetEcho(false),
        },
        new("E1", "Echo on")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.SetEcho(true),
        },
        new("I", "Manufacturer and model")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.Identify(),
        },
        new("+CSQ", "Signal quality")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.ReadSignal(),
            Test = m => m.General("+CSQ", "(0-31,99),(99)"),
        },
        new("+CEREG", "Network registration and its report")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("n", 0, 2)],
            Set = (m, a) => m.SetRegistrationReport(a),
            Read = m => m.ReadRegistration(),
            Test = m => m.General("+CEREG", "(0,1,2)"),
        },
        new("+CGATT", "Attach to the network")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("state", 0, 1)],
            Set = (m, a) => m.SetAttach(a),
            Read = m => m.ReadAttach(),
            Test = m => m.General("+CGATT", "(0,1)"),
        },
        new("+CGSN", "Serial number")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("snt", 0, 3)],
            Set = (m, a) => m.ReadSerialNumber(a),
            Test = m => m.General("+CGSN", "(0,1,2,3)"),
        },
        new("+CIMI", "Subscriber identity")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.ReadImsi(),
        },
        new("+CFUN", "Radio on or off")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("fun", 0, 1)],
            Set = (m, a) => m.SetFunctionality(a),
            Read = m => m.ReadFunctionality(),
            Test = m => m.General("+CFUN", "(0,1)"),
        },
        new("+CMEE", "Error numbers of general commands")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("n", 0, 1)],
            Set = (m, a) => m.SetErrorMode(a),
            Read = m => m.ReadErrorMode(),
            Test = m => m.General("+CMEE", "(0,1)"),
        },
        new("+NRB", "Reboot")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.Reboot(),
        },
    ];
}
