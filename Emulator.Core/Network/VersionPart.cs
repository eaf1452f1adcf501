using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<VersionPart>]

namespace M531x.Emulator.Core.Network;

/// <summary>Versions of the firmware as drivers ask for them: AT+CMVER and AT+SWVER answer one bare line.</summary>
sealed class VersionPart(ModuleContext context) : ModulePart(context), ICommandFamily<VersionPart>
{
    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Version("+CMVER", "China Mobile's firmware version", "drivers"),
        Version("+SWVER", "Software version", "M5311"),
    ];

    public static VersionPart Create(ModuleContext context) => new(context);

    static AtCommand<VersionPart> Version(string name, string summary, string section) => Rows<VersionPart>.General(name, summary, section) with
    {
        Execute = p => p.Show(p.Profile.FixedAnswers[name]),
    };
}
