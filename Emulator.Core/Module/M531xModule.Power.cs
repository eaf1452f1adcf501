using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Module;

/// <content>Power saving mode and eDRX: AT+CPSMS, AT+CEDRXS, AT+NPTWEDRXS, AT+CEDRXRDP, AT+NPSMR, AT*MNBIOTEVENT.</content>
sealed partial class M531xModule
{
    /// <summary>&lt;AcT-type&gt; of NB-IoT.</summary>
    const int NarrowBand = 5;

    /// <summary>Mode of AT+CEDRXS and AT+NPTWEDRXS that asks for a report.</summary>
    const int EdrxReported = 2;

    /// <summary>Modes that turn off and forget the values: of AT+CPSMS (3GPP TS 27.007 §7.38), of AT+CEDRXS (§7.40).</summary>
    const int PsmForgotten = 2;
    const int EdrxForgotten = 3;

    /// <summary>AT+CPSMS=mode[,,,T3412[,T3324]]: 0 off, 1 on, 2 off and forgotten. Values that are left out stay as they are.</summary>
    internal AtResult SetPowerSaving(AtArguments arguments)
    {
        var mode = arguments.Int(0);
        var given = arguments.Has(3) || arguments.Has(4);
        if (mode == 1 || given)
        {
            var current = _settings.Psm ?? PsmSettings.Default;
            _settings.Psm = new PsmSettings(arguments.TextOrNull(3) ?? current.PeriodicBits, arguments.TextOrNull(4) ?? current.ActiveTimeBits);
        }
        if (mode == PsmForgotten)
            _settings.Psm = null;
        _settings.UsesPsm = mode == 1;
        ApplyPowerSaving();
        return AtResult.Ok;
    }

    internal AtResult ReadPowerSaving()
    {
        var mode = _settings.UsesPsm ? 1 : 0;
        return General("+CPSMS", _settings.Psm is { } psm ? Line($"{mode},,,\"{psm.PeriodicBits}\",\"{psm.ActiveTimeBits}\"") : Number(mode));
    }

    /// <summary>AT+CEDRXS=mode[,5[,cycle]]: 0 off, 1 on, 2 on with a report, 3 off and forgotten.</summary>
    internal AtResult SetEdrx(AtArguments arguments)
    {
        SetEdrx(arguments.Int(0), arguments.TextOrNull(2), null);
        if (arguments.Int(0) == EdrxReported && _radio.IsAttached)
            Urc(Named("+CEDRXP", EdrxInUse()));
        return AtResult.Ok;
    }

    /// <summary>AT+NPTWEDRXS=mode[,5[,window[,cycle]]].</summary>
    internal AtResult SetEdrxWindow(AtArguments arguments)
    {
        SetEdrx(arguments.Int(0), arguments.TextOrNull(3), arguments.TextOrNull(2));
        if (arguments.Int(0) == EdrxReported && _radio is { IsAttached: true, Edrx: { } edrx })
            Urc(Named("+NPTWEDRXP", Line($"{NarrowBand},\"{edrx.WindowBits}\",\"{edrx.CycleBits}\",\"{edrx.CycleBits}\",\"{edrx.WindowBits}\"")));
        return AtResult.Ok;
    }

    void SetEdrx(int mode, string? cycle, string? window)
    {
        var uses = mode is 1 or EdrxReported;
        if (uses || cycle is not null || window is not null)
        {
            _settings.Edrx = new EdrxSettings(cycle ?? _settings.Edrx?.CycleBits ?? EdrxSettings.DefaultCycleBits,
                window ?? _settings.Edrx?.WindowBits ?? EdrxSettings.DefaultWindowBits);
        }
        if (mode == EdrxForgotten)
            _settings.Edrx = null;
        _settings.UsesEdrx = uses;
        ApplyPowerSaving();
    }

    /// <summary>Tells the network what the settings ask for.</summary>
    void ApplyPowerSaving()
    {
        _radio.SetPsm(_now, _settings.UsesPsm ? _settings.Psm : null);
        _radio.SetEdrx(_now, _settings.UsesEdrx ? _settings.Edrx : null);
    }

    /// <summary>The values asked for, in use or not (3GPP TS 27.007 §7.40); AT+CEDRXRDP shows those in use.</summary>
    internal AtResult ReadEdrx() => _settings.Edrx is { } edrx ? General("+CEDRXS", Line($"{NarrowBand},\"{edrx.CycleBits}\"")) : AtResult.Ok;

    internal AtResult ReadEdrxWindow() => _settings.Edrx is { } edrx
        ? General("+NPTWEDRXS", Line($"{NarrowBand},\"{edrx.WindowBits}\",\"{edrx.CycleBits}\""))
        : AtResult.Ok;

    internal AtResult ShowEdrx() => General("+CEDRXRDP", _radio.IsAttached ? EdrxInUse() : "0");

    /// <summary>Asked cycle, granted cycle, granted window; the network grants what is asked for.</summary>
    string EdrxInUse() => _radio.Edrx is { } edrx ? Line($"{NarrowBand},\"{edrx.CycleBits}\",\"{edrx.CycleBits}\",\"{edrx.WindowBits}\"") : "0";

    internal AtResult SetPowerSavingReport(AtArguments arguments)
    {
        _reports.PowerSaving = arguments.Int(0);
        return AtResult.Ok;
    }

    internal AtResult ReadPowerSavingReport() => General("+NPSMR",
        _reports.PowerSaving == 0 ? "0" : $"1,{(_radio.State == RadioState.PowerSaving ? 1 : 0)}");

    internal AtResult ReadPowerSavingEvent() => General("*MNBIOTEVENT", Line($"{_reports.PowerSaving},1"));
}
