using System.Security.Cryptography;
using System.Text.Json;
using M531x.Emulator.Control;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Drivers;
using M531x.Emulator.Lines;
using Serilog;
using Serilog.Events;

namespace M531x.Emulator.Cli;

/// <summary>
/// <c>m531x run</c>: opens the line, the local OneNET and the API, says so, and runs until it is told to stop; <c>m531x exec</c> does the
/// same beside a command and stops with it.
/// </summary>
static class RunCommand
{
    const string LogTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    public static async Task<int> RunAsync(RunSettings settings, ExecSettings? exec = null)
    {
        if (settings.LogFile is not null && !CanWrite(settings.LogFile, isSecret: false, out var problem))
            return (int)Complaint.Tell(ExitCode.Environment, settings.Given.Complain("--log-file", settings.LogFile, problem));
        if (settings.DtlsKeyLog is not null && !CanWrite(settings.DtlsKeyLog, isSecret: true, out problem))
            return (int)Complaint.Tell(ExitCode.Environment, settings.Given.Complain("--dtls-keylog", settings.DtlsKeyLog, problem));
        if (!TryReadSettings(settings, out var saved, out var exit))
            return (int)exit;
        using var log = CreateLog(settings);
        try
        {
            if (EndpointFactory.SpeedOf(settings.Line) is { } baud)
                settings = settings with { Profile = settings.Profile with { Baud = baud } };
        }
        catch (EndpointException e)
        {
            return (int)Complaint.Tell(ExitCode.Usage, settings.Given.Complain("--line", e.Spec, e.Reason));
        }
        var options = HostOptions(settings, saved);
        try
        {
            var header = TraceHeader.Of(options.Module, options.Seed);
            var bug = new BugReport();
            using var traces = TraceFiles.Open(settings.Trace, header, log);
            int code;
            Exception? failure = null;
            try
            {
                code = await RunGuardedAsync(settings, options with { Taps = [bug, .. traces.Taps] }, exec, saved, log);
            }
            catch (Exception e)
            {
                code = (int)ExitCode.Bug;
                failure = e;
            }
            // A command's own exit code may be the same number.
            if (failure is not null || (exec is null && code == (int)ExitCode.Bug))
                bug.Tell(TracePaths(settings.Trace), header, Path.GetTempPath(), failure);
            traces.Close(failed: code is not ((int)ExitCode.Ok or (int)ExitCode.Interrupted));
            return code;
        }
        catch (TraceFileException e)
        {
            return (int)Complaint.Tell(ExitCode.Environment, settings.Given.Complain(e.Option, e.Path, e.InnerException!.Message));
        }
    }

    static async Task<int> RunGuardedAsync(RunSettings settings, HostOptions options, ExecSettings? exec, string? saved, Serilog.Core.Logger log)
    {
        // Beside a command signals are the command's.
        using var signals = exec is null ? new StopSignals() : null;
        try
        {
            var code = await RunAsync(settings, options, exec, saved, log, signals?.Token ?? CancellationToken.None);
            return signals is { IsInterrupted: true } && code == (int)ExitCode.Ok ? (int)ExitCode.Interrupted : code;
        }
        catch (EndpointException e)
        {
            return (int)Complaint.Tell(LineOptions.ExitCodeOf(e), settings.Given.Complain("--line", e.Spec, e.Reason));
        }
        catch (HttpPortException e)
        {
            return (int)Complaint.Tell(ExitCode.Environment, settings.Given.Complain("--api", $"{e.Host}:{e.Port}", e.InnerException!.Message));
        }
        catch (Exception e) when (e is UdpPortException or IOException or UnauthorizedAccessException)
        {
            return (int)Complaint.Tell(ExitCode.Environment, e.Message);
        }
    }

    static async Task<int> RunAsync(RunSettings settings, HostOptions options, ExecSettings? exec, string? saved, Serilog.Core.Logger log, CancellationToken stop)
    {
        await using var line = EndpointFactory.Open(settings.Line, SpeedAtStart(settings.Profile, saved));
        await using IModuleHost host = settings.Time.IsVirtual ? new VirtualHost(options, log) : new RealTimeHost(options, line, log);
        var control = new ControlApi(settings.ApiKey, host, host, host);
        await using var api = settings.Api is { } address
            ? await HttpApi.StartAsync(address.Address.ToString(), address.Port, CallAsync, cancellation: CancellationToken.None)
            : null;
        Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken gone) =>
            ControlApi.Owns(request) ? control.CallAsync(request, gone) : host.CallAsync(request, gone);

