using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>A pipe to this process that ends a poll(2).</summary>
sealed unsafe class WakePipe : IWake
{
    readonly Lock _lock = new();
    readonly SafeFileHandle _read;
    readonly SafeFileHandle _write;
    bool _woken;
    bool _disposed;

    public WakePipe()
    {
        var fds = stackalloc int[2];
        var result = OperatingSystem.IsLinux() ? Libc.Pipe2(fds, OpenFlags.CloseOnExec) : Libc.Pipe(fds);
        if (result != 0)
            throw new IOException($"cannot make a pipe: {Libc.ErrorText(Marshal.GetLastPInvokeError())}");
        _read = new SafeFileHandle(fds[0], ownsHandle: true);
        _write = new SafeFileHandle(fds[1], ownsHandle: true);
    }

    /// <summary>For poll only; valid until disposal.</summary>
    public int ReadFd => (int)_read.DangerousGetHandle();

    public void Wake()
    {
        lock (_lock)
        {
            // The pipe holds at most one byte, so neither the write nor the read below can block.
            if (_woken || _disposed)
                return;
            byte one = 1;
            _woken = Libc.Write(_write, &one, 1) == 1;
        }
    }

    public void Wait(int milliseconds)
    {
        var fd = new Libc.PollFd { Fd = ReadFd, Events = Libc.PollIn };
        _ = Libc.Poll(&fd, 1, milliseconds);
        Clear();
    }

    /// <summary>Forgets a wake-up, if there was one.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (!_woken)
                return;
            byte one;
            _woken = Libc.Read(_read, &one, 1) != 1;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _read.Dispose();
            _write.Dispose();
        }
    }
}
