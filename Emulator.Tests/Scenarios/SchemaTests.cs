using M531x.Emulator.Core.Scenarios;
using NJsonSchema;
using NUnit.Framework;
using YamlDotNet.RepresentationModel;

namespace M531x.Emulator.Tests.Scenarios;

/// <summary>The JSON schema accepts what the reader accepts and refuses what it refuses.</summary>
public sealed class SchemaTests
{
    const string Bogus = "no-such-thing!";

    /// <summary>Every key there is.</summary>
    const string Everything = """
        schema: 1
        name: everything
        profile: m5311
        platform: local
        time: virtual
        seed: 7
        dialect: onenet
        quirks: [close-event-20]
        imei: 869975030000999
        imsi: '460041064826399'
        psk-identity: x
        ip-ageing: 2m
        attach-delay: 1s
        latency: typical
        auto-provision: true
        dtls-connection-ids: false
        limits: { core-time: 1h, wall-time: 10 }
        variables: { a: 1, b: text, idle: 30s, often: 3 }
        never: ['+MIPLEVENT:0,7', '~ /x/']
        faults: [ip-ageing, { type: latency, name: lag, target: path, direction: up, probability: 0.5, times: 2, after: 1s, for: 1m, match: x, attributes: { mean: 1s, jitter: 10ms } }]
        parallel:
          one:
            profile: m5313
            dialect: lwm2m
            quirks: close-event-20
            imei: '869975030000998'
            imsi: '1'
            psk-identity: ''
            ip-ageing: off
            attach-delay: 0
            latency: none
            never: x
            steps: []
          two:
            imei: 869975030000997
            steps:
              - send: [AT, 'AT+${b}']
              - send-raw: 'AT'
              - expect: OK
              - expect: [{ line: OK, within: 1s }, '{N}']
              - next: { line: OK, within: '${idle}' }
              - never: ['x']
              - advance: ${idle}
              - silent: 1.5s
              - fault: [ip-age, { type: detach, times: 1 }, { type: clock-skew, for: 1m }, { type: hello-verify-loss, direction: down }]
              - fault: [{ type: write-large, attributes: { path: /3200/0/5750 } }, { type: wrong-address, attributes: { address: 192.0.2.1 } }]
              - fault: [dead-platform, slow-platform]
              - clear-fault: all
              - override: { match: AT, respond: [OK], times: 2 }
              - override: { match: AT, respond: OK }
              - platform: { read: /3200/0/5750 }
              - platform: { write: { path: /3200/0/5750, value: 1 } }
              - platform: { execute: { path: /3200/0/5750, args: ping } }
              - platform: { execute: { path: /3200/0/5750 } }
              - platform: { observe: /3200/0/5750 }
              - platform: { cancel: /3200/0/5750 }
              - platform: { discover: /3200 }
              - platform: { psk: abcdefgh }
              - platform: { access-psk: abcdefgh }
              - platform: { rotate-psk: true }
              - platform: { delete: true }
              - platform: { call: 'GET /devices' }
              - answer: succ
              - answer: { is: succ, within: 1s }
              - radio: { coverage: true, attached: false, rssi: 12 }
              - reset: pin
              - set: { c: 1 }
              - assert: { dtls.handshakes: '>= 1', faults.fired.x: 0, events.dtls.handshake.done: 1, "server.last('/3200/0/5750')": x, "server.count('/3200/0/5750')": 1 }
              - signal: ready
              - await: ready
              - await: { signal: ready, within: 1s }
              - include: some.yaml
              - repeat: { times: '${often}', steps: [send: AT] }
        """;

    static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(ScenarioSchema.Text()).GetAwaiter().GetResult();

    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Scenarios");

    static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public void It_accepts_each_scenario_that_ships(string file) => Assert.That(Errors(YamlJson.Load(File.ReadAllText(Path.Combine(Folder, file)))), Is.Empty);

    [Test]
    public void Both_accept_every_key_there_is()
    {
        var root = YamlJson.Load(Everything);
        Assert.That(Errors(root), Is.Empty);
        Assert.That(Refusal(root), Is.Null);
        var used = root.AllNodes.OfType<YamlMappingNode>().SelectMany(m => m.Children.Keys).Select(k => ((YamlScalarNode)k).Value!).ToHashSet();
        ScenarioShape[] shapes = [ScenarioShapes.Root, ScenarioShapes.Module, ScenarioShapes.StepShape, ScenarioShapes.Limits, ScenarioShapes.Expect, ScenarioShapes.Answer,
            ScenarioShapes.Await, ScenarioShapes.Override, ScenarioShapes.Write, ScenarioShapes.Execute, ScenarioShapes.Platform, ScenarioShapes.Radio, ScenarioShapes.Repeat, ScenarioShapes.FaultShape];
        Assert.That(shapes.SelectMany(s => s.Names).Where(name => !used.Contains(name) && name != "steps"), Is.Empty);
    }

