using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.Platform;

namespace M531x.Emulator.Control;

/// <content>AT commands in the place of the MCU, and what the module prints.</content>
sealed partial class ControlApi
{
    const string AtHint = """a body such as {"line":"AT+MIPLOPEN=0,3000,30","until":"+MIPLEVENT:0,6","within":"30s"}; without until it ends at the final result, without line it only waits""";

    /// <summary>A plus is to stay one: nobody puts these answers into a page.</summary>
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestWithin = TimeSpan.FromDays(1);

    async Task<ApiAnswer> SendAtAsync(ApiRequest request, CancellationToken cancellation)
    {
        var body = ReadObject(request.Body, AtHint, "line", "until", "within");
        var line = body.ContainsKey("line") ? Text(body, "line", AtHint) : null;
        if (line is not null && !line.All(c => c is >= ' ' and <= (char)byte.MaxValue))
            throw new ControlException("invalid_field", "line: expected one command in Latin-1 without CR, which is added", AtHint);
        var until = body.ContainsKey("until") ? Pattern(Text(body, "until", AtHint)) : null;
        if (line is null && until is null)
            throw new ControlException("invalid_body", "body: expected line or until", AtHint);
        var within = body.ContainsKey("within") ? Time(body, "within", AtHint) : DefaultWithin;
        if (within > LongestWithin)
            throw new ControlException("invalid_field", "within: expected a time up to 1d", AtHint);
        if (await uart.SendAtAsync(new AtRequest(line, until, within), cancellation) is not { } answer)
            return Refuse(409, "busy", "line: another command is under way", "wait for the answer of the other call; a module takes one command at a time");
        return answer.IsDone
            ? new ApiAnswer(0, 200, Outcome(answer).ToJsonString(Plain))
            : new ApiAnswer(0, 504, Late(answer, until is null || (line is not null && answer.Result is null) ? "no final result" : "no such line", within).ToJsonString(Plain));
    }

    async Task<ApiAnswer> ListLinesAsync(ApiRequest request, CancellationToken cancellation)
    {
        var after = 0L;
        if (request.Query.TryGetValue("after", out var text) && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new ControlException("invalid_field", "after: expected a whole number from 0", "GET /v1/modules/0/at?after=17 lists the lines after number 17");
        var lines = await uart.ListLinesAsync(after, cancellation);
        return new ApiAnswer(0, 200, new JsonObject { ["module"] = 0, ["lines"] = List(lines) }.ToJsonString(Plain));
    }

    static JsonObject Outcome(AtAnswer answer) => new()
    {
        ["module"] = 0,
        ["now"] = Seconds(answer.Now),
        ["result"] = answer.Result,
        ["lines"] = List(answer.Lines),
    };

    /// <summary>An error that shows what came all the same.</summary>
    static JsonObject Late(AtAnswer answer, string what, TimeSpan within)
    {
        var body = Outcome(answer);
        body["error"] = FormattableString.Invariant($"{what} within {within.TotalSeconds:0.###} s of core time");
        body["code"] = "no_answer";
        body["hint"] = "lines are what came instead; within gives more time";
        return body;
    }

    static JsonArray List(IReadOnlyList<UartLine> lines) =>
        [.. lines.Select(l => (JsonNode)new JsonObject { ["number"] = l.Number, ["at"] = Seconds(l.At), ["text"] = l.Text })];

    static LinePattern Pattern(string text)
    {
        try
        {
            return LinePattern.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ControlException("invalid_field", $"until: {e.Message}", AtHint);
        }
    }
}
