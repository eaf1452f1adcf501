using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>
/// Sets a terminal to raw bytes at some speed. Linux has a call of its own that takes any number of bit/s (termios2 with BOTHER); elsewhere
/// the C library's speeds must do.
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
    const uint CheckParity = 0x10;          // INPCK, on both systems
    const int MinimumIndex = 6;             // VMIN
    const int TimeIndex = 5;                // VTIME

    /// <summary>Control flags by their names in termios.h; the bits differ between systems.</summary>
    sealed record Bits(uint EightBits, uint TwoStops, uint Receiver, uint Parity, uint Odd, uint Local, uint RtsCts);

    static readonly Bits OnLinux = new(0x30, 0x40, 0x80, 0x100, 0x200, 0x800, 0x8000_0000);
    static readonly Bits OnMacOS = new(0x300, 0x400, 0x800, 0x1000, 0x2000, 0x8000, 0x30000);

    /// <summary>0, or the error number that says why not: ENOTTY for what is no terminal.</summary>
    public static int Set(SafeFileHandle fd, SerialSpec spec, int baud, bool afterOutput) => OperatingSystem.IsMacOS()
        ? SetByLibrary(fd, spec, baud, afterOutput)
        : SetByKernel(fd, spec, baud, afterOutput);

    /// <summary>The speed it is set to, in bit/s; null when that cannot be told.</summary>
    public static int? SpeedOf(SafeFileHandle fd)
    {
        Termios2 mode;
        return OperatingSystem.IsLinux() && Libc.IoCtl(fd, GetNow, &mode) == 0 && mode.OutputSpeed > 0 ? (int)mode.OutputSpeed : null;
    }

    static int SetByKernel(SafeFileHandle fd, SerialSpec spec, int baud, bool afterOutput)
    {
        Termios2 mode;
        if (Libc.IoCtl(fd, GetNow, &mode) != 0)
            return Marshal.GetLastPInvokeError();
        mode.InputFlags = spec.Parity == SerialParity.None ? 0 : CheckParity;
        mode.OutputFlags = mode.LocalFlags = 0;
        // Programs of older C libraries know a speed by its code alone.
        mode.ControlFlags = ControlFlags(OnLinux, spec) | (TerminalSpeed.LinuxCode(baud) ?? AnySpeed);
        mode.InputSpeed = mode.OutputSpeed = (uint)baud;
        mode.Characters[MinimumIndex] = 1;
        mode.Characters[TimeIndex] = 0;
        return Libc.IoCtl(fd, afterOutput ? SetAfterOutput : SetNow, &mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    static int SetByLibrary(SafeFileHandle fd, SerialSpec spec, int baud, bool afterOutput)
    {
        var mode = stackalloc byte[Libc.TermiosSize];
        if (Libc.TcGetAttr(fd, mode) != 0)
            return Marshal.GetLastPInvokeError();
        Libc.CfMakeRaw(mode);
        var flags = (nuint*)mode; // input, output, control, local
        flags[0] = spec.Parity == SerialParity.None ? 0 : CheckParity;
        flags[2] = ControlFlags(OnMacOS, spec);
        return Libc.CfSetSpeed(mode, (nuint)baud) == 0 && Libc.TcSetAttr(fd, afterOutput ? 1 : 0, mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    static uint ControlFlags(Bits bits, SerialSpec spec) =>
        bits.EightBits | bits.Receiver | bits.Local
        | (spec.StopBits == 2 ? bits.TwoStops : 0)
        | (spec.Parity == SerialParity.None ? 0 : bits.Parity)
        | (spec.Parity == SerialParity.Odd ? bits.Odd : 0)
        | (spec.FlowControl ? bits.RtsCts : 0);
}
