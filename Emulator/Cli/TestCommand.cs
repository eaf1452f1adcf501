using System.CommandLine;
using System.Globalization;
using M531x.Emulator.Core.Scenarios;

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
sealed class TestCommand
{
    readonly Argument<string[]> _paths = new("PATH") { Arity = ArgumentArity.ZeroOrMore, Description = "scenario files, or folders of them" };
    readonly Option<int> _jobs = new("-j", "--jobs") { HelpName = "N", Description = "so many at a time", DefaultValueFactory = _ => 1 };
    readonly Option<string?> _filter = new("--filter") { HelpName = "PATTERN", Description = "only those whose name or file fits, such as *age*" };
    readonly Option<int> _repeat = new("--repeat") { HelpName = "N", Description = "each so often, with seeds that count up", DefaultValueFactory = _ => 1 };
    readonly Option<string?> _seed = new("--seed") { HelpName = "N", Description = "instead of the scenario's own seed" };
    readonly Option<string[]> _variables = new("--var") { HelpName = "NAME=VALUE", Description = "instead of the value of a scenario's variable; may be repeated", DefaultValueFactory = _ => [] };
    readonly Option<bool> _failFast = new("--fail-fast") { Description = "stop after the first failure" };
    readonly Option<string?> _junit = new("--junit") { HelpName = "FILE", Description = "also writes a JUnit report there" };
    readonly Option<string?> _output = new("--out") { HelpName = "DIR", Description = "also writes result.json and a transcript for each failure there; it is made when there is none" };
    readonly Option<string?> _traces = new("--trace-dir") { HelpName = "DIR", Description = "a folder for each run: trace.jsonl, transcript.atlog, capture.pcapng" };
    readonly Option<string?> _keep = new("--keep") { HelpName = "WHEN", Description = "which folders of --trace-dir stay: on-failure (the default) or always" };
    readonly Option<bool> _schema = new("--schema") { Description = "prints the JSON schema of scenario files, for editors" };

    TestCommand() { }

    public static Command Create()
    {
        var test = new TestCommand();
        var command = new Command("test", "Run scenarios in virtual time: m531x test scenarios -j 2 --out results")
        {
            test._paths, test._jobs, test._filter, test._repeat, test._seed, test._variables, test._failFast, test._junit, test._output, test._traces, test._keep, test._schema,
        };
        command.SetAction((parsed, _) => test.RunAsync(parsed));
        return command;
    }

    Task<int> RunAsync(ParseResult parsed)
    {
        if (!parsed.GetValue(_schema))
            return TryRead(parsed, out var settings, out var error) ? TestRun.RunAsync(settings) : Task.FromResult((int)Complaint.Tell(ExitCode.Usage, error));
        Console.Out.Write(ScenarioSchema.Text());
        return Task.FromResult((int)ExitCode.Ok);
    }

    bool TryRead(ParseResult parsed, out TestSettings settings, out string error)
    {
        var seed = 0UL;
        settings = null!;
        error = "";
        if (parsed.GetValue(_paths) is not { Length: > 0 })
            error = "test: expected PATH, a scenario file or a folder of them";
        else if (parsed.GetValue(_jobs) < 1)
            error = $"--jobs {parsed.GetValue(_jobs)}: expected a whole number from 1";
        else if (parsed.GetValue(_repeat) < 1)
            error = $"--repeat {parsed.GetValue(_repeat)}: expected a whole number from 1";
        else if (parsed.GetValue(_seed) is { } text && !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            error = $"--seed {text}: expected a whole number from 0";
        else if (parsed.GetValue(_keep) is { } keep and not ("always" or "on-failure"))
            error = $"--keep {keep}: expected on-failure or always";
        else if (parsed.GetValue(_keep) is { } kept && parsed.GetValue(_traces) is null)
            error = $"--keep {kept}: has no effect without --trace-dir";
        else if (TryReadVariables(parsed.GetValue(_variables)!, out var variables, out error))
        {
            settings = new TestSettings
            {
                Paths = parsed.GetValue(_paths)!,
                Jobs = parsed.GetValue(_jobs),
                Filter = parsed.GetValue(_filter),
                Repeat = parsed.GetValue(_repeat),
                Seed = parsed.GetValue(_seed) is null ? null : seed,
                FailFast = parsed.GetValue(_failFast),
                JUnit = parsed.GetValue(_junit),
                Out = parsed.GetValue(_output),
                TraceFolder = parsed.GetValue(_traces),
                KeepsAllTraces = parsed.GetValue(_keep) == "always",
                Variables = variables,
            };
        }
        return error.Length == 0;
    }

    static bool TryReadVariables(string[] texts, out Dictionary<string, string> variables, out string error)
    {
        variables = new Dictionary<string, string>(StringComparer.Ordinal);
        error = "";
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is [var name, var value] && ScenarioVariables.IsName(name))
                variables[name] = value;
            else
                error = error.Length > 0 ? error : $"--var {text}: expected NAME=VALUE";
        }
        return error.Length == 0;
    }
}
