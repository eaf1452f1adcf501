using M531x.Emulator.At;
using M531x.Emulator.Radio;

namespace M531x.Emulator.Module;

/// <content>Power saving mode and eDRX: AT+CPSMS, AT+CEDRXS, AT+NPTWEDRXS, AT+CEDRXRDP, AT+NPSMR, AT*MNBIOTEVENT, AT*ENTERSLEEP.</content>
sealed partial class M531xModule
{
    /// <summary>&lt;AcT-type&gt; of NB-IoT.</summary>
    const int NarrowBand = 5;

    /// <summary>Mode of AT+CEDRXS and AT+NPTWEDRXS that asks for a report.</summary>
    const int EdrxReported = 2;

    /// <summary>AT+CPSMS=mode[,,,T3412[,T3324]]: 0 off, 1 on, 2 off and forgotten.</summary>
    internal AtResult SetPowerSaving(AtArguments arguments)
    {
        var current = _radio.Psm ?? PsmSettings.Default;
        _radio.SetPsm(_now, arguments.Int(0) != 1
            ? null
            : new PsmSettings(arguments.TextOrNull(3) ?? current.PeriodicBits, arguments.TextOrNull(4) ?? current.ActiveTimeBits));
        return AtResult.Ok;
    }

    internal AtResult ReadPowerSaving() => General("+CPSMS",
        _radio.Psm is { } psm ? $"1,,,\"{psm.PeriodicBits}\",\"{psm.ActiveTimeBits}\"" : "0");

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

    void SetEdrx(int mode, string? cycle, string? window) => _radio.SetEdrx(_now, mode is 0 or 3
        ? null
        : new EdrxSettings(cycle ?? _radio.Edrx?.CycleBits ?? EdrxSettings.DefaultCycleBits, window ?? _radio.Edrx?.WindowBits ?? EdrxSettings.DefaultWindowBits));

    internal AtResult ReadEdrx() => _radio.Edrx is { } edrx ? General("+CEDRXS", Line($"{NarrowBand},\"{edrx.CycleBits}\"")) : AtResult.Ok;

    internal AtResult ReadEdrxWindow() => _radio.Edrx is { } edrx
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

    internal AtResult EnterSleep()
    {
        _radio.EnterSleep(_now);
        return AtResult.Ok;
    }
}
