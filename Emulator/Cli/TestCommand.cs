using System.CommandLine;
using System.Globalization;
using M531x.Emulator.Scenarios;

namespace M531x.Emulator.Cli;

/// <summary>What m531x test was asked for.</summary>
sealed record TestSettings
{
    public required IReadOnlyList<string> Paths { get; init; }
    public required int Jobs { get; init; }
    public required string? Filter { get; init; }
    public required int Repeat { get; init; }
    public ulong? Seed { get; init; }
    public required bool FailFast { get; init; }
    public required string? JUnit { get; init; }
    public required string? Out { get; init; }

    /// <summary>Gets a folder of traces for each run; null for none.</summary>
    public string? TraceFolder { get; init; }
    public bool KeepsAllTraces { get; init; }

    /// <summary>Values that replace those of the scenarios' variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary><c>m531x test</c>: runs scenarios in virtual time.</summary>
static class TestCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.ZeroOrMore, Description = "scenario files, or folders of them" };
        var jobs = new Option<int>("-j", "--jobs") { HelpName = "N", Description = "so many at a time", DefaultValueFactory = _ => 1 };
        var filter = new Option<string?>("--filter") { HelpName = "PATTERN", Description = "only those whose name or file fits, such as *age*" };
        var repeat = new Option<int>("--repeat") { HelpName = "N", Description = "each so often, with seeds that count up", DefaultValueFactory = _ => 1 };
        var seed = new Option<string?>("--seed") { HelpName = "N", Description = "instead of the scenario's own seed" };
        var variables = new Option<string[]>("--var") { HelpName = "NAME=VALUE", Description = "instead of the value of a scenario's variable; may be repeated", DefaultValueFactory = _ => [] };
        var failFast = new Option<bool>("--fail-fast") { Description = "stop after the first failure" };
        var junit = new Option<string?>("--junit") { HelpName = "FILE", Description = "also writes a JUnit report there" };
        var output = new Option<string?>("--out") { HelpName = "DIR", Description = "also writes result.json and a transcript for each failure there" };
        var traces = new Option<string?>("--trace-dir") { HelpName = "DIR", Description = "a folder for each run: trace.jsonl, transcript.atlog, capture.pcapng" };
        var keep = new Option<string?>("--keep") { HelpName = "WHEN", Description = "which folders of --trace-dir stay: on-failure (the default) or always" };
        var schema = new Option<bool>("--schema") { Description = "prints the JSON schema of scenario files, for editors" };
        var command = new Command("test", "Run scenarios in virtual time") { paths, jobs, filter, repeat, seed, variables, failFast, junit, output, traces, keep, schema };
        command.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(schema))
            {
                Console.Out.Write(ScenarioSchema.Text());
                return Task.FromResult((int)ExitCode.Ok);
            }
            if (parsed.GetValue(paths) is not { Length: > 0 } given)
                return Task.FromResult(Complain("test: expected PATH, a scenario file or a folder of them"));
            if (parsed.GetValue(jobs) < 1)
                return Task.FromResult(Complain($"--jobs {parsed.GetValue(jobs)}: expected a whole number from 1"));
            if (parsed.GetValue(repeat) < 1)
                return Task.FromResult(Complain($"--repeat {parsed.GetValue(repeat)}: expected a whole number from 1"));
            ulong? firstSeed = null;
            if (parsed.GetValue(seed) is { } text)
            {
                if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return Task.FromResult(Complain($"--seed {text}: expected a whole number from 0"));
                firstSeed = number;
            }
            if (parsed.GetValue(keep) is { } kept)
            {
                if (kept is not ("always" or "on-failure"))
                    return Task.FromResult(Complain($"--keep {kept}: expected on-failure or always"));
                if (parsed.GetValue(traces) is null)
                    return Task.FromResult(Complain($"--keep {kept}: has no effect without --trace-dir"));
            }
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var variable in parsed.GetValue(variables)!)
            {
                if (variable.Split('=', 2) is not [var name, var value] || !ScenarioVariables.IsName(name))
                    return Task.FromResult(Complain($"--var {variable}: expected NAME=VALUE"));
                values[name] = value;
            }
            return TestRun.RunAsync(new TestSettings
            {
                Paths = given,
                Jobs = parsed.GetValue(jobs),
                Filter = parsed.GetValue(filter),
                Repeat = parsed.GetValue(repeat),
                Seed = firstSeed,
                FailFast = parsed.GetValue(failFast),
                JUnit = parsed.GetValue(junit),
                Out = parsed.GetValue(output),
                TraceFolder = parsed.GetValue(traces),
                KeepsAllTraces = parsed.GetValue(keep) == "always",
                Variables = values,
            });
        });
        return command;
    }

    public static int Complain(string message)
    {
        Console.Error.WriteLine($"m531x: {message}");
        return (int)ExitCode.Usage;
    }
}
