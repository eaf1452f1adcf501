namespace M531x.Emulator.Core.At;

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
        new("+CIMI", "Subscriber identity")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Execute = m => m.ReadImsi(),
        },
        new("+CMEE", "Error numbers of general commands")
        {
            Section = "6.1", Requires = AtRequirement.Nothing,
            Parameters = [AtParameter.Number("n", 0, 1)],
            Set = (m, a) => m.SetErrorMode(a),
            Read = m => m.ReadErrorMode(),
            Test = m => m.General("+CMEE", "(0,1)"),
        },
    ];
}
