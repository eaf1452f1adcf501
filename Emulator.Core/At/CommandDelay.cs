using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.At;

/// <summary>The time from the end of a command to its answer on a real module, and what supports it. The manual gives no times.</summary>
sealed record CommandDelay(DelayRange Range, Evidence Evidence, string Source)
{
    /// <summary>Queries, and settings that the module keeps to itself.</summary>
    public static CommandDelay Simple { get; } = Of(20, 300, Evidence.Seen, "captures show 20 ms; a driver probes with 300 ms");

    /// <summary>What the OneNET client has to do.</summary>
    public static CommandDelay Mipl { get; } = Of(200, 300, Evidence.Seen, "a capture of the family shows 0.2 s; a driver collects answers for 300 ms");

    /// <summary>Deregisters where there is something to deregister.</summary>
    public static CommandDelay Delete { get; } = Of(300, 1500, Evidence.Seen, "a capture of the family shows 0.3 s; a driver waits 2 s");

    /// <summary>The radio has to be turned on or off, or the network to agree.</summary>
    public static CommandDelay Network { get; } = Of(300, 1500, Evidence.Assumed, "drivers wait 2 s for each command");

    /// <summary>A connection or a name; the result itself comes later, in a line of its own.</summary>
    public static CommandDelay Host { get; } = Of(20, 1000, Evidence.Assumed, "drivers wait for OK for a second or more");

    static CommandDelay Of(int typical, int slowest, Evidence evidence, string source) =>
        new(new DelayRange(TimeSpan.FromMilliseconds(typical), TimeSpan.FromMilliseconds(slowest)), evidence, source);
}
