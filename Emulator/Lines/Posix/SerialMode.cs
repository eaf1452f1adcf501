using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>
/// Sets a terminal of Linux to raw bytes at any number of bit/s: termios2 with BOTHER, which the C library does not offer.
/// </summary>
static unsafe class SerialMode
{
    /// <summary>struct termios2 of asm-generic/termbits.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Termios2
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Discipline;
        public fixed byte Characters[19];
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    const nuint GetNow = 0x802C542A;        // TCGETS2
    const nuint SetNow = 0x402C542B;        // TCSETS2
    const nuint SetAfterOutput = 0x402C542C; // TCSETSW2
    const uint AnySpeed = 0x1000;           // BOTHER
    const uint CheckParity = 0x10;          // INPCK
    const int MinimumIndex = 6;             // VMIN
    const int TimeIndex = 5;                // VTIME

    // c_cflag
    const uint EightBits = 0x30;            // CS8
    const uint TwoStops = 0x40;             // CSTOPB
    const uint Receiver = 0x80;             // CREAD
    const uint Parity = 0x100;              // PARENB
    const uint Odd = 0x200;                 // PARODD
    const uint Local = 0x800;               // CLOCAL
    const uint RtsCts = 0x8000_0000;        // CRTSCTS

    /// <summary>The terminal's speed in bit/s; null where the system does not say, as on macOS.</summary>
    public static int? SpeedOf(SafeFileHandle fd)
    {
        Termios2 mode;
        return OperatingSystem.IsLinux() && Libc.IoCtl(fd, GetNow, &mode) == 0 && mode.OutputSpeed > 0 ? (int)mode.OutputSpeed : null;
    }

    /// <summary>Returns 0 or the error number: ENOTTY when the descriptor is not a terminal.</summary>
    public static int Set(SafeFileHandle fd, SerialSpec spec, int baud, bool afterOutput)
    {
        Termios2 mode;
        if (Libc.IoCtl(fd, GetNow, &mode) != 0)
            return Marshal.GetLastPInvokeError();
        mode.InputFlags = spec.Parity == SerialParity.None ? 0 : CheckParity;
        mode.OutputFlags = mode.LocalFlags = 0;
        // Programs of older C libraries know a speed by its code alone.
        mode.ControlFlags = ControlFlags(spec) | (TerminalSpeed.LinuxCode(baud) ?? AnySpeed);
        mode.InputSpeed = mode.OutputSpeed = (uint)baud;
        mode.Characters[MinimumIndex] = 1;
        mode.Characters[TimeIndex] = 0;
        return Libc.IoCtl(fd, afterOutput ? SetAfterOutput : SetNow, &mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    static uint ControlFlags(SerialSpec spec) =>
        EightBits | Receiver | Local
        | (spec.StopBits == 2 ? TwoStops : 0)
        | (spec.Parity == SerialParity.None ? 0 : Parity)
        | (spec.Parity == SerialParity.Odd ? Odd : 0)
        | (spec.FlowControl ? RtsCts : 0);
}
