using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Module;

/// <content>Where the module looks for its cell: AT+NEARFCN, AT+NCSEARFCN, AT*FRCLLCK, AT+NBAND, AT*CMBAND. All are kept over restarts.</content>
sealed partial class M531xModule
{
    /// <summary>AT+NEARFCN=mode,earfcn[,pci], the physical cell in hexadecimal.</summary>
    internal AtResult LockFrequency(AtArguments arguments)
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

    internal AtResult ReadFrequency() => _settings.Lock is { } held
        ? General("+NEARFCN", Line($"{held.Mode},{held.Earfcn}{(held.PhysicalCell is { } cell ? $",{cell:X}" : "")}"))
        : AtResult.Ok;

    internal AtResult ForgetFrequencies()
    {
        _radio.Lock = _settings.Lock = null;
        return AtResult.Ok;
    }

    /// <summary>AT*FRCLLCK=0 unlocks, =1,earfcn[,offset[,pci]] locks.</summary>
    internal AtResult LockCell(AtArguments arguments)
    {
        if (arguments.Int(0) == 0)
            return ForgetFrequencies();
        if (!arguments.Has(1))
            return AtResult.Error;
        return Lock(new FrequencyLock(1, arguments.Int(1), arguments.Has(2) ? arguments.Int(2) : null, arguments.Has(3) ? arguments.Int(3) : null));
    }

    internal AtResult ReadCellLock() => General("*FRCLLCK", _settings.Lock is { } held
        ? Line($"{held.Mode},{held.Earfcn},{held.Offset ?? _radio.EarfcnOffset}{(held.PhysicalCell is { } cell ? $",{cell}" : "")}")
        : "0");

    /// <summary>A frequency outside the module's bands is refused (assumed).</summary>
    AtResult Lock(FrequencyLock wanted)
    {
        if (FrequencyBand.OfEarfcn(wanted.Earfcn) is null)
            return AtResult.Error;
        _radio.Lock = _settings.Lock = wanted;
        return AtResult.Ok;
    }

    internal AtResult SetBands(AtArguments arguments)
    {
        var bands = Enumerable.Range(0, arguments.Count).Where(arguments.Has).Select(arguments.Int).ToList();
        if (bands.Any(b => FrequencyBand.OfNumber(b) is null))
            return AtResult.Error;
        _radio.Bands = _settings.Bands = bands;
        return AtResult.Ok;
    }

    internal AtResult ReadBands(string name) => General(name, string.Join(',', _settings.Bands));
}
