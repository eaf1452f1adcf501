using System.Runtime.InteropServices;
using M531x.Emulator.Lines.Posix;

namespace M531x.Emulator.Lines;

/// <summary>
/// The symbolic link that gives a pseudo-terminal a fixed name. It never replaces what might be somebody's: only a link to nothing,
/// as a killed emulator leaves behind.
/// </summary>
sealed class PtyLink : IDisposable
{
    // Each turn settles one race with another process that makes or removes the same link.
    const int Attempts = 20;

    readonly string _target;

    PtyLink(string path, string target)
    {
        Path = path;
        _target = target;
    }

    /// <summary>The full path of the link.</summary>
    public string Path { get; }

    /// <exception cref="LineException">The link cannot be made.</exception>
    public static PtyLink Create(LineSpec spec, string target)
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
        throw spec.Error(LineProblem.Busy, "another program keeps making the same link; choose another path");
    }

    /// <summary>Removes the link unless it has come to point elsewhere.</summary>
    public void Dispose()
    {
        try
        {
            if (new FileInfo(Path).LinkTarget == _target)
                File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went away or became read-only: then there is nothing to remove, or no way to.
        }
    }

    /// <summary>Answers true when the link is right as it is, false to try again.</summary>
    static bool CheckExisting(LineSpec spec, string path, string target)
    {
        var existing = new FileInfo(path).LinkTarget;
        if (existing is null)
        {
            if (File.Exists(path) || Directory.Exists(path))
                throw spec.Error(LineProblem.NotALink, "exists and is not a link; it is not replaced, choose another path");
            return false;
        }
        // The system hands out slave names again: a link left behind may name the very slave that is ours now.
        if (existing == target)
            return true;
        RefuseLive(spec, path, existing);
        RemoveDangling(spec, path, existing);
        return false;
    }

    static void RefuseLive(LineSpec spec, string path, string existing)
    {
        if (!Exists(path, existing))
            return;
        if (!existing.StartsWith("/dev/pts/", StringComparison.Ordinal) && !existing.StartsWith("/dev/tty", StringComparison.Ordinal))
            throw spec.Error(LineProblem.NotALink, $"links to {existing}, which is no pseudo-terminal; it is not replaced, choose another path");
        throw spec.Error(
            LineProblem.Busy,
            $"links to {existing}, which is in use; stop the program that made it, remove the link, or choose another path");
    }

    /// <summary>
    /// Takes the link aside and looks again before removing it: another process may have put a live one in its place since the check.
    /// </summary>
    static void RemoveDangling(LineSpec spec, string path, string dangling)
    {
        var aside = $"{path}.{Guid.NewGuid():N}";
        if (Libc.Rename(path, aside) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.NotFound)
                return;
            throw CannotCreate(spec, path, error);
        }
        // Not the one that was looked at: back it goes. If a third one is there by now, that one stands.
        if (new FileInfo(aside).LinkTarget is { } target && target != dangling)
            _ = Libc.SymLink(target, path);
        File.Delete(aside);
    }

    static bool Exists(string path, string target)
    {
        var full = System.IO.Path.GetFullPath(target, System.IO.Path.GetDirectoryName(path) ?? "/");
        return File.Exists(full) || Directory.Exists(full);
    }

    static LineException CannotCreate(LineSpec spec, string path, int error) => error switch
    {
        Errno.NotFound or Errno.NotADirectory => spec.Bad($"there is no folder {System.IO.Path.GetDirectoryName(path)}"),
        Errno.AccessDenied or Errno.NotPermitted or Errno.ReadOnly =>
            spec.Error(LineProblem.NotPermitted, $"cannot make the link: {Libc.ErrorText(error)}"),
        _ => spec.Bad($"cannot make the link: {Libc.ErrorText(error)}"),
    };
}
