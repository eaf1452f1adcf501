using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x replay</c>: plays one side of a recording on a line.</summary>
static class ReplayCommand
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var shared = new ComparisonOptions("10s");
        var side = new Option<string>("--as") { HelpName = "mcu|module", Required = true, Description = "mcu: send the recorded commands to a module and compare its answers; module: answer an MCU as recorded" };
        var line = new Option<string>("--line") { HelpName = "LINE", Required = true, Description = $"where the other side is: {LineOptions.Forms}" };
        var baud = new Option<string?>("--baud") { HelpName = "N", Description = "speed of a serial line that names none, in bit/s; default: the recording's" };
        var fast = new Option<bool>("--fast") { Description = "leave out the pauses of the recording" };
        var command = new Command("replay", "Play one side of a recording: the MCU to a module, or the module to an MCU");
        shared.AddTo(command);
        foreach (var option in (Option[])[side, line, baud, fast])
            command.Options.Add(option);
        command.SetAction((parsed, _) => Task.Run(async () =>
        {
            var role = parsed.GetValue(side)!;
            if (role is not ("mcu" or "module"))
                return (int)Complaint.Tell(ExitCode.Usage, $"--as {role}: expected mcu or module");
            if (role == "module" && shared.GivenForReport(parsed) is { } report)
                return (int)Complaint.Tell(ExitCode.Usage, $"{report}: goes with --as mcu; --as module compares nothing");
            if (!LineOptions.TryReadBaud(parsed.GetValue(baud), out var speed, out var error))
                return (int)Complaint.Tell(ExitCode.Usage, error);
            if (!shared.TryRead(parsed, Within, out var recording, out var play, out var exit))
                return (int)exit;
            play = play with { Fast = parsed.GetValue(fast) };
            try
            {
                using var signals = new StopSignals();
                await using var opened = EndpointFactory.Open(parsed.GetValue(line)!, speed ?? recording.Header.Baud ?? 0);
                // Standard output carries the report, or belongs to a stdio: line.
                await Console.Error.WriteLineAsync($"READY {JsonSerializer.Serialize(new { line = opened.Address, pid = Environment.ProcessId })}");
                return (int)(role == "mcu" ? PlayMcu(shared, parsed, opened, recording, play, signals.Token) : PlayModule(opened, recording, play, signals.Token));
            }
            catch (EndpointException e)
            {
                return (int)Complaint.Tell(LineOptions.ExitCodeOf(e), e.Message);
            }
        }));
        return command;
    }

    static ExitCode PlayMcu(ComparisonOptions shared, ParseResult parsed, ISerialEndpoint line, Recording recording, PlayOptions play, CancellationToken stop)
    {
        var module = new PlayedLine(line, Complaint.Tell, stop);
        try
        {
            module.Open();
            var comparison = new RecordingPlayer(recording, module, play).Play();
            return shared.Report(parsed, comparison, new Dictionary<string, object?> { ["file"] = recording.File, ["line"] = line.Address });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Complaint.Tell(ExitCode.Interrupted, "stopped before the end of the recording");
        }
    }

    static ExitCode PlayModule(ISerialEndpoint line, Recording recording, PlayOptions play, CancellationToken stop)
    {
        var player = new ModulePlayer(recording, play);
        new PlayedMcu(line, player, Complaint.Tell).Play(stop);
        var counts = player.Counts;
        Complaint.Tell(string.Create(CultureInfo.InvariantCulture,
            $"{counts.Played} of {player.Commands} commands of the recording came, {counts.OtherArguments} with other arguments; {counts.Repeated} repeated, {counts.Skipped} skipped, {counts.Unknown} unknown"));
        if (counts.Unknown > 0)
            return ExitCode.Failed;
        if (counts.Played == player.Commands)
            return ExitCode.Ok;
        return player.IsOver || !stop.IsCancellationRequested ? ExitCode.Failed : ExitCode.Interrupted;
    }
}
