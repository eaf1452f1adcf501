using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;

[assembly: CommandFamily<PowerSavingPart>(Order = 19)]

namespace M531x.Emulator.Core.Network;

/// <summary>Power saving mode and eDRX: AT+CPSMS, AT+CEDRXS, AT+NPTWEDRXS, AT+CEDRXRDP, AT+NPSMR, AT*MNBIOTEVENT.</summary>
sealed class PowerSavingPart(ModuleContext context) : ModulePart(context), ICommandFamily<PowerSavingPart>, IRadioUser
{
    /// <summary>&lt;AcT-type&gt; of NB-IoT.</summary>
    const int NarrowBand = 5;

    /// <summary>Mode of AT+CEDRXS and AT+NPTWEDRXS that asks for a report.</summary>
    const int EdrxReported = 2;

    /// <summary>Modes that turn off and forget the values: of AT+CPSMS (3GPP TS 27.007 §7.38), of AT+CEDRXS (§7.40).</summary>
    const int PsmForgotten = 2;
    const int EdrxForgotten = 3;

    /// <summary>AT+NPSMR, AT*MNBIOTEVENT: 1 prints each change.</summary>
    int _report;

    /// <summary>What the module had before the fault edrx.</summary>
    EdrxSettings? _edrxBefore;

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("+CPSMS", "Power saving mode", "27.007 §7.38", "(0,1,2),,,(00000000-11111111),(00000000-11111111)") with
        {
            Parameters =
            [
                Parameters.OneOf("mode", 2), AtParameter.Bits("periodic-RAU", 8).OrNothing, AtParameter.Bits("GPRS-READY-timer", 8).OrNothing,
                AtParameter.Bits("periodic-TAU", 8).OrNothing, AtParameter.Bits("active-time", 8).OrNothing,
            ],
            Set = (p, a) => p.SetPowerSaving(a),
            Read = p => p.ReadPowerSaving(),
        },
        Row("+CEDRXS", "Extended DRX", "27.007 §7.40", "(0,1,2,3),(5),(\"0000\"-\"1111\")") with
        {
            Parameters =
            [
                Parameters.OneOf("mode", 3), AtParameter.Number("AcT-type", NarrowBand, NarrowBand).OrNothing, AtParameter.Bits("cycle", 4).OrNothing,
            ],
            Set = (p, a) => p.SetEdrx(a),
            Read = p => p.ReadEdrx(),
        },
        Row("+CEDRXRDP", "Extended DRX in use", "27.007 §7.41") with { Execute = p => p.ShowEdrx() },
        Row("+NPTWEDRXS", "Extended DRX and its paging time window", "Neul", "(0,1,2,3),(5),(\"0000\"-\"1111\"),(\"0000\"-\"1111\")") with
        {
            Parameters =
            [
                Parameters.OneOf("mode", 3), AtParameter.Number("AcT-type", NarrowBand, NarrowBand).OrNothing,
                AtParameter.Bits("window", 4).OrNothing, AtParameter.Bits("cycle", 4).OrNothing,
            ],
            Set = (p, a) => p.SetEdrxWindow(a),
            Read = p => p.ReadEdrxWindow(),
        },
        Row("+NPSMR", "Report of power saving mode", "Neul", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("n", 1)],
            Set = (p, a) => p.SetReport(a),
            Read = p => p.ReadReport(),
        },
        Row("*MNBIOTEVENT", "Report of power saving mode", "M5311") with
        {
            Parameters = [Parameters.OneOf("n", 1), AtParameter.Number("event", 1, 1).OrNothing],
            Set = (p, a) => p.SetReport(a),
            Read = p => p.ReadEvent(),
        },
    ];

    public RadioTurn Turn => RadioTurn.Report;

    public static PowerSavingPart Create(ModuleContext context) => new(context);

    public override void PowerOn() => Apply();

    public override void Reset() => _report = 0;

    public void HandleRadio(RadioEvent radioEvent)
    {
        if (radioEvent is PsmChanged psm && _report == 1)
            Urc(psm.Saving ? Profile.PsmEnterLine : Profile.PsmExitLine);
    }

    public override bool TryApply(ActiveFault fault, bool begins)
    {
        switch (fault.Spec.Type.Name)
        {
            case "psm-enter":
                Context.Radio.EnterPowerSaving(Now);
                return true;
            case "edrx":
                if (begins)
                    _edrxBefore = Context.Radio.Edrx;
                Context.Radio.SetEdrx(Now, begins ? EdrxSettings.OfCycle(fault.Duration("cycle")) : _edrxBefore);
                return true;
            default:
                return false;
        }
    }

    /// <summary>AT+CPSMS=mode[,,,T3412[,T3324]]: 0 off, 1 on, 2 off and forgotten. Values that are left out stay as they are.</summary>
    AtResult SetPowerSaving(AtArguments arguments)
    {
        var mode = arguments.Int(0);
        var given = arguments.Has(3) || arguments.Has(4);
        if (mode == 1 || given)
        {
            var current = Settings.Psm ?? PsmSettings.Default;
            Settings.Psm = new PsmSettings(arguments.TextOrNull(3) ?? current.PeriodicBits, arguments.TextOrNull(4) ?? current.ActiveTimeBits);
        }
        if (mode == PsmForgotten)
            Settings.Psm = null;
        Settings.UsesPsm = mode == 1;
        Apply();
        return AtResult.Ok;
    }

    AtResult ReadPowerSaving()
    {
        var mode = Settings.UsesPsm ? 1 : 0;
        return Show("+CPSMS", Settings.Psm is { } psm ? Text($"{mode},,,\"{psm.PeriodicBits}\",\"{psm.ActiveTimeBits}\"") : Number(mode));
    }

    /// <summary>AT+CEDRXS=mode[,5[,cycle]]: 0 off, 1 on, 2 on with a report, 3 off and forgotten.</summary>
    AtResult SetEdrx(AtArguments arguments)
    {
        SetEdrx(arguments.Int(0), arguments.TextOrNull(2), null);
        if (arguments.Int(0) == EdrxReported && Context.Radio.IsAttached)
            Urc(Named("+CEDRXP", EdrxInUse()));
        return AtResult.Ok;
    }

    /// <summary>AT+NPTWEDRXS=mode[,5[,window[,cycle]]].</summary>
    AtResult SetEdrxWindow(AtArguments arguments)
    {
        SetEdrx(arguments.Int(0), arguments.TextOrNull(3), arguments.TextOrNull(2));
        if (arguments.Int(0) == EdrxReported && Context.Radio is { IsAttached: true, Edrx: { } edrx })
        {
            Urc(Named("+NPTWEDRXP",
                Text($"{NarrowBand},\"{edrx.WindowBits}\",\"{edrx.CycleBits}\",\"{edrx.CycleBits}\",\"{edrx.WindowBits}\"")));
        }
        return AtResult.Ok;
    }

    void SetEdrx(int mode, string? cycle, string? window)
    {
        var uses = mode is 1 or EdrxReported;
        if (uses || cycle is not null || window is not null)
        {
            Settings.Edrx = new EdrxSettings(cycle ?? Settings.Edrx?.CycleBits ?? EdrxSettings.DefaultCycleBits,
                window ?? Settings.Edrx?.WindowBits ?? EdrxSettings.DefaultWindowBits);
        }
        if (mode == EdrxForgotten)
            Settings.Edrx = null;
        Settings.UsesEdrx = uses;
        Apply();
    }

    /// <summary>Requests from the network what the settings say.</summary>
    void Apply()
    {
        Context.Radio.SetPsm(Now, Settings.UsesPsm ? Settings.Psm : null);
        Context.Radio.SetEdrx(Now, Settings.UsesEdrx ? Settings.Edrx : null);
    }

    /// <summary>The values requested, in use or not (3GPP TS 27.007 §7.40); AT+CEDRXRDP shows those in use.</summary>
    AtResult ReadEdrx() => Settings.Edrx is { } edrx ? Show("+CEDRXS", Text($"{NarrowBand},\"{edrx.CycleBits}\"")) : AtResult.Ok;

    AtResult ReadEdrxWindow() => Settings.Edrx is { } edrx
        ? Show("+NPTWEDRXS", Text($"{NarrowBand},\"{edrx.WindowBits}\",\"{edrx.CycleBits}\""))
        : AtResult.Ok;

    AtResult ShowEdrx() => Show("+CEDRXRDP", Context.Radio.IsAttached ? EdrxInUse() : "0");

    /// <summary>Requested cycle, granted cycle, granted window; the network grants what is requested.</summary>
    string EdrxInUse() => Context.Radio.Edrx is { } edrx
        ? Text($"{NarrowBand},\"{edrx.CycleBits}\",\"{edrx.CycleBits}\",\"{edrx.WindowBits}\"")
        : "0";

    AtResult SetReport(AtArguments arguments)
    {
        _report = arguments.Int(0);
        return AtResult.Ok;
    }

    AtResult ReadReport() => Show("+NPSMR", _report == 0 ? "0" : $"1,{(Context.Radio.State == RadioState.PowerSaving ? 1 : 0)}");

    AtResult ReadEvent() => Show("*MNBIOTEVENT", Text($"{_report},1"));

    static AtCommand<PowerSavingPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<PowerSavingPart>.General(name, summary, section, ranges);
}
