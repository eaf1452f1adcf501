using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using M531x.Emulator.Core.Scenarios;

namespace M531x.Tools.Bench;

/// <summary>
/// A day of a device in virtual time: a report every three minutes through DTLS, each after the network has forgotten the device and so
/// after a new handshake, with automatic updates of the registration. Module, local OneNET and network together.
/// </summary>
static class DeviceDay
{
    /// <summary>What it is to stay below, in seconds of one core.</summary>
    const double Target = 1;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs the day so often and prints its processor time. False when the day itself went wrong, which makes its time worthless.</summary>
    public static bool Run(int rounds, string? json)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "day.yaml");
        var scenario = ScenarioReader.Read(file, File.ReadAllText(file), _ => null);
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            GC.Collect();
            var start = ProcessorTime;
            var runner = new ScenarioRunner(scenario, scenario.Seed!.Value);
            var outcome = runner.Run();
            times.Add((ProcessorTime - start).TotalSeconds);
            if (outcome.Status == ScenarioStatus.Failed)
            {
                Console.Error.WriteLine(outcome.Failure);
                return false;
            }
            if (round == 0)
                Console.WriteLine(Line($"{scenario.Name}: {outcome.CoreTime.TotalHours:0.0} h, {runner.World.Datagrams.Count} datagrams, {runner.World.Events.Count} events, digest {outcome.Digest[..16]}"));
        }
        var first = times[0];
        var later = times.Skip(1).Order().ToList();
        var median = later[later.Count / 2];
        Console.WriteLine(Line($"  first run, which compiles  {first:0.000} s of one core, {first / Target:0.00} of {Target:0} s, {Word(first)}"));
        Console.WriteLine(Line($"  median of {rounds,-16} {median:0.000} s of one core, {median / Target:0.00} of {Target:0} s, {Word(median)}; spread {(later[^1] - later[0]) / median:P0}"));
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(new { scenario.Name, Target, First = first, Median = median, Seconds = later }, Json) + "\n");
        return true;
    }

    /// <summary>Of all threads: what the compiler and the garbage collector take counts too.</summary>
    static TimeSpan ProcessorTime
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime;
        }
    }

    static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Word(double seconds) => seconds < Target ? "reached" : "missed";
}
