using System.Runtime.InteropServices;
using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>
/// The symbolic link that gives a pseudo-terminal a fixed name. It replaces only a dangling link,
/// as a killed emulator leaves behind.
/// </summary>
sealed class PtyLink : IDisposable
{
    // Each attempt settles one race with another process that makes or removes the same link.
    const int Attempts = 20;

    readonly string _target;

    PtyLink(string path, string target)
    {
        Path = path;
        _target = target;
    }

    /// <summary>The full path of the link.</summary>
    public string Path { get; }

    /// <exception cref="EndpointException">The link cannot be made.</exception>
    public static PtyLink Create(EndpointSpec spec, string target)
    {
        var path = System.IO.Path.GetFullPath(spec.Rest);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Libc.SymLink(target, path) == 0)
                return new PtyLink(path, target);
            var error = Marshal.GetLastPInvokeError();
            if (error != Errno.Exists)
                throw CannotCreate(spec, path, error);
            if (CheckExisting(spec, path, target))
                return new PtyLink(path, target);
        }
        throw spec.Error(EndpointProblem.Busy, "another program keeps making the same link; choose another path");
    }

    /// <summary>Removes the link unless it points elsewhere by now.</summary>
    public void Dispose()
    {
        try
        {
            if (new FileInfo(Path).LinkTarget == _target)
                File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or read-only: the link cannot be removed.
        }
    }

    /// <summary>Returns true when the link is already right, false to try again.</summary>
    static bool CheckExisting(EndpointSpec spec, string path, string target)
    {
        var existing = new FileInfo(path).LinkTarget;
        if (existing is null)
        {
            if (File.Exists(path) || Directory.Exists(path))
                throw spec.Error(EndpointProblem.NotALink, "exists and is not a link; it is not replaced, choose another path");
            return false;
        }
        // The system reuses slave names: a stale link may name the slave that is ours now.
        if (existing == target)
            return true;
        RefuseLive(spec, path, existing);
        RemoveDangling(spec, path, existing);
        return false;
    }

    static void RefuseLive(EndpointSpec spec, string path, string existing)
    {
        if (!Exists(path, existing))
            return;
        if (!existing.StartsWith("/dev/pts/", StringComparison.Ordinal) && !existing.StartsWith("/dev/tty", StringComparison.Ordinal))
            throw spec.Error(
                EndpointProblem.NotALink, $"links to {existing}, which is no pseudo-terminal; it is not replaced, choose another path");
        throw spec.Error(
            EndpointProblem.Busy,
            $"links to {existing}, which is in use; stop the program that made it, remove the link, or choose another path");
    }

    /// <summary>
    /// Removes the link if it is unchanged. The lock on the folder keeps two emulators from removing each other's fresh link;
    /// a folder that cannot be locked is used without a lock.
    /// </summary>
    static void RemoveDangling(EndpointSpec spec, string path, string dangling)
    {
        using var folder = FolderLock.TryAcquire(FolderOf(path));
        if (new FileInfo(path).LinkTarget != dangling || Exists(path, dangling))
            return;
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw spec.Error(EndpointProblem.NotPermitted, $"links to {dangling}, which is gone, but cannot be removed: {e.Message}", e);
        }
    }

    static bool Exists(string path, string target)
    {
        var full = System.IO.Path.GetFullPath(target, FolderOf(path));
        return File.Exists(full) || Directory.Exists(full);
    }

    static string FolderOf(string path) => System.IO.Path.GetDirectoryName(path) ?? "/";

    static EndpointException CannotCreate(EndpointSpec spec, string path, int error) => error switch
    {
        Errno.NotFound or Errno.NotADirectory => spec.Bad($"there is no folder {FolderOf(path)}"),
        Errno.AccessDenied or Errno.NotPermitted or Errno.ReadOnly =>
            spec.Error(EndpointProblem.NotPermitted, $"cannot make the link: {Libc.ErrorText(error)}"),
        _ => spec.Bad($"cannot make the link: {Libc.ErrorText(error)}"),
    };
}
