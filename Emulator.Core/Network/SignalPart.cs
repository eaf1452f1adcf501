using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Radio;

[assembly: CommandFamily<SignalPart>(Order = 23)]

namespace M531x.Emulator.Core.Network;

/// <summary>Signal and cell: AT+CSQ, AT+CESQ, AT+NUESTATS, AT*ENGINFO.</summary>
sealed class SignalPart(ModuleContext context) : ModulePart(context), ICommandFamily<SignalPart>
{
    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Row("+CSQ", "Signal quality", "6.1", "(0-31,99),(99)") with { Execute = p => p.ReadSignal() },
        Row("+CESQ", "Extended signal quality", "27.007 §8.69", "(99),(99),(255),(255),(0-34,255),(0-97,255)") with
        {
            Execute = p => p.ReadExtendedSignal(),
        },
        Row("+NUESTATS", "Statistics of the radio", "Neul", "(RADIO,CELL,BLER,THP,ALL)") with
        {
            Parameters = [AtParameter.Text("type", 8)],
            Execute = p => p.ShowStatistics(),
            Set = (p, a) => p.ShowStatistics(a),
        },
        Row("*ENGINFO", "Serving cell, or its neighbours", "M5311", "(0,1)") with
        {
            Parameters = [Parameters.OneOf("mode", 1)],
            Set = (p, a) => p.ShowCell(a),
        },
    ];

    public static SignalPart Create(ModuleContext context) => new(context);

    /// <summary>What the Neul family shows for a power it does not know.</summary>
    const int NoPower = -32768;

    AtResult ReadSignal() => Show("+CSQ", Context.Radio.HasSignal ? Text($"{Context.Radio.Rssi},99") : "99,99");

    AtResult ReadExtendedSignal() => Show("+CESQ", Text($"99,99,255,255,{Context.Radio.QualityIndex},{Context.Radio.PowerIndex}"));

    AtResult ShowStatistics()
    {
        foreach (var (name, value) in RadioStatistics())
            Info($"{name}:{value}");
        return AtResult.Ok;
    }

    /// <summary>AT+NUESTATS=RADIO, CELL, BLER, THP or ALL. These lines begin without a plus sign.</summary>
    AtResult ShowStatistics(AtArguments arguments)
    {
        var type = arguments.Text(0).ToUpperInvariant();
        if (type is not ("RADIO" or "CELL" or "BLER" or "THP" or "ALL"))
            return AtResult.Error;
        if (type is "RADIO" or "ALL")
        {
            foreach (var (name, value) in RadioStatistics())
                Info($"NUESTATS:RADIO,{name},{value}");
        }
        if (type is "CELL" or "ALL" && Context.Radio.HasSignal)
        {
            ShowStatistics(Context.Radio.PhysicalCell, isServing: true, Context.Radio.SignalPower, Context.Radio.Quality, Context.Radio.Snr);
            // Each cell's own noise is unknown: what the serving one has is less by as much as the cell is weaker (assumed).
            foreach (var cell in Context.Radio.Neighbours)
                ShowStatistics(cell.PhysicalCell, isServing: false, cell.SignalPower, cell.Quality, Context.Radio.Snr - Context.Radio.SignalPower + cell.SignalPower);
        }
        if (type is "BLER" or "ALL")
        {
            // No block is damaged on the way: losses of the network come behind the radio.
            foreach (var name in (string[])["RLC UL BLER", "RLC DL BLER", "MAC UL BLER", "MAC DL BLER"])
                Info($"NUESTATS:BLER,{name},0");
        }
        if (type is "THP" or "ALL")
        {
            // The headers between the two layers are not modelled.
            foreach (var layer in (string[])["RLC", "MAC"])
            {
                Info(Text($"NUESTATS:THP,{layer} UL,{Context.Radio.UplinkRate(Now)}"));
                Info(Text($"NUESTATS:THP,{layer} DL,{Context.Radio.DownlinkRate(Now)}"));
            }
        }
        return AtResult.Ok;
    }

    void ShowStatistics(int physicalCell, bool isServing, int power, int quality, int snr) =>
        Info(Text($"NUESTATS:CELL,{Context.Radio.Earfcn},{physicalCell},{(isServing ? 1 : 0)},{10 * power},{10 * quality},{10 * RadioModel.TotalOf(power)},{10 * snr}"));

    /// <summary>Powers and ratios in tenths of a decibel, times in milliseconds.</summary>
    IEnumerable<(string Name, string Value)> RadioStatistics()
    {
        var known = Context.Radio.HasSignal;
        yield return ("Signal power", Number(known ? 10 * Context.Radio.SignalPower : NoPower));
        yield return ("Total power", Number(known ? 10 * Context.Radio.TotalPower : NoPower));
        yield return ("TX power", Number(Context.Radio.TransmitTime > TimeSpan.Zero ? 10 * Context.Radio.TransmitPower : NoPower));
        yield return ("TX time", Number((long)Context.Radio.TransmitTime.TotalMilliseconds));
        yield return ("RX time", Number((long)Context.Radio.ReceiveTime(Now).TotalMilliseconds));
        yield return ("Cell ID", known ? Number(Convert.ToInt64(Context.Radio.Cell, 16)) : "4294967295");
        yield return ("ECL", known ? Number(Context.Radio.CoverageLevel) : "255");
        yield return ("SNR", Number(known ? 10 * Context.Radio.Snr : NoPower));
        yield return ("EARFCN", known ? Number(Context.Radio.Earfcn) : "4294967295");
        yield return ("PCI", known ? Number(Context.Radio.PhysicalCell) : "65535");
        yield return ("RSRQ", Number(known ? 10 * Context.Radio.Quality : NoPower));
        yield return ("OPERATOR MODE", known ? "4" : "0");
        yield return ("CURRENT BAND", Number(Context.Radio.Band));
    }

    /// <summary>AT*ENGINFO=0 shows the serving cell, 1 the neighbour cells (form assumed, after siblings of the chip).</summary>
    AtResult ShowCell(AtArguments arguments)
    {
        if (arguments.Int(0) == 0 && Context.Radio.HasSignal)
            Show("*ENGINFOSC", Text($"{Context.Radio.Earfcn},{Context.Radio.EarfcnOffset},{Context.Radio.PhysicalCell},\"{Context.Radio.Cell}\",,{Context.Radio.SignalPower},{Context.Radio.Quality},{Context.Radio.TotalPower},{Context.Radio.Snr},{Context.Radio.Band},\"{Context.Radio.TrackingArea}\",{Context.Radio.CoverageLevel},"));
        if (arguments.Int(0) == 1)
        {
            foreach (var cell in Context.Radio.Neighbours)
                Show("*ENGINFONC", Text($"{Context.Radio.Earfcn},{Context.Radio.EarfcnOffset},{cell.PhysicalCell},{cell.SignalPower}"));
        }
        return AtResult.Ok;
    }

    static AtCommand<SignalPart> Row(string name, string summary, string section, string? ranges = null) =>
        Rows<SignalPart>.General(name, summary, section, ranges);
}