    [Test]
    public void Both_refuse_the_same_unknown_keys() => Compare((root, i) =>
    {
        if (root.AllNodes.OfType<YamlMappingNode>().ElementAtOrDefault(i) is not { } mapping)
            return null;
        mapping.Add(Bogus, "1");
        return $"{Bogus} in {Brief(mapping)}";
    }, atLeast: 40);

    [Test]
    public void Both_refuse_the_same_missing_keys() => Compare((root, i) =>
    {
        var places = root.AllNodes.OfType<YamlMappingNode>().SelectMany(m => m.Children.Keys.Select(k => (Mapping: m, Key: k)));
        if (places.ElementAtOrDefault(i) is not { Mapping: { } mapping, Key: var key })
            return null;
        var brief = Brief(mapping);
        if (IsVariables(mapping) || key.ToString() == "variables")
            return "";
        mapping.Children.Remove(key);
        return $"no {key} in {brief}";
    }, atLeast: 25);

    [Test]
    public void Both_refuse_the_same_values() => Compare((root, i) =>
    {
        var places = root.AllNodes.OfType<YamlMappingNode>().Where(m => !IsVariables(m)).SelectMany(m => m.Children).Where(c => c.Value is YamlScalarNode && ((YamlScalarNode)c.Key).Value is not "include");
        if (places.ElementAtOrDefault(i) is not { Key: { } key, Value: YamlScalarNode value })
            return null;
        value.Value = Bogus;
        value.Style = YamlDotNet.Core.ScalarStyle.SingleQuoted;
        return $"{key}: {Bogus}";
    }, atLeast: 40);

    [Test]
    public void Both_refuse_the_same_shapes_of_values() => Compare((root, i) =>
    {
        var places = root.AllNodes.OfType<YamlMappingNode>().SelectMany(m => m.Children.Keys.Select(k => (Mapping: m, Key: k)));
        if (places.ElementAtOrDefault(i) is not { Mapping: { } mapping, Key: var key })
            return null;
        if (key.ToString() == "variables")
            return "";
        mapping.Children[key] = new YamlSequenceNode([new YamlSequenceNode([new YamlScalarNode("x")])]);
        return $"{key}: [[]]";
    }, atLeast: 60);

    /// <summary>Changes everything at one place after the other and asks both.</summary>
    /// <param name="change">Changes the i-th place and says what it did; null when there is no such place.</param>
    /// <param name="atLeast">So many changes have to be refused, or the test shows nothing.</param>
    static void Compare(Func<YamlNode, int, string?> change, int atLeast)
    {
        var refused = 0;
        var differences = new List<string>();
        for (var i = 0; ; i++)
        {
            var root = YamlJson.Load(Everything);
            if (change(root, i) is not { } what)
                break;
            var (reader, schema) = (Refusal(root), Errors(root));
            refused += reader is null ? 0 : 1;
            if ((reader is null) != (schema.Length == 0))
                differences.Add($"{what}: reader: {reader ?? "accepts"}; schema: {(schema.Length == 0 ? "accepts" : string.Join(" ", schema))}");
        }
        Assert.That(differences, Is.Empty, string.Join("\n", differences));
        Assert.That(refused, Is.GreaterThanOrEqualTo(atLeast));
    }

    static string[] Errors(YamlNode root) => [.. Schema.Validate(YamlJson.Of(root)?.ToJsonString() ?? "null").Select(e => $"{e.Path} {e.Kind}")];

    static string? Refusal(YamlNode root)
    {
        try
        {
            _ = ScenarioReader.Read("x.yaml", YamlJson.Save(root), path => path == "some.yaml" ? "- send: AT" : null);
            return null;
        }
        catch (ScenarioException e)
        {
            return e.Message;
        }
    }

    /// <summary>Which variables there are, and what they may hold, the reader alone can know.</summary>
    static bool IsVariables(YamlMappingNode mapping) => mapping.Children.ContainsKey("idle");

    static string Brief(YamlMappingNode mapping) => string.Join(",", mapping.Children.Keys);
}
