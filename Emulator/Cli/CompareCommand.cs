using System.CommandLine;
using System.Globalization;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Recordings;

namespace M531x.Emulator.Cli;

/// <summary><c>m531x compare</c>: plays the MCU's side of a recording to an emulated module in virtual time.</summary>
static class CompareCommand
{
    static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var shared = new ComparisonOptions("5s, of virtual time");
        var profile = new Option<string?>("--profile") { HelpName = "NAME", Description = $"module: {ModuleProfile.Names}; default: the recording's, or {ModuleProfile.M5310A.Name}" };
        var quirks = new Option<string[]>("--quirk") { HelpName = "NAME", Description = "turns a deviation that m531x quirks lists on, or with NAME=off off; may be repeated", DefaultValueFactory = _ => [] };
        var seed = new Option<string?>("--seed") { HelpName = "N", Description = "seed of the emulated side; default: the recording's, or 1" };
        var command = new Command("compare", "Play the MCU's side of a recording to an emulated module and show where it answers otherwise");
        shared.AddTo(command);
        foreach (var option in (Option[])[profile, quirks, seed])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            if (!shared.TryRead(parsed, Within, out var recording, out var play, out var exit))
                return (int)exit;
            if (!TryReadModule(recording, parsed.GetValue(profile), parsed.GetValue(quirks)!, parsed.GetValue(seed), out var module, out var error))
                return (int)Complaint.Tell(ExitCode.Usage, error);
            var comparison = RecordingComparer.Compare(recording, module, play);
            return (int)shared.Report(parsed, comparison, new Dictionary<string, object?>
            {
                ["file"] = recording.File,
                ["profile"] = module.Profile.Name,
                ["seed"] = module.Seed,
            });
        });
        return command;
    }

    static bool TryReadModule(Recording recording, string? profileName, string[] quirkNames, string? seedText, out ComparedModuleOptions module, out string error)
    {
        module = null!;
        error = "";
        var name = profileName ?? recording.Header.Profile ?? ModuleProfile.M5310A.Name;
        ulong? given = ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null;
        if (ModuleProfile.Find(name) is not { } profile)
            error = $"{(profileName is null ? $"{recording.File}: profile" : "--profile")} {name}: known profiles are {ModuleProfile.Names}";
        else if (!QuirkSet.TryParse(quirkNames, out var quirks, out var wrong, out var problem))
            error = $"--quirk {wrong}: {problem}";
        else if (seedText is not null && given is null)
            error = $"--seed {seedText}: expected a whole number from 0";
        else
            module = new ComparedModuleOptions(profile, quirks, given ?? recording.Header.Seed ?? 1);
        return error.Length == 0;
    }
}
