using M531x.Emulator.Core.Scenarios;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Scenarios;

/// <summary>Several modules on one clock and one local OneNET.</summary>
public sealed class ParallelTests
{
    [Test]
    public void Each_module_has_a_device_a_line_and_counters_of_its_own()
    {
        var scenario = Written.Read("""
            schema: 1
            parallel:
              meter:
                steps:
                  - include: registered.yaml
                  - send: AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,"test",0,0,1
                  - expect: '+MIPLEVENT:0,26,1'
                  - assert: { server.registrations: 1, server.values: 1, "server.last('/3200/0/5750')": test, dtls.handshakes: 0 }
              valve:
                profile: m5311
                steps:
                  - include: registered.yaml
                  - advance: 5s
                  - assert: { server.registrations: 1, server.values: 0, "server.last('/3200/0/5750')": nothing }
            """);
        var runner = new ScenarioRunner(scenario, 7);
        var outcome = runner.Run();
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
        Assert.That(scenario.Modules.Select(m => m.Imei), Is.Unique);
        Assert.That(runner.World.Modules.Select(m => m.Address), Is.Unique);
        Assert.That(runner.World.Events.Where(e => e.Key == "mipl.event").Select(e => e.Module).Distinct(), Is.EquivalentTo(new int?[] { 0, 1 }));
        Assert.That(outcome.Transcript, Has.Some.EqualTo("# module meter").And.Some.EqualTo("# module valve"));
    }

    [Test]
    public void The_clock_is_one_and_modules_meet_by_signals()
    {
        var outcome = Written.Run("""
            schema: 1
            parallel:
              late:
                steps:
                  - advance: 90s
                  - send: AT
                  - signal: sent
              waiting:
                steps:
                  - await: { signal: sent, within: 2m }
                  - send: AT
                  - next: OK
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
        Assert.That(outcome.CoreTime, Is.EqualTo(TimeSpan.FromSeconds(90)), "together, not one after the other");
        Assert.That(outcome.Transcript, Has.Exactly(2).Contains("+000090.000000 mcu> AT"));
    }

    [Test]
    public void A_signal_that_does_not_come_fails_with_the_name_of_the_module()
    {
        var outcome = Written.Run("schema: 1\nparallel:\n  one: { steps: [advance: 1s] }\n  two: { steps: [await: { signal: never-told, within: 3s }] }\n");
        Assert.That(outcome.Failure, Does.Contain("x.yaml:4:25: x (two)").And.Contain("want signal never-told  within 3 s").And.Contain("came nothing"));
        Assert.That(outcome.CoreTime, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void A_fault_of_the_line_or_the_way_hits_its_own_module_alone()
    {
        var outcome = Written.Run("""
            schema: 1
            parallel:
              cut-off:
                steps:
                  - fault: [{ type: blackhole }, { type: echo-lost }, { type: csq, attributes: { value: 3 } }]
                  - send: AT+CSQ
                  - next: '+CSQ:3,99'
                  - send: [AT+MIPLCREATE, 'AT+MIPLADDOBJ=0,3200,1,"1",0,1', 'AT+MIPLOPEN=0,3000,30']
                  - expect: { line: '+MIPLEVENT:0,3', within: 31s }
                  - assert: { faults.fired.blackhole: '>= 1' }
              well:
                steps:
                  - include: registered.yaml
                  - send: AT+CSQ
                  - expect: '+CSQ:24,99'
                  - advance: 1m
                  - assert: { faults.fired: 0 }
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
    }

    [Test]
    public void A_fault_of_the_scenario_hits_all_of_them()
    {
        var outcome = Written.Run("""
            schema: 1
            faults: { type: csq, attributes: { value: 7 } }
            parallel:
              one: { steps: [send: AT+CSQ, next: '+CSQ:7,99'] }
              two: { steps: [send: AT+CSQ, next: '+CSQ:7,99'] }
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
    }

    [Test]
    public void A_fault_that_happens_once_to_a_device_leaves_the_others_alone()
    {
        var outcome = Written.Run("""
            schema: 1
            parallel:
              gone:
                steps:
                  - include: registered.yaml
                  - advance: 10s
                  - platform: { delete: true }
                  - send: AT+MIPLUPDATE=0,3000,0
                  - expect: '+MIPLEVENT:0,31'
              stays:
                steps:
                  - include: registered.yaml
                  - advance: 20s
                  - send: AT+MIPLUPDATE=0,3000,0
                  - expect: '+MIPLEVENT:0,11'
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
    }

    [Test]
    public void The_same_seed_gives_the_same_digest_and_another_seed_another()
    {
        const string Two = """
            schema: 1
            faults: { type: loss, probability: 0.2 }
            parallel:
              one: { steps: [include: registered.yaml, advance: 1h] }
              two: { profile: m5313, steps: [include: registered.yaml, advance: 1h] }
            """;
        var scenario = Written.Read(Two);
        string Digest(ulong seed) => new ScenarioRunner(scenario, seed).Run().Digest;
        var first = Digest(7);
        Assert.That(Digest(7), Is.EqualTo(first));
        Assert.That(Digest(8), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_line_that_must_never_come_fails_after_the_modules_own_steps_too()
    {
        var outcome = Written.Run("""
            schema: 1
            parallel:
              quiet: { never: ['+MIPLEVENT:0,6'], steps: [send: [AT+MIPLCREATE, 'AT+MIPLOPEN=0,3000,30']] }
              other: { steps: [advance: 1h] }
            """);
        Assert.That(outcome.Failure, Does.Contain("(quiet)").And.Contain("came +MIPLEVENT:0,6, which must never come"));
        Assert.That(outcome.CoreTime, Is.LessThan(TimeSpan.FromMinutes(1)));
    }

    [TestCase("schema: 1\nsteps: []\nparallel: { a: { steps: [] } }", "x.yaml:1:1: scenario: expected steps or parallel")]
    [TestCase("schema: 1\nparallel: { a: { profile: m5311 } }", "x.yaml:2:16: a: steps is missing")]
    [TestCase("schema: 1\nparallel: { a: { steps: [], seed: 7 } }", "x.yaml:2:29: seed: unknown key")]
    [TestCase("schema: 1\nparallel: { a b: { steps: [] } }", "x.yaml:2:18: a b: expected a name")]
    [TestCase("schema: 1\nparallel: {}", "x.yaml:2:11: parallel: expected 1 to 16 modules")]
    [TestCase("schema: 1\nimei: '123456789012345'\nparallel: { a: { steps: [] }, b: { steps: [] } }", "x.yaml:3:34: b: has the IMEI of a")]
    public void What_is_wrong_is_told_with_line_and_column(string text, string error)
    {
        var thrown = Assert.Throws<ScenarioException>(() => Written.Read(text));
        Assert.That(thrown!.Message, Does.StartWith(error));
    }
}
