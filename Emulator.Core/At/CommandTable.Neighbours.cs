namespace M531x.Emulator.Core.At;

/// <content>The commands around OneNET: network, power saving, identity, and what each family adds.</content>
static partial class CommandTable
{
    static IEnumerable<AtCommand> Neighbours() => [.. Registration(), .. Contexts(), .. Signal(), .. PowerSaving(), .. Identity(), .. Settings(), .. Sockets(), .. Restarts()];

    /// <summary>A general command; <paramref name="ranges"/> is what its test form shows after the colon, null for the parameters' names.</summary>
    static AtCommand Plain(string name, string summary, string section, string? ranges = null) => new(name, summary)
    {
        Section = section,
        Requires = AtRequirement.Nothing,
        Test = ranges is null ? null : m => m.General(name, ranges),
    };

    /// <summary>A setting that is kept over restarts and shown again, and that changes nothing else.</summary>
    static AtCommand Kept(string name, string summary, string section, string? initial, params IReadOnlyList<AtParameter> parameters) =>
        Plain(name, summary, section) with
        {
            Parameters = parameters,
            Set = (m, a) => m.Keep(name, a),
            Read = m => m.ShowKept(name, initial),
        };

    static AtParameter OneOf(string name, int max) => AtParameter.Number(name, 0, max);

    static IEnumerable<AtCommand> Restarts() =>
    [
        Plain("+NRB", "Reboot", "Neul") with { Execute = m => m.Reboot() },
        Plain("+CMRB", "Reboot", "M5311") with { Execute = m => m.Reboot() },
        Plain("+CMREBOOT", "Reboot", "M5311") with { Execute = m => m.Reboot() },
        Plain("+TRB", "Reboot", "M5313") with { Execute = m => m.Reboot() },
    ];
}
