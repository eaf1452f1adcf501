using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Profiles;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>The mappings of a scenario. Reader, JSON schema and documentation are made from them.</summary>
static class ScenarioShapes
{
    public const int MaxModules = 16;

    static readonly ScenarioValue Text = new ScenarioValue.Text();
    static readonly ScenarioValue Texts = new ScenarioValue.OneOrMany(Text);
    static readonly ScenarioValue Line = new ScenarioValue.Pattern();
    static readonly ScenarioValue Lines = new ScenarioValue.OneOrMany(Line);
    static readonly ScenarioValue Flag = new ScenarioValue.Flag();
    static readonly ScenarioValue Time = new ScenarioValue.Duration();
    static readonly ScenarioValue ResourcePath = new ScenarioValue.Form("^/?[0-9]+(/[0-9]+){0,2}/?$", "/3200/0/5750");
    static readonly ScenarioValue Times = new ScenarioValue.Whole(1, int.MaxValue);
    static readonly ScenarioValue Step = new ScenarioValue.Named("step");
    static readonly ScenarioValue Fault = new ScenarioValue.Named("fault");
    static readonly ScenarioValue Name = new ScenarioValue.Form("^[A-Za-z][A-Za-z0-9_-]*$", "meter");

    public static ScenarioShape Limits { get; } = new(
        new("core-time", Time, "longest core time; 2d unless given"),
        new("wall-time", Time, "longest time on the wall clock; 60s unless given"));

    static readonly ScenarioKey[] OfModule =
    [
        new("profile", new ScenarioValue.Choice([.. ModuleProfile.All.Select(p => p.Name)]), "the module"),
        new("dialect", new ScenarioValue.Choice(["onenet", "lwm2m"]), "what goes on the wire"),
        new("quirks", new ScenarioValue.OneOrMany(new ScenarioValue.Choice([.. QuirkCatalog.All.SelectMany(q => new[] { q.Name, $"{q.Name}=off" })])), "deviations that m531x quirks lists, on or off"),
        new("imei", new ScenarioValue.Digits(15, 15), "of the module"),
        new("imsi", new ScenarioValue.Digits(1, 15), "of the module"),
        new("psk-identity", Text, "PSK identity instead of the IMEI"),
        new("ip-ageing", new ScenarioValue.Duration("off"), "silence after which the network forgets the module; 120s unless given"),
        new("attach-delay", Time, "from start or reset until the network is attached"),
        new("latency", new ScenarioValue.Choice(["none", "typical", "slowest", "seeded"]), "time that commands and the registration take"),
        new("never", Lines, "lines that must not come at any time"),
        new("steps", new ScenarioValue.List(Step), "what happens, in order"),
    ];

    public static ScenarioShape Module { get; } = new([.. OfModule[..^1], OfModule[^1] with { IsRequired = true }]);

    public static ScenarioShape Root { get; } = new(
    [
        new("schema", new ScenarioValue.Whole(ScenarioReader.Schema, ScenarioReader.Schema), "version of this format") { IsRequired = true },
        new("name", Text, "what the scenario shows; the file's name unless given"),
        new("platform", new ScenarioValue.Choice(["local"]), "the OneNET inside"),
        new("time", new ScenarioValue.Choice(["virtual"]), "the clock jumps to the next deadline"),
        new("seed", new ScenarioValue.Whole(0, long.MaxValue), "the same seed gives the same bytes"),
        new("auto-provision", Flag, "false: the local OneNET knows no device before POST /devices"),
        new("dtls-connection-ids", Flag, "module and local OneNET use connection ids (RFC 9146)"),
        new("limits", new ScenarioValue.Mapping(Limits), "how long it may take"),
        new("variables", new ScenarioValue.Map(Text, ScenarioVariables.NamePattern), "values for ${name}; m531x test --var NAME=VALUE replaces one"),
        new("faults", new ScenarioValue.OneOrMany(Fault), "what goes wrong from the start, for every module"),
        .. OfModule,
        new("parallel", new ScenarioValue.Map(new ScenarioValue.Mapping(Module), "^[A-Za-z][A-Za-z0-9_-]*$"), $"instead of steps: up to {MaxModules} modules by name, each with steps of its own, on one clock and one local OneNET"),
    ])
    { OneOfKeys = ["steps", "parallel"] };

    public static ScenarioShape Expect { get; } = new(
        new("line", Line, "what it has to look like") { IsRequired = true },
        new("within", Time, "60s unless given"));

    public static ScenarioShape Answer { get; } = new(
        new("is", Line, "error text, such as succ or TIME_OUT, or a value in the data; exact, a template or a regular expression as for expect") { IsRequired = true },
        new("within", Time, "60s unless given"));

    public static ScenarioShape Await { get; } = new(
        new("signal", Name, "of another module") { IsRequired = true },
        new("within", Time, "60s unless given"));

