using System.Diagnostics;
using System.Globalization;

namespace M531x.Tools.Bench;

/// <summary>openssl.c, built here, as a process on the same core.</summary>
sealed class OpensslSide : ISide
{
    readonly Process _process;

    OpensslSide(string program, string name, string remark, string[] arguments)
    {
        Name = name;
        Remark = remark;
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public string Name { get; }

    public string Remark { get; }

    /// <summary>Compiles openssl.c. Null, and why, when that is not possible.</summary>
    public static OpensslBuild? TryBuild(out string reason)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "openssl.c");
        var program = Path.Combine(AppContext.BaseDirectory, "openssl-bench");
        try
        {
            using var gcc = Process.Start("gcc", ["-O2", "-Wall", "-o", program, source, "-lssl", "-lcrypto"]);
            gcc.WaitForExit();
            reason = "gcc cannot build openssl.c: is libssl-dev there?";
            if (gcc.ExitCode != 0)
                return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            reason = "there is no gcc";
            return null;
        }
        using var version = Process.Start(new ProcessStartInfo(program, ["version"]) { RedirectStandardOutput = true })!;
        var text = version.StandardOutput.ReadToEnd().Trim();
        version.WaitForExit();
        return new OpensslBuild(program, text);
    }

    public static OpensslSide Start(OpensslBuild build, string remark, params string[] arguments) =>
        new(build.Program, $"OpenSSL {build.Version}", remark, arguments);

    public Slice Run(TimeSpan length)
    {
        _process.StandardInput.WriteLine(length.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("openssl.c has ended");
        var numbers = answer.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new Slice(numbers[0], FromNanoseconds(numbers[1]), FromNanoseconds(numbers[2]), null);
    }

    public void Dispose()
    {
        // The end of its input is the end of the program.
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }

    static TimeSpan FromNanoseconds(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}

/// <summary>The program, and the version of the library it was linked to.</summary>
sealed record OpensslBuild(string Program, string Version);
