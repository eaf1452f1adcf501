using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>Result of a read from the master.</summary>
enum PtyRead
{
    Data,

    /// <summary>A client has the slave open and has sent nothing more.</summary>
    Nothing,

    /// <summary>No client has the slave open, and everything that one sent has been read.</summary>
    NoClient,
}

/// <summary>The master side of a pseudo-terminal whose slave is in raw mode. Not thread-safe.</summary>
sealed unsafe class PtyMaster : IDisposable
{
    readonly SafeFileHandle _master;

    // macOS forgets the slave's mode, and what was sent, at the slave's last close: one handle of our own keeps both.
    // So opening and closing by clients is invisible there. Compiled, not tested, on macOS.
    readonly SafeFileHandle? _held;

    PtyMaster(SafeFileHandle master, string slavePath, SafeFileHandle? held)
    {
        _master = master;
        SlavePath = slavePath;
        _held = held;
    }

    public string SlavePath { get; }

    /// <summary>False where a client's opening cannot be seen; the slave then counts as open always.</summary>
    public bool SeesClients => _held is null;

    /// <param name="speed">Initial speed in bit/s; 0 keeps the system's.</param>
    /// <exception cref="IOException">The system has no pseudo-terminal left.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses one.</exception>
    public static PtyMaster Open(int speed = 0)
    {
        // posix_openpt of macOS refuses all flags but two, and LibraryImport cannot call its variadic fcntl: open the multiplexer.
        var flags = OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
        var fd = OperatingSystem.IsMacOS() ? Libc.Open("/dev/ptmx", flags) : Libc.PosixOpenPt(flags);
        if (fd < 0)
            throw Failure("cannot open a pseudo-terminal");
        var master = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            if (Libc.GrantPt(master) != 0 || Libc.UnlockPt(master) != 0)
                throw Failure("cannot unlock the pseudo-terminal");
            var slavePath = NameOfSlave(master);
            var slave = OpenSlave(slavePath, speed);
            if (OperatingSystem.IsMacOS())
                return new PtyMaster(master, slavePath, slave);
            // From this first close on, the master reports a hang-up exactly while no client has the slave open.
            slave.Dispose();
            return new PtyMaster(master, slavePath, null);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits until a client has sent something or hung up, <paramref name="wake"/> was woken, or the time in ms is over (-1: none).
    /// Without <paramref name="watchClient"/> the master is asked only once the wait is over: a hang-up would end it at once.
    /// Returns the master's poll events.
    /// </summary>
    public short Wait(WakePipe wake, bool watchClient, bool wantWrite, int milliseconds)
    {
        var fds = stackalloc Libc.PollFd[2];
        fds[0] = new Libc.PollFd { Fd = wake.ReadFd, Events = Libc.PollIn };
        fds[1] = new Libc.PollFd
        {
            Fd = (int)_master.DangerousGetHandle(),
            Events = (short)(Libc.PollIn | (wantWrite ? Libc.PollOut : 0)),
        };
        var result = Libc.Poll(fds, watchClient ? 2u : 1u, milliseconds);
        wake.Clear();
        if (watchClient)
            return result > 0 ? fds[1].Revents : (short)0;
        // A failed poll says nothing about the client; it stays closed until the next one.
        return Libc.Poll(fds + 1, 1, 0) < 0 ? Libc.PollHup : fds[1].Revents;
    }

    /// <summary>The speed that the slave is set to, in bit/s, which has no effect. Null when it is unknown.</summary>
    public int? SlaveSpeed()
    {
        if (SerialMode.SpeedOf(_master) is { } speed)
            return speed;
        var termios = stackalloc byte[Libc.TermiosSize];
        if (Libc.TcGetAttr(_master, termios) != 0)
            return null;
        var number = Libc.CfGetOSpeed(termios);
        return TerminalSpeed.FromTermios(OperatingSystem.IsMacOS() ? number : (uint)number);
    }

    public PtyRead Read(Span<byte> buffer, out int count)
    {
        nint result;
        fixed (byte* start = buffer)
        {
            do
                result = Libc.Read(_master, start, (nuint)buffer.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        count = (int)Math.Max(result, 0);
        if (count > 0)
            return PtyRead.Data;
        return result < 0 && Marshal.GetLastPInvokeError() == Errno.TryAgain ? PtyRead.Nothing : PtyRead.NoClient;
    }

    /// <summary>Writes what the terminal has room for now and returns how many bytes.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint result;
        fixed (byte* start = bytes)
        {
            do
                result = Libc.Write(_master, start, (nuint)bytes.Length);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        return (int)Math.Max(result, 0);
    }

    public void Dispose()
    {
        _held?.Dispose();
        _master.Dispose();
    }

    static string NameOfSlave(SafeFileHandle master)
    {
        const int Size = 256;
        var buffer = stackalloc byte[Size];
        if (OperatingSystem.IsMacOS())
            buffer = Libc.PtsName(master);
        else if (Libc.PtsNameR(master, buffer, Size) != 0)
            buffer = null;
        return Marshal.PtrToStringUTF8((nint)buffer) ?? throw new IOException("the pseudo-terminal has no name");
    }

    static SafeFileHandle OpenSlave(string path, int speed)
    {
        var fd = Libc.Open(path, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec);
        if (fd < 0)
            throw Failure($"cannot open {path}");
        var slave = new SafeFileHandle(fd, ownsHandle: true);
        var termios = stackalloc byte[Libc.TermiosSize];
        if (Libc.TcGetAttr(slave, termios) == 0)
        {
            Libc.CfMakeRaw(termios);
            foreach (var number in TerminalSpeed.ToTermios(speed))
            {
                if (Libc.CfSetSpeed(termios, number) == 0)
                    break;
            }
            if (Libc.TcSetAttr(slave, 0, termios) == 0)
                return slave;
        }
        var failure = Failure($"cannot set the mode of {path}");
        slave.Dispose();
        throw failure;
    }

    static Exception Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        var message = $"{what}: {Libc.ErrorText(error)}";
        return error is Errno.AccessDenied or Errno.NotPermitted ? new UnauthorizedAccessException(message) : new IOException(message);
    }
}
