using System.Runtime.InteropServices;
using M531x.Emulator.Lines.Serial;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>A serial device of Linux in raw mode, locked against all other programs.</summary>
sealed unsafe class TermiosDevice : ISerialDevice
{
    const nuint OutputWaitingRequest = 0x5411; // TIOCOUTQ
    const nuint Exclusive = 0x540C;            // TIOCEXCL
    const nuint NotExclusive = 0x540D;         // TIOCNXCL
    const int LockAlone = 2 | 4;               // LOCK_EX | LOCK_NB
    const int OutputQueue = 1;                 // TCOFLUSH

    readonly SafeFileHandle _device;
    readonly SerialSpec _spec;
    readonly WakePipe _wake;
    bool _hungUp;

    TermiosDevice(SafeFileHandle device, SerialSpec spec, WakePipe wake)
    {
        _device = device;
        _spec = spec;
        _wake = wake;
    }

    public int OutputWaiting
    {
        get
        {
            int count;
            return Libc.IoCtl(_device, OutputWaitingRequest, &count) == 0 ? count : 0;
        }
    }

    /// <exception cref="EndpointException">The device is absent, not a serial device, in use, or not permitted.</exception>
    public static TermiosDevice Open(SerialSpec spec, int baud, WakePipe wake)
    {
        var flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
        var fd = Libc.Open(spec.Path, flags);
        if (fd < 0)
            throw Failure(spec, Marshal.GetLastPInvokeError());
        var device = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            // The terminal's own lock keeps out every program but root's, the file lock the programs that ask for it.
            if (Libc.FLock(device, LockAlone) != 0)
                throw SerialProblems.Busy(spec);
            var error = SerialMode.Set(device, spec, baud, afterOutput: false);
            if (error != 0)
                throw error == Errno.NotATerminal ? SerialProblems.NotSerial(spec) : Refused(spec, baud, error);
            _ = Libc.IoCtl(device, Exclusive, null);
            return new TermiosDevice(device, spec, wake);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    public string? SetSpeed(int baud)
    {
        var error = SerialMode.Set(_device, _spec, baud, afterOutput: true);
        return error == 0 ? null : Refused(_spec, baud, error).Message;
    }

    public bool Wait(bool wantWrite, int milliseconds)
    {
        var fds = stackalloc Libc.PollFd[2];
        fds[0] = new Libc.PollFd { Fd = _wake.ReadFd, Events = Libc.PollIn };
        fds[1] = new Libc.PollFd { Fd = (int)_device.DangerousGetHandle(), Events = (short)(Libc.PollIn | (wantWrite ? Libc.PollOut : 0)) };
        var result = Libc.Poll(fds, 2, milliseconds);
        _wake.Clear();
        var events = result > 0 ? fds[1].Revents : 0;
        _hungUp = (events & (Libc.PollHup | Libc.PollInvalid)) != 0;
        return _hungUp || (events & (Libc.PollIn | Libc.PollErr)) != 0;
    }

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
        if (result > 0)
            return null;
        var error = Marshal.GetLastPInvokeError();
        return error != Errno.TryAgain ? Libc.ErrorText(error) : _hungUp ? "hung up" : null;
    }

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

    /// <summary>Drops what has not left yet: close(2) would wait half a minute for it.</summary>
    public void Dispose()
    {
        _ = Libc.TcFlush(_device, OutputQueue);
        _ = Libc.IoCtl(_device, NotExclusive, null); // on a pseudo-terminal the lock outlives the descriptor
        _device.Dispose();
    }

    static EndpointException Failure(SerialSpec spec, int error) => SerialProblems.FromErrno(spec, error, Libc.ErrorText(error));

    static EndpointException Refused(SerialSpec spec, int baud, int error) => SerialProblems.Refused(spec, baud, Libc.ErrorText(error));
}
