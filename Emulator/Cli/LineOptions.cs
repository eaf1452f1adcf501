using System.Globalization;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Cli;

/// <summary>What the verbs share that open lines.</summary>
static class LineOptions
{
    public const string Forms = "serial:PATH[?baud=N…], pty:[PATH], tcp:HOST:PORT, tcp-listen:HOST:PORT or stdio:";

    public static bool UsesStdio(string line) => line.StartsWith("stdio:", StringComparison.Ordinal);

    public static bool UsesSerial(string line) => line.StartsWith("serial:", StringComparison.Ordinal);

    public static ExitCode ExitCodeOf(EndpointException e) => e.Problem is EndpointProblem.BadSpec or EndpointProblem.Unsupported ? ExitCode.Usage : ExitCode.Environment;

    public static bool TryReadBaud(string? text, out int? baud, out string error)
    {
        baud = null;
        error = "";
        if (text is null)
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= SerialSpec.MaxBaud)
            baud = number;
        else
            error = $"--baud {text}: expected 1 to {SerialSpec.MaxBaud}";
        return error.Length == 0;
    }

    /// <param name="text">A number of seconds, or a duration such as 500ms; null keeps <paramref name="time"/>.</param>
    public static bool TryReadWithin(string? text, ref TimeSpan time, out string error)
    {
        error = "";
        if (text is null)
            return true;
        if (CoreDuration.TryParse(text, out var duration))
            time = duration;
        else
            error = $"--within {text}: expected a time such as 500ms, 5s or 2m";
        return error.Length == 0;
    }

    public static bool TryReadPercent(string? text, out double percent, out string error)
    {
        percent = 100;
        error = "";
        if (text is null || double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent) && percent is >= 0 and <= 100)
            return true;
        error = $"--at-least {text}: expected a percentage from 0 to 100";
        return false;
    }
}
