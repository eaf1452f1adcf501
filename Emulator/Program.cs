using System.CommandLine;
using M531x.Emulator.Cli;

var runOptions = new RunOptions();
var execOptions = new RunOptions(isForExec: true);
var root = new RootCommand("m531x: firmware emulator of China Mobile's M531X NB-IoT modules");
var run = new Command("run", "Run one module and, by default, a local OneNET (the default verb)");
root.Subcommands.Add(run);
var quirks = new Command("quirks", "List the quirks that --quirk turns on and off, each with its source");
quirks.SetAction(_ => QuirksCommand.Write(Console.Out));
root.Subcommands.Add(quirks);
var config = new Command("config", "What m531x run would run with; the configuration string of AT+MIPLCREATE");
var show = new Command("show", "Print every setting with its value, as a configuration file has it");
var origin = new Option<bool>("--origin") { Description = "also where each value comes from" };
show.Options.Add(origin);
config.Subcommands.Add(show);
ConfigStringCommands.AddTo(config);
root.Subcommands.Add(config);
root.Subcommands.Add(TestCommand.Create());
root.Subcommands.Add(RecordCommand.Create());
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(ReplayCommand.Create());
var exec = new Command("exec", "Run a command beside a module and a local OneNET: M531X_LINE, M531X_API and M531X_API_KEY tell it where they are");
var execTimeout = new Option<string?>("--timeout") { HelpName = "TIME", Description = "ends the command after 30s, 2m or a number of seconds; exit code 124" };
var execTimeoutCode = new Option<int?>("--timeout-exit-code") { HelpName = "N", Description = "exit code instead of 124, 1 to 255" };
var execCommand = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.OneOrMore, Description = "after --, the command and its arguments: m531x exec --timeout 2m -- python3 test.py" };
exec.Options.Add(execTimeout);
exec.Options.Add(execTimeoutCode);
exec.Arguments.Add(execCommand);
root.Subcommands.Add(exec);
foreach (var option in runOptions.All)
{
    root.Options.Add(option);
    run.Options.Add(option);
    show.Options.Add(option);
}
foreach (var option in execOptions.All)
    exec.Options.Add(option);

Func<ParseResult, CancellationToken, Task<int>> action = (parsed, _) => WithSettingsAsync(runOptions, parsed, (_, settings) => RunCommand.RunAsync(settings));
root.SetAction(action);
run.SetAction(action);
exec.SetAction((parsed, _) => WithSettingsAsync(execOptions, parsed, (_, settings) =>
{
    if (ExecSettings.TryRead(parsed.GetValue(execCommand)!, parsed.GetValue(execTimeout), parsed.GetValue(execTimeoutCode), out var command, out var error))
        return RunCommand.RunAsync(settings, command);
    return Task.FromResult((int)Complaint.Tell(ExitCode.Usage, error));
}));
show.SetAction((parsed, _) => WithSettingsAsync(runOptions, parsed, (given, _) =>
{
    ConfigShowCommand.Write(Console.Out, runOptions, given, parsed.GetValue(origin));
    return Task.FromResult((int)ExitCode.Ok);
}));

ExitCodeHelp.AddTo(root);
var parsed = root.Parse(args);
if (UnknownOption.Find(parsed) is { } unknown)
    return (int)Complaint.Tell(ExitCode.Usage, unknown);
if (parsed.Errors.Count > 0)
    return (int)Complaint.Tell(ExitCode.Usage, parsed.Errors[0].Message);
// The run verb stops on signals by itself, after removing its link.
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (IOException e)
{
    // Every file has its own complaint by now: standard output is full or closed.
    return (int)Complaint.Tell(ExitCode.Environment, e.Message);
}
catch (Exception e)
{
    return (int)Complaint.Tell(ExitCode.Bug, $"a bug of the emulator: {e}");
}

static async Task<int> WithSettingsAsync(RunOptions options, ParseResult parsed, Func<GivenSettings, RunSettings, Task<int>> verb)
{
    if (options.TryRead(parsed, ExecCommand.SettingOf, out var given, out var settings, out var error))
        return await verb(given, settings);
    return (int)Complaint.Tell(ExitCode.Usage, error);
}
