using M531x.Emulator.Core.At;
using M531x.Emulator.Core.Front;
using M531x.Emulator.Core.Parts;

[assembly: CommandFamily<LineSpeed>(Order = 80)]

namespace M531x.Emulator.Core.Front;

/// <summary>Speed of the UART: AT+NATSPEED and AT+IPR. A new speed holds from after the OK.</summary>
sealed class LineSpeed : ModulePart, ICommandFamily<LineSpeed>
{
    /// <summary>Arguments of AT+NATSPEED after the speed, as a module shows them that has been given none.</summary>
    const string InitialDetail = "2,1,2,1,0,0";

    static readonly int[] Speeds = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600];

    /// <summary>In bit/s; 0 follows the MCU.</summary>
    int _speed;

    /// <summary>The speed that the last effect carried, in bit/s.</summary>
    int _reported = -1;
    string? _detail;

    LineSpeed(ModuleContext context) : base(context) => _speed = Settings.Speed;

    public static IEnumerable<AtCommand> Rows { get; } =
    [
        Rows<LineSpeed>.General(ModuleSettings.SpeedWithDetail, "Speed of the serial line", "Neul") with
        {
            Parameters =
            [
                AtParameter.Number("baud", 1200, 921600), Parameters.OneOf("timeout", 30).OrNothing, Parameters.OneOf("store", 1).OrNothing,
                Parameters.OneOf("sync", 3).OrNothing, AtParameter.Number("stop", 1, 2).OrNothing, Parameters.OneOf("parity", 2).OrNothing,
                Parameters.OneOf("xonxoff", 1).OrNothing,
            ],
            Set = (p, a) => p.SetSpeedWithDetail(a),
            Read = p => p.ReadSpeedWithDetail(),
        },
        Rows<LineSpeed>.General(ModuleSettings.StoredSpeed, "Speed of the serial line", "V.250 §6.2.10") with
        {
            Parameters = [AtParameter.Number("rate", 0, 921600)],
            Set = (p, a) => p.SetRate(a),
            Read = p => p.ReadRate(),
        },
    ];

    public static LineSpeed Create(ModuleContext context) => new(context);

    public override void PowerOn() => Drain();

    public override void Reset()
    {
        _speed = Settings.Speed;
        _detail = null;
    }

    /// <summary>Changes the speed after everything that is to leave at the old one.</summary>
    public override void Drain()
    {
        if (_speed == _reported)
            return;
        Trace("uart", "speed", Text($"{_speed} bit/s"), ("speed", _speed));
        _reported = _speed;
        Context.Output.ChangeSpeed(_speed);
    }

    /// <summary>AT+NATSPEED=baud[,timeout[,store[,…]]]: unless store is 0 the speed outlives a restart.</summary>
    AtResult SetSpeedWithDetail(AtArguments arguments)
    {
        var speed = arguments.Int(0);
        if (!Speeds.Contains(speed))
            return AtResult.Error;
        _speed = speed;
        _detail = arguments.Count == 1 ? null : string.Join(',', Enumerable.Range(1, arguments.Count - 1).Select(arguments.Text));
        if (arguments.Has(2) && arguments.Int(2) == 0)
            return AtResult.Ok;
        Settings.Kept[ModuleSettings.StoredSpeed] = Number(speed);
        Settings.Kept[ModuleSettings.SpeedWithDetail] = arguments.ToString();
        return AtResult.Ok;
    }

    AtResult ReadSpeedWithDetail()
    {
        // A stored setting without further arguments has no comma.
        var stored = Settings.Kept.GetValueOrDefault(ModuleSettings.SpeedWithDetail, "").Split(',', 2);
        return Show(ModuleSettings.SpeedWithDetail, Text($"{_speed},{_detail ?? (stored.Length > 1 ? stored[1] : InitialDetail)}"));
    }

    /// <summary>AT+IPR=rate: 0 finds out the MCU's speed by itself.</summary>
    AtResult SetRate(AtArguments arguments)
    {
        var speed = arguments.Int(0);
        if (speed != 0 && !Speeds.Contains(speed))
            return AtResult.Error;
        _speed = speed;
        Settings.Kept[ModuleSettings.StoredSpeed] = Number(speed);
        return AtResult.Ok;
    }

    AtResult ReadRate() => Show(ModuleSettings.StoredSpeed, Number(_speed));
}
