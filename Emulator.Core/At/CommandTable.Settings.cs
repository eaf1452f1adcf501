using M531x.Emulator.Core.Module;

namespace M531x.Emulator.Core.At;

static partial class CommandTable
{
    static IEnumerable<AtCommand> PowerSaving() =>
    [
        Plain("+CPSMS", "Power saving mode", "27.007 §7.38", "(0,1,2),,,(00000000-11111111),(00000000-11111111)") with
        {
            Parameters =
            [
                OneOf("mode", 2), AtParameter.Bits("periodic-RAU", 8).OrNothing, AtParameter.Bits("GPRS-READY-timer", 8).OrNothing,
                AtParameter.Bits("periodic-TAU", 8).OrNothing, AtParameter.Bits("active-time", 8).OrNothing,
            ],
            Set = (m, a) => m.SetPowerSaving(a),
            Read = m => m.ReadPowerSaving(),
        },
        Plain("+CEDRXS", "Extended DRX", "27.007 §7.40", "(0,1,2,3),(5),(\"0000\"-\"1111\")") with
        {
            Parameters = [OneOf("mode", 3), AtParameter.Number("AcT-type", 5, 5).OrNothing, AtParameter.Bits("cycle", 4).OrNothing],
            Set = (m, a) => m.SetEdrx(a),
            Read = m => m.ReadEdrx(),
        },
        Plain("+CEDRXRDP", "Extended DRX in use", "27.007 §7.41") with { Execute = m => m.ShowEdrx() },
        Plain("+NPTWEDRXS", "Extended DRX and its paging time window", "Neul", "(0,1,2,3),(5),(\"0000\"-\"1111\"),(\"0000\"-\"1111\")") with
        {
            Parameters = [OneOf("mode", 3), AtParameter.Number("AcT-type", 5, 5).OrNothing, AtParameter.Bits("window", 4).OrNothing, AtParameter.Bits("cycle", 4).OrNothing],
            Set = (m, a) => m.SetEdrxWindow(a),
            Read = m => m.ReadEdrxWindow(),
        },
        Plain("+NPSMR", "Report of power saving mode", "Neul", "(0,1)") with
        {
            Parameters = [OneOf("n", 1)],
            Set = (m, a) => m.SetPowerSavingReport(a),
            Read = m => m.ReadPowerSavingReport(),
        },
        Plain("*MNBIOTEVENT", "Report of power saving mode", "M5311") with
        {
            Parameters = [OneOf("n", 1), AtParameter.Number("event", 1, 1).OrNothing],
            Set = (m, a) => m.SetPowerSavingReport(a),
            Read = m => m.ReadPowerSavingEvent(),
        },
        Plain("*ENTERSLEEP", "Let go of the network and sleep", "M5311") with { Execute = m => m.EnterSleep(), Delay = CommandDelay.Network },
        Kept("*SLEEP", "Allow sleep", "M5311", "1", OneOf("n", 1)),
        Kept("*MATWAKEUP", "Report of a wake-up", "M5311", "0", OneOf("n", 1)),
        Plain("+SM", "Sleep lock: LOCK, LOCK_FOREVER, UNLOCK", "M5311", "(LOCK,LOCK_FOREVER,UNLOCK)") with
        {
            Parameters = [AtParameter.Text("lock", 12)],
            Set = (m, a) => m.SetSleepLock(a),
            Read = m => m.ShowKept(ModuleSettings.SleepLock, ModuleSettings.Unlocked),
        },
    ];

    static IEnumerable<AtCommand> Identity() =>
    [
        Plain("+CGSN", "Serial number", "6.1", "(0,1,2,3)") with
        {
            Parameters = [OneOf("snt", 3)],
            Execute = m => m.ShowImei(),
            Set = (m, a) => m.ReadSerialNumber(a),
        },
        Plain("+GSN", "IMEI", "V.250 §6.1.7") with { Execute = m => m.ShowImei() },
        Plain("+CGMI", "Manufacturer", "27.007 §5.1") with { Execute = m => m.ShowManufacturer() },
        Plain("+CGMM", "Model", "27.007 §5.2") with { Execute = m => m.ShowModel() },
        Plain("+CGMR", "Firmware version", "27.007 §5.3") with { Execute = m => m.ShowRevision() },
        Plain("+NCCID", "Card number", "Neul") with { Execute = m => m.ShowCard("+NCCID"), Read = m => m.ShowCard("+NCCID") },
        Plain("+ICCID", "Card number", "M5311") with { Execute = m => m.ShowCard("+ICCID"), Read = m => m.ShowCard("+ICCID") },
        Plain("+CPIN", "State of the card", "27.007 §8.3") with { Read = m => m.ReadPin() },
    ];

    static IEnumerable<AtCommand> Settings() =>
    [
        Plain("+CCLK", "Clock", "27.007 §8.15") with
        {
            Parameters = [AtParameter.Text("time", 20), AtParameter.Text("unquoted rest", 20).OrNothing with { Hidden = true }],
            Set = (m, a) => m.SetClock(a),
            Read = m => m.ReadClock(),
            Test = _ => AtResult.Ok, // so in the standard
        },
        Plain("+NCONFIG", "Behaviour of the module", "Neul") with
        {
            Parameters = [AtParameter.Text("function", 40), AtParameter.Text("value", 10)],
            Set = (m, a) => m.SetFunction(a),
            Read = m => m.ReadFunctions(),
            Test = m => m.ListFunctions(),
        },
        Plain(ModuleSettings.SpeedWithDetail, "Speed of the serial line", "Neul") with
        {
            Parameters =
            [
                AtParameter.Number("baud", 1200, 921600), OneOf("timeout", 30).OrNothing, OneOf("store", 1).OrNothing, OneOf("sync", 3).OrNothing,
                AtParameter.Number("stop", 1, 2).OrNothing, OneOf("parity", 2).OrNothing, OneOf("xonxoff", 1).OrNothing,
            ],
            Set = (m, a) => m.SetNatSpeed(a),
            Read = m => m.ReadNatSpeed(),
        },
        Plain(ModuleSettings.StoredSpeed, "Speed of the serial line", "V.250 §6.2.10") with
        {
            Parameters = [AtParameter.Number("rate", 0, 921600)],
            Set = (m, a) => m.SetRate(a),
            Read = m => m.ReadRate(),
        },
        Kept("+NCDP", "Address of the IoT platform", "Neul", null, AtParameter.Text("ip", 64), OneOf("port", 65535).OrNothing),
        Kept("+NNMI", "Indication of messages from the IoT platform", "Neul", "0", OneOf("status", 2)),
        Kept("+NSMI", "Indication of messages to the IoT platform", "Neul", "0", OneOf("status", 1)),
        Kept("+CMSYSCTRL", "Lamps and other outputs", "M5311", "0,0", OneOf("output", 9), OneOf("value", 9)),
        Kept("+CFGDUALMODE", "NB-IoT and GPRS", "M5313", "1,0", OneOf("mode", 2), OneOf("order", 2).OrNothing),
        Kept("+CFGRATPRIO", "Radio that is tried first", "M5313", "2", OneOf("priority", 3)),
    ];
}
