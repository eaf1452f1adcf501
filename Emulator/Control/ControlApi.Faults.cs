using System.Text;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Scenarios;

namespace M531x.Emulator.Control;

/// <content>Faults, in the shape that scenarios have them.</content>
sealed partial class ControlApi
{
    static readonly string FaultHint =
        $$$"""a body such as {"type":"loss","probability":0.2}, {"type":"latency","attributes":{"mean":"2s"}} or {"preset":"flaky-radio"}; types are {{{string.Join(", ", FaultCatalog.All.Select(t => t.Name))}}}; presets are {{{string.Join(", ", FaultCatalog.Presets.Keys)}}}""";

    async Task<ApiAnswer> AddFaultAsync(ApiRequest request, CancellationToken cancellation)
    {
        var specs = ReadFaults(request.Body);
        if (!module.HasPlatform && specs.Find(s => s.Type.NeedsPlatform) is { } useless)
            throw new ControlException("invalid_field", $"type: {useless.Type.Name} happens inside the local OneNET, and there is none", FaultHint);
        await module.AddFaultsAsync(specs, cancellation);
        var names = new JsonArray([.. specs.Select(s => (JsonNode)s.Name)]);
        return Done(specs.Count == 1 ? new JsonObject { ["type"] = specs[0].Type.Name, ["name"] = specs[0].Name } : new JsonObject { ["names"] = names });
    }

    async Task<ApiAnswer> ListFaultsAsync(CancellationToken cancellation)
    {
        var list = new JsonArray();
        foreach (var (spec, fired) in await module.ListFaultsAsync(cancellation))
        {
            var row = Describe(spec);
            row["fired"] = fired;
            list.Add(row);
        }
        return Done(new JsonObject { ["faults"] = list });
    }

    /// <summary>In the shape in which it can be added; a time is in seconds, and what was left out shows its default.</summary>
    static JsonObject Describe(FaultSpec spec)
    {
        var row = new JsonObject
        {
            ["name"] = spec.Name,
            ["type"] = spec.Type.Name,
            ["target"] = spec.Type.Target.ToString().ToLowerInvariant(),
            ["direction"] = spec.Direction.ToString().ToLowerInvariant(),
            ["probability"] = spec.Probability,
            ["after"] = spec.After.TotalSeconds,
        };
        if (spec.Times is { } times)
            row["times"] = times;
        if ((spec.For ?? spec.Type.DefaultFor) is { } lasts)
            row["for"] = lasts.TotalSeconds;
        if (spec.Match is { } match)
            row["match"] = match;
        if (spec.Type.Attributes.Length > 0)
            row["attributes"] = new JsonObject(spec.Type.Attributes.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)spec.Attributes.GetValueOrDefault(a.Name, a.Default))));
        return row;
    }

    async Task<ApiAnswer> RemoveFaultAsync(string name, CancellationToken cancellation) => await module.RemoveFaultAsync(name, cancellation)
        ? Done(new JsonObject { ["name"] = name })
        : Refuse(404, "unknown_fault", $"no fault '{name}'", "GET /v1/modules/0/faults lists those that are on");

    /// <summary>JSON is YAML: the scenario's reader takes it, and its errors name the field.</summary>
    static List<FaultSpec> ReadFaults(ReadOnlyMemory<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Span);
        ReadObject(body, FaultHint, ["preset", .. FaultReader.Keys]);
        try
        {
            using var reader = new StringReader(text);
            var node = ScenarioNode.Load("body", reader);
            if (!node.IsMapping)
                throw new ControlException("invalid_body", "body: expected a JSON object", FaultHint);
            if (!node.Members().TryGetValue("preset", out var preset))
                return [.. FaultReader.Read(node)];
            if (node.Members().Count > 1)
                throw new ControlException("unknown_field", "preset: stands alone", FaultHint);
            return FaultCatalog.Presets.TryGetValue(preset.Text(), out var faults)
                ? [.. faults]
                : throw preset.Wrong($"no preset '{preset.Text()}'; known are {string.Join(", ", FaultCatalog.Presets.Keys)}");
        }
        catch (ScenarioException e)
        {
            throw new ControlException("invalid_field", $"{e.What}: {e.Problem}", FaultHint);
        }
    }
}
