using System.Text.Json.Nodes;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Drivers;

namespace M531x.Emulator.Control;

/// <content>The clock that the module and the local OneNET share.</content>
sealed partial class ControlApi
{
    const string AdvanceHint = """a body such as {"advance":"2m"}; units are ms, s, m, h and d, a bare number is seconds""";
    const string TimeHint = AdvanceHint + """, {"rate":60}, {"freeze":true} or {"freeze":false}""";

    /// <summary>A clock beyond this helps nobody, and dates end somewhere.</summary>
    static readonly TimeSpan LatestTime = TimeSpan.FromDays(36_500);

    async Task<ApiAnswer> GetTimeAsync(CancellationToken cancellation) => Show(await clock.GetClockAsync(cancellation));

    async Task<ApiAnswer> ChangeTimeAsync(ApiRequest request, CancellationToken cancellation)
    {
        var body = ReadObject(request.Body, TimeHint, "advance", "rate", "freeze");
        if (body.Count == 0)
            throw new ControlException("invalid_body", "body: expected advance, rate or freeze", TimeHint);
        foreach (var field in (string[])["rate", "freeze"])
        {
            if (body.ContainsKey(field) && clock.IsVirtual)
                throw new ControlException("invalid_field", $"{field}: virtual time stands still until it is advanced and has no rate", AdvanceHint);
        }
        var change = new ClockChange(
            body.ContainsKey("rate") ? Rate(body) : null,
            body.ContainsKey("freeze") ? Truth(body, "freeze", TimeHint) : null,
            body.ContainsKey("advance") ? await AdvanceAsync(body, "advance", cancellation) : null);
        return Show(await clock.ChangeClockAsync(change, cancellation));
    }

    async Task<ApiAnswer> AdvanceAsync(ApiRequest request, CancellationToken cancellation)
    {
        const string Hint = """a body such as {"by":"2m"}""";
        var body = ReadObject(request.Body, Hint, "by");
        if (body.Count == 0)
            throw new ControlException("invalid_field", "by: expected a time", Hint);
        return Show(await clock.ChangeClockAsync(new ClockChange(null, null, await AdvanceAsync(body, "by", cancellation)), cancellation));
    }

    async Task<TimeSpan> AdvanceAsync(JsonObject body, string field, CancellationToken cancellation)
    {
        var by = Time(body, field, AdvanceHint);
        return (await clock.GetClockAsync(cancellation)).Now + by <= LatestTime ? by
            : throw new ControlException("invalid_field", $"{field}: core time ends after {LatestTime.TotalDays:0} days", AdvanceHint);
    }

    static double Rate(JsonObject body) => body["rate"] is JsonValue value && value.TryGetValue(out double rate) && TimeMode.IsRate(rate) ? rate
        : throw new ControlException("invalid_field", FormattableString.Invariant($"rate: expected a number from {TimeMode.MinRate} to {TimeMode.MaxRate}"), TimeHint);

    /// <summary>A duration above 0: text with a unit, or a number of seconds.</summary>
    static TimeSpan Time(JsonObject body, string field, string hint)
    {
        // A number's own text is what it was written as.
        var text = body[field] is JsonValue value ? value.TryGetValue(out string? given) ? given : value.ToJsonString() : "";
        return CoreDuration.TryParse(text, out var time) && time > TimeSpan.Zero ? time
            : throw new ControlException("invalid_field", $"{field}: expected a time above 0 and up to {CoreDuration.Longest.Days}d, such as \"30s\" or \"2m\"", hint);
    }

    static bool Truth(JsonObject body, string field, string hint) => body[field] is JsonValue value && value.TryGetValue(out bool truth) ? truth
        : throw new ControlException("invalid_field", $"{field}: expected true or false", hint);

    ApiAnswer Show(ClockState state)
    {
        var body = new JsonObject
        {
            ["mode"] = state.Mode.ToString(),
            ["rate"] = state.Mode.IsVirtual ? null : state.Mode.Rate,
            ["now"] = Seconds(state.Now),
            ["frozen"] = state.IsFrozen,
            ["next"] = state.Next is { } next ? Seconds(next) : null,
        };
        if (clock.MeetsOutsiders && (!state.Mode.IsRealTime || state.IsFrozen))
            body["warning"] = OutsidersWarning;
        return new ApiAnswer(0, 200, body.ToJsonString());
    }

    /// <summary>What to know when core time leaves the wall clock while servers outside do not.</summary>
    public const string OutsidersWarning = "servers outside keep real time: their time-outs and lifetimes are not the module's";

    /// <summary>As in the trace: seconds of core time to the microsecond.</summary>
    static decimal Seconds(TimeSpan time) => (long)time.TotalMicroseconds / 1_000_000m;
}
