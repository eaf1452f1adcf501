using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Patterns;
using M531x.Emulator.Core.Profiles;
using M531x.Lwm2m.Client;

namespace M531x.Emulator.Core.Scenarios;

/// <summary>
/// Reads scenario files (YAML), whose mappings are <see cref="ScenarioShapes"/>. Paths resolve from the folder of the file that they stand in; a key
/// that is not known is refused with its line and column, and so is a variable.
/// </summary>
static partial class ScenarioReader
{
    public const int Schema = 1;

    static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(60);
    static readonly Dictionary<string, string> NoVariables = [];

    /// <param name="file">Its name, for errors and to resolve includes.</param>
    /// <param name="text">Its content.</param>
    /// <param name="open">Gives the content of an included file, or null.</param>
    /// <param name="given">Values that replace those of the scenario's variables; names that it has not are left alone.</param>
    /// <exception cref="ScenarioException">What is wrong, and where.</exception>
    public static Scenario Read(string file, string text, Func<string, string?> open, IReadOnlyDictionary<string, string>? given = null)
    {
        using var reader = new StringReader(text);
        var root = ScenarioNode.Load(file, reader);
        var keys = root.Members(ScenarioShapes.Root);
        if (keys["schema"].Integer(1, int.MaxValue) != Schema)
            throw keys["schema"].Wrong($"this version reads schema: {Schema}");
        var variables = keys.TryGetValue("variables", out var own) ? ReadVariables(own, given ?? NoVariables) : NoVariables;
        root = root with { Variables = variables };
        keys = root.Members(ScenarioShapes.Root);
        if (keys.TryGetValue("platform", out var platform))
            platform.Choice("local");
        if (keys.TryGetValue("time", out var time))
            time.Choice("virtual");
        var limits = keys.TryGetValue("limits", out var limit) ? limit.Members(ScenarioShapes.Limits) : new Dictionary<string, ScenarioNode>();
        var context = new ReadContext(open, [file]);
        var modules = keys.TryGetValue("parallel", out var parallel)
            ? ReadParallel(parallel, keys, context)
            : [ReadModule(keys, "", 0, context)];
        var scenario = new Scenario
        {
            Name = keys.TryGetValue("name", out var name) ? name.Text() : Path.GetFileNameWithoutExtension(file),
            File = file,
            Seed = keys.TryGetValue("seed", out var seed) ? seed.Seed() : null,
            AutoProvision = !keys.TryGetValue("auto-provision", out var provision) || provision.Flag(),
            ConnectionIds = keys.TryGetValue("dtls-connection-ids", out var ids) && ids.Flag(),
            Variables = variables,
            Faults = keys.TryGetValue("faults", out var faults) ? [.. faults.ItemsOrOne().SelectMany(FaultReader.Read)] : [],
            Modules = modules,
        };
        if (limits.TryGetValue("core-time", out var core))
            scenario = scenario with { CoreLimit = core.Duration() };
        if (limits.TryGetValue("wall-time", out var wall))
            scenario = scenario with { WallLimit = wall.Duration() };
        foreach (var module in modules)
            CheckVariables(module, scenario);
        return scenario;
    }

