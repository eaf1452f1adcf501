using M531x.Emulator.Core.Parts;
using Serilog;

namespace M531x.Emulator.Drivers;

/// <summary>The files that a host keeps for its module; what cannot be written is a word in the log, and the run goes on.</summary>
sealed class HostFiles(HostOptions options, ILogger log)
{
    public void SaveSettings(string json)
    {
        if (options.SettingsPath is { } path && WholeFile.Write(path, json) is { } problem)
            log.Warning("the settings were not written to {File}: {Problem}", path, problem);
    }

    public void WriteSecrets(SecretsOutput secrets)
    {
        if (options.KeyLog?.Write(secrets) is { } problem)
            log.Warning("the key log was not written: {Problem}", problem);
    }
}
