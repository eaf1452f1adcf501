using M531x.Emulator.Core.Scenarios;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Scenarios;

/// <summary>Variables and includes of scenarios.</summary>
public sealed class VariableTests
{
    const string Waits = "schema: 1\nname: waits ${time}\nvariables: { time: 90s, command: AT+CSQ, at: AT }\nsteps:\n  - advance: ${time}\n  - send: ${command}\n  - expect: OK\n";

    [Test]
    public void A_variable_stands_for_its_value_in_texts_and_in_durations()
    {
        var outcome = Written.Run(Waits);
        Assert.That(outcome.CoreTime, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(outcome.Transcript, Has.Some.Contains(@"mcu> AT+CSQ\r"));
    }

    [Test]
    public void Another_value_may_be_given_from_outside()
    {
        var scenario = Written.Read(Waits, ("time", "5s"), ("command", "AT+CESQ"), ("other", "x"));
        var outcome = new ScenarioRunner(scenario, 1).Run();
        Assert.That(scenario.Name, Is.EqualTo("waits 5s"));
        Assert.That(outcome.CoreTime, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(outcome.Transcript, Has.Some.Contains(@"mcu> AT+CESQ\r"));
    }

    /// <summary>Reads a value of the MCU from the platform.</summary>
    static ScenarioOutcome Read(string answer) => Written.Run($$"""
        schema: 1
        steps:
          - include: registered.yaml
          - platform: { read: /3200/0/5750 }
          - expect: '~ /\+MIPLREAD:0,(?<mid>[0-9]+),3200,0,5750/'
          - send: 'AT+MIPLREADRSP=0,${mid},1,3200,0,5750,1,4,"v215",0,0'
          - answer: {{answer}}
        """);

    [TestCase("v215", true)]
    [TestCase("v{N}", true)]
    [TestCase("'~ /^v(?<version>[0-9]+)$/'", true)]
    [TestCase("{ is: 'v{N}', within: 1s }", true)]
    [TestCase("succ", true)]
    [TestCase("v", false)]
    [TestCase("{ is: 'w{N}' }", false)]
    [TestCase("'~ /^v[A-Z]/'", false)]
    public void An_answer_fits_text_template_or_pattern(string answer, bool fits) =>
        Assert.That(Read(answer).Status, Is.EqualTo(fits ? ScenarioStatus.Passed : ScenarioStatus.Failed));

    [Test]
    public void A_group_of_an_answer_gives_a_value_to_what_follows()
    {
        var outcome = Written.Run("""
            schema: 1
            steps:
              - include: registered.yaml
              - platform: { call: GET /devices }
              - answer: '~ /^(?<head>[0-9]{4})[0-9]{11}$/'
              - send: AT+${head}
            """);
        Assert.That(outcome.Failure, Is.Null);
        Assert.That(outcome.Transcript, Has.Some.Contains(@"mcu> AT+8699\r"));
    }

    [Test]
    public void Groups_of_a_pattern_and_set_give_values_to_what_follows()
    {
        var outcome = Written.Run("""
            schema: 1
            steps:
              - send: AT+CSQ
              - next: '~ /\+CSQ:(?<signal>[0-9]+),/'
              - set: { command: 'AT+CSQ${signal}' }
              - send: '${command}'
              - send: '$${command}'
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
        Assert.That(outcome.Transcript, Has.Some.Contains(@"mcu> AT+CSQ24\r").And.Some.Contains(@"mcu> ${command}\r"));
    }

    [Test]
    public void What_a_variable_holds_cannot_break_the_json_of_a_call()
    {
        var outcome = Written.Run("""
            schema: 1
            variables: { text: 'say "x\y"' }
            steps:
              - include: registered.yaml
              - platform: { write: { path: /3200/0/5750, value: '${text}' } }
              - next: '~ /\+MIPLWRITE:0,(?<mid>[0-9]+),3200,0,5750,/'
              - send: 'AT+MIPLWRITERSP=0,${mid},2'
              - answer: succ
            """);
        Assert.That(outcome.Failure, Is.Null, outcome.Failure);
        Assert.That(outcome.Transcript, Has.Some.Contains(@"3200,0,5750,").And.Some.Contains(@"say \u0022x\\y\u0022"));
    }

    [Test]
    public void A_group_that_took_no_part_has_no_value()
    {
        var outcome = Written.Run("schema: 1\nsteps:\n  - send: AT\n  - next: '~ /(?<more>x)?OK/'\n  - send: '${more}'\n");
        Assert.That(outcome.Failure, Does.Contain("x.yaml:5:11").And.Contain("'more' has no value yet"));
    }

    [TestCase("schema: 1\nsteps:\n  - send: 'AT${x}'", "x.yaml:3:11: variable: no variable 'x' here; known are imei, imsi")]
    [TestCase("schema: 1\nvariables: { a: 1 }\nsteps:\n  - next: '${b}'", "x.yaml:4:11: variable: no variable 'b' here; known are a, imei, imsi")]
    [TestCase("schema: 1\nvariables: { a: 1 }\nsteps:\n  - advance: '${b}'", "x.yaml:4:14: advance: no variable 'b' here; known are a")]
    [TestCase("schema: 1\nsteps:\n  - send: '${later}'\n  - set: { later: 1 }", "x.yaml:3:11: variable: no variable 'later' here")]
    [TestCase("schema: 1\nvariables: { a: soon }\nsteps:\n  - advance: '${a}'", "x.yaml:4:14: advance: 'soon' is not a duration")]
    [TestCase("schema: 1\nvariables: { a b: 1 }\nsteps: []", "x.yaml:2:19: a b: expected a name")]
    [TestCase("schema: 1\nsteps:\n  - platform: { write: { path: /3200/0/5750, value: '${v}' } }", "x.yaml:3:15: variable: no variable 'v' here")]
    public void A_variable_that_is_not_known_is_told_with_line_and_column(string text, string error)
    {
        var thrown = Assert.Throws<ScenarioException>(() => Written.Read(text));
        Assert.That(thrown!.Message, Does.StartWith(error));
    }

    [Test]
    public void An_included_file_includes_from_its_own_folder()
    {
        var scenario = Written.Read("schema: 1\nsteps:\n  - include: sub/outer.yaml\n");
        Assert.That(scenario.Modules[0].Steps.Select(s => s.Place), Is.EqualTo(new[] { "sub/inner.yaml:1:9", "sub/inner.yaml:2:9" }));
    }

    [TestCase("a.yaml", "b.yaml:2:12: include: a file includes itself: x.yaml -> a.yaml -> b.yaml -> a.yaml")]
    [TestCase("self.yaml", "self.yaml:1:12: include: a file includes itself: x.yaml -> self.yaml -> x.yaml")]
    public void A_circle_of_includes_is_refused(string file, string error)
    {
        var thrown = Assert.Throws<ScenarioException>(() => Written.Read($"schema: 1\nsteps:\n  - include: {file}\n"));
        Assert.That(thrown!.Message, Is.EqualTo(error));
    }

    [Test]
    public void A_variable_holds_in_an_included_file()
    {
        var thrown = Assert.Throws<ScenarioException>(() => ScenarioReader.Read("x.yaml", "schema: 1\nvariables: { t: 1s }\nsteps: [include: p.yaml]", _ => "- advance: ${t}\n- advance: ${u}"));
        Assert.That(thrown!.Message, Does.StartWith("p.yaml:2:12: advance: no variable 'u' here; known are t"));
    }
}
