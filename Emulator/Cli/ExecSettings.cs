using System.Diagnostics.CodeAnalysis;
using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Cli;

/// <summary>What a command beside the module is started with.</summary>
/// <param name="Command">The command and its arguments.</param>
/// <param name="Timeout">It is ended after this; null never.</param>
/// <param name="TimeoutCode">The exit code then.</param>
sealed record ExecSettings(IReadOnlyList<string> Command, TimeSpan? Timeout, int TimeoutCode)
{
    /// <summary>What timers of the runtime can wait.</summary>
    static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(49);

    public static bool TryRead(IReadOnlyList<string> command, string? timeout, int? timeoutCode, [NotNullWhen(true)] out ExecSettings? settings, out string error)
    {
        error = "";
        var time = TimeSpan.Zero;
        if (timeout is not null && !(CoreDuration.TryParse(timeout, out time) && time > TimeSpan.Zero && time <= LongestTimeout))
            error = $"--timeout {timeout}: expected a time such as 30s or 2m, {LongestTimeout.Days}d at most";
        else if (timeoutCode is < 1 or > byte.MaxValue)
            error = $"--timeout-exit-code {timeoutCode}: expected a whole number from 1 to {byte.MaxValue}";
        else if (timeoutCode is not null && timeout is null)
            error = $"--timeout-exit-code {timeoutCode}: has no effect without --timeout";
        settings = error.Length == 0 ? new ExecSettings(command, timeout is null ? null : time, timeoutCode ?? (int)ExitCode.Timeout) : null;
        return settings is not null;
    }
}
