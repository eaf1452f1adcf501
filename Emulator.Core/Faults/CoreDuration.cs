using System.Globalization;

namespace M531x.Emulator.Core.Faults;

/// <summary>Durations as users write them: 250ms, 30s, 2m, 1h, 1d, or a bare number of seconds; up to <see cref="Longest"/>.</summary>
static class CoreDuration
{
    /// <summary>Ten years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    // Decimal: 9.998h is a whole number of milliseconds, and a tick less would show.
    static readonly (string Unit, decimal Seconds)[] Units = [("ms", 0.001m), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];

    /// <summary>What is wrong with a text that is none.</summary>
    public static string ProblemOf(string text) => $"'{text}' is not a duration such as 250ms, 30s or 2m, up to {Longest.Days}d";

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, seconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)
                || !decimal.TryParse(text.AsSpan(..^unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > (decimal)Longest.TotalSeconds / seconds)
                continue;
            duration = TimeSpan.FromTicks((long)(number * seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        return false;
    }
}
