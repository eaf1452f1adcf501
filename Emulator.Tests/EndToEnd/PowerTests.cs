using System.Net;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>Power-on lines, resets through the API, and settings across processes.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class PowerTests : IDisposable
{
    static readonly string[] PowerOnM5311 = ["*ATREADY: 1", "+CFUN: 1", "+CPIN: READY"];

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void On_open_only_the_first_client_sees_the_power_on_lines()
    {
        using var program = BuiltProgram.Start("--line", "tcp-listen:127.0.0.1:0", "--api", "off");
        var address = IPEndPoint.Parse(program.ReadyText("line"));
        using (var uart = Uart.ConnectFirst(address))
            Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        using var again = Uart.Connect(address);
        Assert.That(again.Command("AT+CIMI"), Is.EqualTo($"{BuiltProgram.Imsi} OK"));
        Assert.That(again.Raw, Does.StartWith($"\r\n{BuiltProgram.Imsi}\r\n"));
    }

    [Test]
    public void On_open_each_every_client_sees_them_and_the_module_goes_on()
    {
        using var program = BuiltProgram.Start("--line", "tcp-listen:127.0.0.1:0", "--api", "off", "--power", "on-open-each");
        var address = IPEndPoint.Parse(program.ReadyText("line"));
        using (var uart = Uart.ConnectFirst(address))
            Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        using var again = Uart.ConnectFirst(address);
        Assert.That(again.Command("AT+MIPLCREATE"), Is.EqualTo("+CIS ERROR:653"));
    }

    [Test]
    public void On_open_each_holds_for_a_pseudo_terminal_too()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--power", "on-open-each", "-vv");
        using (var uart = Uart.OpenFirst(program.ReadyText("line")))
            Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        program.Errors.Await(line => line.EndsWith("line closed", StringComparison.Ordinal), "line closed");
        using var again = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(again.Command("AT+MIPLCREATE"), Is.EqualTo("+CIS ERROR:653"));
    }

    [TestCase("on-open-each")]
    [TestCase("on-open")]
    public async Task A_restart_that_nobody_saw_is_shown_once(string power)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--power", power, "-vv");
        if (power == "on-open-each")
        {
            using (Uart.OpenFirst(program.ReadyText("line"))) { }
            program.Errors.Await(line => line.EndsWith("line closed", StringComparison.Ordinal), "line closed");
        }
        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/reset", new JsonObject { ["cause"] = "watchdog" });
        program.Errors.Await(line => line.Contains("module booted", StringComparison.Ordinal), "module booted");
        using (var uart = Uart.Open(program.ReadyText("line")))
        {
            uart.Await("OK");
            Assert.That(uart.Command("AT+CIMI"), Is.EqualTo($"{BuiltProgram.Imsi} OK"));
            Assert.That(uart.Raw, Is.EqualTo($"\r\nREBOOT_CAUSE_APPLICATION_WATCHDOG\r\n\r\nNeul \r\n\r\nOK\r\n\r\n{BuiltProgram.Imsi}\r\n\r\nOK\r\n"));
        }
        if (power == "on-open-each")
        {
            program.Errors.Await(line => line.EndsWith("line closed", StringComparison.Ordinal), "line closed");
            using var again = Uart.OpenFirst(program.ReadyText("line"));
        }
    }

    [Test]
    public void On_start_the_lines_wait_for_the_first_reader()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--power", "on-start");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Assert.That(uart.Raw, Is.EqualTo(Uart.BootBytes + "\r\nOK\r\n"));
    }

    [TestCase("0")]
    [TestCase("0.3")]
    public void An_M5311_prints_its_address_once_it_is_attached(string delay)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--profile", "m5311", "--attach-delay", delay);
        using var uart = Uart.Open(program.ReadyText("line"));
        Assert.That(new[] { uart.Next(), uart.Next(), uart.Next() }, Is.EqualTo(PowerOnM5311));
        Assert.That(uart.Next(), Does.Match(@"^\+IP:\d+\.\d+\.\d+\.\d+$"));
    }

    [Test]
    public async Task A_reset_through_the_api_restarts_the_module_with_its_cause()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));

        var done = await program.CallAsync(HttpMethod.Post, "/v1/modules/0/reset", new JsonObject { ["cause"] = "watchdog" });

        Assert.That(done.GetRawText(), Is.EqualTo("""{"module":0,"cause":"watchdog"}"""));
        Assert.That(new[] { uart.Next(), uart.Next(), uart.Next() }, Is.EqualTo(new[] { "REBOOT_CAUSE_APPLICATION_WATCHDOG", "Neul ", "OK" }));
        Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"), "the instance was gone");
        var refused = await program.CallAsync(HttpMethod.Post, "/v1/modules/0/reset", new JsonObject { ["cause"] = "x" });
        Assert.That(refused.GetProperty("error").GetString(), Is.EqualTo("cause: no cause 'x'"));
    }

    [Test]
    public void Settings_outlive_the_process_with_nvram()
    {
        var file = _folder.At("nvram.json");
        using (var first = BuiltProgram.StartOnPty(_folder.At("tty"), "--nvram", file))
        {
            using var uart = Uart.OpenFirst(first.ReadyText("line"));
            Assert.That(File.Exists(file), Is.False, "nothing changed yet");
            Assert.That(uart.Command("AT+NCDP=\"192.0.2.7\",5683"), Is.EqualTo("OK"));
            Assert.That(uart.Command("AT+NNMI=1"), Is.EqualTo("OK"));
            first.Signal(ChildProcess.SigTerm);
            Assert.That(first.WaitExit(), Is.Zero);
        }
        Assert.That(Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "nvram.json" }));
        using var second = BuiltProgram.StartOnPty(_folder.At("tty"), "--nvram", file);
        using var after = Uart.OpenFirst(second.ReadyText("line"));
        Assert.That(after.Command("AT+NCDP?"), Is.EqualTo("+NCDP:\"192.0.2.7\",5683 OK"));
        Assert.That(after.Command("AT+NNMI?"), Is.EqualTo("+NNMI:0 OK"));
    }

    [Test]
    public void A_bad_nvram_file_is_refused_with_exit_code_2_and_left_alone()
    {
        var file = _folder.At("nvram.json");
        File.WriteAllText(file, """{"profile":"m5310a","contexts":{"0":{"type":"IP","apn":7}}}""");

        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--nvram", file);

        Assert.That(program.WaitExit(), Is.EqualTo(2));
        Assert.That(program.Errors.AwaitEnd(), Has.Length.EqualTo(1).And.One.StartWith($"m531x: --nvram {file}: contexts.0.apn: "));
        Assert.That(program.Output.AwaitEnd(), Is.Empty);
        Assert.That(File.ReadAllText(file), Does.Contain("\"apn\":7"));
        Assert.That(File.Exists(_folder.At("tty")), Is.False);
    }
}
