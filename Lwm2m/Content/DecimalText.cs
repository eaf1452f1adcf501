using System.Globalization;
using System.Numerics;

namespace M531x.Lwm2m.Content;

/// <summary>Numbers as decimal text, digit for digit as C prints them.</summary>
public static class DecimalText
{
    /// <summary>
    /// The number as C's <c>%.{decimals}f</c>: its exact binary value rounded to <paramref name="decimals"/> places,
    /// ties to even; <c>nan</c>, <c>inf</c> and <c>-inf</c> for the rest.
    /// .NET's own "F" format rounds ties away from zero, so it differs in the last digit.
    /// </summary>
    public static string Fixed(double number, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        if (!double.IsFinite(number))
            return NotFinite(number);
        var digits = Scaled(number, decimals).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = double.IsNegative(number) ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    /// <summary>The fewest digits that read back as the same double, never with an exponent.</summary>
    public static string Shortest(double number)
    {
        if (!double.IsFinite(number))
            return NotFinite(number);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        return shortest.Contains('E', StringComparison.Ordinal) ? Expand(shortest) : shortest;
    }

    static string NotFinite(double number) => double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";

    /// <summary>|number| * 10^decimals, rounded half to even, computed without loss.</summary>
    static BigInteger Scaled(double number, int decimals)
    {
        var bits = BitConverter.DoubleToUInt64Bits(number);
        var biased = (int)(bits >> 52) & 0x7FF;
        var fraction = bits & ((1UL << 52) - 1);
        // value = mantissa * 2^exponent; a subnormal has no hidden bit and the exponent of the smallest normal.
        var mantissa = biased == 0 ? fraction : fraction | 1UL << 52;
        var exponent = Math.Max(biased, 1) - 1075;
        var scaled = mantissa * BigInteger.Pow(10, decimals);
        if (exponent >= 0)
            return scaled << exponent;
        var quotient = scaled >> -exponent;
        var twiceRest = (scaled - (quotient << -exponent)) << 1;
        var order = twiceRest.CompareTo(BigInteger.One << -exponent);
        return order > 0 || (order == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary>Moves the point of d.dddE±x by x places.</summary>
    static string Expand(string scientific)
    {
        var e = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = scientific.AsSpan(0, e).TrimStart('-');
        var sign = scientific[0] == '-' ? "-" : "";
        var whole = mantissa[..1].ToString();
        var fraction = mantissa.Length > 2 ? mantissa[2..].ToString() : "";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{whole}{fraction}";
        return fraction.Length <= exponent
            ? sign + whole + fraction.PadRight(exponent, '0')
            : $"{sign}{whole}{fraction[..exponent]}.{fraction[exponent..]}";
    }
}
