using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Network;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<SettingsPart>(Order = 25)]

namespace M531x.Emulator.Core.Network;

/// <summary>Settings that the module keeps in its flash and shows again: AT+NCONFIG, AT+SM, and those that change nothing else here.</summary>
sealed class SettingsPart : ModulePart, ICommandFamily<SettingsPart>
{
    /// <summary>The settings as the last effect carried them.</summary>
    string _reported;

    SettingsPart(ModuleContext context) : base(context) => _reported = Settings.ToJson();

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Rows<SettingsPart>.General("+NCONFIG", "Behaviour of the module", "Neul") with
        {
            Parameters = [AtParameter.Text("function", 40), AtParameter.Text("value", 10)],
            Set = (p, a) => p.SetFunction(a),
            Read = p => p.ReadFunctions(),
            Test = p => p.ListFunctions(),
        },
        Rows<SettingsPart>.General("+SM", "Sleep lock: LOCK, LOCK_FOREVER, UNLOCK", "M5311", "(LOCK,LOCK_FOREVER,UNLOCK)") with
        {
            Parameters = [AtParameter.Text("lock", 12)],
            Set = (p, a) => p.SetSleepLock(a),
            Read = p => p.ShowKept(ModuleSettings.SleepLock, ModuleSettings.Unlocked),
        },
        Kept("*SLEEP", "Allow sleep", "M5311", "1", Parameters.OneOf("n", 1)),
        Kept("*MATWAKEUP", "Report of a wake-up", "M5311", "0", Parameters.OneOf("n", 1)),
        Kept("+NCDP", "Address of the IoT platform", "Neul", null, AtParameter.Text("ip", 64), Parameters.OneOf("port", 65535).OrNothing),
        Kept("+NNMI", "Indication of messages from the IoT platform", "Neul", "0", Parameters.OneOf("status", 2)),
        Kept("+NSMI", "Indication of messages to the IoT platform", "Neul", "0", Parameters.OneOf("status", 1)),
        Kept("+CMSYSCTRL", "Lamps and other outputs", "M5311", "0,0", Parameters.OneOf("output", 9), Parameters.OneOf("value", 9)),
        Kept("+CFGDUALMODE", "NB-IoT and GPRS", "M5313", "1,0", Parameters.OneOf("mode", 2), Parameters.OneOf("order", 2).OrNothing),
        Kept("+CFGRATPRIO", "Radio that is tried first", "M5313", "2", Parameters.OneOf("priority", 3)),
        Choice("+CMMUX", "Several connections", "0"),
        Choice("+CMHEAD", "Head of received data", "1"),
        Choice("+CMSHOWPT", "Protocol of received data", "0"),
        Choice("+CMSHOWRA", "Sender of received data", "0"),
    ];

    public static SettingsPart Create(ModuleContext context) => new(context);

    /// <summary>Reports the settings after a command, if the command changed any.</summary>
    public void ReportChanges()
    {
        var json = Settings.ToJson();
        if (json == _reported)
            return;
        _reported = json;
        Emit(new SettingsChanged(json));
    }

    AtResult SetFunction(AtArguments arguments)
    {
        var name = arguments.Text(0).ToUpperInvariant();
        var value = arguments.Text(1).ToUpperInvariant();
        if (!Settings.Functions.ContainsKey(name) || value is not ("TRUE" or "FALSE"))
            return AtResult.Error;
        Settings.Functions[name] = value;
        return AtResult.Ok;
    }

    AtResult ReadFunctions()
    {
        foreach (var (name, value) in Settings.Functions)
            Show("+NCONFIG", $"{name},{value}");
        return AtResult.Ok;
    }

    AtResult ListFunctions() => Show("+NCONFIG", string.Join(',', Settings.Functions.Keys.Select(n => $"({n},(FALSE,TRUE))")));

    AtResult SetSleepLock(AtArguments arguments)
    {
        var state = arguments.Text(0).ToUpperInvariant();
        if (state is not ("LOCK" or "LOCK_FOREVER" or ModuleSettings.Unlocked))
            return AtResult.Error;
        Settings.Kept[ModuleSettings.SleepLock] = state;
        return AtResult.Ok;
    }

    /// <summary>Keeps the arguments as they were written.</summary>
    AtResult Keep(string name, AtArguments arguments)
    {
        Settings.Kept[name] = arguments.ToString();
        return AtResult.Ok;
    }

    /// <summary>Prints what was kept, or the initial value; nothing when there is neither.</summary>
    AtResult ShowKept(string name, string? initial) =>
        (Settings.Kept.GetValueOrDefault(name) ?? initial) is { } value ? Show(name, value) : AtResult.Ok;

    /// <summary>A setting that is kept over restarts and shown again, and that changes nothing else.</summary>
    static AtCommand<SettingsPart> Kept(string name, string summary, string section, string? initial, params IReadOnlyList<AtParameter> parameters) =>
        Rows<SettingsPart>.General(name, summary, section) with
        {
            Parameters = parameters,
            Set = (p, a) => p.Keep(name, a),
            Read = p => p.ShowKept(name, initial),
        };

    /// <summary>A choice of the M5313 that programs make and that changes nothing here.</summary>
    static AtCommand<SettingsPart> Choice(string name, string summary, string initial) =>
        Kept(name, summary, "M5313", initial, Parameters.OneOf("n", 1));
}
