namespace M531x.Emulator.Core.At;

/// <summary>Where an unsolicited line may stand besides its proper place, around a command.</summary>
enum UrcPlace
{
    /// <summary>Before the first byte of the command is echoed.</summary>
    BeforeEcho,

    /// <summary>Between the echo and the answer.</summary>
    BeforeResponse,

    /// <summary>Behind the first information line, or before the final line of an answer that has none.</summary>
    InsideResponse,

    /// <summary>Sent together with the final line, whose CR LF stands for the one that leads the unsolicited line.</summary>
    GluedToFinal,

    /// <summary>A while after the final line.</summary>
    AfterFinal,

    /// <summary>At once, in two halves with a pause between them.</summary>
    Split,
}

/// <summary>An unsolicited line that waits for its place.</summary>
/// <param name="Place">Where it goes.</param>
/// <param name="Text">The line.</param>
/// <param name="Shown">As the trace may show it.</param>
/// <param name="Delay">After the final line, or between the halves.</param>
/// <param name="Until">When it is printed although no command came.</param>
readonly record struct PlacedUrc(UrcPlace Place, string Text, string Shown, TimeSpan Delay, TimeSpan Until);
