namespace M531x.Emulator.Core.Radio;

/// <content>The cell and its signal: one set of values behind all commands and objects that show them.</content>
sealed partial class RadioModel
{
    /// <summary>Total power lies above reference signal power by the twelve subcarriers of 15 kHz: 10.8 dB.</summary>
    const int SubcarrierDecibels = 11;

    /// <summary>A cell is in reach and the radio listens to it.</summary>
    public bool HasSignal => State is not (RadioState.Off or RadioState.Searching);

    /// <summary>Received signal strength for AT+CSQ: 0 to 31.</summary>
    public int Rssi { get; set; } = 24;

    /// <summary>Reference signal power in dBm, from the same signal as <see cref="Rssi"/> (3GPP TS 27.007 §8.5: 0 is -113 dBm, 2 dB a step).</summary>
    public int SignalPower => -113 + 2 * Rssi;

    /// <summary>Power over the whole carrier in dBm.</summary>
    public int TotalPower => TotalOf(SignalPower);

    /// <summary>Power over the whole carrier of a cell with this reference signal power, in dBm.</summary>
    public static int TotalOf(int signalPower) => signalPower + SubcarrierDecibels;

    /// <summary>Reference signal quality in dB, -20 to -3.</summary>
    public int Quality { get; set; } = -11;

    /// <summary>Transmit power in dBm that the path loss asks for (open loop, assumed).</summary>
    public int TransmitPower => Math.Clamp(-SignalPower - 78, -40, 23);

    /// <summary>Signal to noise ratio in dB.</summary>
    public int Snr { get; set; } = 12;

    /// <summary>Coverage enhancement level, 0 to 2.</summary>
    public int CoverageLevel { get; set; }

    /// <summary>Tracking area and cell for +CEREG, in hexadecimal.</summary>
    public string TrackingArea { get; set; } = "19E6";
    public string Cell { get; set; } = "94";

    /// <summary>Country and network code of the operator.</summary>
    public string Operator { get; set; } = "46000";

    /// <summary>&lt;rsrq&gt; and &lt;rsrp&gt; of AT+CESQ (3GPP TS 27.007 §8.69); 255 when unknown.</summary>
    public int QualityIndex => HasSignal ? Math.Clamp(2 * (Quality + 20), 0, 34) : 255;
    public int PowerIndex => HasSignal ? Math.Clamp(SignalPower + 141, 0, 97) : 255;
}
