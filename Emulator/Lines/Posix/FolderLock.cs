using Microsoft.Win32.SafeHandles;

namespace M531x.Emulator.Lines.Posix;

/// <summary>An advisory lock on a folder, held until disposal; it ends with the process.</summary>
static class FolderLock
{
    const int ReadOnly = 0;
    const int Exclusive = 2;  // LOCK_EX
    const int NoWait = 4;     // LOCK_NB
    const int Attempts = 100;

    /// <summary>Null when the folder cannot be locked, or another program keeps it locked for about a second.</summary>
    public static IDisposable? TryAcquire(string folder)
    {
        var fd = Libc.Open(folder, ReadOnly | OpenFlags.CloseOnExec);
        if (fd < 0)
            return null;
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Libc.FLock(handle, Exclusive | NoWait) == 0)
                return handle;
            Thread.Sleep(10);
        }
        handle.Dispose();
        return null;
    }
}
