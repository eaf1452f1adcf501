using System.Text.Json;
using M531x.Dtls;

namespace M531x.Emulator.Core.Profiles;

/// <summary>
/// Reads a profile file: name, model; facts, limits, delays and quirks (each with value, evidence and source); commands by evidence.
/// An unknown or missing item is an error that names it.
/// </summary>
static class ProfileLoader
{
    static readonly string[] Sections = ["name", "model", "facts", "limits", "delays", "commands", "quirks"];

    public static ModuleProfile LoadEmbedded(string name)
    {
        using var stream = typeof(ProfileLoader).Assembly.GetManifestResourceStream($"M531x.Emulator.Core.Profiles.Data.{name}.json")
            ?? throw new InvalidOperationException($"profile {name} is not embedded");
        return Load(stream);
    }

    /// <exception cref="FormatException">The file lacks an item, has one too many, or one of the wrong type.</exception>
    public static ModuleProfile Load(Stream stream)
    {
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        foreach (var section in root.EnumerateObject())
        {
            if (!Sections.Contains(section.Name))
                throw new FormatException($"unknown section '{section.Name}'");
        }
        var facts = new FactReader(Section(root, "facts"));
        var limits = new FactReader(Section(root, "limits"));
        var delays = new FactReader(Section(root, "delays"));
        var quirks = new FactReader(Section(root, "quirks"));
        var profile = new ModuleProfile
        {
            Name = root.GetProperty("name").GetString()!,
            Model = root.GetProperty("model").GetString()!,
            EchoByDefault = facts.Take("echo").GetBoolean(),
            ColonSpace = facts.Take("colonSpace").GetString()!,
            ColonSpaceOverrides = facts.Take("colonSpaceOverrides").EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetString()!),
            BlankBeforeLast = Strings(facts.Take("blankBeforeLast")),
            QuotesNetworkText = facts.Take("quotesNetworkText").GetBoolean(),
            ContextId = facts.Take("contextId").GetInt32(),
            OperatorAccess = facts.Take("operatorAccess") is { ValueKind: JsonValueKind.Number } access ? access.GetInt32() : null,
            AddressLine = facts.Take("addressLine").GetString(),
            Sockets = Enum.Parse<SocketDialect>(facts.Take("sockets").GetString()!, ignoreCase: true),
            Baud = facts.Take("baud").GetInt32(),
            Identification = Strings(facts.Take("identification")),
            Manufacturer = facts.Take("manufacturer").GetString()!,
            Revision = facts.Take("revision").GetString()!,
            Apn = facts.Take("apn").GetString()!,
            Bands = ReadBands(facts.Take("bands")),
            DtlsSuites = ReadSuites(facts.Take("dtlsSuites")),
            DtlsInitialTimeout = TimeSpan.FromSeconds(facts.Take("dtlsInitialTimeoutSeconds").GetDouble()),
            DtlsRestart = TimeSpan.FromSeconds(facts.Take("dtlsRestartSeconds").GetDouble()),
            ExtendedMasterSecret = facts.Take("extendedMasterSecret").GetBoolean(),
            EncryptThenMac = facts.Take("encryptThenMac").GetBoolean(),
            FixedAnswers = facts.Take("fixedAnswers").EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!),
            MiplVersion = facts.Take("miplVersion").GetString()!,
            Imei = facts.Take("imei").GetString()!,
            Imsi = facts.Take("imsi").GetString()!,
            Iccid = facts.Take("iccid").GetString()!,
            Boot = ReadBoot(facts.Take("boot"), facts.Take("bootSeconds").GetDouble()),
            Commands = ReadCommands(root.GetProperty("commands")),
            Quirks = new QuirkSet(root.GetProperty("quirks").EnumerateObject().Where(q => quirks.Take(q.Name).GetBoolean()).Select(q => ReadQuirk(q.Name)).ToList()),
            QuirkFacts = quirks.Facts,
            Limits = ReadLimits(limits),
            Delays = ReadDelays(delays),
        };
        profile = ReadSleep(profile, facts.Take("psmLines"), facts.Take("sleepLines"));
        foreach (var reader in (FactReader[])[facts, limits, delays])
            reader.ThrowIfAnyIsLeft();
        return profile with { Facts = [.. facts.Facts, .. limits.Facts, .. delays.Facts] };
    }

    static JsonElement Section(JsonElement root, string name) =>
        root.TryGetProperty(name, out var section) ? section : throw new FormatException($"section '{name}' is missing");

    static ModuleLimits ReadLimits(FactReader limits)
    {
        return new ModuleLimits
        {
            QueuedOperations = Take("queuedOperations"),
            QueuedBytes = Take("queuedBytes"),
            UnqueuedPayloadBytes = Take("unqueuedPayloadBytes"),
            PayloadBytes = Take("payloadBytes"),
            WriteChunkBytes = Take("writeChunkBytes"),
            CachedMessages = Take("cachedMessages"),
            CachedBytes = Take("cachedBytes"),
            OperationSeconds = Take("operationSeconds"),
            AwakeSeconds = Take("awakeSeconds"),
            UnendedLineSeconds = Take("unendedLineSeconds"),
            PskCharacters = Take("pskCharacters"),
        };

        int Take(string item) => limits.Take(item) is { ValueKind: JsonValueKind.Number } json && json.TryGetInt32(out var limit) && limit > 0
            ? limit
            : throw new FormatException($"limit '{item}' is no whole number above 0");
    }

    static ModuleDelays ReadDelays(FactReader delays)
    {
        return new ModuleDelays
        {
            Answer = Take("answerDelay"),
            Attach = Take("attachDelay"),
            Registration = TakeSpread("registrationDelay"),
            Wake = Take("wakeDelay"),
        };

        DelayRange Take(string item)
        {
            var json = delays.Take(item);
            var range = new DelayRange(Seconds(json, "typical"), Seconds(json, "slowest"));
            return range.Typical >= TimeSpan.Zero && range.Slowest >= range.Typical ? range : throw new FormatException($"delay '{item}' is slower usually than at worst");
        }

        DelaySpread TakeSpread(string item)
        {
            var json = delays.Take(item);
            var spread = new DelaySpread(Seconds(json, "fastest"), Seconds(json, "slowest"));
            return spread.Fastest >= TimeSpan.Zero && spread.Slowest >= spread.Fastest ? spread : throw new FormatException($"delay '{item}' is slower at best than at worst");
        }

        static TimeSpan Seconds(JsonElement json, string name) => TimeSpan.FromSeconds(json.GetProperty(name).GetDouble());
    }

    static List<int> ReadBands(JsonElement json)
    {
        var bands = json.EnumerateArray().Select(b => b.GetInt32()).ToList();
        return bands.Count > 0 && bands.All(b => FrequencyBand.OfNumber(b) is not null)
            ? bands
            : throw new FormatException($"fact 'bands' is not one or more of {FrequencyBand.Numbers}");
    }

    static ModuleProfile ReadSleep(ModuleProfile profile, JsonElement saving, JsonElement sleep) => profile with
    {
        PsmEnterLine = saving.GetProperty("enter").GetString()!,
        PsmExitLine = saving.GetProperty("exit").GetString()!,
        SleepLine = sleep.GetProperty("sleep").GetString(),
        WakeLine = sleep.GetProperty("wake").GetString(),
    };

    static BootSequence ReadBoot(JsonElement json, double seconds) => new()
    {
        Rebooting = json.GetProperty("rebooting").GetString()!,
        Ready = json.GetProperty("ready").GetString()!,
        Causes = json.GetProperty("causes").EnumerateObject().ToDictionary(
            c => Enum.Parse<ResetCause>(c.Name, ignoreCase: true), c => c.Value.GetString()!),
        Seconds = seconds,
    };

    static Dictionary<string, Evidence> ReadCommands(JsonElement json) => json.EnumerateObject()
        .SelectMany(e => Strings(e.Value).Select(name => (name, Evidence: Enum.Parse<Evidence>(e.Name, ignoreCase: true))))
        .ToDictionary(c => c.name, c => c.Evidence, StringComparer.Ordinal);

    static Quirk ReadQuirk(string name) => QuirkCatalog.Find(name)?.Quirk ?? throw new FormatException($"unknown quirk '{name}'");

    static DtlsCipherSuite[] ReadSuites(JsonElement json) => [.. Strings(json).Select(name =>
        DtlsCipherSuites.TryParse(name, out var suite) ? suite : throw new FormatException($"unknown cipher suite '{name}'"))];

    static IReadOnlyList<string> Strings(JsonElement json) => [.. json.EnumerateArray().Select(e => e.GetString()!)];

    /// <summary>Hands out each fact once, so that one nobody asks for is noticed.</summary>
    sealed class FactReader(JsonElement json)
    {
        readonly HashSet<string> _left = [.. json.EnumerateObject().Select(f => f.Name)];
        readonly List<ProfileFact> _facts = [];

        public IReadOnlyList<ProfileFact> Facts => _facts;

        public JsonElement Take(string item)
        {
            if (!_left.Remove(item))
                throw new FormatException($"fact '{item}' is missing");
            var fact = json.GetProperty(item);
            var value = fact.GetProperty("value");
            _facts.Add(new ProfileFact(item, value.GetRawText(), Enum.Parse<Evidence>(fact.GetProperty("evidence").GetString()!, ignoreCase: true),
                fact.GetProperty("source").GetString()!));
            return value;
        }

        public void ThrowIfAnyIsLeft()
        {
            if (_left.Count > 0)
                throw new FormatException($"unknown fact '{_left.Order().First()}'");
        }
    }
}
