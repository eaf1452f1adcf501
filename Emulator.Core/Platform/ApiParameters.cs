using System.Globalization;

namespace M531x.Emulator.Core.Platform;

/// <summary>
/// Reads query parameters. The first one that is missing or wrong sets <see cref="Fault"/>; reading goes on with defaults.
/// </summary>
sealed class ApiParameters(ApiRequest request)
{
    const int MinTimeout = 5;
    const int MaxTimeout = 40;
    const int DefaultTimeout = 25;

    public ApiResult? Fault { get; private set; }

    public string? OptionalText(string name) =>
        request.Query.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public string Text(string name)
    {
        var value = OptionalText(name);
        if (value is null)
            Fault ??= ApiResult.Required(name);
        return value ?? "";
    }

    public int? OptionalInt(string name, int min, int max)
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Fault ??= ApiResult.Invalid(name);
        return null;
    }

    public int Int(string name, int min, int max)
    {
        Text(name);
        return OptionalInt(name, min, max) ?? min;
    }

    /// <summary>An object, instance or resource number.</summary>
    public int Id(string name) => Int(name, 0, ushort.MaxValue);

    public int? OptionalId(string name) => OptionalInt(name, 0, ushort.MaxValue);

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase))
            return true;
        if (text.Length > 0 && !text.Equals("false", StringComparison.OrdinalIgnoreCase))
            Fault ??= ApiResult.Invalid(name);
        return false;
    }

    /// <summary>A decimal number, as it is written.</summary>
    public string? OptionalNumber(string name)
    {
        if (OptionalText(name) is not { } text)
            return null;
        const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return text;
        Fault ??= ApiResult.Invalid(name);
        return null;
    }

    /// <summary>Longest wait for the outcome of a command: 5 to 40 s, default 25.</summary>
    public TimeSpan Timeout() => TimeSpan.FromSeconds(OptionalInt("timeout", MinTimeout, MaxTimeout) ?? DefaultTimeout);

    /// <summary>A point in time such as 2018-03-08T17:30:00, in Beijing time.</summary>
    public DateTimeOffset? OptionalTime(string name)
    {
        if (OptionalText(name) is not { } text)
            return null;
        if (PlatformTime.TryParse(text, out var time))
            return time;
        Fault ??= ApiResult.Invalid(name);
        return null;
    }
}
