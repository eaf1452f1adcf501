using System.Globalization;

namespace M531x.Emulator.Faults;

/// <summary>What an attribute holds.</summary>
enum FaultValueKind
{
    Number,

    /// <summary>As 130s, 2m, 500ms or a bare number of seconds.</summary>
    Duration,
    Text,

    /// <summary>One of <see cref="FaultAttribute.Choices"/>.</summary>
    Choice,
}

/// <summary>A named value of a fault type.</summary>
sealed record FaultAttribute(string Name, FaultValueKind Kind, string Default, string Summary)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool Accepts(string text) => Kind switch
    {
        FaultValueKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        FaultValueKind.Duration => CoreDuration.TryParse(text, out _),
        FaultValueKind.Choice => Choices.Contains(text),
        _ => true,
    };
}

/// <summary>A row of the catalogue: what can go wrong, and where.</summary>
sealed record FaultType(string Name, FaultTarget Target, string Summary, params FaultAttribute[] Attributes)
{
    /// <summary>Happens once, when it begins, instead of acting on what passes.</summary>
    public bool IsInstant { get; init; }
}