        host.Start();
        // On a stdio: line standard output belongs to the module's UART.
        var output = exec is not null || LineOptions.UsesStdio(settings.Line) ? Console.Error : Console.Out;
        var ready = ReadyJson(settings, line, host, api);
        if (settings.ReadyFile is not null)
            WriteReadyFile(settings, settings.ReadyFile, ready);
        if (exec is not null && host.MeetsOutsiders && !settings.Time.IsRealTime)
            log.Warning("--time {Time}: {Warning}", settings.Time, ControlApi.OutsidersWarning);
        if (exec is not null)
            return await ExecCommand.RunAsync(exec, ExecEnvironment(settings, line, api), host.Completion);
        if (!settings.Quiet)
            Banner.Write(output, settings, line, host, api);
        output.WriteLine($"READY {ready}");
        output.Flush();
        try
        {
            await (await Task.WhenAny(host.Completion, line.Completion).WaitAsync(stop));
            return (int)ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.Information("stopping");
            return (int)ExitCode.Ok;
        }
        catch (Exception e)
        {
            log.Fatal(e, "the emulator failed; this is a bug");
            return (int)ExitCode.Bug;
        }
    }

    /// <summary>What tells most comes first.</summary>
    static string[] TracePaths(TraceFileOptions options) => [.. ((string?[])[options.Folder, options.Json, options.Transcript, options.Capture]).OfType<string>()];

    static Dictionary<string, string> ExecEnvironment(RunSettings settings, ISerialEndpoint line, HttpApi? api)
    {
        var environment = new Dictionary<string, string> { [ExecCommand.Line] = line.Address, [ExecCommand.ApiKey] = settings.ApiKey };
        if (api is not null)
            environment[ExecCommand.Api] = $"http://{api.Address}";
        return environment;
    }

    /// <summary>Reads --nvram and checks it before anything is opened.</summary>
    static bool TryReadSettings(RunSettings settings, out string? saved, out ExitCode exit)
    {
        saved = null;
        exit = ExitCode.Ok;
        try
        {
            saved = settings.Nvram is null ? null : WholeFile.Read(settings.Nvram);
            if (saved is not null)
                _ = ModuleSettings.FromJson(settings.Profile, saved);
        }
        catch (FormatException e)
        {
            exit = Complaint.Tell(ExitCode.Usage, settings.Given.Complain("--nvram", settings.Nvram!, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            exit = Complaint.Tell(ExitCode.Environment, settings.Given.Complain("--nvram", settings.Nvram!, e.Message));
        }
        return exit == ExitCode.Ok;
    }

    static int SpeedAtStart(ModuleProfile profile, string? saved) =>
        (saved is null ? new ModuleSettings(profile) : ModuleSettings.FromJson(profile, saved)).Speed;

    static HostOptions HostOptions(RunSettings settings, string? saved)
    {
        // The same seed and the same calls are to give the same run: the day of the week must not matter.
        var epoch = settings.Time.IsVirtual ? new ModuleOptions().Epoch : DateTimeOffset.UtcNow;
        var module = new ModuleOptions
        {
            Profile = settings.Profile,
            Quirks = settings.Quirks,
            Dialect = settings.Dialect,
            Imei = settings.Imei,
            Imsi = settings.Imsi,
            Epoch = epoch,
            AttachDelay = settings.AttachDelay,
            Latency = settings.Latency,
            Pace = settings.Pace,
            IpAgeing = settings.IpAgeing,
            PskIdentity = settings.PskIdentity,
            DtlsSuites = settings.DtlsSuites,
            DtlsConnectionIds = settings.DtlsConnectionIds,
            EmitsSecrets = settings.DtlsKeyLog is not null || settings.Trace.WantsSecrets,
            SavedSettings = saved,
        };
        return new HostOptions
        {
            Seed = settings.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            Module = module,
            Time = settings.Time,
            Power = settings.Power,
            SettingsPath = settings.Nvram,
            Platform = settings.LocalPlatform
                ? new OneNetOptions
                {
                    Epoch = epoch,
                    ApiKey = settings.ApiKey,
                    AutoProvision = settings.AutoProvision,
                    DtlsConnectionIds = settings.DtlsConnectionIds,
                    Devices = [new KnownDevice(settings.Imei, settings.Imsi)],
                }
                : null,
            PlatformAddresses = settings.PlatformAddresses,
            DeterministicCrypto = settings.DeterministicCrypto,
            KeyLog = settings.DtlsKeyLog is { } path ? new KeyLog(path) : null,
            Routes = settings.Routes,
            Faults = settings.Faults,
        };
    }

    static string ReadyJson(RunSettings settings, ISerialEndpoint line, IModuleHost host, HttpApi? api) => JsonSerializer.Serialize(new
    {
        line = line.Address,
        api = api is null ? null : $"http://{api.Address}",
        apiKey = settings.ApiKey,
        bootstrap = host.AddressOf(OneNetPort.Bootstrap)?.ToString(),
        lwm2m = host.AddressOf(OneNetPort.Lwm2m)?.ToString(),
        bootstrapDtls = host.AddressOf(OneNetPort.BootstrapDtls)?.ToString(),
        lwm2mDtls = host.AddressOf(OneNetPort.Lwm2mDtls)?.ToString(),
        imei = settings.Imei,
        imsi = settings.Imsi,
        pid = Environment.ProcessId,
    });

    static void WriteReadyFile(RunSettings settings, string path, string json)
    {
        if (WholeFile.Write(path, json) is { } problem)
            throw new IOException(settings.Given.Complain("--ready-file", path, problem));
    }

    /// <summary>The file sink itself says nothing when it cannot write.</summary>
    static bool CanWrite(string path, bool isSecret, out string problem)
    {
        problem = "";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (isSecret && !OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(path, options).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = e.Message;
        }
        return problem.Length == 0;
    }

    static Serilog.Core.Logger CreateLog(RunSettings settings)
    {
        var level = settings.Quiet ? LogEventLevel.Error : settings.Verbosity switch
        {
            0 => LogEventLevel.Warning,
            1 => LogEventLevel.Information,
            _ => LogEventLevel.Debug,
        };
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .WriteTo.Console(outputTemplate: LogTemplate, standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        if (settings.LogFile is not null)
            configuration.WriteTo.File(settings.LogFile, outputTemplate: LogTemplate, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        return configuration.CreateLogger();
    }
}
