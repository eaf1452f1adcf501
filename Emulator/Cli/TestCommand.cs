using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using M531x.Emulator.Drivers;
using M531x.Emulator.Scenarios;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x test</c>: runs scenarios in virtual time.</summary>
static class TestCommand
{
    const string Extension = ".yaml";

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore, Description = "scenario files, or folders of them" };
        var jobs = new Option<int>("-j", "--jobs") { HelpName = "N", Description = "so many at a time", DefaultValueFactory = _ => 1 };
        var filter = new Option<string?>("--filter") { HelpName = "PATTERN", Description = "only those whose name fits, such as *age*" };
        var repeat = new Option<int>("--repeat") { HelpName = "N", Description = "each so often, with seeds that count up", DefaultValueFactory = _ => 1 };
        var seed = new Option<string?>("--seed") { HelpName = "N", Description = "instead of the scenario's own seed" };
        var failFast = new Option<bool>("--fail-fast") { Description = "stop after the first failure" };
        var junit = new Option<string?>("--junit") { HelpName = "FILE", Description = "also writes a JUnit report there" };
        var output = new Option<string?>("--out") { HelpName = "DIR", Description = "also writes result.json and a transcript for each failure there" };
        var command = new Command("test", "Run scenarios in virtual time") { paths, jobs, filter, repeat, seed, failFast, junit, output };
        command.SetAction((parsed, cancellation) =>
        {
            var settings = new TestSettings
            {
                Paths = parsed.GetValue(paths)!,
                Jobs = Math.Max(1, parsed.GetValue(jobs)),
                Filter = parsed.GetValue(filter),
                Repeat = Math.Max(1, parsed.GetValue(repeat)),
                FailFast = parsed.GetValue(failFast),
                JUnit = parsed.GetValue(junit),
                Out = parsed.GetValue(output),
            };
            if (parsed.GetValue(seed) is not { } text)
                return RunAsync(settings, cancellation);
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Task.FromResult(Complain($"--seed {text}: expected a whole number from 0"));
            return RunAsync(settings with { Seed = number }, cancellation);
        });
        return command;
    }

    static async Task<int> RunAsync(TestSettings settings, CancellationToken cancellation)
    {
        List<Scenario> scenarios;
        try
        {
            scenarios = Find(settings);
        }
        catch (Exception e) when (e is ScenarioException or IOException or UnauthorizedAccessException)
        {
            return Complain(e.Message);
        }
        if (scenarios.Count == 0)
            return Complain(settings.Filter is null ? "no scenario (*.yaml) found" : $"--filter {settings.Filter}: no scenario has such a name");

        var runs = scenarios.SelectMany(s => Enumerable.Range(0, settings.Repeat).Select(i => (Scenario: s, Seed: SeedOf(s, settings, i)))).ToList();
        var results = new TestResult?[runs.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, runs.Count), new ParallelOptions { MaxDegreeOfParallelism = settings.Jobs, CancellationToken = stop.Token }, async (i, _) =>
            {
                results[i] = Run(runs[i].Scenario, runs[i].Seed);
                if (settings.FailFast && results[i]!.Outcome.Status == ScenarioStatus.Failed)
                    await stop.CancelAsync();
            });
        }
        catch (OperationCanceledException)
        {
            if (cancellation.IsCancellationRequested)
                return (int)ExitCode.Interrupted;
        }
        return (int)TestReport.Write(settings, results.OfType<TestResult>().ToList(), runs.Count);
    }

    static TestResult Run(Scenario scenario, ulong seed)
    {
        var start = Stopwatch.GetTimestamp();
        var outcome = new ScenarioRunner(scenario, seed).Run(() => Stopwatch.GetElapsedTime(start) > scenario.WallLimit);
        return new TestResult(scenario, outcome, Stopwatch.GetElapsedTime(start));
    }

    static ulong SeedOf(Scenario scenario, TestSettings settings, int repetition)
    {
        var first = settings.Seed ?? scenario.Seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return first + (ulong)repetition;
    }

    static List<Scenario> Find(TestSettings settings)
    {
        var files = new List<string>();
        foreach (var path in settings.Paths)
        {
            if (Directory.Exists(path))
                files.AddRange(Directory.EnumerateFiles(path, "*" + Extension, SearchOption.AllDirectories).Where(f => !f.EndsWith(".part" + Extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            else if (File.Exists(path))
                files.Add(path);
            else
                throw new IOException($"{path}: no such file or folder");
        }
        var scenarios = files.Select(file => ScenarioReader.Read(file, File.ReadAllText(file), WholeFile.Read)).ToList();
        if (settings.Filter is not { } filter)
            return scenarios;
        var pattern = new Regex("^" + Regex.Escape(filter).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase);
        return [.. scenarios.Where(s => pattern.IsMatch(s.Name))];
    }

    static int Complain(string message)
    {
        Console.Error.WriteLine($"m531x: {message}");
        return (int)ExitCode.Usage;
    }
}

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
}

/// <summary>One run of one scenario.</summary>
sealed record TestResult(Scenario Scenario, ScenarioOutcome Outcome, TimeSpan Wall);
