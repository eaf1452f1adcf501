using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Recordings;

/// <summary>The module that a recording's MCU side is played to.</summary>
interface IPlayedModule
{
    TimeSpan Now { get; }

    void Send(ReadOnlyMemory<byte> bytes);

    /// <summary>What the module has printed since the last call.</summary>
    byte[] Take();

    /// <summary>Lets time pass until the condition holds or the time is over.</summary>
    bool RunUntil(Func<bool> condition, TimeSpan within);

    /// <summary>Has the platform send a request. Answers why not, or null; without a platform at hand the module's own has to.</summary>
    string? Ask(IReadOnlyList<DownlinkUrc> lines);

    /// <summary>Restarts the module; false when that is in nobody's hand here.</summary>
    bool Reset(ResetCause cause);
}
