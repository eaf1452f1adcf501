namespace M531x.Emulator.Core.Faults;

/// <summary>When a fault acts.</summary>
enum FaultKind
{
    /// <summary>On what passes its layer, each time its probability says so.</summary>
    Passing,

    /// <summary>Once, when it begins.</summary>
    Instant,

    /// <summary>From its beginning until it is over or removed.</summary>
    Lasting,
}

/// <summary>A row of the catalogue: what can go wrong, and where.</summary>
sealed record FaultType(string Name, FaultTarget Target, string Summary, params FaultAttribute[] Attributes)
{
    public FaultKind Kind { get; init; }

    /// <summary>The only way in which it acts, or both.</summary>
    public FaultDirection Direction { get; init; } = FaultDirection.Both;

    /// <summary>How long it lasts unless told otherwise; null until it is removed.</summary>
    public TimeSpan? DefaultFor { get; init; }

    /// <summary>It happens inside the local OneNET, and does nothing to another server.</summary>
    public bool NeedsPlatform { get; init; }
}
