using System.Diagnostics;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using M531x.Emulator.Core.Scenarios;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Drivers;

namespace M531x.Emulator.Cli;

/// <summary>One run of one scenario.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Wall">What it took on the wall clock.</param>
/// <param name="Traces">The folder of its traces; null when none is kept.</param>
sealed record TestResult(Scenario Scenario, ScenarioOutcome Outcome, TimeSpan Wall, string? Traces);

/// <summary>Runs the scenarios of <c>m531x test</c>. Ctrl-C ends the run; what was done by then is reported.</summary>
sealed class TestRun : IDisposable
{
    const string Extension = ".yaml";

    readonly TestSettings _settings;
    readonly CancellationTokenSource _interrupted = new();
    readonly CancellationTokenSource _stop;
    readonly PosixSignalRegistration _signal;
    ExitCode? _broken;

    TestRun(TestSettings settings)
    {
        _settings = settings;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_interrupted.Token);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            _interrupted.Cancel();
        });
    }

    public static async Task<int> RunAsync(TestSettings settings)
    {
        List<Scenario> scenarios;
        try
        {
            scenarios = Find(settings);
        }
        catch (Exception e) when (e is ScenarioException or IOException or UnauthorizedAccessException)
        {
            return (int)Complaint.Tell(ExitCode.Usage, e.Message);
        }
        if (scenarios.Count == 0)
            return (int)Complaint.Tell(ExitCode.Usage, settings.Filter is null ? "no scenario (*.yaml) found" : $"--filter {settings.Filter}: no scenario has such a name");
        if (settings.Variables.Keys.FirstOrDefault(name => !scenarios.Exists(s => s.Variables.ContainsKey(name))) is { } unknown)
            return (int)Complaint.Tell(ExitCode.Usage, $"--var {unknown}: no scenario has such a variable");
        if (ProblemOfOutput(settings) is { } problem)
            return (int)Complaint.Tell(ExitCode.Environment, problem);
        using var run = new TestRun(settings);
        return (int)await run.RunAsync(scenarios);
    }

    public void Dispose()
    {
        _signal.Dispose();
        _stop.Dispose();
        _interrupted.Dispose();
    }

    async Task<ExitCode> RunAsync(List<Scenario> scenarios)
    {
        var runs = scenarios.SelectMany(s => Enumerable.Range(0, _settings.Repeat).Select(i => (Scenario: s, Seed: SeedOf(s, i)))).ToList();
        var results = new TestResult?[runs.Count];
        var told = 0;
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, runs.Count), new ParallelOptions { MaxDegreeOfParallelism = _settings.Jobs, CancellationToken = _stop.Token }, async (i, _) =>
            {
                var result = Run(runs[i].Scenario, runs[i].Seed, i);
                lock (results)
                {
                    results[i] = result;
                    while (told < results.Length && results[told] is { } next)
                    {
                        TestReport.WriteLine(_settings, next);
                        told++;
                    }
                }
                if (_broken is not null || _settings.FailFast && result is { Outcome.Status: ScenarioStatus.Failed })
                    await _stop.CancelAsync();
            });
        }
        catch (OperationCanceledException)
        {
            // What was not run counts as skipped.
        }
        foreach (var result in results.Skip(told).OfType<TestResult>())
            TestReport.WriteLine(_settings, result);
        var verdict = TestReport.Write(_settings, [.. results.OfType<TestResult>()], runs.Count);
        return _broken ?? (_interrupted.IsCancellationRequested ? ExitCode.Interrupted : verdict);
    }

    /// <summary>Null when it was interrupted, or when something else than the scenario failed.</summary>
    TestResult? Run(Scenario scenario, ulong seed, int index)
    {
        var start = Stopwatch.GetTimestamp();
        var folder = _settings.TraceFolder is { } all ? Path.Combine(all, $"{index + 1:D3}-{Path.GetFileNameWithoutExtension(scenario.File)}-{seed}") : null;
        var modules = ScenarioRunner.Modules(scenario).ToList();
        var header = TraceHeader.Of(modules[0], seed);
        var bug = new BugReport();
        TraceFiles? traces = null;
        try
        {
            if (folder is not null)
            {
                traces = TraceFiles.Open(
                    new TraceFileOptions { Folder = folder, Keeping = _settings.KeepsAllTraces ? TraceKeeping.Always : TraceKeeping.OnFailure },
                    [.. scenario.Modules.Zip(modules, (named, module) => (named.Name, TraceHeader.Of(module, seed)))], Serilog.Core.Logger.None);
            }
            var outcome = new ScenarioRunner(scenario, seed, traces is null ? [bug] : [bug, .. traces.Taps])
                .Run(() => _interrupted.IsCancellationRequested || Stopwatch.GetElapsedTime(start) > scenario.WallLimit);
            if (_interrupted.IsCancellationRequested)
                return null;
            var failed = outcome.Status == ScenarioStatus.Failed;
            traces?.Close(failed);
            return new TestResult(scenario, outcome, Stopwatch.GetElapsedTime(start), failed || _settings.KeepsAllTraces ? folder : null);
        }
        catch (TraceFileException e)
        {
            _broken = Complaint.Tell(ExitCode.Environment, e.Message);
            return null;
        }
        catch (Exception e)
        {
            Complaint.Tell($"{scenario.File} --seed {seed}");
            _broken = bug.Tell(folder is null ? [] : [folder], header, _settings.Out ?? Path.GetTempPath(), e);
            return null;
        }
        finally
        {
            traces?.Dispose();
        }
    }

    ulong SeedOf(Scenario scenario, int repetition)
    {
        var first = _settings.Seed ?? scenario.Seed ?? BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return first + (ulong)repetition;
    }

    /// <summary>What could not be written in the end is told before an hour of scenarios.</summary>
    static string? ProblemOfOutput(TestSettings settings)
    {
        (string Option, string? Path, Func<string, string?> ProblemOf)[] outputs =
        [
            ("--out", settings.Out, path => WholeFile.ProblemOfFolder(path, creates: true)),
            ("--trace-dir", settings.TraceFolder, path => WholeFile.ProblemOfFolder(path, creates: true)),
            ("--junit", settings.JUnit, WholeFile.ProblemOf),
        ];
        return outputs.Where(o => o.Path is not null).Select(o => o.ProblemOf(o.Path!) is { } problem ? $"{o.Option} {o.Path}: {problem}" : null).FirstOrDefault(p => p is not null);
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
        var scenarios = files.Select(file => ScenarioReader.Read(file, File.ReadAllText(file), WholeFile.Read, settings.Variables)).ToList();
        if (settings.Filter is not { } filter)
            return scenarios;
        return [.. scenarios.Where(s => Fits(s.Name) || Fits(Path.GetFileNameWithoutExtension(s.File)))];

        bool Fits(string name) => FileSystemName.MatchesSimpleExpression(filter, name, ignoreCase: true);
    }
}
