using System.CommandLine;
using System.Globalization;
using M531x.Emulator.Core.Recordings;

namespace M531x.Emulator.Cli;

/// <summary>What <c>compare</c> and <c>replay</c> share: the recording, how it is compared, and the report.</summary>
sealed class ComparisonOptions
{
    readonly Option<string?> _within;
    readonly Option<string?> _atLeast = new("--at-least") { HelpName = "PERCENT", Description = "of the lines that has to agree for exit code 0; default: 100" };
    readonly Option<bool> _differences = new("--differences") { Description = "leave out the commands that agree" };
    readonly Option<bool> _json = new("--json") { Description = "print the report as JSON" };

    public ComparisonOptions(string within) =>
        _within = new Option<string?>("--within") { HelpName = "TIME", Description = $"patience for a line beyond its recorded time; default: {within}" };

    public Argument<string> File { get; } = new("FILE") { Description = "a recording, or a transcript of m531x run --transcript" };
    public Option<bool> Exact { get; } = new("--exact") { Description = "lines have to be equal; else what differs between modules and runs is left open" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(File);
        foreach (var option in (Option[])[Exact, _within, _atLeast, _differences, _json])
            command.Options.Add(option);
    }

    /// <summary>Names the first option given that says something about a comparison; null when there is none.</summary>
    public string? GivenForReport(ParseResult parsed) =>
        ((Option[])[_within, _atLeast, _differences, _json]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false })?.Name;

    /// <summary>Reads the file and checks the options; says what is wrong, and <paramref name="exit"/> is then the exit code.</summary>
    public bool TryRead(ParseResult parsed, TimeSpan within, out Recording recording, out PlayOptions options, out ExitCode exit)
    {
        recording = null!;
        options = null!;
        exit = ExitCode.Usage;
        if (!LineOptions.TryReadWithin(parsed.GetValue(_within), ref within, out var error) || !LineOptions.TryReadPercent(parsed.GetValue(_atLeast), out _, out error))
        {
            Complaint.Tell(error);
            return false;
        }
        options = new PlayOptions { Within = within, Exact = parsed.GetValue(Exact) };
        var path = parsed.GetValue(File)!;
        try
        {
            recording = Recording.Read(path, System.IO.File.ReadAllText(path));
            if (recording.Items.Any(i => i.Burst is not null))
                return true;
            // All of nothing would agree.
            Complaint.Tell($"{path}: holds no byte of an MCU or a module");
        }
        catch (RecordingException e)
        {
            Complaint.Tell(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            exit = Complaint.Tell(ExitCode.Environment, $"{path}: {e.Message}");
        }
        return false;
    }

    /// <summary>The report goes to standard output, a verdict that is no success to standard error too.</summary>
    public ExitCode Report(ParseResult parsed, Comparison comparison, IReadOnlyDictionary<string, object?> head)
    {
        Console.Out.Write(parsed.GetValue(_json) ? ComparisonReport.Json(comparison, head) + "\n" : ComparisonReport.Text(comparison, parsed.GetValue(_differences)));
        Console.Out.Flush();
        LineOptions.TryReadPercent(parsed.GetValue(_atLeast), out var atLeast, out _);
        if (comparison.Percent >= atLeast)
            return ExitCode.Ok;
        Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"{comparison.Percent:0.0} % of the lines agree, {atLeast:0.#} % have to"));
        return ExitCode.Failed;
    }
}
