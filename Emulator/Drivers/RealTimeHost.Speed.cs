using M531x.Emulator.Lines;

namespace M531x.Emulator.Drivers;

/// <content>The speed of the UART: passed on to lines that have one, compared with the client's where that can be seen.</content>
sealed partial class RealTimeHost
{
    /// <summary>In bit/s; 0 follows the client.</summary>
    int _speed;
    (int Client, int Module) _speedsWarnedOf;

    void ChangeSpeed(int speed)
    {
        _speed = speed;
        _line.SetSpeed(speed);
    }

    /// <summary>One line for each pair of speeds that differ: on a board nothing would get through.</summary>
    void WarnOfSpeed(int? clientSpeed)
    {
        if (_speed == 0 || clientSpeed is not { } speed || speed == _speed)
            _speedsWarnedOf = default;
        else if (_speedsWarnedOf != (speed, _speed))
        {
            _speedsWarnedOf = (speed, _speed);
            _log.Warning("the client has set the line to {ClientSpeed} bit/s, but the module's UART runs at {Speed}: on a board nothing would get through", speed, _speed);
        }
    }

    void IEndpointSink.StatusChanged(string what) => _log.Warning("{Change}", what);
}
