using System.CommandLine;
using M531x.Emulator.Cli;
using M531x.Emulator.Core.Faults;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Cli;

/// <summary>--fault on the command line has the shape that scenarios and the API have.</summary>
public sealed class FaultOptionTests
{
    static bool TryRead(string fault, out RunSettings settings, out string error, params string[] more)
    {
        var options = new RunOptions();
        var command = new RootCommand();
        foreach (var option in options.All)
            command.Options.Add(option);
        return options.TryRead(command.Parse(["--fault", fault, .. more]), _ => null, out _, out settings, out error);
    }

    [TestCase("loss,name=bad,direction=up,probability=0.2,times=3,after=2s,for=1m,match=POST,burst=4")]
    [TestCase("{ type: loss, name: bad, direction: up, probability: 0.2, times: 3, after: 2s, for: 1m, match: POST, attributes: { burst: 4 } }")]
    [TestCase("""{"type":"loss","target":"path","name":"bad","direction":"up","probability":0.2,"times":3,"after":"2s","for":"1m","match":"POST","attributes":{"burst":4}}""")]
    public void Every_field_can_be_given(string text)
    {
        Assert.That(TryRead(text, out var settings, out var error), error);
        var fault = settings.Faults.Single();
        Assert.That((fault.Name, fault.Type.Name, fault.Direction, fault.Probability, fault.Times, fault.After, fault.For, fault.Match, fault.Attributes["burst"]),
            Is.EqualTo(("bad", "loss", FaultDirection.Up, 0.2, 3, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), "POST", "4")));
    }

    [TestCase("flaky-radio", 4)]
    [TestCase("ip-age", 1)]
    public void One_word_is_a_preset_or_a_type(string word, int count)
    {
        Assert.That(TryRead(word, out var settings, out var error), error);
        Assert.That(settings.Faults, Has.Count.EqualTo(count));
    }

    [TestCase("loss,probability", "probability: expected NAME=VALUE")]
    [TestCase("loss,brust=2", "brust: unknown key; known are burst")]
    [TestCase("nothing", "no preset or type 'nothing'; presets are chatty-urcs")]
    [TestCase("loss,match=/(/", "match: not a regular expression")]
    public void What_is_wrong_is_named(string text, string problem)
    {
        Assert.That(TryRead(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("--fault").And.Contain(problem));
    }

    [Test]
    public void A_fault_of_the_platform_is_refused_without_one()
    {
        Assert.That(TryRead("clock-skew", out _, out var error, "--platform", "real"), Is.False);
        Assert.That(error, Does.Contain("type: clock-skew happens inside the local OneNET"));
        Assert.That(TryRead("loss", out _, out error, "--platform", "real"), Is.True, error);
    }
}
