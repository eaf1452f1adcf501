using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Control;

/// <summary>
/// The emulator's own calls under /v1/, beside OneNET's on the same port and behind the same api-key: what a test does to the
/// module from outside. An error is {"error","code","hint"} with a fitting HTTP status.
/// </summary>
/// <param name="apiKey">What the header api-key must say.</param>
/// <param name="module">The module behind it.</param>
/// <param name="clock">The clock of module and local OneNET.</param>
/// <param name="uart">The module's serial line.</param>
sealed partial class ControlApi(string apiKey, IModuleControl module, IClockControl clock, IUartControl uart)
{
    const string Prefix = "/v1/";
    const string Paths = "POST /v1/reset, GET and POST /v1/time, and below /v1/modules/0: POST reset, GET and POST at, GET, POST and DELETE faults, DELETE faults/NAME, POST and DELETE overrides";

    static readonly Dictionary<string, ResetCause> Causes = Enum.GetValues<ResetCause>().ToDictionary(c => c.ToString().ToLowerInvariant());

    /// <summary>Everything else is OneNET's.</summary>
    public static bool Owns(ApiRequest request) => request.Path.StartsWith(Prefix, StringComparison.Ordinal);

    public async Task<ApiAnswer> CallAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (!IsKey(request.Header("api-key")))
            return Refuse(401, "unauthorized", "api-key is missing or wrong", "send the header api-key with the key that READY shows");
        var segments = request.Path[Prefix.Length..].Split('/');
        if (segments is ["modules", var number, _, ..] && number != "0")
            return Refuse(404, "unknown_module", $"no module '{number}'", "the only module is 0");
        try
        {
            return (segments, request.Method) switch
            {
                (["reset"], "POST") => await ClearAsync(cancellation),
                (["time"], "GET") => await GetTimeAsync(cancellation),
                (["time"], "POST") => await ChangeTimeAsync(request, cancellation),
                (["time", "advance"], "POST") => await AdvanceAsync(request, cancellation),
                (["modules", _, "at"], "GET") => await ListLinesAsync(request, cancellation),
                (["modules", _, "at"], "POST") => await SendAtAsync(request, cancellation),
                (["modules", _, "reset"], "POST") => await ResetAsync(request, cancellation),
                (["modules", _, "faults"], "GET") => await ListFaultsAsync(cancellation),
                (["modules", _, "faults"], "POST") => await AddFaultAsync(request, cancellation),
                (["modules", _, "faults"], "DELETE") => await ClearFaultsAsync(cancellation),
                (["modules", _, "faults", var name], "DELETE") => await RemoveFaultAsync(name, cancellation),
                (["modules", _, "overrides"], "POST") => await OverrideAsync(request, cancellation),
                (["modules", _, "overrides"], "DELETE") => await ClearOverridesAsync(cancellation),
                (["reset"] or ["time"] or ["time", "advance"] or ["modules", _, "reset" or "faults" or "overrides" or "at"] or ["modules", _, "faults", _], _) =>
                    Refuse(405, "wrong_method", $"{request.Method} is not for {request.Path}", Paths),
                _ => Refuse(404, "unknown_path", $"no {request.Path}", Paths),
            };
        }
        catch (ControlException e)
        {
            return Refuse(400, e.Code, e.Message, e.Hint);
        }
    }

    async Task<ApiAnswer> ResetAsync(ApiRequest request, CancellationToken cancellation)
    {
        var hint = $$"""a body such as {"cause":"pin"}; causes are {{string.Join(", ", Causes.Keys)}}""";
        var body = ReadObject(request.Body, hint, "cause");
        var text = Text(body, "cause", hint);
        if (!Causes.TryGetValue(text, out var cause))
            throw new ControlException("invalid_field", $"cause: no cause '{text}'", hint);
        await module.ResetAsync(cause, cancellation);
        return Done(new JsonObject { ["cause"] = text });
    }

    async Task<ApiAnswer> ClearAsync(CancellationToken cancellation)
    {
        await module.ClearFaultsAsync(cancellation);
        return await ClearOverridesAsync(cancellation);
    }

    async Task<ApiAnswer> ClearFaultsAsync(CancellationToken cancellation)
    {
        await module.ClearFaultsAsync(cancellation);
        return Done([]);
    }

    async Task<ApiAnswer> ClearOverridesAsync(CancellationToken cancellation)
    {
        await module.ClearOverridesAsync(cancellation);
        return Done([]);
    }

    async Task<ApiAnswer> OverrideAsync(ApiRequest request, CancellationToken cancellation)
    {
        const string Hint = """a body such as {"match":"AT+CSQ","respond":["+CSQ:99,99","OK"],"times":1}""";
        var body = ReadObject(request.Body, Hint, "match", "respond", "times");
        var match = Text(body, "match", Hint);
        if (match.Length == 0)
            throw new ControlException("invalid_field", "match: expected a command line", Hint);
        if (body["respond"] is not JsonArray lines || !lines.All(l => l is JsonValue value && value.TryGetValue(out string? _)))
            throw new ControlException("invalid_field", "respond: expected a list of lines", Hint);
        if (!lines.All(l => UartText.IsBytes(l!.GetValue<string>())))
            throw new ControlException("invalid_field", $"respond: {UartText.Expected}", Hint);
        var times = 1;
        if (body["times"] is { } given && (given is not JsonValue number || !number.TryGetValue(out times) || times < 1))
            throw new ControlException("invalid_field", "times: expected a whole number from 1", Hint);
        await module.OverrideAsync(match, [.. lines.Select(l => l!.GetValue<string>())], times, cancellation);
        return Done(new JsonObject { ["match"] = match, ["times"] = times });
    }

    static ApiAnswer Done(JsonObject fields)
    {
        var body = new JsonObject { ["module"] = 0 };
        foreach (var (name, value) in fields.ToList())
            body[name] = value?.DeepClone();
        return new ApiAnswer(0, 200, body.ToJsonString());
    }

    static string Text(JsonObject body, string field, string hint) =>
        body[field] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new ControlException("invalid_field", $"{field}: expected a text", hint);

    /// <summary>In a time that does not depend on the key.</summary>
    bool IsKey(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(apiKey));

    /// <summary>A JSON object with no fields but these.</summary>
    static JsonObject ReadObject(ReadOnlyMemory<byte> bytes, string hint, params IReadOnlyCollection<string> fields)
    {
        JsonObject? body = null;
        try
        {
            body = JsonNode.Parse(bytes.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            // told below
        }
        if (body is null)
            throw new ControlException("invalid_body", "body: expected a JSON object", hint);
        return body.Select(p => p.Key).FirstOrDefault(k => !fields.Contains(k)) is { } unknown
            ? throw new ControlException("unknown_field", $"{unknown}: unknown field", hint)
            : body;
    }

    static ApiAnswer Refuse(int status, string code, string error, string hint) =>
        new(0, status, new JsonObject { ["error"] = error, ["code"] = code, ["hint"] = hint }.ToJsonString());

    /// <summary>A body that is not understood: 400 with the field named.</summary>
    sealed class ControlException(string code, string error, string hint) : Exception(error)
    {
        public string Code => code;
        public string Hint => hint;
    }
}
