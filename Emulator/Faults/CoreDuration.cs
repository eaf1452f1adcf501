using System.Globalization;

namespace M531x.Emulator.Faults;

/// <summary>Durations as users write them: 250ms, 30s, 2m, 1h, 1d, or a bare number of seconds.</summary>
static class CoreDuration
{
    static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, seconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)
                || !double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number * seconds > TimeSpan.FromDays(3650).TotalSeconds)
                continue;
            duration = TimeSpan.FromTicks((long)(number * seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        return false;
    }
}
