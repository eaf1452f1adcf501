namespace M531x.Emulator.Lines.Posix;

/// <summary>The error numbers that endpoints distinguish. Those not listed as properties are equal on Linux and macOS.</summary>
static class Errno
{
    public const int NotPermitted = 1;    // EPERM
    public const int NotFound = 2;        // ENOENT
    public const int Interrupted = 4;     // EINTR
    public const int InputOutput = 5;     // EIO
    public const int NoSuchAddress = 6;   // ENXIO
    public const int AccessDenied = 13;   // EACCES
    public const int Busy = 16;           // EBUSY
    public const int Exists = 17;         // EEXIST
    public const int NoSuchDevice = 19;   // ENODEV
    public const int NotADirectory = 20;  // ENOTDIR
    public const int NotATerminal = 25;   // ENOTTY
    public const int ReadOnly = 30;       // EROFS

    /// <summary>EAGAIN.</summary>
    public static int TryAgain => OperatingSystem.IsMacOS() ? 35 : 11;
}
