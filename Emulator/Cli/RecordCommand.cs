using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x record</c>: writes down what passes between an MCU and a module.</summary>
static class RecordCommand
{
    public static Command Create()
    {
        var mcu = new Option<string>("--mcu") { HelpName = "LINE", Required = true, Description = $"where the MCU is: {LineOptions.Forms}" };
        var module = new Option<string>("--module") { HelpName = "LINE", Required = true, Description = "where the module is: the same forms" };
        var file = new Option<string>("-o", "--output") { HelpName = "FILE", Required = true, Description = "the recording, such as run.atlog" };
        var force = new Option<bool>("--force") { Description = "replace the file when it exists" };
        var baud = new Option<string?>("--baud") { HelpName = "N", Description = $"speed of serial lines that name none, in bit/s; default: {DeviceEndpoint.DefaultBaud}" };
        var profile = new Option<string?>("--profile") { HelpName = "NAME", Description = "the module, for the head of the file" };
        var firmware = new Option<string?>("--firmware") { HelpName = "TEXT", Description = "its firmware, for the head of the file; default: what AT+CGMR is answered with meanwhile" };
        var command = new Command("record", "Stand between an MCU and a module and write down what they say; Ctrl-C ends it: m531x record --mcu serial:/dev/ttyUSB0 --module serial:/dev/ttyUSB1 -o run.atlog")
        {
            mcu, module, file, force, baud, profile, firmware,
        };
        command.SetAction((parsed, _) =>
        {
            if (!LineOptions.TryReadBaud(parsed.GetValue(baud), out var speed, out var error))
                return Task.FromResult((int)Complaint.Tell(ExitCode.Usage, error));
            return RunAsync(new RecordSettings(parsed.GetValue(mcu)!, parsed.GetValue(module)!, parsed.GetValue(file)!, parsed.GetValue(force), speed,
                parsed.GetValue(profile), parsed.GetValue(firmware)));
        });
        return command;
    }

    static async Task<int> RunAsync(RecordSettings settings)
    {
        using var signals = new StopSignals();
        var exists = !settings.Force && File.Exists(settings.File);
        try
        {
            await using var module = EndpointFactory.Open(settings.Module, settings.Baud ?? 0, "--module");
            await using var mcu = EndpointFactory.Open(settings.Mcu, settings.Baud ?? 0, "--mcu");
            return (int)await RecordAsync(settings, mcu, module, signals.Token);
        }
        catch (EndpointException e)
        {
            return (int)Complaint.Tell(LineOptions.ExitCodeOf(e), e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (int)Complaint.Tell(ExitCode.Environment, $"-o {settings.File}: {e.Message}{(exists ? " (--force replaces it)" : "")}");
        }
    }

    static async Task<ExitCode> RecordAsync(RecordSettings settings, ISerialEndpoint mcu, ISerialEndpoint module, CancellationToken stop)
    {
        var header = new AtLogHeader
        {
            Version = TraceHeader.ProgramVersion,
            Profile = settings.Profile,
            Firmware = settings.Firmware,
            Baud = EndpointFactory.SpeedOf(settings.Module) ?? settings.Baud ?? (LineOptions.UsesSerial(settings.Module) ? DeviceEndpoint.DefaultBaud : null),
        };
        await using var recorder = new LineRecorder(settings.File, settings.Force, header, mcu, module, Complaint.Tell);
        recorder.Start();
        // On a stdio: line standard output belongs to the MCU or the module.
        var output = LineOptions.UsesStdio(settings.Mcu) || LineOptions.UsesStdio(settings.Module) ? Console.Error : Console.Out;
        await output.WriteLineAsync($"READY {JsonSerializer.Serialize(new { mcu = mcu.Address, module = module.Address, file = settings.File, pid = Environment.ProcessId })}");
        await output.FlushAsync(CancellationToken.None);
        try
        {
            await recorder.Completion.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Complaint.Tell(string.Create(CultureInfo.InvariantCulture, $"recorded {recorder.McuBytes} bytes of the MCU and {recorder.ModuleBytes} of the module in {settings.File}"));
        }
        return ExitCode.Ok;
    }
}

/// <summary>What m531x record was asked for.</summary>
/// <param name="Baud">For serial lines that name none, in bit/s; null for the default.</param>
sealed record RecordSettings(string Mcu, string Module, string File, bool Force, int? Baud, string? Profile, string? Firmware);
