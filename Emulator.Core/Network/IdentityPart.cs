using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<IdentityPart>(Order = 26)]

namespace M531x.Emulator.Core.Network;

/// <summary>Names and numbers of the module and its card.</summary>
sealed class IdentityPart(ModuleContext context) : ModulePart(context), ICommandFamily<IdentityPart>
{
    const string SoftwareVersionNumber = "01";

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("I", "Manufacturer and model", "6.1") with { Execute = p => p.Identify() },
        Row("+CIMI", "Subscriber identity", "6.1") with { Execute = p => p.Show(p.Context.Options.Imsi) },
        Row("+CGSN", "Serial number", "6.1", "(0,1,2,3)") with
        {
            Parameters = [Parameters.OneOf("snt", 3)],
            Execute = p => p.Show(p.Context.Options.Imei),
            Set = (p, a) => p.ReadSerialNumber(a),
        },
        Row("+GSN", "IMEI", "V.250 §6.1.7") with { Execute = p => p.Show(p.Context.Options.Imei) },
        Row("+CGMI", "Manufacturer", "27.007 §5.1") with { Execute = p => p.Show(p.Profile.Manufacturer) },
        Row("+CGMM", "Model", "27.007 §5.2") with { Execute = p => p.Show(p.Profile.Model) },
        Row("+CGMR", "Firmware version", "27.007 §5.3") with { Execute = p => p.Show(p.Profile.Revision) },
        Card("+NCCID", "Neul"),
        Card("+ICCID", "M5311"),
        Row("+CPIN", "State of the card", "27.007 §8.3") with { Read = p => p.Show("+CPIN", "READY") },
    ];

    public static IdentityPart Create(ModuleContext context) => new(context);

    AtResult Identify()
    {
        foreach (var line in Profile.Identification)
            Info(line);
        return AtResult.Ok;
    }

    /// <summary>&lt;snt&gt; of 3GPP TS 27.007 §5.4: 1 IMEI, 2 IMEI and software version, 3 software version. No serial number (0) is stored.</summary>
    AtResult ReadSerialNumber(AtArguments arguments) => arguments.Int(0) switch
    {
        1 => Show("+CGSN", Context.Options.Imei),
        2 => Show("+CGSN", Context.Options.Imei[..^1] + SoftwareVersionNumber),
        3 => Show("+CGSN", SoftwareVersionNumber),
        _ => CmeError.OperationNotSupported,
    };

    static AtCommand<IdentityPart> Card(string name, string section) => Row(name, "Card number", section) with
    {
        Execute = p => p.Show(name, p.Context.Options.Iccid),
        Read = p => p.Show(name, p.Context.Options.Iccid),
    };

    static AtCommand<IdentityPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<IdentityPart>.General(name, summary, section, ranges);
}