    static Dictionary<string, string> ReadVariables(ScenarioNode node, IReadOnlyDictionary<string, string> given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in node.Members())
        {
            if (!ScenarioVariables.IsName(name))
                throw value.Wrong("expected a name of letters, digits, _ and -");
            values[name] = given.GetValueOrDefault(name) ?? value.Raw();
        }
        return values;
    }

    /// <summary>What stands beside parallel holds for every module that does not say otherwise.</summary>
    static List<ScenarioModule> ReadParallel(ScenarioNode node, IReadOnlyDictionary<string, ScenarioNode> root, ReadContext context)
    {
        var members = node.Members();
        if (members.Count is 0 or > ScenarioShapes.MaxModules)
            throw node.Wrong($"expected 1 to {ScenarioShapes.MaxModules} modules");
        // What every module replaces has to be right all the same.
        _ = ReadModule(root, "", 0, context);
        var modules = new List<ScenarioModule>();
        foreach (var (name, value) in members)
        {
            if (!ScenarioVariables.IsName(name))
                throw value.Wrong("expected a name of letters, digits, _ and -");
            var keys = value.Members(ScenarioShapes.Module).ToDictionary(StringComparer.Ordinal);
            foreach (var shared in ScenarioShapes.Module.Names)
            {
                if (root.TryGetValue(shared, out var common))
                    keys.TryAdd(shared, common);
            }
            var module = ReadModule(keys, name, modules.Count, context);
            if (modules.Find(m => m.Imei == module.Imei) is { } other)
                throw value.Wrong($"has the IMEI of {other.Name}");
            modules.Add(module);
        }
        return modules;
    }

    static ScenarioModule ReadModule(IReadOnlyDictionary<string, ScenarioNode> keys, string name, int index, ReadContext context)
    {
        var profile = keys.TryGetValue("profile", out var given) ? FindProfile(given) : ModuleProfile.M5310A;
        var module = new ScenarioModule
        {
            Name = name,
            Profile = profile,
            Imei = keys.TryGetValue("imei", out var imei) ? Digits(imei, 15, 15) : Next(profile.Imei, index),
            Imsi = keys.TryGetValue("imsi", out var imsi) ? Digits(imsi, 1, 15) : Next(profile.Imsi, index),
            PskIdentity = keys.TryGetValue("psk-identity", out var identity) ? identity.Text() : null,
            Dialect = keys.TryGetValue("dialect", out var dialect) && dialect.Choice("onenet", "lwm2m") == "lwm2m" ? Lwm2mDialect.Lwm2m : Lwm2mDialect.OneNet,
            Quirks = keys.TryGetValue("quirks", out var quirks) ? quirks.ItemsOrOne().Aggregate(QuirkSet.None, (set, node) => set.With(ReadQuirk(node))) : QuirkSet.None,
            Latency = keys.TryGetValue("latency", out var latency) ? Enum.Parse<LatencyMode>(latency.Choice("none", "typical", "slowest", "seeded"), ignoreCase: true) : LatencyMode.None,
            AttachDelay = keys.TryGetValue("attach-delay", out var attach) ? attach.Duration() : TimeSpan.Zero,
            Never = keys.TryGetValue("never", out var never) ? [.. never.ItemsOrOne().Select(ReadPattern)] : [],
            Steps = keys.TryGetValue("steps", out var steps) ? [.. steps.Items().SelectMany(step => ReadStep(step, context))] : [],
        };
        return keys.TryGetValue("ip-ageing", out var ageing) ? module with { IpAgeing = ageing.Text() == "off" ? null : ageing.Duration() } : module;
    }

    /// <summary>The modules of one scenario differ in their last digits.</summary>
    static string Next(string digits, int index)
    {
        const int last = 4;
        var number = (int.Parse(digits.AsSpan(digits.Length - last), System.Globalization.CultureInfo.InvariantCulture) + index) % 10_000;
        return digits[..^last] + number.ToString("D4", System.Globalization.CultureInfo.InvariantCulture);
    }

    static string Digits(ScenarioNode node, int min, int max) =>
        node.Text() is var text && text.Length >= min && text.Length <= max && text.All(char.IsAsciiDigit) ? text
            : throw node.Wrong(min == max ? $"expected {min} digits" : $"expected {min} to {max} digits");

    /// <summary>Each variable that a step uses has a value by then.</summary>
    static void CheckVariables(ScenarioModule module, Scenario scenario)
    {
        var known = new HashSet<string>(scenario.Variables.Keys, StringComparer.Ordinal) { "imei", "imsi" };
        foreach (var other in scenario.Modules.Where(m => m.Name.Length > 0))
            known.UnionWith([$"{other.Name}.imei", $"{other.Name}.imsi"]);
        foreach (var step in module.Steps)
        {
            if (step.Templates.SelectMany(ScenarioVariables.NamesIn).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
                throw new ScenarioException(step.Place, "variable", ScenarioVariables.Unknown(unknown, known));
            known.UnionWith(step.Defines);
        }
    }

    static ModuleProfile FindProfile(ScenarioNode node) =>
        ModuleProfile.Find(node.Text()) ?? throw node.Wrong($"no profile '{node.Text()}'; known are {ModuleProfile.Names}");

    static QuirkSet ReadQuirk(ScenarioNode node)
    {
        try
        {
            return QuirkSet.Parse(node.Text());
        }
        catch (FormatException e)
        {
            throw node.Wrong($"quirk {node.Text()}: {e.Message}");
        }
    }

    static LinePattern ReadPattern(ScenarioNode node) => ReadPattern(node, node.Text());

    static LinePattern ReadPattern(ScenarioNode node, string text)
    {
        try
        {
            return LinePattern.Parse(text);
        }
        catch (FormatException e)
        {
            throw node.Wrong(e.Message);
        }
    }

    /// <param name="Open">Gives the content of a file, or null.</param>
    /// <param name="Files">The scenario, and what includes what down to the file that is being read.</param>
    sealed record ReadContext(Func<string, string?> Open, IReadOnlyList<string> Files);
}
