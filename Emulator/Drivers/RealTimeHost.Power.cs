using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <content>Power-on lines and resets from outside.</content>
sealed partial class RealTimeHost
{
    readonly PowerOnMode _power;
    bool _bootShown;
    bool _lineIsOpen;

    /// <summary>Bytes of the line lost before the boot lines that wait there for the next client; null when none wait.</summary>
    long? _lostBeforeBoot;

    /// <summary>Restarts the module as that cause would; done when the module has taken it.</summary>
    public Task ResetAsync(ResetCause cause, CancellationToken cancellation) => PostAsync(() => _module.Reset(Now, cause), cancellation);

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

    /// <summary>The module has restarted and printed its lines by itself.</summary>
    void NoteBoot()
    {
        _bootShown = true;
        _lostBeforeBoot = _lineIsOpen ? null : _line.Counters.BytesDropped;
    }

    void ShowBootToClient()
    {
        _lineIsOpen = true;
        var waits = _lostBeforeBoot == _line.Counters.BytesDropped;
        _lostBeforeBoot = null;
        // A module that is booting prints its lines when it is done; those of a restart that nobody saw are in the line's buffer.
        if (_module.IsBooting || waits || _power == PowerOnMode.OnStart || (_power == PowerOnMode.OnOpen && _bootShown))
            return;
        ShowBoot();
    }

    void NoteClosing()
    {
        _lineIsOpen = false;
        // A new TCP connection is a new terminal; a UART keeps what was typed, whoever opens the device next.
        if (_line is TcpListenEndpoint)
            _module.ForgetTypedLine();
    }

    void IEndpointSink.ClientOpened()
    {
        _log.Debug("line opened");
        Post(ShowBootToClient);
    }

    void IEndpointSink.ClientClosed()
    {
        _log.Debug("line closed");
        Post(NoteClosing);
    }
}