    public static ScenarioShape Override { get; } = new(
        new("match", Text, "the whole command line, exact but for upper and lower case; no template") { IsRequired = true },
        new("respond", Texts, "lines instead of the module's own") { IsRequired = true },
        new("times", Times, "1 unless given"));

    public static ScenarioShape Write { get; } = new(
        new("path", ResourcePath, "of the resource") { IsRequired = true },
        new("value", Text, "what is written") { IsRequired = true });

    public static ScenarioShape Execute { get; } = new(
        new("path", ResourcePath, "of the resource") { IsRequired = true },
        new("args", Text, "arguments"));

    public static ScenarioShape Platform { get; } = new(
        new("read", ResourcePath, "reads a resource, an instance or an object"),
        new("write", new ScenarioValue.Mapping(Write), "writes a resource"),
        new("execute", new ScenarioValue.Mapping(Execute), "executes a resource"),
        new("observe", ResourcePath, "observes"),
        new("cancel", ResourcePath, "ends an observation"),
        new("discover", ResourcePath, "discovers"),
        new("psk", Text, "sets the key of the bootstrap server for the device"),
        new("access-psk", Text, "sets the key of the LwM2M server for the device"),
        new("rotate-psk", new ScenarioValue.Mark(), "gives the device new keys on the platform alone"),
        new("delete", new ScenarioValue.Mark(), "deletes the device"),
        new("call", new ScenarioValue.Form("^(GET|POST|PUT|DELETE) /", "GET /devices"), "METHOD PATH [BODY] of OneNET's HTTP API"))
    { IsOneOf = true };

    public static ScenarioShape Radio { get; } = new(
        new("coverage", Flag, "a cell is in reach"),
        new("attached", Flag, "the network has the module"),
        new("rssi", new ScenarioValue.Whole(0, 31), "signal as AT+CSQ prints it"));

    public static ScenarioShape Repeat { get; } = new(
        new("times", new ScenarioValue.Whole(1, 100_000), "how often") { IsRequired = true },
        new("steps", new ScenarioValue.List(Step), "what") { IsRequired = true });

    public static ScenarioShape FaultShape { get; } = new(
        new("name", new ScenarioValue.Form("^[^/]+$", "slow-link"), "by which clear-fault and assert know it; the type unless given"),
        new("type", new ScenarioValue.Choice([.. FaultCatalog.All.Select(t => t.Name)]), "what goes wrong") { IsRequired = true },
        new("target", new ScenarioValue.Choice([.. Enum.GetNames<FaultTarget>().Select(t => t.ToLowerInvariant())]), "the type's own, if it is given"),
        new("direction", new ScenarioValue.Choice(["up", "down", "both"]), "as the module sees it"),
        new("probability", new ScenarioValue.Number(0, 1), "1 unless given"),
        new("times", Times, "acts at most so often"),
        new("after", Time, "begins so much later"),
        new("for", Time, "lasts so long"),
        new("match", Text, "acts on what contains this, or matches it between slashes"),
        new("attributes", new ScenarioValue.Map(Text), "of the type"));

    /// <summary>What a step does.</summary>
    public static ScenarioShape StepShape { get; } = new(
        new("send", Texts, "sends command lines"),
        new("send-raw", Text, "sends text without a CR"),
        new("expect", new ScenarioValue.OneOrMany(new ScenarioValue.Either(Line, new ScenarioValue.Mapping(Expect))), "waits for a line and skips others"),
        new("next", new ScenarioValue.OneOrMany(new ScenarioValue.Either(Line, new ScenarioValue.Mapping(Expect))), "takes the very next line"),
        new("never", Lines, "from here on these lines must not come"),
        new("advance", Time, "time passes"),
        new("silent", Time, "time passes, and the module prints nothing"),
        new("fault", new ScenarioValue.OneOrMany(Fault), "something goes wrong from here on"),
        new("clear-fault", Text, "ends the fault of this name, or all"),
        new("override", new ScenarioValue.Mapping(Override), "answers a command with these lines, so many times"),
        new("platform", new ScenarioValue.Mapping(Platform), "the cloud does something"),
        new("answer", new ScenarioValue.Either(Line, new ScenarioValue.Mapping(Answer)), "what the last platform step was answered: an error text, such as succ, or a value in the data"),
        new("radio", new ScenarioValue.Mapping(Radio), "changes the network around the module"),
        new("reset", new ScenarioValue.Choice(["power", "pin", "at", "watchdog"]), "restarts the module"),
        new("set", new ScenarioValue.Map(Text, ScenarioVariables.NamePattern), "sets variables"),
        new("assert", new ScenarioValue.Named("assert"), "compares counters and what the platform received; >=, <=, > and < may stand before a number"),
        new("signal", Name, "tells the other modules of parallel"),
        new("await", new ScenarioValue.Either(Name, new ScenarioValue.Mapping(Await)), "waits until another module has told"),
        new("include", Text, "steps from a file, from the folder of the file that this stands in"),
        new("repeat", new ScenarioValue.Mapping(Repeat), "steps several times"))
    { IsOneOf = true };
}
