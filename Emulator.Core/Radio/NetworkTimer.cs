using System.Globalization;

namespace M531x.Emulator.Core.Radio;

/// <summary>Timer values as eight binary digits: three for the unit, five for the count (3GPP TS 24.008 §10.5.7.3, §10.5.7.4a).</summary>
static class NetworkTimer
{
    const int Deactivated = 7;

    static readonly TimeSpan[] PeriodicUnits =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(10), TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromHours(320),
    ];

    /// <summary>T3412 extended, GPRS timer 3; null for a timer that is deactivated.</summary>
    public static TimeSpan? Periodic(string bits)
    {
        var (unit, count) = Split(bits);
        return unit == Deactivated ? null : PeriodicUnits[unit] * count;
    }

    /// <summary>T3324, GPRS timer 2; null for a timer that is deactivated. Units that are not defined count minutes.</summary>
    public static TimeSpan? ActiveTime(string bits)
    {
        var (unit, count) = Split(bits);
        return unit switch
        {
            Deactivated => null,
            0 => TimeSpan.FromSeconds(2) * count,
            2 => TimeSpan.FromMinutes(6) * count,
            _ => TimeSpan.FromMinutes(1) * count,
        };
    }

    static (int Unit, int Count) Split(string bits)
    {
        var value = int.Parse(bits, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
        return (value >> 5, value & 31);
    }
}
