namespace M531x.Emulator.Lines.Posix;

/// <summary>
/// Speeds as termios numbers them: older C libraries on Linux by codes (asm-generic/termbits.h), macOS and newer ones by bits per second.
/// </summary>
static class TerminalSpeed
{
    static readonly (int Speed, uint Code)[] Codes =
    [
        (50, 1), (75, 2), (110, 3), (150, 5), (200, 6), (300, 7), (600, 8),
        (1200, 9), (1800, 10), (2400, 11), (4800, 12), (9600, 13), (19200, 14), (38400, 15),
        (57600, 0x1001), (115200, 0x1002), (230400, 0x1003), (460800, 0x1004), (500000, 0x1005), (576000, 0x1006), (921600, 0x1007),
        (1000000, 0x1008), (1152000, 0x1009), (1500000, 0x100A), (2000000, 0x100B), (2500000, 0x100C), (3000000, 0x100D), (3500000, 0x100E),
        (4000000, 0x100F),
    ];

    /// <summary>Null for an unknown number.</summary>
    public static int? FromTermios(nuint number)
    {
        foreach (var (speed, code) in Codes)
        {
            if (number == code || number == (nuint)speed)
                return speed;
        }
        return null;
    }

    /// <summary>Linux's code; null for a speed that has none.</summary>
    public static uint? LinuxCode(int speed)
    {
        foreach (var (known, code) in Codes)
        {
            if (known == speed)
                return code;
        }
        return null;
    }

    /// <summary>Numbers to try with cfsetspeed, in order: it refuses those of the other kind.</summary>
    public static IEnumerable<nuint> ToTermios(int speed) =>
        Codes.Where(c => c.Speed == speed).SelectMany(c => new nuint[] { (nuint)c.Speed, c.Code });
}
