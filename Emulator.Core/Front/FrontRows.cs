using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Front;

/// <summary>Commands about the dialogue itself, restarts, and sleep (manual §6.1; ITU-T V.250; the families' own).</summary>
static class FrontRows
{
    public static IEnumerable<AtCommand> All => [.. Dialogue, .. Sleep, .. Restarts];

    static IEnumerable<AtCommand> Dialogue =>
    [
        Row("", "Is the module there?", "6.1") with { Execute = _ => AtResult.Ok },
        Row("E0", "Echo off", "6.1") with { Alias = "E", Execute = f => f.SetEcho(false) },
        Row("E1", "Echo on", "6.1") with { Execute = f => f.SetEcho(true) },
        Row("+CMEE", "Error numbers of general commands", "6.1", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("n", 1)],
            Set = (f, a) => f.SetErrorMode(a),
            Read = f => f.ReadErrorMode(),
        },
    ];

    static IEnumerable<AtCommand> Sleep =>
    [
        Row("*ENTERSLEEP", "Let go of the network and sleep", "M5311") with { Execute = f => f.Sleep.EnterSleep(), Delay = CommandDelay.Network },
    ];

    static IEnumerable<AtCommand> Restarts =>
    [
        Row("+NRB", "Reboot", "Neul") with { Execute = f => f.Reboot() },
        Row("+CMRB", "Reboot", "M5311") with { Execute = f => f.Reboot() },
        Row("+CMREBOOT", "Reboot", "M5311") with { Execute = f => f.Reboot() },
        Row("+TRB", "Reboot", "M5313") with { Execute = f => f.Reboot() },
    ];

    static AtCommand<AtFront> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<AtFront>.General(name, summary, section, ranges);
}
