using M531x.Emulator.Drivers;

namespace M531x.Emulator.Control;

/// <summary>What the control API does to the clock that the module and the local OneNET share.</summary>
interface IClockControl
{
    /// <summary>Core time jumps when it is told to and has no rate of its own.</summary>
    bool IsVirtual { get; }

    /// <summary>Servers that keep real time, whatever this clock does, may be in play.</summary>
    bool MeetsOutsiders { get; }

    Task<ClockState> GetClockAsync(CancellationToken cancellation);

    /// <summary>Sets rate and freeze, then advances: every timer on the way fires at its own time. Done when core time has got there.</summary>
    Task<ClockState> ChangeClockAsync(ClockChange change, CancellationToken cancellation);
}

/// <param name="Mode">Virtual, or the rate, which is kept while the clock stands still.</param>
/// <param name="Now">Core time.</param>
/// <param name="IsFrozen">Core time stands still until it is told to go on.</param>
/// <param name="Next">When the next timer fires; null for none.</param>
sealed record ClockState(TimeMode Mode, TimeSpan Now, bool IsFrozen, TimeSpan? Next);

/// <summary>Null leaves a thing as it is.</summary>
sealed record ClockChange(double? Rate, bool? Freeze, TimeSpan? Advance);
