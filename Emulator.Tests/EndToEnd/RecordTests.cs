using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using M531x.Emulator.Core.Recordings;
using M531x.Emulator.Lines.Posix;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program between an MCU on a pseudo-terminal and a module on a TCP port, and what becomes of its recordings.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class RecordTests : IDisposable
{
    const int SigKill = 9;

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    string File => _folder.At("run.atlog");

    BuiltProgram StartModule(params string[] arguments) =>
        BuiltProgram.Start(["--line", "tcp-listen:127.0.0.1:0", "--api", "127.0.0.1:0", "--seed", "5", .. arguments]);

    BuiltProgram StartRecorder(BuiltProgram module, params string[] arguments) =>
        BuiltProgram.Start(["record", "--mcu", $"pty:{_folder.At("tty")}", "--module", $"tcp:{module.ReadyText("line")}", "-o", File, .. arguments]);

    static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        using var program = BuiltProgram.Start(arguments);
        var exit = program.WaitExit();
        return (exit, string.Join('\n', program.Output.AwaitEnd()), string.Join('\n', program.Errors.AwaitEnd()));
    }

    /// <summary>An MCU's program: from the power-on lines to the end of its registration, with a read by the platform.</summary>
    static void RunSession(Uart uart, BuiltProgram? module)
    {
        uart.AwaitBoot();
        uart.Command("AT+CSQ");
        uart.Command("AT+NCCID?");
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        uart.Await("+MIPLEVENT:0,6");
        uart.Await("+MIPLREAD:0,");
        uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,147");
        uart.Await("+MIPLEVENT:0,26,147");
        var read = module?.ReadAsync("/3200/0/5750");
        var mid = uart.Fields("MIPLREAD")[1];
        Assert.That(uart.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo("OK"));
        Assert.That(read is null || read.Result.GetProperty("error").GetString() == "succ", Is.True, "the platform has its answer");
        uart.Command("AT+MIPLCLOSE=0");
        uart.Await("+MIPLEVENT:0,15");
    }

    void Record()
    {
        using var module = StartModule();
        using var recorder = StartRecorder(module, "--profile", "m5310a", "--firmware", "V1.0", "--baud", "9600");
        using (var uart = Uart.Open(recorder.ReadyText("mcu")))
            RunSession(uart, module);
        recorder.Signal(ChildProcess.SigInt);
        Assert.That(recorder.WaitExit(), Is.Zero);
    }

    [Test]
    public void A_recording_agrees_with_the_module_it_was_made_with_and_not_with_another()
    {
        Record();
        var lines = System.IO.File.ReadAllLines(File);
        Assert.That(lines[0], Is.EqualTo("# m531x atlog 1"));
        Assert.That(lines[1..5], Has.One.EqualTo("# profile m5310a").And.One.EqualTo("# firmware V1.0").And.One.EqualTo("# baud 9600"));
        Assert.That(lines, Has.Some.Match(@"^\+\d{6}\.\d{6} mcu> AT\+MIPLOPEN=0,3000,30\\r$").And.Some.EqualTo("# mcu opened"));

        var same = Run("compare", File);
        Assert.That(same.Output, Does.Contain("line ").And.Contain("shape      +MIPLREAD:0,{N},3200,0,5750 | +MIPLREAD:0,"));
        Assert.That(same.Output, Does.Contain("100.0 % of "));
        Assert.That((same.Exit, same.Errors), Is.EqualTo((0, "")), same.Output);

        var other = Run("compare", File, "--profile", "m5311", "--json");
        Assert.That(other.Exit, Is.EqualTo(1));
        Assert.That(other.Errors, Does.Contain("100 % have to"));
        using var json = JsonDocument.Parse(other.Output);
        Assert.That(json.RootElement.GetProperty("percent").GetDouble(), Is.LessThan(100));
        var wrong = json.RootElement.GetProperty("commands").EnumerateArray()
            .Where(c => c.GetProperty("percent").GetDouble() < 100).Select(c => c.GetProperty("command").GetString());
        Assert.That(wrong, Is.EqualTo(new[] { "", "AT+CSQ", "AT+NCCID?" }), "power-on lines, a blank and the echo, an unknown command");
        Assert.That(Run("compare", File, "--profile", "m5311", "--at-least", "50").Exit, Is.Zero);
    }

    [Test]
    public void A_wrong_file_is_told_with_line_and_column()
    {
        Record();
        var lines = System.IO.File.ReadAllLines(File);
        var line = Array.FindIndex(lines, l => l.Contains("mcu> AT+CSQ", StringComparison.Ordinal));
        lines[line] = lines[line].Replace("AT+CSQ\\r", "AT+CSQ\\z", StringComparison.Ordinal);
        System.IO.File.WriteAllLines(File, lines);
        Assert.That(Run("compare", File), Is.EqualTo((2, "", $"m531x: {File}:{line + 1}:27: expected \\r, \\n, \\t, \\\\ or \\xHH")));
        Assert.That(Run("replay", File, "--as", "mcu", "--line", "pty:").Exit, Is.EqualTo(2));
        var missing = Run("compare", _folder.At("none.atlog"));
        Assert.That(missing.Exit, Is.EqualTo(4));
        Assert.That(missing.Errors, Does.StartWith("m531x: ").And.Contain("none.atlog"));
    }

    [Test]
    public void What_was_recorded_survives_a_kill_and_is_not_replaced_unasked()
    {
        using var module = StartModule();
        using (var recorder = StartRecorder(module))
        {
            using var uart = Uart.Open(recorder.ReadyText("mcu"));
            uart.AwaitBoot();
            uart.Command("AT+CSQ");
            recorder.Signal(SigKill);
            recorder.WaitExit();
        }
        var text = System.IO.File.ReadAllText(File);
        Assert.That(text, Does.Contain(@"mcu> AT+CSQ\r").And.Contain(@"mod> \r\n+CSQ:24,99\r\n\r\nOK\r\n"));
        Assert.That(Run("compare", File).Exit, Is.Zero);

        // Not on the first one's link, which a kill leaves behind: the system may have given the slave it names to another program.
        using (var second = BuiltProgram.Start("record", "--mcu", "pty:", "--module", $"tcp:{module.ReadyText("line")}", "-o", File))
        {
            Assert.That(second.WaitExit(), Is.EqualTo(4));
            Assert.That(second.Errors.AwaitEnd(), Has.One.Contains("run.atlog").And.One.Contains("--force"));
        }
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(text));
    }

    [Test]
    public void A_module_that_goes_is_told_and_noted()
    {
        using var module = StartModule();
        using var recorder = StartRecorder(module);
        using var uart = Uart.Open(recorder.ReadyText("mcu"));
        uart.AwaitBoot();
        module.Signal(ChildProcess.SigTerm);
        Assert.That(module.WaitExit(), Is.Zero);
        recorder.Errors.Await("m531x: module closed");
        recorder.Errors.Await("m531x: module: ");
        recorder.Signal(ChildProcess.SigTerm);
        Assert.That(recorder.WaitExit(), Is.Zero);
        Assert.That(System.IO.File.ReadAllLines(File), Has.One.EqualTo("# module closed").And.One.Contains("has ended the connection"));
    }

    [Test]
    public void A_serial_module_that_is_unplugged_is_told_and_noted()
    {
        using var module = BuiltProgram.StartOnPty(_folder.At("module"), "--seed", "5");
        using var recorder = BuiltProgram.Start("record", "--mcu", $"pty:{_folder.At("tty")}", "--module", $"serial:{module.ReadyText("line")}?baud=9600", "-o", File);
        using var uart = Uart.Open(recorder.ReadyText("mcu"));
        uart.AwaitBoot();
        Assert.That(uart.Command("AT+CSQ"), Is.EqualTo("+CSQ:24,99 OK"));
        module.Signal(ChildProcess.SigTerm);
        Assert.That(module.WaitExit(), Is.Zero);
        recorder.Errors.Await(l => l.Contains("is gone", StringComparison.Ordinal), "the adapter's going");
        recorder.Signal(ChildProcess.SigInt);
        Assert.That(recorder.WaitExit(), Is.Zero);
        var lines = System.IO.File.ReadAllLines(File);
        Assert.That(lines, Has.One.EqualTo("# baud 9600").And.One.Contains("is gone").And.One.EqualTo("# module closed"));
        Assert.That(lines, Has.Some.Match(@"mod> \\r\\n\+CSQ:24,99\\r\\n"));
    }

    [Test]
    public void Serial_lines_follow_the_speed_that_the_module_agrees_to()
    {
        using var mcu = PtyMaster.Open();
        using var module = PtyMaster.Open();
        using var recorder = BuiltProgram.Start("record", "--mcu", $"serial:{mcu.SlavePath}", "--module", $"serial:{module.SlavePath}?baud=19200", "-o", File);
        Assert.That(recorder.Ready.GetProperty("file").GetString(), Is.EqualTo(File));
        Assert.That((mcu.SlaveSpeed(), module.SlaveSpeed()), Is.EqualTo((9600, 19200)));
        Pass(mcu, "AT+IPR=4800\r", module);
        Pass(module, "\r\nERROR\r\n", mcu);
        Pass(mcu, "AT+NATSPEED=115200,30,1,2,1,0,0\r", module);
        Assert.That((mcu.SlaveSpeed(), module.SlaveSpeed()), Is.EqualTo((9600, 19200)), "refused, or not agreed to yet");
        Pass(module, "\r\nOK\r\n", mcu);
        recorder.Errors.Await("m531x: baud 115200");
        // What passes after the change shows that it is done.
        Pass(mcu, "AT\r", module);
        Pass(module, "\r\nOK\r\n", mcu);
        Assert.That((mcu.SlaveSpeed(), module.SlaveSpeed()), Is.EqualTo((115200, 115200)));
        recorder.Signal(ChildProcess.SigInt);
        Assert.That(recorder.WaitExit(), Is.Zero);
        Assert.That(System.IO.File.ReadAllLines(File), Has.One.EqualTo("# baud 19200").And.One.EqualTo("# baud 115200"));
    }

    /// <summary>Writes at one end and reads the same at the other.</summary>
    static void Pass(PtyMaster from, string text, PtyMaster to)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.That(from.Write(bytes), Is.EqualTo(bytes.Length));
        using var wake = new WakePipe();
        var came = new StringBuilder();
        var chunk = new byte[256];
        var deadline = DateTime.UtcNow + LineLog.Limit;
        while (came.Length < text.Length && DateTime.UtcNow < deadline)
        {
            to.Wait(wake, watchClient: true, wantWrite: false, 1000);
            to.Read(chunk, out var count);
            came.Append(Encoding.Latin1.GetString(chunk, 0, count));
        }
        Assert.That(came.ToString(), Is.EqualTo(text));
    }

    [Test]
    public void The_firmware_is_taken_from_the_session_unless_it_is_given()
    {
        using var module = StartModule();
        foreach (string[] given in (string[][])[[], ["--firmware", "V9", "--force"]])
        {
            using var recorder = StartRecorder(module, given);
            using (var uart = Uart.Open(recorder.ReadyText("mcu")))
            {
                if (given.Length == 0)
                    uart.AwaitBoot();
                Assert.That(uart.Command("AT+CGMR"), Is.EqualTo("M5310-A V1.0 OK"));
            }
            if (given.Length == 0)
                recorder.Errors.Await("m531x: firmware M5310-A V1.0");
            recorder.Signal(ChildProcess.SigInt);
            Assert.That(recorder.WaitExit(), Is.Zero);
            Assert.That(System.IO.File.ReadAllLines(File).Where(l => l.StartsWith("# firmware ", StringComparison.Ordinal)),
                Is.EqualTo(new[] { given.Length == 0 ? "# firmware M5310-A V1.0" : "# firmware V9" }));
            Assert.That(Recording.Read(File, System.IO.File.ReadAllText(File)).Header.Firmware, Is.EqualTo(given.Length == 0 ? "M5310-A V1.0" : "V9"));
        }
    }

    [Test]
    public void A_recording_plays_the_module()
    {
        Record();
        using var replay = BuiltProgram.Start("replay", File, "--as", "module", "--line", $"pty:{_folder.At("played")}", "--fast");
        var ready = JsonNode.Parse(replay.Errors.Await("READY ")["READY ".Length..])!;
        using (var uart = Uart.Open((string)ready["line"]!))
        {
            RunSession(uart, module: null);
            Assert.That(uart.Command("AT+CSQ"), Is.EqualTo("+CSQ:24,99 OK"));
            Assert.That(uart.Command("AT+CGMR"), Is.EqualTo("ERROR"));
        }
        Assert.That(replay.WaitExit(), Is.EqualTo(1));
        var errors = replay.Errors.AwaitEnd();
        Assert.That(errors, Has.One.StartsWith("m531x: the recording does not hold AT+CGMR"));
        Assert.That(errors[^1], Is.EqualTo("m531x: 9 of 9 commands of the recording came, 0 with other arguments; 1 repeated, 0 skipped, 1 unknown"));
    }

    [TestCase("m5310a", 0)]
    [TestCase("m5311", 1)]
    public void A_recording_plays_the_MCU(string profile, int exit)
    {
        Record();
        // The platform of this module does not ask for what was read in the recording.
        var text = System.IO.File.ReadAllLines(File);
        var end = Array.FindIndex(text, l => l.Contains(",3200,0,5750\\r\\n", StringComparison.Ordinal));
        System.IO.File.WriteAllLines(File, text[..end]);
        using var module = StartModule("--profile", profile);
        var (code, output, errors) = Run("replay", File, "--as", "mcu", "--line", $"tcp:{module.ReadyText("line")}", "--fast", "--within", profile == "m5310a" ? "20s" : "1s");
        Assert.That(code, Is.EqualTo(exit), output + errors);
        if (exit == 0)
            Assert.That(output, Does.Contain("100.0 % of "));
        else
            Assert.That(output, Does.Contain("AT+NCCID?").And.Contain("| ERROR"));
    }

    [TestCase("")]
    [TestCase("# m531x atlog 1\n# profile m5310a\n# mcu opened\n")]
    public void A_recording_of_nothing_is_no_success(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var expected = (2, "", $"m531x: {File}: holds no byte of an MCU or a module");
        Assert.That(Run("compare", File), Is.EqualTo(expected));
        Assert.That(Run("replay", File, "--as", "module", "--line", "pty:"), Is.EqualTo(expected));
    }

    [TestCase("--within", "1s")]
    [TestCase("--at-least", "50")]
    [TestCase("--differences")]
    [TestCase("--json")]
    public void What_concerns_a_comparison_is_refused_when_the_module_is_played(params string[] option)
    {
        System.IO.File.WriteAllText(File, "+000000.000000 mcu> AT\\r\n");
        Assert.That(Run(["replay", File, "--as", "module", "--line", "pty:", .. option]),
            Is.EqualTo((2, "", $"m531x: {option[0]}: goes with --as mcu; --as module compares nothing")));
    }

    [Test]
    public void A_quirk_is_turned_off_as_it_is_for_run()
    {
        System.IO.File.WriteAllText(File, """
            +000000.000000 mcu> AT+MIPLCREATE\r
            +000000.010000 mod> \r\n+MIPLCREATE:0\r\n\r\nOK\r\n
            +000000.100000 mcu> AT+MIPLCREATE\r
            +000000.110000 mod> \r\n+CIS ERROR:653\r\n
            """);
        Assert.That(Run("compare", File, "--quirk", "create-exists-602").Output, Does.Contain("different  +CIS ERROR:653").And.Contain("+CIS ERROR:602"));
        Assert.That(Run("compare", File, "--quirk", "create-exists-602", "--quirk", "create-exists-602=off").Exit, Is.Zero);
    }

    [Test]
    public void A_disk_that_is_full_ends_the_recording_behind_its_last_whole_piece()
    {
        using var module = StartModule();
        // A limit on the size of files, whose signal is ignored, is what a full disk is; the runtime keeps no files itself then.
        using var recorder = new ChildProcess("/bin/sh", ["-c", "trap '' XFSZ; ulimit -f 1; export DOTNET_EnableWriteXorExecute=0 DOTNET_EnableDiagnostics=0; exec \"$@\"", "sh",
            "dotnet", BuiltProgram.Dll, "record", "--mcu", $"pty:{_folder.At("tty")}", "--module", $"tcp:{module.ReadyText("line")}", "-o", File]);
        recorder.Output.Await("READY ");
        using var uart = Uart.Open(_folder.At("tty"));
        uart.AwaitBoot();
        uart.Send(string.Join('\r', Enumerable.Repeat("AT+CGSN=1", 200)));
        Assert.That(recorder.WaitExit(), Is.EqualTo(4));
        Assert.That(recorder.Errors.AwaitEnd(), Has.One.StartsWith($"m531x: -o {File}: ").And.None.Contains("--force"));
        var lines = System.IO.File.ReadAllLines(File);
        Assert.That(lines[^1], Does.Match(@"^(# .*|\+\d{6}\.\d{6} (mcu|mod)> .*\\[rn])$"));
        Assert.That(Run("compare", File, "--at-least", "0").Exit, Is.Zero);
    }

    [Test]
    public void A_playing_module_that_is_stopped_early_says_so()
    {
        System.IO.File.WriteAllText(File, "+000000.000000 mcu> AT\\r\n+000000.010000 mod> \\r\\nOK\\r\\n\n");
        using var replay = BuiltProgram.Start("replay", File, "--as", "module", "--line", "pty:");
        replay.Errors.Await("READY ");
        replay.Signal(ChildProcess.SigInt);
        Assert.That(replay.WaitExit(), Is.EqualTo(130));
        Assert.That(replay.Errors.AwaitEnd()[^1], Does.StartWith("m531x: 0 of 1 commands of the recording came"));
    }

    [TestCase("record", "--mcu", "foo:", "--module", "pty:", "-o", "x.atlog")]
    [TestCase("record", "--module", "tcp:127.0.0.1:0", "--mcu", "pty:", "-o", "x.atlog")]
    [TestCase("record", "--baud", "0", "--mcu", "pty:", "--module", "pty:", "-o", "x.atlog")]
    [TestCase("replay", "--as", "cloud", "--line", "pty:", "x.atlog")]
    [TestCase("compare", "--within", "soon", "x.atlog")]
    [TestCase("compare", "--at-least", "101", "x.atlog")]
    [TestCase("compare", "--seed", "-1")]
    [TestCase("compare", "--profile", "m9999")]
    [TestCase("compare", "--quirk", "none")]
    [TestCase("compare", "--quirk", "close-event-20=on")]
    public void Wrong_usage_is_one_line_that_names_the_option(string verb, string option, string value, params string[] rest)
    {
        if (verb == "compare" && rest.Length == 0)
        {
            System.IO.File.WriteAllText(File, "+000000.000000 mcu> AT\\r\n");
            rest = [File];
        }
        var (exit, output, errors) = Run([verb, option, value, .. rest]);
        Assert.That((exit, output), Is.EqualTo((2, "")), errors);
        Assert.That(errors, Does.StartWith($"m531x: {option} {value}: ").And.Not.Contain("\n"));
    }
}
