using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using M531x.Emulator.Drivers;
using M531x.Emulator.Scenarios;

namespace M531x.Emulator.Cli;

/// <summary>What m531x test says: the verdict to stderr, failures with the command that runs just that again, result.json and JUnit.</summary>
static class TestReport
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static ExitCode Write(TestSettings settings, IReadOnlyList<TestResult> results, int planned)
    {
        foreach (var result in results)
            WriteLine(result);
        var failed = results.Count(r => r.Outcome.Status == ScenarioStatus.Failed);
        Console.Error.WriteLine($"{results.Count - failed} passed, {failed} failed{(planned > results.Count ? $", {planned - results.Count} skipped" : "")}");
        var problem = settings.Out is null ? null : WriteFolder(settings.Out, results);
        if (problem is null && settings.JUnit is not null)
            problem = WholeFile.Write(settings.JUnit, JUnit(results)) is { } wrong ? $"--junit {settings.JUnit}: {wrong}" : null;
        if (problem is not null)
        {
            Console.Error.WriteLine($"m531x: {problem}");
            return ExitCode.Environment;
        }
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    static void WriteLine(TestResult result)
    {
        var outcome = result.Outcome;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(outcome.Status == ScenarioStatus.Passed ? "passed" : "FAILED")}  {result.Scenario.Name}  ({outcome.CoreTime.TotalSeconds:0.0} s of core time in {result.Wall.TotalMilliseconds:0} ms, seed {outcome.Seed})"));
        if (outcome.Failure is null)
            return;
        Console.Error.WriteLine(outcome.Failure);
        Console.Error.WriteLine($"  again: m531x test {result.Scenario.File} --seed {outcome.Seed}");
    }

    static string? WriteFolder(string folder, IReadOnlyList<TestResult> results)
    {
        try
        {
            Directory.CreateDirectory(folder);
            for (var i = 0; i < results.Count; i++)
            {
                if (results[i].Outcome.Status == ScenarioStatus.Failed)
                    File.WriteAllLines(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(results[i].Scenario.File)}-{results[i].Outcome.Seed}.atlog"), results[i].Outcome.Transcript);
            }
            File.WriteAllText(Path.Combine(folder, "result.json"), Json(results));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"--out {folder}: {e.Message}";
        }
    }

    static string Json(IReadOnlyList<TestResult> results) => JsonSerializer.Serialize(new
    {
        scenarios = results.Select(r => new
        {
            name = r.Scenario.Name,
            file = r.Scenario.File,
            status = r.Outcome.Status.ToString().ToLowerInvariant(),
            seed = r.Outcome.Seed,
            digest = r.Outcome.Digest,
            coreSeconds = r.Outcome.CoreTime.TotalSeconds,
            wallMilliseconds = Math.Round(r.Wall.TotalMilliseconds, 1),
            failure = r.Outcome.Failure,
        }),
    }, Indented) + "\n";

    static string JUnit(IReadOnlyList<TestResult> results) => new XDocument(new XElement("testsuite",
        new XAttribute("name", "m531x"),
        new XAttribute("tests", results.Count),
        new XAttribute("failures", results.Count(r => r.Outcome.Status == ScenarioStatus.Failed)),
        results.Select(r => new XElement("testcase",
            new XAttribute("name", r.Scenario.Name),
            new XAttribute("classname", Path.GetFileNameWithoutExtension(r.Scenario.File)),
            new XAttribute("time", r.Wall.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture)),
            r.Outcome.Failure is { } failure ? new XElement("failure", new XAttribute("message", $"seed {r.Outcome.Seed}"), failure) : null)))).ToString();
}
