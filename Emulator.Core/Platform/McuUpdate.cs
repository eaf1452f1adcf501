using System.Text.Json.Nodes;

namespace M531x.Emulator.Core.Platform;

/// <summary>The steps of an MCU's update in the order of OneNET's SOTA document for the M531X.</summary>
enum McuUpdateStep
{
    /// <summary>Executes 5/0/26550: object 5 is about the MCU from here on.</summary>
    Begin,
    ReadSpace,
    ReadVersion,
    ReadState,
    ReadBattery,

    /// <summary>Executes 5/0/26501: the MCU makes room.</summary>
    Download,

    /// <summary>Writes 5/0/0 block by block.</summary>
    Package,
    ReadBatteryAgain,

    /// <summary>Executes 5/0/2.</summary>
    Update,

    /// <summary>Waits for an Update or a Register: the MCU runs again.</summary>
    Return,
    BeginCheck,
    CheckSpace,
    CheckVersion,
    CheckState,
    CheckBattery,

    /// <summary>Writes an empty 5/0/0.</summary>
    End,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>The update of one MCU's software, from the package in the API's hand to the version that runs.</summary>
/// <param name="package">What is written to 5/0/0.</param>
/// <param name="version">What 3/0/19 has to say afterwards; null for anything.</param>
sealed class McuUpdate(ReadOnlyMemory<byte> package, string? version)
{
    public ReadOnlyMemory<byte> Package => package;
    public string? Version => version;
    public McuUpdateStep Step { get; set; }

    /// <summary>Bytes of the package that the MCU has stored.</summary>
    public int Offset { get; set; }

    /// <summary>Size of the blocks, as the device asks for it.</summary>
    public int Szx { get; set; }
    public ReadOnlyMemory<byte> Token { get; set; }

    /// <summary>How often the device had lost the thread and everything began anew.</summary>
    public int Restarts { get; set; }

    /// <summary>The request under way, 0 for none.</summary>
    public long Exchange { get; set; }

    /// <summary>When it has failed if nothing comes from the device until then.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>Why it failed; else empty.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What the device said last, under the names the API shows.</summary>
    public SortedDictionary<string, JsonNode> Told { get; } = new(StringComparer.Ordinal);

    public bool IsOver => Step >= McuUpdateStep.Succeeded;

    /// <summary>The name a step has in the API, such as read_state.</summary>
    public static string NameOf(McuUpdateStep step) =>
        string.Concat(step.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    public JsonObject Describe()
    {
        var told = new JsonObject();
        foreach (var (name, value) in Told)
            told[name] = value.DeepClone();
        return new JsonObject
        {
            ["step"] = NameOf(Step),
            ["stored"] = Offset,
            ["total"] = package.Length,
            ["restarts"] = Restarts,
            ["told"] = told,
            ["reason"] = Reason,
        };
    }
}
