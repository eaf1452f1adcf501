using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Scenarios;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Scenarios;

/// <summary>The scenarios that ship: each holds, each fault type acts in one, and with a probability of 0 none acts.</summary>
public sealed class ScenarioTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)).Where(f => !f.EndsWith(".part.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    static IEnumerable<string> FilesAboutFaults => Files.Where(f => Read(f).AllFaults().Any());

    static IEnumerable<string> Types => FaultCatalog.All.Select(t => t.Name);

    static Scenario Read(string file)
    {
        var path = Path.Combine(Folder, file);
        return ScenarioReader.Read(path, File.ReadAllText(path), p => File.Exists(p) ? File.ReadAllText(p) : null);
    }

    [TestCaseSource(nameof(Files))]
    public void The_scenario_holds(string file)
    {
        var scenario = Read(file);
        var outcome = new ScenarioRunner(scenario, scenario.Seed ?? 1).Run();
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
    }

    [TestCaseSource(nameof(Files))]
    public void The_same_seed_gives_the_same_digest(string file)
    {
        var scenario = Read(file);
        var first = new ScenarioRunner(scenario, 5).Run().Digest;
        var second = new ScenarioRunner(scenario, 5).Run().Digest;
        Assert.That(second, Is.EqualTo(first));
    }

    [TestCaseSource(nameof(Types))]
    public void Each_fault_type_acts_in_a_scenario(string type)
    {
        var fired = Files.Select(Read).Where(s => s.AllFaults().Any(f => f.Type.Name == type)).Select(s =>
        {
            var runner = new ScenarioRunner(s, s.Seed ?? 1);
            runner.Run();
            return runner.World.FaultsFired.Count(f => f.Type == type);
        });
        Assert.That(fired, Has.Some.GreaterThan(0));
    }

    [TestCaseSource(nameof(Files))]
    public void With_a_probability_of_0_no_fault_acts(string file)
    {
        var scenario = Read(file);
        var tame = scenario.WithFaults(fault => fault with { Probability = 0 });
        var runner = new ScenarioRunner(tame, 5);
        runner.Run();
        Assert.That(runner.World.FaultsFired, Is.Empty);
    }

    [TestCaseSource(nameof(FilesAboutFaults))]
    public void Without_its_faults_the_scenario_fails(string file)
    {
        var scenario = Read(file);
        var tame = scenario.WithFaults(fault => fault with { Probability = 0 });
        var outcome = new ScenarioRunner(tame, scenario.Seed ?? 1).Run();
        Assert.That(outcome.Status, Is.EqualTo(ScenarioStatus.Failed), "it asserts nothing that its fault brings about");
    }

    [Test]
    public void A_failing_step_shows_what_was_wanted_and_what_came()
    {
        var scenario = ScenarioReader.Read("x.yaml", "schema: 1\nname: n\nsteps:\n  - send: AT\n  - next: ERROR\n", _ => null);
        var outcome = new ScenarioRunner(scenario, 1).Run();
        Assert.That(outcome.Failure, Does.Contain("x.yaml:5:11").And.Contain("want ERROR").And.Contain("came OK").And.Contain(@"mod> \r\nOK\r\n"));
    }

    [TestCase("name: x\nsteps: []", "x.yaml:1:1: scenario: schema is missing")]
    [TestCase("schema: 2\nsteps: []", "x.yaml:1:9: schema: this version reads schema: 1")]
    [TestCase("schema: 1\nstep: []", "x.yaml:2:1: step: unknown key")]
    [TestCase("schema: 1\nsteps:\n  - sned: AT", "x.yaml:3:5: sned: unknown key")]
    [TestCase("schema: 1\nsteps:\n  - expect: { lines: OK }", "x.yaml:3:15: lines: unknown key")]
    [TestCase("schema: 1\nsteps:\n  - advance: soon", "x.yaml:3:14: advance: 'soon' is not a duration")]
    [TestCase("schema: 1\nsteps:\n  - fault: { type: los }", "x.yaml:3:20: type: no fault type 'los'")]
    [TestCase("schema: 1\nsteps:\n  - fault: { type: loss, probability: 2 }", "x.yaml:3:39: probability: expected a number from 0 to 1")]
    [TestCase("schema: 1\nsteps:\n  - fault: { type: latency, attributes: { mean: x } }", "x.yaml:3:49: mean: 'x' is not a duration")]
    [TestCase("schema: 1\nsteps:\n  - expect: '~ /(/'", "x.yaml:3:13: expect: not a regular expression")]
    [TestCase("schema: 1\nsteps:\n  - expect: '~ /(a)\\1/'", "x.yaml:3:13: expect: not a regular expression")]
    [TestCase("schema: 1\nsteps:\n  - expect: '~ /(?=O)OK/'", "x.yaml:3:13: expect: not a regular expression")]
    [TestCase("schema: 1\nsteps:\n  - assert: { dtls.handshake: 2 }", "x.yaml:3:31: dtls.handshake: nothing can be asserted")]
    [TestCase("schema: 1\nsteps:\n  - include: none.yaml", "x.yaml:3:14: include: no file none.yaml")]
    [TestCase("schema: 1\nprofile: m9\nsteps: []", "x.yaml:2:10: profile: no profile 'm9'")]
    [TestCase("schema: 1\nsteps:\n\t- send: AT", "x.yaml:3:1: file: not YAML: While scanning a mapping, found invalid tab")]
    [TestCase("schema: 1\nsteps:\n  - *step", "x.yaml:3:5: file: not YAML: there is no &step before it")]
    [TestCase("schema: 1\nsteps: &all\n  - repeat: { times: 2, steps: *all }", "x.yaml:3:32: file: not YAML: *all stands inside what it names")]
    [TestCase("schema: 1\nsteps: []\n---\nschema: 1", "x.yaml:4:1: file: expected one document")]
    [TestCase("schema: 1\nsteps:\n  - repeat: { times: 100000, steps: [{ repeat: { times: 11, steps: [{ send: AT }] } }] }", "x.yaml:3:22: times: 11 steps 100000 times: more than 1000000")]
    [TestCase("schema: 1\nsteps:\n  - send: 'AT+中'", "x.yaml:3:11: send: expected characters of one byte each")]
    [TestCase("schema: 1\nsteps:\n  - override: { match: AT, respond: [OK, '中'] }", "x.yaml:3:42: respond: expected characters of one byte each")]
    [TestCase("schema: 1\nsteps:\n  - override: { match: '', respond: OK }", "x.yaml:3:24: match: expected a command line")]
    [TestCase("schema: 1\nplatform: real\nsteps: []", "x.yaml:2:11: platform: expected local")]
    public void What_is_wrong_is_told_with_line_and_column(string text, string error)
    {
        var thrown = Assert.Throws<ScenarioException>(() => ScenarioReader.Read("x.yaml", text, _ => null));
        Assert.That(thrown!.Message, Does.StartWith(error));
    }

    [Test]
    public void Nodes_without_end_are_refused()
    {
        var thrown = Assert.Throws<ScenarioException>(() => Written.Read("steps: " + new string('[', 100_000)));
        Assert.That(thrown!.Message, Is.EqualTo("x.yaml:1:71: file: not YAML: nested more than 64 deep"));
    }

    [Test]
    public void A_value_that_does_not_fit_the_line_fails_the_step_that_sends_it()
    {
        var outcome = Written.Run("schema: 1\nvariables: { text: '中' }\nsteps:\n  - send: 'AT+${text}'");
        Assert.That(outcome.Failure, Does.Contain("x.yaml:4:11").And.Contain("came AT+中: expected characters of one byte each"));
    }

    [Test]
    public void A_line_that_must_never_come_fails_at_once()
    {
        var scenario = ScenarioReader.Read("x.yaml", "schema: 1\nnever: ['+MIPLEVENT:0,6']\nsteps:\n  - send: [AT+MIPLCREATE, 'AT+MIPLOPEN=0,3000,30']\n  - advance: 1h\n", _ => null);
        var outcome = new ScenarioRunner(scenario, 1).Run();
        Assert.That(outcome.Failure, Does.Contain("came +MIPLEVENT:0,6, which must never come"));
        Assert.That(outcome.CoreTime, Is.LessThan(TimeSpan.FromMinutes(1)));
    }
}
