using M531x.Emulator.Lines;
using M531x.Emulator.Profiles;

namespace M531x.Emulator.Drivers;

/// <content>Power-on lines, resets from outside, and the settings that outlive the process.</content>
sealed partial class RealTimeHost
{
    readonly PowerOnMode _power;
    readonly string? _settingsPath;
    bool _bootShown;

    /// <summary>Restarts the module as that cause would; done when the module has taken it.</summary>
    public Task ResetAsync(ResetCause cause, CancellationToken cancellation) => PostAsync(() =>
    {
        _bootShown = true; // the lines of this start follow by themselves
        _module.Reset(Now, cause);
    }, cancellation);

    void PowerOn()
    {
        _module.PowerOn(Now, quiet: true);
        if (_power == PowerOnMode.OnStart)
            ShowBoot();
    }

    void ShowBoot()
    {
        _bootShown = true;
        _module.PrintBoot(Now, ResetCause.Power);
    }

    void ShowBootToClient()
    {
        // A module that is booting prints its lines when it is done.
        if (_module.IsBooting || _power == PowerOnMode.OnStart || (_power == PowerOnMode.OnOpen && _bootShown))
            return;
        ShowBoot();
    }

    void SaveSettings(string json)
    {
        if (_settingsPath is not null && WholeFile.Write(_settingsPath, json) is { } problem)
            _log.Warning("the settings were not written to {File}: {Problem}", _settingsPath, problem);
    }

    void ILineSink.ClientOpened()
    {
        _log.Debug("line opened");
        Post(ShowBootToClient);
    }
}
