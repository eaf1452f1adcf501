using System.Globalization;

namespace M531x.Emulator.Drivers;

/// <summary>How core time passes, as --time has it: <c>real</c>, <c>xN</c> (N times as fast as the wall clock) or <c>virtual</c> (when it is told to).</summary>
/// <param name="IsVirtual">It jumps from deadline to deadline and stands still in between.</param>
/// <param name="Rate">Seconds of core time in a second of the wall clock; 0 in virtual time.</param>
readonly record struct TimeMode(bool IsVirtual, double Rate)
{
    public const double MinRate = 0.01;
    public const double MaxRate = 10_000;

    public static readonly TimeMode Real = new(false, 1);
    public static readonly TimeMode Virtual = new(true, 0);

    /// <summary>Core time keeps the pace of the wall clock, and so of servers outside.</summary>
    public bool IsRealTime => this == Real;

    public static bool TryParse(string text, out TimeMode mode)
    {
        mode = text == "virtual" ? Virtual : Real;
        if (text is "real" or "virtual")
            return true;
        var valid = text is ['x', .. var number] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && IsRate(rate);
        if (valid)
            mode = new TimeMode(false, double.Parse(text.AsSpan(1), CultureInfo.InvariantCulture));
        return valid;
    }

    public static bool IsRate(double rate) => rate is >= MinRate and <= MaxRate;

    public override string ToString() => IsVirtual ? "virtual" : IsRealTime ? "real" : string.Create(CultureInfo.InvariantCulture, $"x{Rate}");
}
