using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Tracing;

namespace M531x.Emulator.Core.Recordings;

/// <summary>A line of the module.</summary>
/// <param name="At">When it began to come.</param>
/// <param name="Text">Without its line end.</param>
/// <param name="Line">Of the file it was read from; 0 for none.</param>
sealed record ModuleLine(TimeSpan At, string Text, int Line)
{
    public string Kind { get; } = LineKinds.KindOf(Text);
}

/// <summary>What the MCU sent at a time, and what the module printed from there to the next one. The first of a session has no command.</summary>
/// <param name="At">When it was complete.</param>
/// <param name="Command">Text without its line end; a data prompt is answered with data.</param>
/// <param name="Line">Of the file; 0 for none.</param>
sealed record Exchange(TimeSpan At, string Command, ReadOnlyMemory<byte> Bytes, int Line)
{
    public string Name { get; } = AtLine.NameOf(Command);

    /// <summary>Echo, information and final result.</summary>
    public List<ModuleLine> Response { get; } = [];

    /// <summary>The module's bursts up to the next command, as they were; of a recording alone.</summary>
    public List<AtLogLine> Output { get; } = [];

    /// <summary>What came on its own meanwhile and afterwards.</summary>
    public List<ModuleLine> Unsolicited { get; } = [];

    /// <summary>The final result is there.</summary>
    public bool IsFinished { get; set; }
}
