using System.Globalization;

namespace M531x.Emulator.Core.At;

enum AtParameterKind
{
    /// <summary>A decimal number within <see cref="AtParameter.Min"/> and <see cref="AtParameter.Max"/>.</summary>
    Integer,

    /// <summary>Text, quoted or bare; its length is limited by <see cref="AtParameter.Max"/>.</summary>
    Text,

    /// <summary>An even number of hexadecimal digits, quoted or bare.</summary>
    Hex,

    /// <summary>Exactly <see cref="AtParameter.Max"/> binary digits, quoted or bare: timer and cycle values.</summary>
    Bits,

    /// <summary>Decimal, or hexadecimal after 0x: NOTIFY's flag.</summary>
    Flag,
}

/// <summary>One parameter of a set form: what the parser enforces and what AT+X=? prints.</summary>
sealed record AtParameter(string Name, AtParameterKind Kind)
{
    public long Min { get; init; }
    public long Max { get; init; } = long.MaxValue;
    public bool Optional { get; init; }

    /// <summary>Tolerated because programs in the field send it; no part of the syntax.</summary>
    public bool Hidden { get; init; }

    /// <summary>The device instance; the modules have one, number 0 (manual §1.1).</summary>
    public static AtParameter Ref => Number("ref", 0, 0);

    public static AtParameter Number(string name, long min, long max) => new(name, AtParameterKind.Integer) { Min = min, Max = max };

    /// <summary>An object, instance or resource id, or a message id.</summary>
    public static AtParameter Id(string name) => Number(name, 0, 65535);

    public static AtParameter Text(string name, int maxLength = int.MaxValue) => new(name, AtParameterKind.Text) { Max = maxLength };

    public static AtParameter Hex(string name) => new(name, AtParameterKind.Hex);

    public static AtParameter Bits(string name, int digits) => new(name, AtParameterKind.Bits) { Max = digits };

    public AtParameter OrNothing => this with { Optional = true };

    /// <summary>What is wrong with an argument; null when it is accepted.</summary>
    public RefusalKind? ProblemOf(AtArgument argument)
    {
        if (argument.IsMissing)
            return Optional ? null : RefusalKind.MissingArgument;
        return Kind switch
        {
            AtParameterKind.Integer => ProblemOfNumber(argument.Text),
            AtParameterKind.Text => argument.Text.Length <= Max ? null : RefusalKind.OutOfRange,
            AtParameterKind.Hex => IsHex(argument.Text) ? null : RefusalKind.WrongType,
            AtParameterKind.Bits => argument.Text.Length == Max && argument.Text.All(c => c is '0' or '1') ? null : RefusalKind.WrongType,
            AtParameterKind.Flag => TryParseFlag(argument.Text, out _) ? null : RefusalKind.WrongType,
            _ => RefusalKind.WrongType,
        };
    }

    /// <summary>The values that are accepted, in words.</summary>
    public string Expected => Kind switch
    {
        AtParameterKind.Integer when Min == Max => string.Create(CultureInfo.InvariantCulture, $"{Min}"),
        AtParameterKind.Integer => string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}"),
        AtParameterKind.Text when Max >= int.MaxValue => "text",
        AtParameterKind.Text => string.Create(CultureInfo.InvariantCulture, $"text of at most {Max} characters"),
        AtParameterKind.Hex => "an even number of hexadecimal digits",
        AtParameterKind.Bits => string.Create(CultureInfo.InvariantCulture, $"{Max} binary digits"),
        _ => "a number, decimal or hexadecimal after 0x",
    };

    RefusalKind? ProblemOfNumber(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return RefusalKind.WrongType;
        return number >= Min && number <= Max ? null : RefusalKind.OutOfRange;
    }

    static bool IsHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);

    public static bool TryParseFlag(string text, out int flag) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out flag)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out flag);
}
