using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using M531x.Emulator.Drivers;
using M531x.Emulator.Platform;

namespace M531x.Emulator.Scenarios;

/// <content>Calls of the platform, counters, and the digest of all that happened.</content>
sealed partial class ScenarioRunner
{
    static readonly SortedDictionary<string, Func<VirtualWorld, long>> Countable = new(StringComparer.Ordinal)
    {
        ["coap.sent"] = w => w.Events.Count(e => e.Key == "coap.sent"),
        ["datagrams.down"] = w => w.Datagrams.Count(d => !d.Up),
        ["datagrams.up"] = w => w.Datagrams.Count(d => d.Up),
        ["dtls.handshakes"] = w => w.PlatformEvents.Count(e => e is SecureSessionUp),
        ["dtls.refused"] = w => w.PlatformEvents.Count(e => e is SecureSessionRefused),
        ["faults.fired"] = w => w.FaultsFired.Count,
        ["server.bootstraps"] = w => w.PlatformEvents.Count(e => e is BootstrapCompleted),
        ["server.dropped"] = w => w.PlatformEvents.Count(e => e is ValueDropped),
        ["server.offline"] = w => w.PlatformEvents.Count(e => e is DeviceOffline),
        ["server.refused"] = w => w.PlatformEvents.Count(e => e is AccessRefused),
        ["server.registrations"] = w => w.PlatformEvents.Count(e => e is DeviceRegistered),
        ["server.updates"] = w => w.PlatformEvents.Count(e => e is DeviceUpdated),
        ["server.values"] = w => w.PlatformEvents.Count(e => e is DatapointStored),
        ["uplink.lost"] = w => w.Events.Count(e => e.Name == "uplink.lost"),
        ["downlink.lost"] = w => w.Events.Count(e => e.Name == "downlink.lost"),
    };

    public static IEnumerable<string> Counters => Countable.Keys;

    public static bool IsSubject(string subject) => Countable.ContainsKey(subject) || Last().IsMatch(subject) || subject.StartsWith("faults.fired.", StringComparison.Ordinal);

    string? Call(CallStep step)
    {
        var target = Fill(step.Path);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var query = question < 0 ? [] : target[(question + 1)..].Split('&').Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0], p => Uri.UnescapeDataString(p.Length > 1 ? p[1] : ""));
        var body = Fill(step.Body);
        Note($"platform {step.Method} {target} {body}".TrimEnd());
        _call = _world.Call(new ApiRequest(step.Method, path, query, new Dictionary<string, string> { ["api-key"] = VirtualWorldOptions.DefaultApiKey }, Encoding.UTF8.GetBytes(body)));
        Collect();
        return null;
    }

    /// <summary>succ, an error text such as TIME_OUT, or a value that stands in the data.</summary>
    string? Answer(AnswerStep step)
    {
        if (_call == 0)
            return "no platform step before it";
        RunUntil(() => _world.Answer(_call) is not null, step.Within);
        if (_world.Answer(_call) is not { } answer)
            return $"no answer within {step.Within.TotalSeconds:0.###} s";
        Note($"answer {answer.Body}");
        var expected = Fill(step.Expected);
        using var json = JsonDocument.Parse(answer.Body);
        var error = json.RootElement.TryGetProperty("error", out var text) ? text.GetString() : "";
        var fits = error == expected || json.RootElement.TryGetProperty("data", out var data) && Values(data).Contains(expected);
        return fits ? null : answer.Body;
    }

    static IEnumerable<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Values(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Values),
        JsonValueKind.String => [element.GetString()!],
        _ => [element.GetRawText()],
    };

    string? Check(AssertStep step)
    {
        var expected = Fill(step.Value);
        string actual;
        if (Last().Match(step.Subject) is { Success: true } last)
        {
            var stream = last.Groups["path"].Value.Trim('/').Replace('/', '_');
            actual = _world.PlatformEvents.OfType<DatapointStored>().LastOrDefault(e => e.Stream == stream)?.Value.Trim('"') ?? "nothing";
        }
        else if (step.Subject.StartsWith("faults.fired.", StringComparison.Ordinal))
        {
            var name = step.Subject["faults.fired.".Length..];
            actual = _world.FaultsFired.Count(f => f.Name == name).ToString(CultureInfo.InvariantCulture);
        }
        else
            actual = Countable[step.Subject](_world).ToString(CultureInfo.InvariantCulture);
        if (step.Operator == "=")
            return actual == expected ? null : actual;
        var (left, right) = (double.Parse(actual, CultureInfo.InvariantCulture), double.Parse(expected, CultureInfo.InvariantCulture));
        var holds = step.Operator switch
        {
            ">=" => left >= right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left < right,
        };
        return holds ? null : actual;
    }

    /// <summary>Over the transcript, the trace and every datagram with its time.</summary>
    string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in _transcript.Concat(_world.Trace))
            hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
        foreach (var (at, up, server, bytes) in _world.Datagrams)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{at.Ticks} {up} {server}\n"));
            hash.AppendData(bytes.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex(@"^server\.last\('(?<path>/\d+/\d+/\d+)'\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Last();
}
