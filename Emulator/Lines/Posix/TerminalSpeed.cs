namespace M531x.Emulator.Lines.Posix;

/// <summary>
/// Speeds as termios numbers them: older C libraries on Linux by codes (asm-generic/termbits.h), macOS and newer ones by bits per second.
/// </summary>
static class TerminalSpeed
{
    static readonly (int Speed, uint Code)[] Codes =
    [
        (1200, 9), (2400, 11), (4800, 12), (9600, 13), (19200, 14), (38400, 15),
        (57600, 0x1001), (115200, 0x1002), (230400, 0x1003), (460800, 0x1004), (921600, 0x1007),
    ];

    /// <summary>Null for a number that stands for no speed we know.</summary>
    public static int? FromTermios(nuint number)
    {
        foreach (var (speed, code) in Codes)
        {
            if (number == code || number == (nuint)speed)
                return speed;
        }
        return null;
    }

    /// <summary>What to offer cfsetspeed, in order: it refuses numbers of the other kind.</summary>
    public static IEnumerable<nuint> ToTermios(int speed) => Codes.Where(c => c.Speed == speed).SelectMany(c => new nuint[] { (nuint)c.Speed, c.Code });
}
