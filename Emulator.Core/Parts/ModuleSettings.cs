using System.Globalization;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Radio;

namespace M531x.Emulator.Core.Parts;

/// <summary>A packet data context as AT+CGDCONT defines it.</summary>
sealed record PacketContext(string Type, string Apn)
{
    /// <summary>The network grants an IPv4 address whatever is asked for.</summary>
    public static IReadOnlyList<string> Types { get; } = ["IP", "IPV6", "IPV4V6", "NONIP"];

    public static bool IsType(string type) => Types.Contains(type);
}

/// <summary>What the module keeps in its flash: it outlives a restart.</summary>
sealed partial class ModuleSettings(ModuleProfile profile)
{
    public const string SleepLock = "+SM";
    public const string StoredSpeed = "+IPR";
    public const string SpeedWithDetail = "+NATSPEED";
    public const string Unlocked = "UNLOCK";

    /// <summary>Highest context number of AT+CGDCONT.</summary>
    public const int MaxContext = 10;

    /// <summary>The number by which programs name the module's own context.</summary>
    public const int ProgramsContext = 1;

    const string AutoConnectKey = "AUTOCONNECT";

    /// <summary>Contexts by number; the module's own one is there from the start.</summary>
    public SortedDictionary<int, PacketContext> Contexts { get; } = new() { [profile.ContextId] = new PacketContext("IP", profile.Apn) };

    /// <summary>AT+NCONFIG, in the order AT+NCONFIG? prints.</summary>
    public Dictionary<string, string> Functions { get; } = new()
    {
        [AutoConnectKey] = "TRUE",
        ["CR_0354_0338_SCRAMBLING"] = "TRUE",
        ["CR_0859_SI_AVOID"] = "TRUE",
        ["COMBINE_ATTACH"] = "FALSE",
        ["CELL_RESELECTION"] = "TRUE",
        ["ENABLE_BIP"] = "FALSE",
    };

    /// <summary>AT+NBAND, AT*CMBAND: what the module searches, one at least.</summary>
    public IReadOnlyList<int> Bands { get; set; } = profile.Bands;

    /// <summary>AT+NEARFCN, AT*FRCLLCK; null for none.</summary>
    public FrequencyLock? Lock { get; set; }

    /// <summary>AT+CPSMS: the values last given, which turning it off keeps; null for none.</summary>
    public PsmSettings? Psm { get; set; }
    public bool UsesPsm { get; set; }

    /// <summary>AT+CEDRXS, AT+NPTWEDRXS: as <see cref="Psm"/>.</summary>
    public EdrxSettings? Edrx { get; set; }
    public bool UsesEdrx { get; set; }

    /// <summary>AT+CCLK= moved the clock by this.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Quarter hours east of UTC.</summary>
    public int TimeZone { get; set; } = 32;

    /// <summary>Commands that are kept and shown and change nothing else: their value by name.</summary>
    public SortedDictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>AT+SM and AT*SLEEP allow sleep.</summary>
    public bool MaySleep => Kept.GetValueOrDefault(SleepLock, Unlocked) == Unlocked && Kept.GetValueOrDefault("*SLEEP") != "0";

    /// <summary>AT*MATWAKEUP=1.</summary>
    public bool ReportsWakeUp => Kept.GetValueOrDefault("*MATWAKEUP") == "1";

    /// <summary>Of the UART after a start, in bit/s; 0 follows the MCU.</summary>
    public int Speed => Kept.TryGetValue(StoredSpeed, out var speed) ? int.Parse(speed, CultureInfo.InvariantCulture) : profile.Baud;

    /// <summary>The module's own context. Programs name it 1, whatever number it has.</summary>
    public bool IsOwnContext(int id) => id == profile.ContextId || id == ProgramsContext;

    public bool HasContext(int id) => IsOwnContext(id) || Contexts.ContainsKey(id);

    public void Restart()
    {
        foreach (var (name, value) in Kept.ToArray())
        {
            if (IsVolatile(name, value))
                Kept.Remove(name);
        }
    }

    /// <summary>AT+SM=LOCK holds until a restart, LOCK_FOREVER beyond it; message indications go back to 0 (manual §2.1).</summary>
    static bool IsVolatile(string name, string value) => (name, value) is (SleepLock, "LOCK") or ("+NNMI" or "+NSMI", _);

    /// <summary>The module attaches by itself after a start.</summary>
    public bool AutoConnect => Functions[AutoConnectKey] == "TRUE";
}
