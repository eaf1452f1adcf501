using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;

[assembly: CommandFamily<FrequencyPart>(Order = 18)]

namespace M531x.Emulator.Core.Network;

/// <summary>Where the module looks for its cell: AT+NEARFCN, AT+NCSEARFCN, AT*FRCLLCK, AT+NBAND, AT*CMBAND. All are kept over restarts.</summary>
sealed class FrequencyPart(ModuleContext context) : ModulePart(context), ICommandFamily<FrequencyPart>
{
    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("+NEARFCN", "Lock a frequency", "Neul", "(0,1),(0-65535),(0-1F7)") with
        {
            Parameters = [Parameters.OneOf("mode", 1), AtParameter.Number("earfcn", 0, 65535), AtParameter.Text("pci", 3).OrNothing],
            Set = (p, a) => p.LockFrequency(a),
            Read = p => p.ReadFrequency(),
        },
        Row("+NCSEARFCN", "Forget the stored frequencies", "Neul") with { Execute = p => p.ForgetFrequencies() },
        Row("+NBAND", "Bands", "Neul", $"({FrequencyBand.Numbers})") with
        {
            Parameters = Bands,
            Set = (p, a) => p.SetBands(a),
            Read = p => p.ReadBands("+NBAND"),
        },
        Row("*CMBAND", "Bands", "M5311", $"({FrequencyBand.Numbers})") with
        {
            Parameters = Bands,
            Set = (p, a) => p.SetBands(a),
            Read = p => p.ReadBands("*CMBAND"),
        },
        Row("*FRCLLCK", "Lock a cell", "M5311", "(0,1),(0-262143),(0-21),(0-503)") with
        {
            Parameters =
            [
                Parameters.OneOf("mode", 1), Parameters.OneOf("earfcn", FrequencyLock.MaxEarfcn).OrNothing,
                Parameters.OneOf("offset", FrequencyLock.MaxOffset).OrNothing, Parameters.OneOf("pci", FrequencyLock.MaxPhysicalCell).OrNothing,
            ],
            Set = (p, a) => p.LockCell(a),
            Read = p => p.ReadCellLock(),
            Execute = p => p.ReadCellLock(),
        },
    ];

    static IReadOnlyList<AtParameter> Bands =>
    [
        AtParameter.Number("band", 1, 28),
        .. Enumerable.Repeat(AtParameter.Number("band", 1, 28).OrNothing with { Hidden = true }, FrequencyBand.All.Count - 1),
    ];

    public static FrequencyPart Create(ModuleContext context) => new(context);

    public override void PowerOn() => (Context.Radio.Bands, Context.Radio.Lock) = (Settings.Bands, Settings.Lock);

    /// <summary>AT+NEARFCN=mode,earfcn[,pci], the physical cell in hexadecimal.</summary>
    AtResult LockFrequency(AtArguments arguments)
    {
        int? cell = null;
        if (arguments.Has(2))
        {
            if (!int.TryParse(arguments.Text(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var given) || given > FrequencyLock.MaxPhysicalCell)
                return AtResult.Error;
            cell = given;
        }
        return Lock(new FrequencyLock(arguments.Int(0), arguments.Int(1), null, cell));
    }

    AtResult ReadFrequency() => Settings.Lock is { } held
        ? Show("+NEARFCN", Text($"{held.Mode},{held.Earfcn}{(held.PhysicalCell is { } cell ? $",{cell:X}" : "")}"))
        : AtResult.Ok;

    AtResult ForgetFrequencies()
    {
        Context.Radio.Lock = Settings.Lock = null;
        return AtResult.Ok;
    }

    /// <summary>AT*FRCLLCK=0 unlocks, =1,earfcn[,offset[,pci]] locks.</summary>
    AtResult LockCell(AtArguments arguments)
    {
        if (arguments.Int(0) == 0)
            return ForgetFrequencies();
        if (!arguments.Has(1))
            return AtResult.Error;
        return Lock(new FrequencyLock(1, arguments.Int(1), arguments.Has(2) ? arguments.Int(2) : null, arguments.Has(3) ? arguments.Int(3) : null));
    }

    AtResult ReadCellLock() => Show("*FRCLLCK", Settings.Lock is { } held
        ? Text($"{held.Mode},{held.Earfcn},{held.Offset ?? Context.Radio.EarfcnOffset}{(held.PhysicalCell is { } cell ? $",{cell}" : "")}")
        : "0");

    /// <summary>A frequency outside the module's bands is refused (assumed).</summary>
    AtResult Lock(FrequencyLock wanted)
    {
        if (FrequencyBand.OfEarfcn(wanted.Earfcn) is null)
            return AtResult.Error;
        Context.Radio.Lock = Settings.Lock = wanted;
        return AtResult.Ok;
    }

    AtResult SetBands(AtArguments arguments)
    {
        var bands = Enumerable.Range(0, arguments.Count).Where(arguments.Has).Select(arguments.Int).ToList();
        if (bands.Any(b => FrequencyBand.OfNumber(b) is null))
            return AtResult.Error;
        Context.Radio.Bands = Settings.Bands = bands;
        return AtResult.Ok;
    }

    AtResult ReadBands(string name) => Show(name, string.Join(',', Settings.Bands));

    static AtCommand<FrequencyPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<FrequencyPart>.General(name, summary, section, ranges);
}
