using System.Globalization;

namespace M531x.Emulator.Core.Radio;

/// <summary>The timers of power saving mode, as AT+CPSMS writes them. The network grants what is asked for.</summary>
sealed record PsmSettings(string PeriodicBits, string ActiveTimeBits)
{
    /// <summary>Taken when AT+CPSMS=1 names no values: an update each hour, ten seconds of listening (assumed).</summary>
    public static PsmSettings Default { get; } = new("00100001", "00000101");

    /// <summary>T3412: between two tracking area updates of a silent module; null for never.</summary>
    public TimeSpan? Periodic => NetworkTimer.Periodic(PeriodicBits);

    /// <summary>T3324: how long the module listens after a release; null when power saving mode is not used.</summary>
    public TimeSpan? ActiveTime => NetworkTimer.ActiveTime(ActiveTimeBits);
}

/// <summary>Extended DRX in NB-IoT (3GPP TS 24.008 §10.5.5.32): four binary digits for the cycle, four for the paging time window.</summary>
sealed record EdrxSettings(string CycleBits, string WindowBits)
{
    public const string DefaultCycleBits = "0010";
    public const string DefaultWindowBits = "0011";

    static readonly double[] CycleSeconds =
    [
        20.48, 20.48, 20.48, 40.96, 20.48, 81.92, 20.48, 20.48,
        20.48, 163.84, 327.68, 655.36, 1310.72, 2621.44, 5242.88, 10485.76,
    ];

    /// <summary>A cycle of that length, or of the default when there is none such.</summary>
    public static EdrxSettings OfCycle(TimeSpan cycle)
    {
        var value = Array.FindIndex(CycleSeconds, s => Math.Abs(s - cycle.TotalSeconds) < 0.01);
        return new EdrxSettings(value < 0 ? DefaultCycleBits : value.ToString("b4", CultureInfo.InvariantCulture), DefaultWindowBits);
    }

    /// <summary>Values without a meaning in NB-S1 mode count as 0010.</summary>
    public TimeSpan Cycle => TimeSpan.FromSeconds(CycleSeconds[Value(CycleBits)]);

    /// <summary>Multiples of 2.56 s, from one.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(2.56) * (Value(WindowBits) + 1);

    static int Value(string bits) => int.Parse(bits, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
}
