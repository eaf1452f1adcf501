using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Scenarios;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Faults;

/// <summary>The catalogue itself, and what is said of a fault that it does not allow.</summary>
public sealed class FaultCatalogTests
{
    [Test]
    public void Names_are_unique_and_defaults_are_allowed()
    {
        Assert.That(FaultCatalog.All.Select(t => t.Name).Concat(FaultCatalog.Presets.Keys), Is.Unique.And.All.Match("^[a-z0-9]+(-[a-z0-9]+)*$"));
        foreach (var attribute in FaultCatalog.All.SelectMany(t => t.Attributes))
            Assert.That(attribute.ProblemOf(attribute.Default), Is.Null, attribute.Name);
    }

    [Test]
    public void Presets_hold_what_can_be_given_by_hand()
    {
        foreach (var spec in FaultCatalog.Presets.Values.SelectMany(p => p))
        {
            foreach (var (name, value) in spec.Attributes)
                Assert.That(spec.Type.Attributes.Single(a => a.Name == name).ProblemOf(value), Is.Null, $"{spec.Name} {name}");
        }
        foreach (var preset in FaultCatalog.Presets)
            Assert.That(preset.Value.Select(s => s.Name), Is.Unique, preset.Key);
    }

    static IReadOnlyList<FaultSpec> Read(string text)
    {
        using var reader = new StringReader(text);
        return FaultReader.Read(ScenarioNode.Load("f", reader));
    }

    [TestCase("ip-age", "ip-age")]
    [TestCase("rotating-psk", "psk-rotated server-forgot-session")]
    [TestCase("{ type: loss, name: bad place }", "bad place")]
    public void One_word_stands_for_a_preset_or_a_type(string text, string names) =>
        Assert.That(string.Join(' ', Read(text).Select(f => f.Name)), Is.EqualTo(names));

    [TestCase("{ type: los }", "type: no fault type 'los'; known are urc-placement, chunk")]
    [TestCase("earthquake", "scenario: no preset or type 'earthquake'; presets are chatty-urcs")]
    [TestCase("{ name: x }", "type: is missing")]
    [TestCase("{ type: loss, name: a/b }", "name: expected a name without '/'")]
    [TestCase("{ type: loss, target: dtls }", "target: loss acts on path")]
    [TestCase("{ type: loss, direction: left }", "direction: expected up, down, both")]
    [TestCase("{ type: echo-lost, direction: up }", "direction: echo-lost acts down alone: expected down, both")]
    [TestCase("{ type: reboot, direction: up }", "direction: reboot acts on no traffic")]
    [TestCase("{ type: loss, probability: 1.5 }", "probability: expected a number from 0 to 1")]
    [TestCase("{ type: loss, times: 0 }", "times: expected a whole number from 1")]
    [TestCase("{ type: reboot, times: 2 }", "times: reboot happens once")]
    [TestCase("{ type: reboot, for: 2s }", "for: reboot happens once and does not last")]
    [TestCase("{ type: loss, for: soon }", "for: 'soon' is not a duration")]
    [TestCase("{ type: loss, match: '/(/' }", "match: not a regular expression")]
    [TestCase("{ type: loss, match: '/(?<!a)b/' }", "match: not a regular expression")]
    [TestCase("{ type: reboot, match: AT }", "match: reboot acts on nothing that could match")]
    [TestCase("{ type: blackhole, attributes: { x: 1 } }", "attributes: blackhole has no attributes")]
    [TestCase("{ type: loss, attributes: { burts: 1 } }", "burts: unknown key; known are burst")]
    [TestCase("{ type: loss, attributes: { burst: 0.5 } }", "burst: expected a number from 1 to 1000")]
    [TestCase("{ type: csq, attributes: { value: 3.5 } }", "value: expected a whole number from 0 to 31")]
    [TestCase("{ type: latency, attributes: { mean: x } }", "mean: 'x' is not a duration")]
    [TestCase("{ type: mtu, attributes: { answer: rst } }", "answer: expected none, icmp")]
    [TestCase("{ type: wrong-address, attributes: { address: '::1' } }", "address: '::1' is not an IPv4 address")]
    [TestCase("{ type: write-large, attributes: { path: /3200 } }", "path: '/3200' is not the path of a resource")]
    public void What_is_not_allowed_is_named_with_what_is(string text, string problem)
    {
        var thrown = Assert.Throws<ScenarioException>(() => Read(text));
        Assert.That($"{thrown!.What}: {thrown.Problem}", Does.StartWith(problem));
    }
}
