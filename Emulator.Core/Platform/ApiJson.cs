using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>Reads request bodies as leniently as OneNET: comments, trailing commas and repeated names (the last one counts).</summary>
static class ApiJson
{
    static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 32,
    };

    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool TryReadObject(ReadOnlyMemory<byte> body, out JsonObject value)
    {
        value = [];
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            if (Convert(document.RootElement) is not JsonObject read)
                return false;
            value = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: invalid UTF-8, or a lone surrogate.
            return false;
        }
    }

    public static string Write(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, WriterOptions))
            node.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static bool? Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static long? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long number) ? number : null;

    public static double? Fraction(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;

    static JsonNode? Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JsonObject();
                foreach (var member in element.EnumerateObject())
                    members[member.Name] = Convert(member.Value);
                return members;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in element.EnumerateArray())
                    items.Add(Convert(item));
                return items;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Number:
                return ConvertNumber(element);
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(element.GetBoolean());
            default:
                return null;
        }
    }

    /// <summary>A long or a double. 1.0 stays a fraction: it is written to a resource as a float.</summary>
    static JsonValue ConvertNumber(JsonElement element)
    {
        if (element.GetRawText().AsSpan().IndexOfAny(".eE") < 0)
        {
            return element.TryGetInt64(out var whole)
                ? JsonValue.Create(whole)
                : throw new JsonException("whole number of more than 64 bits");
        }
        return element.TryGetDouble(out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new JsonException("number out of range");
    }
}
