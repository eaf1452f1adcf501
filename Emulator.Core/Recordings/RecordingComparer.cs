using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;

namespace M531x.Emulator.Core.Recordings;

/// <summary>The emulated module that a recording is compared with.</summary>
/// <param name="Quirks">Besides those of the profile.</param>
sealed record ComparedModuleOptions(ModuleProfile Profile, QuirkSet Quirks, ulong Seed);

/// <summary>Compares a recording with an emulated module and the local OneNET in virtual time.</summary>
static class RecordingComparer
{
    public static Comparison Compare(Recording recording, ComparedModuleOptions options, PlayOptions play)
    {
        var printsBoot = BeginsWithPowerOn(recording);
        var world = new VirtualWorld(new VirtualWorldOptions
        {
            Seed = options.Seed,
            Module = new ModuleOptions { Profile = options.Profile, Quirks = options.Quirks },
            PrintsBoot = printsBoot,
        });
        // A module that ran before the recording began had said by then that it is attached.
        if (!printsBoot)
            world.Line.Take();
        return new RecordingPlayer(recording, new ComparedModule(world), play).Play();
    }

    /// <summary>Whether some module's power-on lines stand before the first command.</summary>
    static bool BeginsWithPowerOn(Recording recording)
    {
        var boot = ModuleProfile.All.SelectMany(p => p.Boot.Causes.Keys.SelectMany(c => p.Boot.ReadyText(c).Split("\r\n"))).Where(l => l.Length > 0).ToHashSet(StringComparer.Ordinal);
        return RecordedSession.Of(recording).Exchanges[0].Unsolicited.Any(l => boot.Contains(l.Text));
    }
}
