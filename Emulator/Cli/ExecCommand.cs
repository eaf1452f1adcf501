using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace M531x.Emulator.Cli;

/// <summary>
/// <c>m531x exec</c>: starts module and local OneNET, runs a command that finds them through M531X_LINE, M531X_API and M531X_API_KEY,
/// stops everything and returns the command's exit code.
/// </summary>
static class ExecCommand
{
    public const string Line = "M531X_LINE", Api = "M531X_API", ApiKey = "M531X_API_KEY";

    const int PermissionDenied = 13;

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs the command beside a running module.</summary>
    /// <param name="settings">The command, and when it is ended.</param>
    /// <param name="environment">Variables it is given.</param>
    /// <param name="failed">Completes when the emulator itself has failed.</param>
    public static async Task<int> RunAsync(ExecSettings settings, IReadOnlyDictionary<string, string> environment, Task failed)
    {
        var (arguments, timeout) = (settings.Command, settings.Timeout);
        ProcessTree.AdoptOrphans();
        using var process = new Process { StartInfo = new ProcessStartInfo(arguments[0]) { UseShellExecute = false } };
        foreach (var argument in arguments.Skip(1))
            process.StartInfo.ArgumentList.Add(argument);
        // Of a setting, or of an exec around this one, when there is no API here.
        process.StartInfo.Environment.Remove(Api);
        foreach (var (name, value) in environment)
            process.StartInfo.Environment[name] = value;
        var mark = Guid.NewGuid().ToString("N");
        process.StartInfo.Environment[ExecGuard.Mark] = mark;
        using var passed = new SignalPasser();
        using var guard = ExecGuard.Start(mark);
        try
        {
            process.Start();
        }
        catch (InvalidOperationException) when (arguments[0].Length == 0)
        {
            return (int)Complaint.Tell(ExitCode.NotFound, "exec: '': a command without a name");
        }
        catch (Win32Exception) when (Directory.Exists(arguments[0]))
        {
            return (int)Complaint.Tell(ExitCode.NotExecutable, $"exec: {arguments[0]}: is a directory");
        }
        catch (Win32Exception e)
        {
            return (int)Complaint.Tell(e.NativeErrorCode == PermissionDenied ? ExitCode.NotExecutable : ExitCode.NotFound, $"exec: {arguments[0]}: {e.Message}");
        }
        passed.To(process.Id);
        var exit = process.WaitForExitAsync();
        var limit = timeout is { } time ? Task.Delay(time) : Task.Delay(Timeout.Infinite);
        var first = await Task.WhenAny(exit, limit, failed);
        if (first == limit)
            Complaint.Tell($"exec: {arguments[0]}: not done after {timeout!.Value.TotalSeconds:0.###} s, ended");
        // What it has left running is ended as well, whoever its parent is by now.
        await ProcessTree.EndAsync(process, Grace, guard.Id);
        await exit;
        if (first == failed)
            throw new InvalidOperationException($"the emulator failed beside {arguments[0]}", failed.Exception?.InnerException);
        return first == limit ? settings.TimeoutCode : process.ExitCode;
    }

    /// <summary>A variable that may be a setting. In a command of exec its three say where that module is, and are none of another m531x that it starts.</summary>
    public static string? SettingOf(string variable) =>
        variable is Line or Api or ApiKey && Environment.GetEnvironmentVariable(ExecGuard.Mark) is { Length: > 0 } ? null : Environment.GetEnvironmentVariable(variable);

    /// <summary>Passes what kill can tell on to the command: SIGTERM, SIGHUP, SIGQUIT and, on Linux, SIGUSR1 and SIGUSR2. What keys send (SIGINT, SIGQUIT) reaches it by itself, as it shares the terminal; without one they are passed on too.</summary>
    sealed class SignalPasser : IDisposable
    {
        readonly List<PosixSignalRegistration> _registrations = [];
        readonly Lock _lock = new();
        readonly List<PosixSignal> _early = [];
        int _process;

        public SignalPasser()
        {
            List<PosixSignal> signals = [PosixSignal.SIGTERM, PosixSignal.SIGHUP];
            if (OperatingSystem.IsLinux())
                signals.AddRange([ProcessTree.User1, ProcessTree.User2]);
            if (Console.IsInputRedirected)
                signals.AddRange([PosixSignal.SIGINT, PosixSignal.SIGQUIT]);
            foreach (var signal in signals)
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, context =>
                {
                    context.Cancel = true;
                    Pass(signal);
                }));
            }
            if (Console.IsInputRedirected)
                return;
            foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT])
                _registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = true));
        }

        /// <summary>The command runs; what came before is passed on now.</summary>
        public void To(int process)
        {
            lock (_lock)
            {
                _process = process;
                _early.ForEach(s => ProcessTree.Signal(process, s));
            }
        }

        void Pass(PosixSignal signal)
        {
            lock (_lock)
            {
                if (_process == 0)
                    _early.Add(signal);
                else
                    ProcessTree.Signal(_process, signal);
            }
        }

        public void Dispose() => _registrations.ForEach(r => r.Dispose());
    }
}
