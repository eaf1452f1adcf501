using System.Globalization;
using M531x.Emulator.Core.At;

namespace M531x.Emulator.Core.Module;

/// <content>Speed of the UART: AT+NATSPEED and AT+IPR. A new speed holds from after the OK.</content>
sealed partial class M531xModule
{
    /// <summary>Arguments of AT+NATSPEED after the speed, as a module shows them that was never told any.</summary>
    const string SpeedDetail = "2,1,2,1,0,0";

    static readonly int[] Speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600];

    /// <summary>In bit/s; 0 follows the MCU.</summary>
    int _speed;

    /// <summary>What the driver was told last.</summary>
    int _speedTold = -1;
    long _lostTold;
    string? _speedDetail;

    /// <summary>AT+NATSPEED=baud[,timeout[,store[,…]]]: unless store is 0 the speed outlives a restart.</summary>
    internal AtResult SetNatSpeed(AtArguments arguments)
    {
        var speed = arguments.Int(0);
        if (!Speeds.Contains(speed))
            return AtResult.Error;
        _speed = speed;
        _speedDetail = arguments.Count == 1 ? null : string.Join(',', Enumerable.Range(1, arguments.Count - 1).Select(arguments.Text));
        if (arguments.Has(2) && arguments.Int(2) == 0)
            return AtResult.Ok;
        StoreSpeed(speed);
        return Keep(ModuleSettings.SpeedWithDetail, arguments);
    }

    internal AtResult ReadNatSpeed()
    {
        // A stored setting without further arguments has no comma.
        var stored = _settings.Kept.GetValueOrDefault(ModuleSettings.SpeedWithDetail, "").Split(',', 2);
        return General(ModuleSettings.SpeedWithDetail, Line($"{_speed},{_speedDetail ?? (stored.Length > 1 ? stored[1] : SpeedDetail)}"));
    }

    /// <summary>AT+IPR=rate: 0 finds out the MCU's speed by itself.</summary>
    internal AtResult SetRate(AtArguments arguments)
    {
        var speed = arguments.Int(0);
        if (speed != 0 && !Speeds.Contains(speed))
            return AtResult.Error;
        _speed = speed;
        StoreSpeed(speed);
        return AtResult.Ok;
    }

    internal AtResult ReadRate() => General(ModuleSettings.StoredSpeed, _speed.ToString(CultureInfo.InvariantCulture));

    void StoreSpeed(int speed) => _settings.Kept[ModuleSettings.StoredSpeed] = speed.ToString(CultureInfo.InvariantCulture);

    void ResetSpeed()
    {
        _speed = _settings.Speed;
        _speedDetail = null;
    }

    /// <summary>After everything that is to go out at the old speed.</summary>
    void ReportSpeed()
    {
        if (_speed == _speedTold)
            return;
        Trace("uart", "speed", Line($"{_speed} bit/s"), ("speed", _speed));
        _speedTold = _speed;
        _uart.ChangeSpeed(_speed);
    }

    /// <summary>One line each time the loss begins or doubles.</summary>
    void ReportLostOutput()
    {
        if (_uart.Lost == 0 || _uart.Lost < 2 * _lostTold)
            return;
        _lostTold = _uart.Lost;
        Trace("uart", "output.lost", Line($"{_lostTold} bytes so far: the pace is too slow"), isProblem: true, ("bytes", _lostTold));
    }
}
