using System.Text.Json;
using System.Xml.Linq;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>m531x test as a program: verdict, reports, traces, and the command that repeats a failure.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class TestCommandTests : IDisposable
{
    static readonly string[] Bundle = ["capture.pcapng", "trace.jsonl", "transcript.atlog"];

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Write(string name, string text)
    {
        var path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    string Passing(string name = "good.yaml") => Write(name, "schema: 1\nname: it passes\nseed: 7\nsteps:\n  - send: AT\n  - next: OK\n  - advance: 90s\n");

    /// <summary>Fails with what depends on the seed and on a variable.</summary>
    string Failing(string name = "bad name.yaml") => Write(name, """
        schema: 1
        name: it fails
        variables: { wanted: '1' }
        steps:
          - send: [AT+MIPLCREATE, 'AT+MIPLADDOBJ=0,3200,1,"1",0,1', 'AT+MIPLDISCOVERRSP=0,3200,1,4,"5750"', 'AT+MIPLOPEN=0,3000,30']
          - expect: '+MIPLEVENT:0,6'
          - next: '+MIPLOBSERVE:0,${wanted},1,3200,0,-1'
        """);

    static (int Code, string[] Output, string[] Errors) Run(params string[] arguments)
    {
        using var program = BuiltProgram.Start(["test", .. arguments]);
        var code = program.WaitExit();
        return (code, program.Output.AwaitEnd(), program.Errors.AwaitEnd());
    }

    [Test]
    public void The_verdict_goes_to_stderr_and_result_json_says_all_of_each_run()
    {
        var (code, output, errors) = Run(_folder.Path, Passing(), Failing(), "-j", "2", "--seed", "5", "--out", _folder.At("out"), "--junit", _folder.At("junit.xml"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty, "data only");
        Assert.That(errors[^1], Is.EqualTo("2 passed, 2 failed"));
        var scenarios = JsonDocument.Parse(File.ReadAllText(_folder.At("out/result.json"))).RootElement.GetProperty("scenarios").EnumerateArray().ToList();
        Assert.That(scenarios.Select(s => s.GetProperty("name").GetString()), Is.EqualTo(new[] { "it fails", "it passes", "it passes", "it fails" }), "in the order in which they were given");
        var passed = scenarios[1];
        Assert.Multiple(() =>
        {
            Assert.That(passed.GetProperty("file").GetString(), Is.EqualTo(_folder.At("good.yaml")));
            Assert.That(passed.GetProperty("status").GetString(), Is.EqualTo("passed"));
            Assert.That(passed.GetProperty("seed").GetUInt64(), Is.EqualTo(5));
            Assert.That(passed.GetProperty("digest").GetString(), Does.Match("^[0-9a-f]{64}$").And.EqualTo(scenarios[2].GetProperty("digest").GetString()));
            Assert.That(passed.GetProperty("coreSeconds").GetDouble(), Is.EqualTo(90));
            Assert.That(passed.GetProperty("wallMilliseconds").GetDouble(), Is.Positive);
            Assert.That(scenarios[0].GetProperty("status").GetString(), Is.EqualTo("failed"));
            Assert.That(Directory.GetFiles(_folder.At("out"), "*.atlog").Select(Path.GetFileName).Order(), Is.EqualTo(new[] { "bad name-5-2.atlog", "bad name-5.atlog" }));
        });
        var cases = XDocument.Load(_folder.At("junit.xml")).Root!;
        Assert.That(cases.Attribute("failures")!.Value, Is.EqualTo("2"));
        Assert.That(cases.Elements("testcase").Count(c => c.Element("failure") is not null), Is.EqualTo(2));
    }

    [Test]
    public void A_failure_is_repeated_by_the_command_that_it_prints()
    {
        var (code, _, errors) = Run(Failing(), "--var", "wanted=2");
        Assert.That(code, Is.EqualTo(1));
        var want = Array.FindIndex(errors, l => l.StartsWith("  want +MIPLOBSERVE:0,2,1,3200,0,-1", StringComparison.Ordinal));
        Assert.That(want, Is.Positive);
        Assert.That(errors[want + 1], Does.Match(@"^  came \+MIPLOBSERVE:0,[0-9]+,1,3200,0,-1$"), "beside what was wanted");
        Assert.That(errors, Has.Some.Contains(@"mcu> AT+MIPLCREATE\r").And.Some.Contains("bad name.yaml:7:11: it fails"));
        const string mark = "again: ";
        var again = errors.Single(l => l.Contains(mark, StringComparison.Ordinal));
        using var shell = new ChildProcess("/bin/sh", ["-c", again[(again.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..]]);
        Assert.That(shell.WaitExit(), Is.EqualTo(1));
        Assert.That(shell.Errors.AwaitEnd()[1..], Is.EqualTo(errors[1..]), "all but the first line, which has the time that it took");
    }

    [TestCase("--out")]
    [TestCase("--junit")]
    [TestCase("--trace-dir")]
    public void A_place_that_cannot_be_written_is_told_before_anything_runs(string option)
    {
        var place = Passing() + "/below-a-file";
        var (code, _, errors) = Run(Passing(), option, place);
        Assert.That(code, Is.EqualTo(4));
        Assert.That(errors.Single(), Does.StartWith($"m531x: {option} {place}: "));
    }

    /// <summary>Memory that is used up in the middle of a run is the emulator's failure, not the scenario's.</summary>
    [Test]
    public void When_the_emulator_itself_fails_the_exit_code_is_3_and_its_trace_is_named()
    {
        var greedy = Write("greedy.yaml", "schema: 1\nsteps:\n  - repeat:\n      times: 100000\n      steps:\n        - send: AT+CGMM\n        - advance: 1s\n");
        using var program = BuiltProgram.StartIn(_folder.Path, [("DOTNET_GCHeapHardLimit", "0x2000000")], "test", greedy, "--seed", "7", "--out", _folder.At("out"));
        Assert.That(program.WaitExit(), Is.EqualTo(3), () => string.Join('\n', program.Errors.All));
        var errors = program.Errors.AwaitEnd();
        Assert.That(errors, Has.Some.Contains("a bug of the emulator: System.OutOfMemoryException").And.Some.EqualTo($"m531x: {greedy} --seed 7"));
        const string mark = "m531x: trace: ";
        var trace = errors.Single(l => l.StartsWith(mark, StringComparison.Ordinal))[mark.Length..];
        Assert.That(Path.GetDirectoryName(trace), Is.EqualTo(_folder.At("out")));
        Assert.That(File.ReadAllLines(trace), Has.Length.GreaterThan(100));
    }

    [Test]
    public void Each_repetition_has_a_seed_of_its_own()
    {
        var (code, _, errors) = Run(Passing(), "--repeat", "3", "--seed", "10");
        Assert.That(code, Is.Zero);
        Assert.That(errors.SkipLast(1).Select(l => l[(l.IndexOf("seed ", StringComparison.Ordinal) + 5)..].TrimEnd(')')), Is.EqualTo(new[] { "10", "11", "12" }));
    }

    [Test]
    public void After_the_first_failure_the_rest_is_skipped()
    {
        var (code, _, errors) = Run(Failing("a.yaml"), Passing("b.yaml"), Passing("c.yaml"), "--fail-fast");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors[^1], Is.EqualTo("0 passed, 1 failed, 2 skipped"));
    }

    [TestCase("*PASS*", 1)]
    [TestCase("b*", 1)]
    [TestCase("it ?????", 1)]
    [TestCase("*", 2)]
    public void A_filter_takes_names_and_files(string filter, int count)
    {
        Failing("bad.yaml");
        Passing("good.yaml");
        var (_, _, errors) = Run(_folder.Path, "--filter", filter);
        Assert.That(errors.Count(l => l.StartsWith("passed", StringComparison.Ordinal) || l.StartsWith("FAILED", StringComparison.Ordinal)), Is.EqualTo(count));
    }

    [TestCase("on-failure")]
    [TestCase("always")]
    [TestCase(null)]
    public void Traces_are_kept_of_failures_or_of_all(string? keep)
    {
        string[] kept = keep is null ? [] : ["--keep", keep];
        var (code, _, errors) = Run([Failing("bad.yaml"), Passing(), "--seed", "5", "--trace-dir", _folder.At("traces"), .. kept]);
        Assert.That(code, Is.EqualTo(1));
        var folders = Directory.GetDirectories(_folder.At("traces")).Order().ToList();
        Assert.That(folders.Select(Path.GetFileName), Is.EqualTo(keep == "always" ? ["001-bad-5", "002-good-5"] : new[] { "001-bad-5" }));
        Assert.That(Directory.GetFiles(folders[0]).Select(Path.GetFileName).Order(), Is.EqualTo(Bundle));
        Assert.That(errors, Has.Some.EqualTo($"  traces: {folders[0]}"));
    }

    [Test]
    public void Modules_in_parallel_have_a_transcript_each()
    {
        var path = Write("two.yaml", "schema: 1\nparallel:\n  one: { steps: [send: AT, next: OK] }\n  two: { profile: m5311, steps: [send: ATI, expect: OK] }\n");
        var (code, _, _) = Run(path, "--seed", "1", "--trace-dir", _folder.At("traces"), "--keep", "always");
        Assert.That(code, Is.Zero);
        Assert.That(File.ReadAllText(_folder.At("traces/001-two-1/transcript-one.atlog")), Does.Contain("# profile m5310a").And.Contain(@"mcu> AT\r").And.Not.Contain("ATI"));
        Assert.That(File.ReadAllText(_folder.At("traces/001-two-1/transcript-two.atlog")), Does.Contain("# profile m5311").And.Contain(@"mcu> ATI\r"));
    }

    [Test]
    public void Ctrl_C_ends_it_with_130_and_what_was_done_is_reported()
    {
        var endless = Write("endless.yaml", "schema: 1\nlimits: { core-time: 3000d, wall-time: 1h }\nsteps:\n  - repeat: { times: 100000, steps: [send: AT, expect: OK, advance: 1s] }\n  - repeat: { times: 100000, steps: [send: AT, expect: OK, advance: 1s] }\n  - repeat: { times: 100000, steps: [send: AT, expect: OK, advance: 1s] }\n");
        using var program = BuiltProgram.Start("test", Passing("a.yaml"), endless, "--out", _folder.At("out"));
        program.Errors.Await("passed  it passes");
        program.Signal(ChildProcess.SigInt);
        Assert.That(program.WaitExit(), Is.EqualTo(130));
        Assert.That(program.Errors.AwaitEnd()[^1], Is.EqualTo("1 passed, 0 failed, 1 skipped"));
        Assert.That(JsonDocument.Parse(File.ReadAllText(_folder.At("out/result.json"))).RootElement.GetProperty("scenarios").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public void The_schema_is_printed()
    {
        var (code, output, errors) = Run("--schema");
        Assert.That((code, errors.Length), Is.EqualTo((0, 0)));
        Assert.That(JsonDocument.Parse(string.Join('\n', output)).RootElement.GetProperty("title").GetString(), Is.EqualTo("m531x scenario"));
    }

    [TestCase("expected PATH")]
    [TestCase("--seed x: expected a whole number", "good.yaml", "--seed", "x")]
    [TestCase("--jobs 0: expected a whole number from 1", "good.yaml", "-j", "0")]
    [TestCase("--repeat 0: expected a whole number from 1", "good.yaml", "--repeat", "0")]
    [TestCase("--keep never: expected on-failure or always", "good.yaml", "--trace-dir", "x", "--keep", "never")]
    [TestCase("--keep always: has no effect without --trace-dir", "good.yaml", "--keep", "always")]
    [TestCase("--var x: expected NAME=VALUE", "good.yaml", "--var", "x")]
    [TestCase("--var x: no scenario has such a variable", "good.yaml", "--var", "x=1")]
    [TestCase("none.yaml: no such file or folder", "none.yaml")]
    [TestCase("--filter zzz: no scenario has such a name", "good.yaml", "--filter", "zzz")]
    [TestCase("wrong.yaml:2:8: steps: expected a list", "wrong.yaml")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string why, params string[] arguments)
    {
        Passing();
        Write("wrong.yaml", "schema: 1\nsteps: x\n");
        var (code, output, errors) = Run([.. arguments.Select(a => a.EndsWith(".yaml", StringComparison.Ordinal) ? _folder.At(a) : a)]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors.Single(), Does.StartWith("m531x: ").And.Contains(why));
        Assert.That(output, Is.Empty);
    }

    [TestCase("--junit")]
    [TestCase("--out")]
    [TestCase("--trace-dir")]
    public void A_report_that_cannot_be_written_is_exit_code_4(string option)
    {
        Write("file", "");
        var (code, _, errors) = Run(Passing(), option, _folder.At("file/x"));
        Assert.That(code, Is.EqualTo(4));
        Assert.That(errors, Has.Some.StartsWith($"m531x: {option} {_folder.At("file/x")}"));
    }
}
