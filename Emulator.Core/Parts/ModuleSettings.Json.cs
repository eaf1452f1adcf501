using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Parts;

/// <content>The settings as text, for a file that outlives the process.</content>
sealed partial class ModuleSettings
{
    const int MaxText = 1024;

    /// <summary>The clock can be set to any two-digit year.</summary>
    const long MaxClockMilliseconds = 200L * 366 * 86400 * 1000;

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>All that survives a restart; equal settings give equal text.</summary>
    public string ToJson() => new JsonObject
    {
        ["profile"] = profile.Name,
        ["contexts"] = new JsonObject(Contexts.Select(c => KeyValuePair.Create<string, JsonNode?>(
            c.Key.ToString(CultureInfo.InvariantCulture), new JsonObject { ["type"] = c.Value.Type, ["apn"] = c.Value.Apn }))),
        ["functions"] = Texts(Functions),
        ["bands"] = new JsonArray([.. Bands.Select(b => JsonValue.Create(b))]),
        ["lock"] = Lock is null ? null : new JsonObject { ["mode"] = Lock.Mode, ["earfcn"] = Lock.Earfcn, ["offset"] = Lock.Offset, ["physicalCell"] = Lock.PhysicalCell },
        ["psm"] = Psm is null ? null : new JsonObject { ["on"] = UsesPsm, ["periodic"] = Psm.PeriodicBits, ["activeTime"] = Psm.ActiveTimeBits },
        ["edrx"] = Edrx is null ? null : new JsonObject { ["on"] = UsesEdrx, ["cycle"] = Edrx.CycleBits, ["window"] = Edrx.WindowBits },
        ["clockOffsetMilliseconds"] = (long)ClockOffset.TotalMilliseconds,
        ["timeZone"] = TimeZone,
        ["kept"] = Texts(Kept.Where(k => !IsVolatile(k.Key, k.Value))),
    }.ToJsonString(Indented);

