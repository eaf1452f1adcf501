using M531x.Emulator.Core.Parts;

namespace M531x.Emulator.Core.Tracing;

/// <summary>What was traced, with what a repetition needs.</summary>
/// <param name="Version">Of this program.</param>
/// <param name="Profile">Name of the module's profile.</param>
/// <param name="Firmware">As AT+CGMR prints it.</param>
/// <param name="Baud">Speed of the UART at the start, in bit/s; 0 follows the MCU.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Epoch">Wall-clock time of core time 0.</param>
sealed record TraceHeader(string Version, string Profile, string Firmware, int Baud, ulong Seed, DateTimeOffset Epoch)
{
    /// <summary>Raised when a name or type of an event changes its meaning.</summary>
    public const int Schema = 1;

    public static string ProgramVersion => typeof(TraceHeader).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static TraceHeader Of(ModuleOptions module, ulong seed) => new(
        ProgramVersion, module.Profile.Name, module.Profile.Revision, BaudOf(module), seed, module.Epoch);

    /// <summary>The first line of the JSON trace.</summary>
    public TraceEvent ToEvent() => new(TimeSpan.Zero, null, "trace", "begin",
    [
        ("schema", Schema), ("version", Version), ("profile", Profile), ("firmware", Firmware), ("baud", Baud),
        ("seed", Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("epoch", Epoch.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture)),
    ]);

    static int BaudOf(ModuleOptions module) =>
        (module.SavedSettings is { } saved ? ModuleSettings.FromJson(module.Profile, saved) : new ModuleSettings(module.Profile)).Speed;
}
