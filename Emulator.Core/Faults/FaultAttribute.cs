using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace M531x.Emulator.Core.Faults;

/// <summary>What an attribute holds.</summary>
enum FaultValueKind
{
    Number,

    /// <summary>As 130s, 2m, 500ms or a bare number of seconds.</summary>
    Duration,

    /// <summary>One of <see cref="FaultAttribute.Choices"/>.</summary>
    Choice,

    /// <summary>An IPv4 address.</summary>
    Address,

    /// <summary>Such as /3200/0/5750.</summary>
    Path,
}

/// <summary>A named value of a fault type.</summary>
sealed record FaultAttribute(string Name, FaultValueKind Kind, string Default, string Summary)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Bounds of a number.</summary>
    public double Min { get; init; }
    public double Max { get; init; } = int.MaxValue;

    /// <summary>A number with a fraction is one too.</summary>
    public bool IsFraction { get; init; }

    public static FaultAttribute Choice(string name, string summary, params string[] choices) =>
        new(name, FaultValueKind.Choice, choices[0], summary) { Choices = choices };

    /// <summary>What is wrong with a value, and what is allowed; null when nothing is.</summary>
    public string? ProblemOf(string text) => Kind switch
    {
        FaultValueKind.Number => IsNumber(text) ? null
            : string.Create(CultureInfo.InvariantCulture, $"expected a {(IsFraction ? "" : "whole ")}number from {Min} to {Max}"),
        FaultValueKind.Duration => CoreDuration.TryParse(text, out _) ? null : CoreDuration.ProblemOf(text),
        FaultValueKind.Choice => Choices.Contains(text) ? null : $"expected {string.Join(", ", Choices)}",
        FaultValueKind.Address => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? null : $"'{text}' is not an IPv4 address",
        _ => IsPath(text) ? null : $"'{text}' is not the path of a resource such as /3200/0/5750",
    };

    bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= Min && number <= Max && (IsFraction || double.IsInteger(number));

    static bool IsPath(string text) => text.Split('/') is ["", .. { Length: 3 } ids] && ids.All(id => ushort.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
