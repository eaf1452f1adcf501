using System.Diagnostics;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>m531x exec beside real commands: a C program, a shell, one that forks.</summary>
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
    public void A_program_in_C_registers_through_the_line()
    {
        var source = _folder.At("mcu.c");
        File.WriteAllText(source, """
            #include <fcntl.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <termios.h>
            #include <unistd.h>
            static char seen[8192];
            static int wait_for(int fd, const char *text) {
                size_t n = 0;
                while (n + 1 < sizeof seen) {
                    ssize_t got = read(fd, seen + n, sizeof seen - 1 - n);
                    if (got <= 0) return 0;
                    n += (size_t)got; seen[n] = 0;
                    if (strstr(seen, text)) return 1;
                    if (strstr(seen, "ERROR")) return 0;
                }
                return 0;
            }
            static void say(int fd, const char *line) { dprintf(fd, "%s\r", line); memset(seen, 0, sizeof seen); }
            int main(void) {
                int fd = open(getenv("M531X_LINE"), O_RDWR | O_NOCTTY);
                struct termios t;
                if (fd < 0 || tcgetattr(fd, &t)) return 2;
                cfmakeraw(&t); tcsetattr(fd, TCSANOW, &t);
                say(fd, "AT+MIPLCREATE"); if (!wait_for(fd, "+MIPLCREATE:0")) return 3;
                say(fd, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"); if (!wait_for(fd, "OK")) return 4;
                say(fd, "AT+MIPLOPEN=0,3000,30"); if (!wait_for(fd, "+MIPLEVENT:0,6")) return 5;
                puts("registered");
                return 0;
            }
            """);
        using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-O1", "-Wall", "-o", _folder.At("mcu"), source]))!;
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero, "gcc");
        using var program = Exec("--", _folder.At("mcu"));
        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "registered" }));
    }

    [Test]
    public void A_command_that_takes_too_long_is_ended_and_its_output_kept()
    {
        using var program = Exec("--timeout", "500ms", "--", "sh", "-c", "echo begun; sleep 100");
        Assert.That(program.WaitExit(), Is.EqualTo(124));
        Assert.That(program.Output.AwaitEnd(), Is.EqualTo(new[] { "begun" }));
        Assert.That(program.Errors.All, Has.Some.Contains("not done after 0.5 s"));
    }

    [Test]
    public void A_command_that_does_not_exist_is_127()
    {
        using var program = Exec("--", "/no/such/command");
        Assert.That(program.WaitExit(), Is.EqualTo(127));
        Assert.That(program.Errors.AwaitEnd().Single(), Does.StartWith("m531x: exec: /no/such/command: "));
    }

    [Test]
    public void What_the_command_leaves_behind_is_ended_too()
    {
        var id = _folder.At("id");
        using var program = Exec("--", "sh", "-c", $"setsid sh -c 'echo $$ > {id}; trap \"\" TERM; while :; do sleep 1; done' & while [ ! -s {id} ]; do sleep 0.05; done; exit 3");
        Assert.That(program.WaitExit(), Is.EqualTo(3));
        Assert.That(Directory.Exists($"/proc/{File.ReadAllText(id).Trim()}"), Is.False);
    }

    [Test]
    public void A_signal_is_passed_on()
    {
        using var program = Exec("--", "sh", "-c", "trap 'echo told; exit 9' TERM; echo ready; while :; do sleep 0.05; done");
        program.Output.Await("ready");
        using var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]);
        Assert.That(program.WaitExit(), Is.EqualTo(9));
        Assert.That(program.Output.AwaitEnd(), Has.Some.EqualTo("told"));
    }
}
