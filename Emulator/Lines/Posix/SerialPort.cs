using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>An open serial device in raw mode, ours alone. Not thread-safe.</summary>
sealed unsafe class SerialPort : IDisposable
{
    const nuint OutputWaitingRequest = 0x5411; // TIOCOUTQ of Linux
    const int LockAlone = 2 | 4;               // LOCK_EX | LOCK_NB

    static readonly nuint Exclusive = OperatingSystem.IsMacOS() ? 0x2000740Du : 0x540Cu;    // TIOCEXCL
    static readonly nuint NotExclusive = OperatingSystem.IsMacOS() ? 0x2000740Eu : 0x540Du; // TIOCNXCL

    readonly SafeFileHandle _device;
    readonly SerialSpec _spec;

    SerialPort(SafeFileHandle device, SerialSpec spec)
    {
        _device = device;
        _spec = spec;
    }

    /// <summary>Bytes that the device still has to send; 0 where that cannot be asked.</summary>
    public int OutputWaiting
    {
        get
        {
            int count;
            return OperatingSystem.IsLinux() && Libc.IoCtl(_device, OutputWaitingRequest, &count) == 0 ? count : 0;
        }
    }

    /// <exception cref="LineException">The device is not there, is no serial device, or somebody else has it.</exception>
    public static SerialPort Open(SerialSpec spec, int baud)
    {
        var fd = Libc.Open(spec.Path, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        if (fd < 0)
            throw Failure(spec, Marshal.GetLastPInvokeError());
        var device = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            // The terminal's own lock keeps out everybody but root, the file lock the programs that ask.
            if (Libc.FLock(device, LockAlone) != 0)
                throw spec.Line.Error(LineProblem.Busy, "another program has the device");
            var error = SerialMode.Set(device, spec, baud, afterOutput: false);
            if (error != 0)
                throw error == Errno.NotATerminal ? spec.Line.Bad("is no serial device") : Refused(spec, baud, error);
            _ = Libc.IoCtl(device, Exclusive, null);
            return new SerialPort(device, spec);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Another speed, once what was written has left; answers why not, or null.</summary>
    public string? SetSpeed(int baud)
    {
        var error = SerialMode.Set(_device, _spec, baud, afterOutput: true);
        return error == 0 ? null : Refused(_spec, baud, error).Message;
    }

    /// <summary>Waits until something has arrived or the device is gone, there is room to write, <paramref name="wake"/> was woken, or the time is over (-1: never).</summary>
    public short Wait(WakePipe wake, bool wantWrite, int milliseconds)
    {
        var fds = stackalloc Libc.PollFd[2];
        fds[0] = new Libc.PollFd { Fd = wake.ReadFd, Events = Libc.PollIn };
        fds[1] = new Libc.PollFd { Fd = (int)_device.DangerousGetHandle(), Events = (short)(Libc.PollIn | (wantWrite ? Libc.PollOut : 0)) };
        var result = Libc.Poll(fds, 2, milliseconds);
        wake.Clear();
        return result > 0 ? fds[1].Revents : (short)0;
    }

    /// <summary>Reads what is there; answers why the device is gone, or null.</summary>
    public string? Read(Span<byte> buffer, out int count)
    {
        nint result;
        fixed (byte* start = buffer)
        {
            do
                result = Libc.Read(_device, start, (nuint)buffer.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        count = (int)Math.Max(result, 0);
        if (result == 0)
            return "hung up";
        return result > 0 || Marshal.GetLastPInvokeError() == Errno.TryAgain ? null : Libc.ErrorText(Marshal.GetLastPInvokeError());
    }

    /// <summary>Writes what there is room for now; answers how much that was.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint result;
        fixed (byte* start = bytes)
        {
            do
                result = Libc.Write(_device, start, (nuint)bytes.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        return (int)Math.Max(result, 0);
    }

    /// <summary>Drops what has not left yet: the system would wait half a minute for it.</summary>
    public void Dispose()
    {
        _ = Libc.TcFlush(_device, OperatingSystem.IsMacOS() ? 2 : 1); // TCOFLUSH
        _ = Libc.IoCtl(_device, NotExclusive, null); // else it outlives us on a pseudo-terminal
        _device.Dispose();
    }

    static LineException Failure(SerialSpec spec, int error) => error switch
    {
        Errno.Busy => spec.Line.Error(LineProblem.Busy, "another program has the device"),
        Errno.AccessDenied or Errno.NotPermitted => spec.Line.Error(LineProblem.NotPermitted, Libc.ErrorText(error)),
        Errno.NotFound or Errno.NoSuchAddress or Errno.NoSuchDevice => spec.Line.Error(LineProblem.NotThere, "the device is not there"),
        _ => spec.Line.Error(LineProblem.NotThere, Libc.ErrorText(error)),
    };

    static LineException Refused(SerialSpec spec, int baud, int error) => spec.Line.Error(LineProblem.Unsupported,
        OperatingSystem.IsMacOS() && TerminalSpeed.LinuxCode(baud) is null
            ? $"{baud} bit/s: this version sets standard speeds only on macOS"
            : $"the device does not take {baud} bit/s, {spec.Frame}: {Libc.ErrorText(error)}");
}
