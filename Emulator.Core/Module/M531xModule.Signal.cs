using System.Globalization;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Module;

/// <content>Signal and cell: AT+CSQ, AT+CESQ, AT+NUESTATS, AT*ENGINFO.</content>
sealed partial class M531xModule
{
    /// <summary>What the Neul family shows for a power it does not know.</summary>
    const int NoPower = -32768;

    internal AtResult ReadSignal() => General("+CSQ", _radio.HasSignal ? Line($"{_radio.Rssi},99") : "99,99");

    internal AtResult ReadExtendedSignal() => General("+CESQ", Line($"99,99,255,255,{_radio.QualityIndex},{_radio.PowerIndex}"));

    internal AtResult ShowStatistics()
    {
        foreach (var (name, value) in RadioStatistics())
            Info($"{name}:{value}");
        return AtResult.Ok;
    }

    /// <summary>AT+NUESTATS=RADIO, CELL, BLER, THP or ALL. These lines begin without a plus sign.</summary>
    internal AtResult ShowStatistics(AtArguments arguments)
    {
        var type = arguments.Text(0).ToUpperInvariant();
        if (type is not ("RADIO" or "CELL" or "BLER" or "THP" or "ALL"))
            return AtResult.Error;
        if (type is "RADIO" or "ALL")
        {
            foreach (var (name, value) in RadioStatistics())
                Info($"NUESTATS:RADIO,{name},{value}");
        }
        if (type is "CELL" or "ALL" && _radio.HasSignal)
        {
            ShowStatistics(_radio.PhysicalCell, isServing: true, _radio.SignalPower, _radio.Quality, _radio.Snr);
            // Each cell's own noise is unknown: what the serving one has is less by as much as the cell is weaker (assumed).
            foreach (var cell in _radio.Neighbours)
                ShowStatistics(cell.PhysicalCell, isServing: false, cell.SignalPower, cell.Quality, _radio.Snr - _radio.SignalPower + cell.SignalPower);
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
                Info(Line($"NUESTATS:THP,{layer} UL,{_radio.UplinkRate(_now)}"));
                Info(Line($"NUESTATS:THP,{layer} DL,{_radio.DownlinkRate(_now)}"));
            }
        }
        return AtResult.Ok;
    }

    void ShowStatistics(int physicalCell, bool isServing, int power, int quality, int snr) =>
        Info(Line($"NUESTATS:CELL,{_radio.Earfcn},{physicalCell},{(isServing ? 1 : 0)},{10 * power},{10 * quality},{10 * RadioModel.TotalOf(power)},{10 * snr}"));

    /// <summary>Powers and ratios in tenths of a decibel, times in milliseconds.</summary>
    IEnumerable<(string Name, string Value)> RadioStatistics()
    {
        var known = _radio.HasSignal;
        yield return ("Signal power", Number(known ? 10 * _radio.SignalPower : NoPower));
        yield return ("Total power", Number(known ? 10 * _radio.TotalPower : NoPower));
        yield return ("TX power", Number(_radio.TransmitTime > TimeSpan.Zero ? 10 * _radio.TransmitPower : NoPower));
        yield return ("TX time", Number((long)_radio.TransmitTime.TotalMilliseconds));
        yield return ("RX time", Number((long)_radio.ReceiveTime(_now).TotalMilliseconds));
        yield return ("Cell ID", known ? Number(Convert.ToInt64(_radio.Cell, 16)) : "4294967295");
        yield return ("ECL", known ? Number(_radio.CoverageLevel) : "255");
        yield return ("SNR", Number(known ? 10 * _radio.Snr : NoPower));
        yield return ("EARFCN", known ? Number(_radio.Earfcn) : "4294967295");
        yield return ("PCI", known ? Number(_radio.PhysicalCell) : "65535");
        yield return ("RSRQ", Number(known ? 10 * _radio.Quality : NoPower));
        yield return ("OPERATOR MODE", known ? "4" : "0");
        yield return ("CURRENT BAND", Number(_radio.Band));
    }

    /// <summary>AT*ENGINFO=0 shows the serving cell, 1 the neighbour cells (form assumed, after siblings of the chip).</summary>
    internal AtResult ShowCell(AtArguments arguments)
    {
        if (arguments.Int(0) == 0 && _radio.HasSignal)
            General("*ENGINFOSC", Line($"{_radio.Earfcn},{_radio.EarfcnOffset},{_radio.PhysicalCell},\"{_radio.Cell}\",,{_radio.SignalPower},{_radio.Quality},{_radio.TotalPower},{_radio.Snr},{_radio.Band},\"{_radio.TrackingArea}\",{_radio.CoverageLevel},"));
        if (arguments.Int(0) == 1)
        {
            foreach (var cell in _radio.Neighbours)
                General("*ENGINFONC", Line($"{_radio.Earfcn},{_radio.EarfcnOffset},{cell.PhysicalCell},{cell.SignalPower}"));
        }
        return AtResult.Ok;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
