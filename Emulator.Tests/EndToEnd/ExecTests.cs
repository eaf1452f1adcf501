using System.Diagnostics;
using M531x.Emulator.Tests.Interop;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>m531x exec beside real commands: a program in C, one in Python with pyserial, a shell, one that forks.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class ExecTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    static BuiltProgram Exec(params string[] arguments) => BuiltProgram.Start(["exec", .. arguments]);

    [Test]
    public void The_command_finds_line_api_and_key_and_its_exit_code_is_returned()
    {
        using var program = Exec("--", "sh", "-c", "test -c \"$M531X_LINE\" && echo \"$M531X_API $M531X_API_KEY\"; exit 7");
        Assert.That(program.WaitExit(), Is.EqualTo(7));
        Assert.That(program.Output.AwaitEnd().Single(), Does.Match(@"^http://127\.0\.0\.1:[1-9]\d* m531x-local-onenet-master-key$"), "nothing but the command's own output");
    }

    [Test]
    public void A_driver_registers_through_the_line([Values] Language language)
    {
        using var program = Exec(["--", .. Driver(language), "register"]);
        Assert.That(program.WaitExit(), Is.Zero, () => string.Join(" | ", program.Errors.All));
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "registered" }));
    }

    [Test]
    public void The_exit_code_of_a_driver_that_fails_is_returned([Values] Language language)
    {
        using var program = Exec(["--", .. Driver(language), "fail"]);
        Assert.That(program.WaitExit(), Is.EqualTo(5), () => string.Join(" | ", program.Errors.All));
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "+CIS ERROR:653" }));
    }

    [Test]
    public void A_driver_that_takes_too_long_is_ended_with_output_and_trace_kept([Values] Language language)
    {
        using var program = Exec(["--timeout", "3s", "--trace-dir", _folder.At("traces"), "--keep", "on-failure", "--", .. Driver(language), "hang"]);
        Assert.That(program.WaitExit(), Is.EqualTo(124), () => string.Join(" | ", program.Errors.All));
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "waiting" }));
        Assert.That(program.Errors.All, Has.Some.Contains("not done after 3 s"));
        Assert.That(File.ReadAllText(_folder.At("traces/transcript.atlog")), Does.Contain(@"mcu> AT\r"));
    }

    [Test]
    public void What_a_driver_leaves_behind_is_ended([Values] Language language)
    {
        using var program = Exec(["--", .. Driver(language), "fork"]);
        Assert.That(program.WaitExit(), Is.EqualTo(6), () => string.Join(" | ", program.Errors.All));
        var child = program.Output.AwaitEnd().Single();
        Assert.That(child, Does.Match("^[1-9][0-9]*$"));
        Assert.That(Directory.Exists($"/proc/{child}"), Is.False);
    }

    /// <summary>The command of the driver.</summary>
    string[] Driver(Language language)
    {
        if (language == Language.Python)
            return [InteropTools.PythonWithSerial(), InteropTools.InRepository("Emulator.Tests", "EndToEnd", "Drivers", "driver.py")];
        using var compiler = new ChildProcess(InteropTools.CCompiler(), ["-O1", "-Wall", "-Werror", "-o", _folder.At("driver"), InteropTools.InRepository("Emulator.Tests", "EndToEnd", "Drivers", "driver.c")]);
        Assert.That(compiler.WaitExit(), Is.Zero, () => string.Join("\n", compiler.Errors.AwaitEnd()));
        return [_folder.At("driver")];
    }

    public enum Language
    {
        C,
        Python,
    }

    [TestCase(127, "/no/such/command")]
    [TestCase(126, "/etc/passwd")]
    [TestCase(126, "/tmp")]
    public void A_command_that_cannot_be_run_is_said_as_a_shell_does(int code, string command)
    {
        using var program = Exec("--", command);
        Assert.That(program.WaitExit(), Is.EqualTo(code));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.StartWith($"m531x: exec: {command}: "));
    }

    /// <summary>As of a variable of the shell that is not set.</summary>
    [Test]
    public void A_command_without_a_name_is_none()
    {
        using var program = Exec("--", "");
        Assert.That(program.WaitExit(), Is.EqualTo(127));
        Assert.That(program.Errors.AwaitEnd().Single(), Is.EqualTo("m531x: exec: '': a command without a name"));
    }

    [Test]
    public void A_command_may_start_another_m531x_that_has_line_and_api_of_its_own()
    {
        const string Show = "echo \"$M531X_LINE $M531X_API\"";
        using var program = Exec("--", "sh", "-c", $"{Show}; exec {BuiltProgram.DotNet} {BuiltProgram.Dll} exec -- sh -c '{Show}; exit 5'");
        Assert.That(program.WaitExit(), Is.EqualTo(5), () => string.Join(" | ", program.Errors.All));
        var places = program.Output.AwaitEnd();
        Assert.That(places, Has.Length.EqualTo(2).And.Unique);
        Assert.That(places, Has.All.Match(@"^/dev/pts/\d+ http://127\.0\.0\.1:\d+$"));
    }

    [Test]
    public void Without_an_API_the_command_is_told_of_none()
    {
        using var program = BuiltProgram.StartIn(_folder.Path, [("M531X_API", "127.0.0.1:5310")], "exec", "--api", "off", "--", "sh", "-c", "echo ${M531X_API-none}");
        Assert.That(program.WaitExit(), Is.Zero, () => string.Join(" | ", program.Errors.All));
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "none" }));
    }

    [TestCase(new[] { "--timeout", "1s", "--timeout-exit-code", "42" }, 42, "not done after 1 s")]
    [TestCase(new[] { "--timeout", "1s", "--timeout-exit-code", "256" }, 2, "--timeout-exit-code 256: expected a whole number from 1 to 255")]
    [TestCase(new[] { "--timeout-exit-code", "42" }, 2, "--timeout-exit-code 42: has no effect without --timeout")]
    [TestCase(new[] { "--timeout", "50d" }, 2, "--timeout 50d: expected a time such as 30s or 2m, 49d at most")]
    public void The_exit_code_of_a_time_out_may_be_another(string[] options, int code, string said)
    {
        using var program = Exec([.. options, "--", "sleep", "1000"]);
        Assert.That(program.WaitExit(), Is.EqualTo(code));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.Contain(said));
    }

    [Test]
    public void What_the_command_leaves_behind_is_ended_too()
    {
        var id = _folder.At("id");
        using var program = Exec("--", "sh", "-c", $"setsid sh -c 'echo $$ > {id}; trap \"\" TERM; while :; do sleep 1; done' & while [ ! -s {id} ]; do sleep 0.05; done; exit 3");
        Assert.That(program.WaitExit(), Is.EqualTo(3));
        Assert.That(Directory.Exists($"/proc/{File.ReadAllText(id).Trim()}"), Is.False);
    }

    /// <summary>Output ends when the last process that has it is gone.</summary>
    [Test]
    public void Nothing_is_left_when_m531x_itself_is_killed()
    {
        using var program = Exec("--", "sh", "-c", "trap '' TERM HUP; setsid sleep 1000 & echo $!; echo $$; sleep 1000");
        var ids = new[] { program.Output.Next(), program.Output.Next() };
        using (var kill = Process.Start("kill", ["-KILL", $"{program.Id}"]))
            kill.WaitForExit();
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(ids));
    }

    /// <summary>As timeout -s KILL does it: with all of m531x's process group. A daemon is of none.</summary>
    [Test]
    public void Nothing_is_left_when_the_whole_process_group_is_killed()
    {
        using var group = new ChildProcess("timeout", ["--preserve-status", "-s", "USR1", "1000", BuiltProgram.DotNet, BuiltProgram.Dll, "exec", "--", "sh", "-c", "setsid sleep 1000 & echo $!; sleep 1000"]);
        var daemon = group.Output.Next();
        using (var kill = Process.Start("kill", ["-KILL", "--", $"-{group.Id}"]))
            kill.WaitForExit();
        Assert.That(group.Output.AwaitEnd(), Is.EqualTo(new[] { daemon }));
    }

    [Test]
    public void Help_shows_the_line_and_the_port_that_exec_takes_by_itself()
    {
        using var program = Exec("--help");
        Assert.That(program.WaitExit(), Is.Zero);
        var help = program.Output.AwaitEnd();
        Assert.That(help.Single(l => l.Contains("--line <", StringComparison.Ordinal)), Does.EndWith("[default: pty:]"));
        Assert.That(help.Single(l => l.Contains("--api <", StringComparison.Ordinal)), Does.EndWith("[default: 127.0.0.1:0]"));
    }

    [Test]
    public void A_signal_is_passed_on([Values("TERM", "HUP", "INT", "QUIT", "USR1", "USR2")] string signal)
    {
        using var program = Exec("--", "sh", "-c", $"trap 'echo told; exit 9' {signal}; echo ready; while :; do sleep 0.05; done");
        program.Output.Await("ready");
        using var kill = Process.Start("kill", [$"-{signal}", $"{program.Id}"]);
        Assert.That(program.WaitExit(), Is.EqualTo(9));
        Assert.That(program.Output.AwaitEnd(), Has.Some.EqualTo("told"));
    }

    /// <summary>Some numbers mean something to m531x itself; a bug of the emulator, 3, is told with its trace.</summary>
    [Test]
    public void An_exit_code_that_is_also_ours_is_the_commands([Values(1, 2, 3, 4, 124)] int code)
    {
        using var program = Exec("--", "sh", "-c", $"exit {code}");
        Assert.That(program.WaitExit(), Is.EqualTo(code));
        Assert.That(program.Errors.AwaitEnd(), Is.Empty);
    }
}
