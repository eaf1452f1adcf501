using System.Text.Json.Nodes;
using M531x.Emulator.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Scenarios;

/// <summary>Reads scenario files (YAML). Paths resolve from the scenario's folder; a key that is not known is refused with its line and column.</summary>
static partial class ScenarioReader
{
    public const int Schema = 1;

    static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(60);
    static readonly string[] RootKeys =
    [
        "schema", "name", "profile", "platform", "time", "seed", "dialect", "quirks", "ip-ageing", "attach-delay", "auto-provision", "dtls-connection-ids",
        "limits", "variables", "never", "faults", "steps",
    ];

    /// <param name="file">Its name, for errors and to resolve includes.</param>
    /// <param name="text">Its content.</param>
    /// <param name="open">Gives the content of an included file, or null.</param>
    /// <exception cref="ScenarioException">What is wrong, and where.</exception>
    public static Scenario Read(string file, string text, Func<string, string?> open)
    {
        using var reader = new StringReader(text);
        var root = ScenarioNode.Load(file, reader);
        var keys = root.Members(RootKeys);
        if (!keys.TryGetValue("schema", out var schema))
            throw root.Wrong($"schema is missing; this version reads schema: {Schema}");
        if (schema.Integer(1, int.MaxValue) != Schema)
            throw schema.Wrong($"this version reads schema: {Schema}");
        if (!keys.TryGetValue("steps", out var steps))
            throw root.Wrong("steps are missing");
        if (keys.TryGetValue("platform", out var platform))
            platform.Choice("local");
        if (keys.TryGetValue("time", out var time))
            time.Choice("virtual");
        var limits = keys.TryGetValue("limits", out var given) ? given.Members("core-time", "wall-time") : new Dictionary<string, ScenarioNode>();
        var defaults = new Scenario { Name = "", File = file, Steps = [] };
        return defaults with
        {
            Name = keys.TryGetValue("name", out var name) ? name.Text() : Path.GetFileNameWithoutExtension(file),
            Profile = keys.TryGetValue("profile", out var profile) ? FindProfile(profile) : defaults.Profile,
            Dialect = keys.TryGetValue("dialect", out var dialect) && dialect.Choice("onenet", "lwm2m") == "lwm2m" ? Lwm2mDialect.Lwm2m : Lwm2mDialect.OneNet,
            Quirks = keys.TryGetValue("quirks", out var quirks) ? new QuirkSet(quirks.ItemsOrOne().Select(FindQuirk)) : QuirkSet.None,
            Seed = keys.TryGetValue("seed", out var seed) ? seed.Seed() : null,
            IpAgeing = keys.TryGetValue("ip-ageing", out var ageing) ? ageing.Text() == "off" ? null : ageing.Duration() : defaults.IpAgeing,
            AttachDelay = keys.TryGetValue("attach-delay", out var attach) ? attach.Duration() : TimeSpan.Zero,
            AutoProvision = !keys.TryGetValue("auto-provision", out var provision) || provision.Flag(),
            ConnectionIds = keys.TryGetValue("dtls-connection-ids", out var ids) && ids.Flag(),
            CoreLimit = limits.TryGetValue("core-time", out var core) ? core.Duration() : defaults.CoreLimit,
            WallLimit = limits.TryGetValue("wall-time", out var wall) ? wall.Duration() : defaults.WallLimit,
            Variables = keys.TryGetValue("variables", out var variables) ? variables.Members().ToDictionary(v => v.Key, v => v.Value.Text()) : defaults.Variables,
            Never = keys.TryGetValue("never", out var never) ? [.. never.ItemsOrOne().Select(ReadPattern)] : [],
            Faults = keys.TryGetValue("faults", out var faults) ? [.. faults.ItemsOrOne().SelectMany(FaultReader.Read)] : [],
            Steps = [.. steps.Items().SelectMany(step => ReadStep(step, open, depth: 0))],
        };
    }

    static ModuleProfile FindProfile(ScenarioNode node) =>
        ModuleProfile.Find(node.Text()) ?? throw node.Wrong($"no profile '{node.Text()}'; known are {string.Join(", ", ModuleProfile.All.Select(p => p.Name))}");

    static Quirk FindQuirk(ScenarioNode node) => QuirkCatalog.Find(node.Text())?.Quirk ?? throw node.Wrong($"no quirk '{node.Text()}'");

    static LinePattern ReadPattern(ScenarioNode node)
    {
        try
        {
            return LinePattern.Parse(node.Text());
        }
        catch (FormatException e)
        {
            throw node.Wrong(e.Message);
        }
    }

    static string JsonText(ScenarioNode node) => JsonValue.Create(node.Text())!.ToJsonString();
}
