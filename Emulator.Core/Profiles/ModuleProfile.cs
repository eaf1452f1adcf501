using M531x.Dtls;

namespace M531x.Emulator.Core.Profiles;

/// <summary>How a module differs from its siblings: data read from a profile file, no behaviour.</summary>
sealed record ModuleProfile
{
    /// <summary>The name on the command line, in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The name printed on the module.</summary>
    public required string Model { get; init; }

    public bool EchoByDefault { get; init; }

    /// <summary>Between the colon and the value of general commands; MIPL lines never have it.</summary>
    public string ColonSpace { get; init; } = "";

    /// <summary>Commands whose lines deviate from <see cref="ColonSpace"/>, by name.</summary>
    public IReadOnlyDictionary<string, string> ColonSpaceOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Commands whose last value follows a comma and a blank.</summary>
    public IReadOnlyList<string> BlankBeforeLast { get; init; } = [];

    /// <summary>The values of a command's line, with a blank behind the last comma where this module prints one.</summary>
    public string PlaceLastBlank(string command, string values) =>
        BlankBeforeLast.Contains(command) && values.LastIndexOf(',') is > 0 and var comma ? values.Insert(comma + 1, " ") : values;

    /// <summary>A text of the network, such as an address, in quotes where this module prints them.</summary>
    public string QuoteNetworkText(string text) => QuotesNetworkText ? $"\"{text}\"" : text;

    /// <summary>Addresses, areas and cells stand in quotes.</summary>
    public bool QuotesNetworkText { get; init; }

    /// <summary>Number of the context that the module opens by itself.</summary>
    public int ContextId { get; init; }

    /// <summary>Access technology at the end of +COPS; null prints none.</summary>
    public int? OperatorAccess { get; init; }

    /// <summary>Printed when the network has given an address, {0}; null prints nothing.</summary>
    public string? AddressLine { get; init; }

    /// <summary>Printed on entering and on leaving power saving mode, once the MCU asked for it.</summary>
    public string PsmEnterLine { get; init; } = "";
    public string PsmExitLine { get; init; } = "";

    /// <summary>Printed when power saving mode lets the module sleep, and when it wakes; null prints nothing.</summary>
    public string? SleepLine { get; init; }
    public string? WakeLine { get; init; }

    /// <summary>AT+CGMI, AT+CGMR and the APN the module asks for.</summary>
    public string Manufacturer { get; init; } = "";
    public string Revision { get; init; } = "";
    public string Apn { get; init; } = "";

    /// <summary>Bands that are searched until the MCU chooses others.</summary>
    public required IReadOnlyList<int> Bands { get; init; }

    /// <summary>Between the colon and the value of one command's lines.</summary>
    public string ColonSpaceOf(string command) => ColonSpaceOverrides.GetValueOrDefault(command, ColonSpace);

    /// <summary>The face of the sockets.</summary>
    public SocketDialect Sockets { get; init; }

    /// <summary>UART speed after power-on, in bit/s.</summary>
    public int Baud { get; init; } = 9600;

    /// <summary>Lines of ATI.</summary>
    public required IReadOnlyList<string> Identification { get; init; }

    /// <summary>Cipher suites of the module's own ClientHello, in order.</summary>
    public IReadOnlyList<DtlsCipherSuite> DtlsSuites { get; init; } = [DtlsCipherSuite.PskAes128Ccm8];

    /// <summary>First retransmission time-out of a handshake flight; it doubles each time.</summary>
    public TimeSpan DtlsInitialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The onenet dialect begins a handshake that is not done after this all over again.</summary>
    public TimeSpan DtlsRestart { get; init; } = TimeSpan.FromSeconds(14);

    /// <summary>Extensions of a ClientHello of the lwm2m dialect (RFC 7627, RFC 7366); the module's own hello has none.</summary>
    public bool ExtendedMasterSecret { get; init; } = true;
    public bool EncryptThenMac { get; init; } = true;

    /// <summary>Lines of commands that always answer the same, by name.</summary>
    public IReadOnlyDictionary<string, string> FixedAnswers { get; init; } = new Dictionary<string, string>();

    /// <summary>Answer of AT+MIPLVER?.</summary>
    public string MiplVersion { get; init; } = "2.3.0";

    /// <summary>Identities used unless others are given.</summary>
    public required string Imei { get; init; }
    public required string Imsi { get; init; }
    public required string Iccid { get; init; }

    public required BootSequence Boot { get; init; }

    /// <summary>The commands present, by name without AT, with the evidence for each.</summary>
    public required IReadOnlyDictionary<string, Evidence> Commands { get; init; }

    public required ModuleLimits Limits { get; init; }

    public required ModuleDelays Delays { get; init; }

    /// <summary>Quirks this module has by itself.</summary>
    public QuirkSet Quirks { get; init; } = QuirkSet.None;

    /// <summary>Everything that every file states, for the documentation.</summary>
    public IReadOnlyList<ProfileFact> Facts { get; init; } = [];

    /// <summary>Why the module has its quirks, by their names.</summary>
    public IReadOnlyList<ProfileFact> QuirkFacts { get; init; } = [];

    public static IReadOnlyList<ModuleProfile> All { get; } =
        [.. new[] { "m5310a", "m5311", "m5312", "m5313", "n10sg" }.Select(ProfileLoader.LoadEmbedded)];

    /// <summary>The main model of the manual.</summary>
    public static ModuleProfile M5310A => All[0];

    /// <summary>The names of all, for help and errors.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(p => p.Name));

    /// <summary>Finds a profile by name; hyphens and case do not matter.</summary>
    public static ModuleProfile? Find(string name)
    {
        var wanted = name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return All.FirstOrDefault(p => p.Name == wanted);
    }
}
