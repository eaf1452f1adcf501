using System.ComponentModel;
using System.Diagnostics;

namespace M531x.Emulator.Cli;

/// <summary>
/// Ends what a command of <c>m531x exec</c> has running when m531x itself is killed and cannot (SIGKILL): a shell beside it waits for
/// the end of a pipe that only m531x holds, then kills whatever carries the mark of this run in its environment, daemons included.
/// Linux alone has /proc; elsewhere there is no guard.
/// </summary>
sealed class ExecGuard : IDisposable
{
    /// <summary>The variable that marks what belongs to a run.</summary>
    public const string Mark = "M531X_EXEC";

    // Three passes, as one of them may fork while another is killed. Signals of the terminal end m531x, not its guard.
    const string Script = """
        trap '' HUP INT QUIT TERM USR1 USR2
        read -r _
        for pass in 1 2 3; do
            for file in $(grep -lsz "^$1\$" /proc/[0-9]*/environ); do
                file=${file%/environ}
                kill -9 "${file#/proc/}"
            done
        done
        """;

    /// <summary>In a session of its own: a process group that is killed whole, as timeout -k does it, does not take the guard along.</summary>
    const string InOwnSession = """
        command -v setsid >/dev/null && exec setsid "$@"
        exec "$@"
        """;

    readonly Process? _shell;

    ExecGuard(Process? shell) => _shell = shell;

    /// <summary>Its process, which is none of the command's; null when there is none.</summary>
    public int? Id => _shell?.Id;

    /// <param name="mark">Value of <see cref="Mark"/> in the command's environment.</param>
    public static ExecGuard Start(string mark)
    {
        if (!OperatingSystem.IsLinux())
            return new ExecGuard(null);
        var start = new ProcessStartInfo("/bin/sh", ["-c", InOwnSession, "m531x-guard", "/bin/sh", "-c", Script, "m531x-guard", $"{Mark}={mark}"]) { RedirectStandardInput = true };
        start.Environment.Remove(Mark); // of an exec around this one
        try
        {
            return new ExecGuard(Process.Start(start));
        }
        catch (Win32Exception)
        {
            return new ExecGuard(null); // a system without a shell
        }
    }

    /// <summary>Nothing is left to guard.</summary>
    public void Dispose()
    {
        if (_shell is null)
            return;
        _shell.Kill();
        _shell.WaitForExit();
        _shell.Dispose();
    }
}
