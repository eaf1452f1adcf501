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
