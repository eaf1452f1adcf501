using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Platform;
using M531x.Emulator.Profiles;

namespace M531x.Emulator.Control;

/// <summary>
/// The emulator's own calls under /v1/, beside OneNET's on the same port and behind the same api-key: what a test does to the
/// module from outside. An error is {"error","code","hint"} with a fitting HTTP status.
/// </summary>
/// <param name="apiKey">What the header api-key must say.</param>
/// <param name="reset">Restarts the module; done when it has taken it.</param>
sealed class ControlApi(string apiKey, Func<ResetCause, CancellationToken, Task> reset)
{
    const string Prefix = "/v1/";
    static readonly Dictionary<string, ResetCause> Causes = Enum.GetValues<ResetCause>().ToDictionary(c => c.ToString().ToLowerInvariant());

    /// <summary>Everything else is OneNET's.</summary>
    public static bool Owns(ApiRequest request) => request.Path.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (!IsKey(request.Header("api-key")))
            return Refuse(401, "unauthorized", "api-key is missing or wrong", "send the header api-key with the key that READY shows");
        var segments = request.Path[Prefix.Length..].Split('/');
        if (segments is not ["modules", var module, var action])
            return Refuse(404, "unknown_path", $"no {request.Path}", "POST /v1/modules/0/reset");
        if (module != "0")
            return Refuse(404, "unknown_module", $"no module '{module}'", "the only module is 0");
        return action switch
        {
            "reset" when request.Method == "POST" => await ResetAsync(request, cancellation),
            "reset" => Refuse(405, "wrong_method", $"{request.Method} is not for {request.Path}", "use POST"),
            _ => Refuse(404, "unknown_path", $"no {request.Path}", "POST /v1/modules/0/reset"),
        };
    }

    async Task<ApiAnswer> ResetAsync(ApiRequest request, CancellationToken cancellation)
    {
        var hint = $$"""a body such as {"cause":"pin"}; causes are {{string.Join(", ", Causes.Keys)}}""";
        if (!TryReadObject(request.Body, out var body))
            return Refuse(400, "invalid_body", "body: expected a JSON object", hint);
        if (body.Select(p => p.Key).FirstOrDefault(k => k != "cause") is { } unknown)
            return Refuse(400, "unknown_field", $"{unknown}: unknown field", hint);
        var text = body["cause"] is JsonValue value && value.TryGetValue(out string? given) ? given : null;
        if (text is null)
            return Refuse(400, "invalid_field", "cause: expected a text", hint);
        if (!Causes.TryGetValue(text, out var cause))
            return Refuse(400, "invalid_field", $"cause: no cause '{text}'", hint);
        await reset(cause, cancellation);
        return new ApiAnswer(0, 200, new JsonObject { ["module"] = 0, ["cause"] = text }.ToJsonString());
    }

    /// <summary>In a time that does not depend on the key.</summary>
    bool IsKey(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(apiKey));

    static bool TryReadObject(ReadOnlyMemory<byte> bytes, out JsonObject body)
    {
        body = [];
        try
        {
            if (JsonNode.Parse(bytes.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject read)
                return false;
            body = read;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static ApiAnswer Refuse(int status, string code, string error, string hint) =>
        new(0, status, new JsonObject { ["error"] = error, ["code"] = code, ["hint"] = hint }.ToJsonString());
}
