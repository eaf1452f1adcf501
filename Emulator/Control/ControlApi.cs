using System.Diagnostics.CodeAnalysis;
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
/// <param name="ageMapping">Ends the module's mapping in the network's address translation; done when the module has taken it.</param>
sealed class ControlApi(string apiKey, Func<ResetCause, CancellationToken, Task> reset, Func<CancellationToken, Task> ageMapping)
{
    const string Prefix = "/v1/";
    const string Paths = "POST /v1/modules/0/reset or /v1/modules/0/faults";
    static readonly Dictionary<string, ResetCause> Causes = Enum.GetValues<ResetCause>().ToDictionary(c => c.ToString().ToLowerInvariant());

    /// <summary>What can go wrong on demand, by type.</summary>
    readonly Dictionary<string, Func<CancellationToken, Task>> _faults = new() { ["ip-age"] = ageMapping };

    /// <summary>Everything else is OneNET's.</summary>
    public static bool Owns(ApiRequest request) => request.Path.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (!IsKey(request.Header("api-key")))
            return Refuse(401, "unauthorized", "api-key is missing or wrong", "send the header api-key with the key that READY shows");
        var segments = request.Path[Prefix.Length..].Split('/');
        if (segments is not ["modules", var module, var action])
            return Refuse(404, "unknown_path", $"no {request.Path}", Paths);
        if (module != "0")
            return Refuse(404, "unknown_module", $"no module '{module}'", "the only module is 0");
        if (action is not ("reset" or "faults"))
            return Refuse(404, "unknown_path", $"no {request.Path}", Paths);
        if (request.Method != "POST")
            return Refuse(405, "wrong_method", $"{request.Method} is not for {request.Path}", "use POST");
        return action == "reset" ? await ResetAsync(request, cancellation) : await InjectAsync(request, cancellation);
    }

    async Task<ApiAnswer> ResetAsync(ApiRequest request, CancellationToken cancellation)
    {
        var hint = $$"""a body such as {"cause":"pin"}; causes are {{string.Join(", ", Causes.Keys)}}""";
        if (!TryReadChoice(request.Body, "cause", Causes, hint, out var text, out var cause, out var refusal))
            return refusal;
        await reset(cause, cancellation);
        return Done("cause", text);
    }

    async Task<ApiAnswer> InjectAsync(ApiRequest request, CancellationToken cancellation)
    {
        var hint = $$"""a body such as {"type":"ip-age"}; types are {{string.Join(", ", _faults.Keys)}}""";
        if (!TryReadChoice(request.Body, "type", _faults, hint, out var text, out var inject, out var refusal))
            return refusal;
        await inject(cancellation);
        return Done("type", text);
    }

    static ApiAnswer Done(string field, string text) => new(0, 200, new JsonObject { ["module"] = 0, [field] = text }.ToJsonString());

    /// <summary>Reads a body with one field that takes one of the names; false with the answer that says what is wrong.</summary>
    static bool TryReadChoice<T>(
        ReadOnlyMemory<byte> bytes, string field, IReadOnlyDictionary<string, T> choices, string hint,
        out string text, [MaybeNullWhen(false)] out T choice, [NotNullWhen(false)] out ApiAnswer? refusal)
    {
        text = "";
        choice = default;
        refusal = null;
        if (!TryReadObject(bytes, out var body))
            refusal = Refuse(400, "invalid_body", "body: expected a JSON object", hint);
        else if (body.Select(p => p.Key).FirstOrDefault(k => k != field) is { } unknown)
            refusal = Refuse(400, "unknown_field", $"{unknown}: unknown field", hint);
        else if (body[field] is not JsonValue value || !value.TryGetValue(out string? given))
            refusal = Refuse(400, "invalid_field", $"{field}: expected a text", hint);
        else if (!choices.TryGetValue(given, out choice))
            refusal = Refuse(400, "invalid_field", $"{field}: no {field} '{given}'", hint);
        else
            text = given;
        return refusal is null;
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