    /// <summary>Settings as <see cref="ToJson"/> wrote them.</summary>
    /// <exception cref="FormatException">What is wrong, beginning with the name of the field.</exception>
    public static ModuleSettings FromJson(ModuleProfile profile, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ModuleSettings(profile).Fill(new Fields("", document.RootElement));
        }
        catch (JsonException e)
        {
            throw new FormatException($"not JSON: {e.Message}", e);
        }
    }

    static JsonObject Texts(IEnumerable<KeyValuePair<string, string>> texts) =>
        new(texts.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Key, t.Value)));

    ModuleSettings Fill(Fields fields)
    {
        fields.AllowOnly("profile", "contexts", "functions", "bands", "lock", "psm", "edrx", "clockOffsetMilliseconds", "timeZone", "kept");
        if (fields.Text("profile") is var name && name != profile.Name)
            throw fields.Wrong("profile", $"the settings of {name} do not fit {profile.Name}");
        FillContexts(fields.Inner("contexts"));
        var functions = fields.Inner("functions");
        functions.AllowOnly([.. Functions.Keys]);
        foreach (var function in functions.Names)
            Functions[function] = functions.Text(function) is "TRUE" or "FALSE" ? functions.Text(function) : throw functions.Wrong(function, "expected TRUE or FALSE");
        Bands = fields.Numbers("bands", $"one or more of {FrequencyBand.Numbers}", b => FrequencyBand.OfNumber(b) is not null);
        FillLock(fields);
        FillPowerSaving(fields);
        ClockOffset = TimeSpan.FromMilliseconds(fields.Number("clockOffsetMilliseconds", -MaxClockMilliseconds, MaxClockMilliseconds));
        TimeZone = (int)fields.Number("timeZone", -96, 96);
        var kept = fields.Inner("kept");
        foreach (var command in kept.Names)
            Kept[command] = IsValue(command, kept.Text(command)) ? kept.Text(command) : throw kept.Wrong(command, $"no setting of the {profile.Model}");
        return this;
    }

    void FillLock(Fields fields)
    {
        if (fields.IsNull("lock"))
            return;
        var held = fields.Inner("lock");
        held.AllowOnly("mode", "earfcn", "offset", "physicalCell");
        var earfcn = (int)held.Number("earfcn", 0, FrequencyLock.MaxEarfcn);
        if (FrequencyBand.OfEarfcn(earfcn) is null)
            throw held.Wrong("earfcn", $"expected a frequency of band {FrequencyBand.Numbers}");
        Lock = new FrequencyLock((int)held.Number("mode", 0, 1), earfcn,
            held.IsNull("offset") ? null : (int)held.Number("offset", 0, FrequencyLock.MaxOffset),
            held.IsNull("physicalCell") ? null : (int)held.Number("physicalCell", 0, FrequencyLock.MaxPhysicalCell));
    }

    void FillPowerSaving(Fields fields)
    {
        if (!fields.IsNull("psm"))
        {
            var psm = fields.Inner("psm");
            psm.AllowOnly("on", "periodic", "activeTime");
            UsesPsm = psm.Flag("on");
            Psm = new PsmSettings(psm.Bits("periodic", 8), psm.Bits("activeTime", 8));
        }
        if (!fields.IsNull("edrx"))
        {
            var edrx = fields.Inner("edrx");
            edrx.AllowOnly("on", "cycle", "window");
            UsesEdrx = edrx.Flag("on");
            Edrx = new EdrxSettings(edrx.Bits("cycle", 4), edrx.Bits("window", 4));
        }
    }

    void FillContexts(Fields contexts)
    {
        Contexts.Clear();
        foreach (var name in contexts.Names)
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > MaxContext)
                throw contexts.Wrong(name, $"expected a number from 0 to {MaxContext}");
            var context = contexts.Inner(name);
            context.AllowOnly("type", "apn");
            if (!PacketContext.IsType(context.Text("type")))
                throw context.Wrong("type", $"expected one of {string.Join(", ", PacketContext.Types)}");
            Contexts[id] = new PacketContext(context.Text("type"), context.Text("apn"));
        }
        if (!Contexts.ContainsKey(profile.ContextId))
            throw contexts.Wrong(profile.ContextId.ToString(CultureInfo.InvariantCulture), "the module's own context is missing");
    }

    bool IsValue(string command, string value) =>
        CommandTable.Find(command, profile) is { IsMipl: false } row
        && row.Has(AtForms.Set) && AtArguments.TrySplit(value, out var arguments) && row.Check(arguments) is null;

    /// <summary>The members of one JSON object; errors begin with the path of the field.</summary>
    sealed class Fields
    {
        readonly string _path;
        readonly JsonElement _json;

        public Fields(string path, JsonElement json)
        {
            _path = path;
            _json = json.ValueKind == JsonValueKind.Object ? json : throw new FormatException($"{(path.Length == 0 ? "file" : path)}: expected an object");
        }

        public IEnumerable<string> Names => _json.EnumerateObject().Select(p => p.Name);

        public void AllowOnly(params string[] names)
        {
            if (Names.Except(names).FirstOrDefault() is { } unknown)
                throw Wrong(unknown, "unknown field");
        }

        public Fields Inner(string name) => new(PathOf(name), Take(name));

        public bool IsNull(string name) => Take(name).ValueKind == JsonValueKind.Null;

        /// <summary>Characters of one byte and no control characters, for the module prints them.</summary>
        public string Text(string name) =>
            Take(name) is { ValueKind: JsonValueKind.String } json && json.GetString()! is { Length: <= MaxText } text && text.All(c => c is >= ' ' and <= 'ÿ' and not '\x7f')
                ? text
                : throw Wrong(name, $"expected up to {MaxText} printable characters");

        public string Bits(string name, int count) =>
            Text(name) is var text && text.Length == count && text.All(c => c is '0' or '1') ? text : throw Wrong(name, $"expected {count} binary digits");

        public bool Flag(string name) => Take(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "expected true or false"),
        };

        public List<int> Numbers(string name, string expected, Func<int, bool> isAllowed)
        {
            var json = Take(name);
            List<int> numbers = [];
            if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0)
                throw Wrong(name, $"expected {expected}");
            foreach (var item in json.EnumerateArray())
                numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) && isAllowed(number) ? number : throw Wrong(name, $"expected {expected}"));
            return numbers;
        }

        public long Number(string name, long min, long max) =>
            Take(name) is { ValueKind: JsonValueKind.Number } json && json.TryGetInt64(out var number) && number >= min && number <= max
                ? number
                : throw Wrong(name, $"expected a whole number from {min} to {max}");

        public FormatException Wrong(string name, string what) => new($"{PathOf(name)}: {what}");

        JsonElement Take(string name) => _json.TryGetProperty(name, out var value) ? value : throw Wrong(name, "missing");

        string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";
    }
}
