using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>A program under test or a peer: its output as lines, its signals, its exit code. Disposal kills what still runs.</summary>
partial class ChildProcess : IDisposable
{
    public const int SigInt = 2;
    public const int SigTerm = 15;

    readonly Process _process;

    public ChildProcess(string fileName, IEnumerable<string> arguments, bool rawOutput = false, string? folder = null,
        IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo(fileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        Collect(_process.StandardError, Errors);
        if (!rawOutput)
            Collect(_process.StandardOutput, Output);
    }

    public LineLog Output { get; } = new("stdout");
    public LineLog Errors { get; } = new("stderr");
    public int Id => _process.Id;
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Standard output as bytes; only with rawOutput.</summary>
    public Stream RawOutput => _process.StandardOutput.BaseStream;

    public void Signal(int signal) => Assert.That(Kill(_process.Id, signal), Is.Zero, "kill");

    public int WaitExit()
    {
        if (!_process.WaitForExit(LineLog.Limit))
            throw new AssertionException($"the process runs on; stderr: {string.Join(" | ", Errors.All)}");
        return _process.ExitCode;
    }

    public virtual void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    static void Collect(StreamReader reader, LineLog log) => new Thread(() =>
    {
        try
        {
            while (reader.ReadLine() is { } line)
                log.Add(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process was disposed.
        }
        log.End();
    })
    { IsBackground = true }.Start();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
