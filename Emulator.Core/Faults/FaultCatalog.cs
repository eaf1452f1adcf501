namespace M531x.Emulator.Core.Faults;

/// <summary>Every fault type. The rows drive parsing, documentation and the test that each has a scenario.</summary>
static partial class FaultCatalog
{
    public static IReadOnlyList<FaultType> All { get; } = [.. Line(), .. Module(), .. Radio(), .. Path(), .. Dtls(), .. Coap(), .. Lwm2m(), .. Platform()];

    public static FaultType? Find(string name) => All.FirstOrDefault(t => t.Name == name);

    /// <summary>Several faults under one word.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<FaultSpec>> Presets { get; } = new SortedDictionary<string, IReadOnlyList<FaultSpec>>(StringComparer.Ordinal)
    {
        ["ip-ageing"] = [Make("ip-age", ("idle", "120s"))],
        ["flaky-radio"] =
        [
            Make("loss", ("burst", "3")) with { Probability = 0.08 },
            Make("latency", ("mean", "1s"), ("jitter", "800ms"), ("correlation", "0.5")),
            Make("paging-lost") with { Probability = 0.2 },
            Make("csq", ("value", "6")),
        ],
        ["slow-platform"] = [Make("slow-answers", ("delay", "5s")), Make("register-slow", ("delay", "5s"))],
        ["dead-platform"] = [Make("dead")],
        ["rotating-psk"] = [Make("psk-rotated"), Make("server-forgot-session")],
        ["noisy-line"] = [Make("flip-bit") with { Probability = 0.02 }, Make("drop-byte") with { Probability = 0.02 }, Make("garbage") with { Probability = 0.05 }],
        ["chatty-urcs"] =
        [
            Make("duplicate-urc") with { Probability = 0.3 },
            Make("late-urc", ("delay", "2s")) with { Probability = 0.2 },
            Make("urc-placement", ("place", "between-echo-and-response")) with { Name = "urc-between", Probability = 0.3 },
            Make("urc-placement", ("place", "glued-to-ok")) with { Name = "urc-glued", Probability = 0.3 },
        ],
    };

    public static FaultSpec Make(string type, params (string Name, string Value)[] attributes) => new()
    {
        Name = type,
        Type = Find(type)!,
        Attributes = attributes.ToDictionary(a => a.Name, a => a.Value),
    };

    static FaultAttribute Delay(string @default = "1s", string summary = "how long") => new("delay", FaultValueKind.Duration, @default, summary);

    static FaultAttribute Whole(string name, string @default, string summary, int min, int max) => new(name, FaultValueKind.Number, @default, summary) { Min = min, Max = max };
}
