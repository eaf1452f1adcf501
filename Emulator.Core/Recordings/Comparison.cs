namespace M531x.Emulator.Core.Recordings;

/// <summary>How a recorded line and one that came agree.</summary>
enum LineVerdict
{
    Exact,

    /// <summary>The same but for what differs between modules and runs.</summary>
    Shape,
    Different,

    /// <summary>Nothing came in its place.</summary>
    Missing,

    /// <summary>It came and is not in the recording.</summary>
    Extra,
}

/// <summary>One line.</summary>
/// <param name="Line">Of the recording; 0 for an extra one.</param>
/// <param name="Expected">The recorded line, or its shape when only that was met; null for an extra one.</param>
/// <param name="Came">Null for a missing one.</param>
sealed record ComparedLine(LineVerdict Verdict, int Line, string? Expected, string? Came)
{
    public bool Agrees => Verdict is LineVerdict.Exact or LineVerdict.Shape;
}

/// <summary>One command with what it led to.</summary>
/// <param name="Line">Of the recording; 0 for what came before the first command.</param>
/// <param name="Notes">What the reader should know, such as a refusal by the platform.</param>
sealed record ComparedCommand(int Line, TimeSpan At, string Command, IReadOnlyList<ComparedLine> Lines, IReadOnlyList<string> Notes)
{
    public int Agreeing => Lines.Count(l => l.Agrees);
    public double Percent => Comparison.PercentOf(Agreeing, Lines.Count);
}

/// <summary>A recording beside what came.</summary>
sealed record Comparison(IReadOnlyList<ComparedCommand> Commands)
{
    public int Total => Commands.Sum(c => c.Lines.Count);
    public int Agreeing => Commands.Sum(c => c.Agreeing);
    public double Percent => PercentOf(Agreeing, Total);

    public int Count(LineVerdict verdict) => Commands.Sum(c => c.Lines.Count(l => l.Verdict == verdict));

    /// <summary>Never 100 while a line differs: the tenths are cut off.</summary>
    public static double PercentOf(int agreeing, int total) => total == 0 ? 100 : Math.Floor(1000.0 * agreeing / total) / 10;
}
