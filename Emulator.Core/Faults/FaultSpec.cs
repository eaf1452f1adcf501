using System.Text.RegularExpressions;
using M531x.Emulator.Core.Patterns;

namespace M531x.Emulator.Core.Faults;

/// <summary>The layer that a fault wraps.</summary>
enum FaultTarget
{
    Line,
    Module,
    Radio,
    Path,
    Dtls,
    Coap,
    Lwm2m,
    Platform,
}

/// <summary>Which way a fault acts, as the module sees it.</summary>
enum FaultDirection
{
    Both,
    Up,
    Down,
}

/// <summary>A fault as the user writes it; all times are core time.</summary>
sealed record FaultSpec
{
    /// <summary>How it is told apart and removed; the type unless given.</summary>
    public required string Name { get; init; }
    public required FaultType Type { get; init; }
    public FaultDirection Direction { get; init; } = FaultDirection.Both;

    /// <summary>0 to 1, drawn each time it could act.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Acts at most so often; null without end.</summary>
    public int? Times { get; init; }

    /// <summary>Begins so long after it was added.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Lasts so long; null until it is removed.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Acts only on what contains this text, or matches it when it stands between slashes.</summary>
    public string? Match { get; init; }

    /// <summary>Values by attribute name; those left out have their default.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The pattern that a match between slashes stands for; null for a text that is searched for as it is.</summary>
    /// <exception cref="FormatException">The text between the slashes is not a regular expression, or needs backtracking.</exception>
    public static Regex? PatternOf(string match) => match is ['/', .. var inner, '/'] ? UserPattern.Compile(inner) : null;
}
