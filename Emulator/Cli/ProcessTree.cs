using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace M531x.Emulator.Cli;

/// <summary>A command with all that it has started. On Linux its orphans become children of this process and are found; elsewhere only its own descendants are.</summary>
static partial class ProcessTree
{
    const int SetChildSubreaper = 36;
    const int Terminate = 15;
    const int Kill = 9;
    const int NoHang = 1;
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>From now on what the command leaves behind is handed to this process instead of to init (prctl, PR_SET_CHILD_SUBREAPER).</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
            _ = SetProcess(SetChildSubreaper, 1, 0, 0, 0);
    }

    /// <summary>Signals of Linux by their numbers, which the runtime takes too.</summary>
    public const PosixSignal User1 = (PosixSignal)10, User2 = (PosixSignal)12;

    public static void Signal(int process, PosixSignal signal)
    {
        if (OperatingSystem.IsWindows())
            return;
        _ = SendSignal(process, signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGQUIT => 3,
            User1 or User2 => (int)signal,
            _ => Terminate,
        });
    }

    /// <summary>Asks what is left to end, and after a while makes it.</summary>
    /// <param name="process">The command.</param>
    /// <param name="grace">How long it is asked.</param>
    /// <param name="spared">A process of our own; null for none.</param>
    public static async Task EndAsync(Process process, TimeSpan grace, int? spared)
    {
        if (!OperatingSystem.IsLinux())
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            return;
        }
        var left = Descendants(process.Id, spared);
        if (left.Count == 0)
            return;
        foreach (var id in left)
            _ = SendSignal(id, Terminate);
        var end = Stopwatch.GetTimestamp();
        while ((left = Descendants(process.Id, spared)).Count > 0 && Stopwatch.GetElapsedTime(end) < grace)
            await Task.Delay(Poll);
        foreach (var id in left)
            _ = SendSignal(id, Kill);
        while (Descendants(process.Id, spared).Count > 0 && Stopwatch.GetElapsedTime(end) < 2 * grace)
            await Task.Delay(Poll);
    }

    /// <summary>Processes below this one that have not ended; those that have are collected.</summary>
    /// <param name="own">The command itself, whose exit code is waited for elsewhere.</param>
    /// <param name="spared">Left out.</param>
    static List<int> Descendants(int own, int? spared)
    {
        var parents = new Dictionary<int, List<(int Id, char State)>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ReadStat(folder) is var (parent, state))
            {
                if (!parents.TryGetValue(parent, out var children))
                    parents[parent] = children = [];
                children.Add((id, state));
            }
        }
        var found = new List<int>();
        var next = new Queue<int>([Environment.ProcessId]);
        while (next.TryDequeue(out var parent))
        {
            foreach (var (id, state) in parents.GetValueOrDefault(parent, []))
            {
                if (id == spared)
                    continue;
                if (state is not ('Z' or 'X'))
                    found.Add(id);
                else if (parent == Environment.ProcessId && id != own)
                    _ = Collect(id, out _, NoHang);
                next.Enqueue(id);
            }
        }
        return found;
    }

    /// <summary>Parent and state of /proc/ID/stat; the name before them may hold anything.</summary>
    static (int Parent, char State)? ReadStat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[0][0]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null; // it has gone meanwhile
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetProcess(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int Collect(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
