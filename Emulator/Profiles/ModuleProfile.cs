namespace M531x.Emulator.Profiles;

/// <summary>How a module differs from its siblings: data, no behaviour.</summary>
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

    /// <summary>Addresses, areas and cells stand in quotes.</summary>
    public bool QuotesNetworkText { get; init; }

    /// <summary>Number of the context that the module opens by itself.</summary>
    public int ContextId { get; init; }

    /// <summary>Access technology at the end of +COPS; null prints none.</summary>
    public int? OperatorAccess { get; init; }

    /// <summary>Printed when the network has given an address, {0}; null prints nothing.</summary>
    public string? AddressLine { get; init; }

    /// <summary>Printed on entering and on leaving power saving mode, once the MCU asked for it.</summary>
    public string PsmEnterLine { get; init; } = "+NPSMR:1";
    public string PsmExitLine { get; init; } = "+NPSMR:0";

    /// <summary>Printed when power saving mode lets the module sleep, and when it wakes; null prints nothing.</summary>
    public string? SleepLine { get; init; }
    public string? WakeLine { get; init; }

    /// <summary>AT+CGMI, AT+CGMR and the APN the module asks for.</summary>
    public string Manufacturer { get; init; } = "CMIOT";
    public string Revision { get; init; } = "M5310-A V1.0";
    public string Apn { get; init; } = "cmnbiot";

    /// <summary>Between the colon and the value of one command's lines.</summary>
    public string ColonSpaceOf(string command) => ColonSpaceOverrides.GetValueOrDefault(command, ColonSpace);

    /// <summary>Lines of ATI.</summary>
    public required IReadOnlyList<string> Identification { get; init; }

    /// <summary>Answer of AT+MIPLVER?.</summary>
    public string MiplVersion { get; init; } = "2.3.0";

    /// <summary>Printed at once by the reboot command.</summary>
    public required string RebootingText { get; init; }

    /// <summary>Printed when the module is up again; {0} is the reset cause.</summary>
    public required string BootText { get; init; }

    /// <summary>From the reset until the module listens to its UART again.</summary>
    public TimeSpan BootTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The M5310-A: HiSilicon chip, Neul-style AT face, echo off (manual §5; boot lines as public captures show them).</summary>
    public static ModuleProfile M5310A { get; } = new()
    {
        Name = "m5310a",
        Model = "M5310-A",
        Identification = ["CMIOT", "M5310-A"],
        RebootingText = "\r\nREBOOTING\r\n",
        BootText = "\r\nREBOOT_CAUSE_{0}\r\n\r\nNeul \r\n\r\nOK\r\n",
    };

    public static IReadOnlyList<ModuleProfile> All { get; } = [M5310A];

    /// <summary>Finds a profile by name; hyphens and case do not matter.</summary>
    public static ModuleProfile? Find(string name)
    {
        var wanted = name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return All.FirstOrDefault(p => p.Name == wanted);
    }
}
