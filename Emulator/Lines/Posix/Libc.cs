using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>Calls into the C library without an equivalent in .NET. All work on Linux and macOS.</summary>
static unsafe partial class Libc
{
    public const short PollIn = 0x1;
    public const short PollOut = 0x4;
    public const short PollErr = 0x8;
    public const short PollHup = 0x10;
    public const short PollInvalid = 0x20;

    const string Library = "libc";

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle fd, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle fd, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* fds, nuint count, int milliseconds);

    /// <summary>fcntl(2) for commands without a third argument, for which a variadic call and a plain one are the same.</summary>
    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(int fd, int command);

    [LibraryImport(Library, EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(int* fds);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe2(int* fds, int flags);

    [LibraryImport(Library, EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int PosixOpenPt(int flags);

    [LibraryImport(Library, EntryPoint = "grantpt", SetLastError = true)]
    public static partial int GrantPt(SafeFileHandle fd);

    [LibraryImport(Library, EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int UnlockPt(SafeFileHandle fd);

    [LibraryImport(Library, EntryPoint = "ptsname")]
    public static partial byte* PtsName(SafeFileHandle fd);

    [LibraryImport(Library, EntryPoint = "ptsname_r")]
    public static partial int PtsNameR(SafeFileHandle fd, byte* buffer, nuint size);

    /// <param name="fd">A terminal.</param>
    /// <param name="termios">At least <see cref="TermiosSize"/> bytes; the layout is the system's own and opaque here.</param>
    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int TcGetAttr(SafeFileHandle fd, byte* termios);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int TcSetAttr(SafeFileHandle fd, int when, byte* termios);

    [LibraryImport(Library, EntryPoint = "tcflush", SetLastError = true)]
    public static partial int TcFlush(SafeFileHandle fd, int queue);

    /// <summary>
    /// ioctl(2). It is variadic: on Linux a plain call is the same; on macOS only for requests without a third argument.
    /// </summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoCtl(SafeFileHandle fd, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "cfmakeraw")]
    public static partial void CfMakeRaw(byte* termios);

    /// <summary>speed_t is 32 bits on Linux and a long on macOS; the upper half of a register may be anything on the former.</summary>
    [LibraryImport(Library, EntryPoint = "cfgetospeed")]
    public static partial nuint CfGetOSpeed(byte* termios);

    [LibraryImport(Library, EntryPoint = "cfsetspeed", SetLastError = true)]
    public static partial int CfSetSpeed(byte* termios, nuint speed);

    [LibraryImport(Library, EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SymLink(string target, string path);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int FLock(SafeFileHandle fd, int operation);

    /// <summary>More than any system's struct termios (60 bytes with glibc and musl, 72 on macOS).</summary>
    public const int TermiosSize = 256;

    /// <summary>
    /// False when the process was started with this descriptor closed. The number is then free, or belongs to a file or pipe that the
    /// runtime has opened since, which unlike an inherited one is closed in child processes.
    /// </summary>
    public static bool IsInherited(int fd)
    {
        const int GetFlags = 1;     // F_GETFD
        const int CloseOnExec = 1;  // FD_CLOEXEC
        return FCntl(fd, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;
    }

    public static string ErrorText(int error) => Marshal.GetPInvokeErrorMessage(error);
}
