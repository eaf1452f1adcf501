using System.CommandLine;
using M531x.Emulator.Cli;

var runOptions = new RunOptions();
var root = new RootCommand("m531x: firmware emulator of China Mobile's M531X NB-IoT modules");
var run = new Command("run", "Run one module and, by default, a local OneNET (the default verb)");
foreach (var option in runOptions.All)
{
    root.Options.Add(option);
    run.Options.Add(option);
}
root.Subcommands.Add(run);
var quirks = new Command("quirks", "List the quirks that --quirk turns on, each with its source");
quirks.SetAction(_ => QuirksCommand.Write(Console.Out));
root.Subcommands.Add(quirks);

Func<ParseResult, CancellationToken, Task<int>> action = async (parsed, _) =>
{
    if (runOptions.TryRead(parsed, out var settings, out var error))
        return (int)await RunCommand.RunAsync(settings);
    await Console.Error.WriteLineAsync($"m531x: {error}");
    return (int)ExitCode.Usage;
};
root.SetAction(action);
run.SetAction(action);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"m531x: {parsed.Errors[0].Message}");
    return (int)ExitCode.Usage;
}
// The run verb stops on signals by itself, after removing its link.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
