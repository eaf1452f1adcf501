using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Faults;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>
/// The JSON schema (draft 7, which editors know) of scenario files and of the lists of steps that they include, made from
/// <see cref="ScenarioShapes"/>.
/// </summary>
static class ScenarioSchema
{
    const string Variable = "^.*\\$\\{[^{}]+\\}.*$";
    const string DurationForm = "^[0-9.]+(ms|s|m|h|d)?$";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it is written to a file.</summary>
    public static string Text() => Create().ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";

    /// <summary>What is alike in all faults.</summary>
    static IEnumerable<ScenarioKey> OfEachFault => ScenarioShapes.FaultShape.Keys.Where(k => k.Name is not ("type" or "target" or "attributes"));

    static JsonObject Create()
    {
        var schema = Outline();
        foreach (var key in OfEachFault)
            schema["definitions"]![$"fault-{key.Name}"] = Described(Of(key.Value), key.Summary);
        return schema;
    }

    static JsonObject Outline() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "m531x scenario",
        ["description"] = "A scenario of m531x test, or a list of steps that scenarios include.",
        ["anyOf"] = new JsonArray(Reference("scenario"), new JsonObject { ["type"] = "array", ["items"] = Reference("step") }),
        ["definitions"] = new JsonObject
        {
            ["scenario"] = Mapping(ScenarioShapes.Root),
            ["step"] = Mapping(ScenarioShapes.StepShape),
            ["assert"] = Assert(),
            ["duration"] = Duration(),
            ["fault"] = new JsonObject
            {
                ["anyOf"] = new JsonArray([Words(FaultCatalog.Presets.Keys, "several faults under one word"), Words(FaultCatalog.All.Select(t => t.Name), "a fault as it is"), .. FaultCatalog.All.Select(Fault)]),
            },
        },
    };

    static JsonObject Reference(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    static JsonObject Mapping(ScenarioShape shape)
    {
        var properties = new JsonObject();
        foreach (var key in shape.Keys)
            properties[key.Name] = Described(Of(key.Value), key.Summary);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (shape.Keys.Any(k => k.IsRequired))
            schema["required"] = Strings(shape.Keys.Where(k => k.IsRequired).Select(k => k.Name));
        if (shape.IsOneOf)
            (schema["minProperties"], schema["maxProperties"]) = (1, 1);
        if (shape.OneOfKeys.Count > 0)
            schema["oneOf"] = new JsonArray([.. shape.OneOfKeys.Select(k => new JsonObject { ["required"] = Strings([k]) })]);
        return schema;
    }

    /// <summary>Draft 7 ignores what stands beside a reference.</summary>
    static JsonObject Described(JsonObject schema, string summary)
    {
        if (schema.ContainsKey("$ref"))
            schema = new JsonObject { ["allOf"] = new JsonArray(schema) };
        schema["description"] = summary;
        return schema;
    }

    static JsonObject Of(ScenarioValue value) => value switch
    {
        ScenarioValue.Text or ScenarioValue.Pattern => new JsonObject { ["type"] = Strings(["string", "number", "boolean"]) },
        ScenarioValue.Mark => new JsonObject { ["enum"] = new JsonArray(true) },
        ScenarioValue.Flag => OrVariable(new JsonObject { ["type"] = "boolean" }),
        ScenarioValue.Whole whole => OrVariable(new JsonObject { ["type"] = "integer", ["minimum"] = whole.Min, ["maximum"] = whole.Max }),
        ScenarioValue.Number number => OrVariable(new JsonObject { ["type"] = "number", ["minimum"] = number.Min, ["maximum"] = number.Max }),
        ScenarioValue.Duration { Or: null } => Reference("duration"),
        // YAML 1.1 tools read a bare off as false.
        ScenarioValue.Duration { Or: { } word } => new JsonObject { ["anyOf"] = new JsonArray(Reference("duration"), new JsonObject { ["enum"] = new JsonArray(word, false) }) },
        ScenarioValue.Choice choice => OrVariable(Words(choice.Words)),
        ScenarioValue.Form form => OrVariable(new JsonObject { ["type"] = "string", ["pattern"] = form.Regex, ["examples"] = new JsonArray(form.Example) }),
        ScenarioValue.Digits digits => OrVariable(
            new JsonObject { ["type"] = "string", ["pattern"] = $"^[0-9]{{{digits.Min},{digits.Max}}}$" },
            new JsonObject { ["type"] = "integer", ["minimum"] = digits.Min == 1 ? 0 : (long)Math.Pow(10, digits.Min - 1), ["maximum"] = (long)Math.Pow(10, digits.Max) - 1 }),
        ScenarioValue.OneOrMany many => new JsonObject { ["anyOf"] = new JsonArray(Of(many.Item), new JsonObject { ["type"] = "array", ["items"] = Of(many.Item) }) },
        ScenarioValue.List list => new JsonObject { ["type"] = "array", ["items"] = Of(list.Item) },
        ScenarioValue.Map map => Map(map),
        ScenarioValue.Mapping mapping => Mapping(mapping.Shape),
        ScenarioValue.Either either => new JsonObject { ["anyOf"] = new JsonArray([.. either.Options.Select(Of)]) },
        ScenarioValue.Named named => Reference(named.Name),
        _ => throw new InvalidOperationException($"no schema for {value.GetType().Name}"),
    };

    static JsonObject Map(ScenarioValue.Map map) => map.Names is null
        ? new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(map.Value) }
        : new JsonObject { ["type"] = "object", ["patternProperties"] = new JsonObject { [map.Names] = Of(map.Value) }, ["additionalProperties"] = false };

    static JsonObject Duration() => OrVariable(
        new JsonObject { ["type"] = "string", ["pattern"] = DurationForm, ["examples"] = new JsonArray("30s") },
        new JsonObject { ["type"] = "number", ["minimum"] = 0 });

    static JsonObject OrVariable(params JsonObject[] schemas) =>
        new() { ["anyOf"] = new JsonArray([.. schemas, new JsonObject { ["type"] = "string", ["pattern"] = Variable }]) };

    static JsonObject Words(IEnumerable<string> words, string? summary = null)
    {
        var schema = new JsonObject { ["enum"] = Strings(words) };
        if (summary is not null)
            schema["description"] = summary;
        return schema;
    }

    static JsonObject Fault(FaultType type)
    {
        var attributes = new JsonObject();
        foreach (var attribute in type.Attributes)
            attributes[attribute.Name] = Described(Attribute(attribute), $"{attribute.Summary}; {attribute.Default} unless given");
        var schema = Mapping(ScenarioShapes.FaultShape);
        var properties = schema["properties"]!.AsObject();
        foreach (var key in OfEachFault)
            properties[key.Name] = Reference($"fault-{key.Name}");
        properties["type"] = Words([type.Name], type.Summary);
        properties["target"] = Words([type.Target.ToString().ToLowerInvariant()]);
        if (type.Kind != FaultKind.Passing)
        {
            properties["direction"] = Words(["both"]);
            properties["times"] = new JsonObject { ["enum"] = new JsonArray(1) };
            properties.Remove("match");
        }
        else if (type.Direction != FaultDirection.Both)
            properties["direction"] = Words([type.Direction.ToString().ToLowerInvariant(), "both"]);
        if (type.Kind == FaultKind.Instant)
            properties.Remove("for");
        if (attributes.Count > 0)
            properties["attributes"] = new JsonObject { ["type"] = "object", ["properties"] = attributes, ["additionalProperties"] = false };
        else
            properties.Remove("attributes");
        return schema;
    }

    static JsonObject Attribute(FaultAttribute attribute) => attribute.Kind switch
    {
        FaultValueKind.Number => Number(attribute),
        FaultValueKind.Duration => Reference("duration"),
        FaultValueKind.Choice => OrVariable(Words(attribute.Choices), new JsonObject { ["type"] = "number" }),
        FaultValueKind.Address => OrVariable(new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}$" }),
        _ => OrVariable(new JsonObject { ["type"] = "string", ["pattern"] = "^/[0-9]{1,5}/[0-9]{1,5}/[0-9]{1,5}$" }),
    };

    static JsonObject Number(FaultAttribute attribute) =>
        OrVariable(new JsonObject { ["type"] = attribute.IsFraction ? "number" : "integer", ["minimum"] = attribute.Min, ["maximum"] = attribute.Max });

    static JsonObject Assert()
    {
        var properties = new JsonObject();
        foreach (var name in ScenarioSubjects.Names)
            properties[name] = Described(Of(new ScenarioValue.Text()), ScenarioSubjects.Summary(name));
        var patterns = new JsonObject();
        foreach (var pattern in ScenarioSubjects.Patterns)
            patterns[pattern] = Of(new ScenarioValue.Text());
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["patternProperties"] = patterns, ["additionalProperties"] = false };
    }

    static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
