using M531x.Emulator.Core.Patterns;

namespace M531x.Emulator.Control;

/// <summary>What the control API does in the place of the MCU.</summary>
interface IUartControl
{
    /// <summary>Sends a command as the MCU does and collects what the module prints from then on, until the call has what it waits for.</summary>
    /// <returns>Null when another call's command is still without its final result.</returns>
    Task<AtAnswer?> SendAtAsync(AtRequest request, CancellationToken cancellation);

    /// <summary>The lines after that number which are still kept, oldest first.</summary>
    Task<IReadOnlyList<UartLine>> ListLinesAsync(long after, CancellationToken cancellation);
}

/// <summary>A line that the module has printed, without its end.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="At">Core time.</param>
/// <param name="Text">One character for each byte.</param>
readonly record struct UartLine(long Number, TimeSpan At, string Text);

/// <summary>A command, and what to wait for.</summary>
/// <param name="Line">The command without its CR; null only waits.</param>
/// <param name="Until">A line to wait for after an OK; null waits for the final result alone.</param>
/// <param name="Within">Longest wait, in core time.</param>
sealed record AtRequest(string? Line, LinePattern? Until, TimeSpan Within);

/// <summary>What came.</summary>
/// <param name="Now">Core time at the end.</param>
/// <param name="Lines">All lines since the command was sent.</param>
/// <param name="Result">The final result; null when there was none, or no command.</param>
/// <param name="IsDone">What the call waited for has come, or an error instead.</param>
sealed record AtAnswer(TimeSpan Now, IReadOnlyList<UartLine> Lines, string? Result, bool IsDone);
