using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using M531x.Emulator.Core.Scenarios;
using M531x.Emulator.Drivers;

namespace M531x.Emulator.Cli;

/// <summary>What m531x test says: the verdict to stderr, failures with the command that runs just that again, result.json and JUnit.</summary>
static class TestReport
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The verdict and the files.</summary>
    public static ExitCode Write(TestSettings settings, IReadOnlyList<TestResult> results, int planned)
    {
        var failed = results.Count(r => r.Outcome.Status == ScenarioStatus.Failed);
        Console.Error.WriteLine($"{results.Count - failed} passed, {failed} failed{(planned > results.Count ? $", {planned - results.Count} skipped" : "")}");
        var problem = settings.Out is null ? null : WriteFolder(settings.Out, results);
        if (problem is null && settings.JUnit is not null)
            problem = WholeFile.Write(settings.JUnit, JUnit(results)) is { } wrong ? $"--junit {settings.JUnit}: {wrong}" : null;
        if (problem is not null)
            return Complaint.Tell(ExitCode.Environment, problem);
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>How one run ended.</summary>
    public static void WriteLine(TestSettings settings, TestResult result)
    {
        var outcome = result.Outcome;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(outcome.Status == ScenarioStatus.Passed ? "passed" : "FAILED")}  {result.Scenario.Name}  ({outcome.CoreTime.TotalSeconds:0.0} s of core time in {result.Wall.TotalMilliseconds:0} ms, seed {outcome.Seed})"));
        if (outcome.Failure is null)
            return;
        Console.Error.WriteLine(outcome.Failure);
        if (result.Traces is not null)
            Console.Error.WriteLine($"  traces: {result.Traces}");
        Console.Error.WriteLine($"  seed {outcome.Seed}, again: {Again(settings, result)}");
    }

    /// <summary>The command that runs just this again.</summary>
    static string Again(TestSettings settings, TestResult result)
    {
        var variables = settings.Variables.Where(v => result.Scenario.Variables.ContainsKey(v.Key)).SelectMany(v => (string[])["--var", $"{v.Key}={v.Value}"]);
        string[] words = ["test", result.Scenario.File, "--seed", result.Outcome.Seed.ToString(CultureInfo.InvariantCulture), .. variables];
        return $"{Invocation.Program()} {string.Join(' ', words.Select(Invocation.Quote))}";
    }

    static string? WriteFolder(string folder, IReadOnlyList<TestResult> results)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var result in results.Where(r => r.Outcome.Status == ScenarioStatus.Failed))
            {
                // Files of the same name may come from several folders.
                var name = $"{Path.GetFileNameWithoutExtension(result.Scenario.File)}-{result.Outcome.Seed}";
                var unique = name;
                for (var i = 2; !names.Add(unique); i++)
                    unique = $"{name}-{i}";
                File.WriteAllLines(Path.Combine(folder, $"{unique}.atlog"), result.Outcome.Transcript);
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
            traces = r.Traces,
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
