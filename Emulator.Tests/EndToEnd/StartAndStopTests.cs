using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>How the program starts, refuses to start and stops; each test has a process of its own.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class StartAndStopTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestCase(ChildProcess.SigTerm, 0)]
    [TestCase(ChildProcess.SigInt, 130)]
    public void A_signal_stops_it_cleanly(int signal, int code)
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        var line = program.ReadyText("line");
        using (var uart = Uart.OpenFirst(line))
            Assert.That(uart.Command("AT"), Is.EqualTo("OK"));

        program.Signal(signal);

        Assert.Multiple(() =>
        {
            Assert.That(program.WaitExit(), Is.EqualTo(code));
            Assert.That(program.Errors.AwaitEnd(), Is.Empty);
            Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty, "the link is removed");
        });
    }

    [Test]
    public void A_signal_stops_it_while_the_port_is_open_and_a_registration_is_under_way()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATEEX=\"192.0.2.1\",0");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");

        program.Signal(ChildProcess.SigTerm);

        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(File.Exists(_folder.At("tty")), Is.False);
    }

    [TestCase("--api", SocketType.Stream)]
    [TestCase("--bootstrap", SocketType.Dgram)]
    [TestCase("--lwm2m", SocketType.Dgram)]
    [TestCase("--line", SocketType.Stream)]
    public void A_busy_port_is_named_with_exit_code_4(string option, SocketType type)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (type == SocketType.Stream)
            taken.Listen();
        var address = taken.LocalEndPoint!.ToString()!;
        string[] arguments = option == "--line"
            ? ["--line", $"tcp-listen:{address}", "--api", "off"]
            : ["--line", $"pty:{_folder.At("tty")}", .. option == "--api" ? [] : (string[])["--api", "off"], option, address];

        using var program = BuiltProgram.Start(arguments);

        Assert.That(program.WaitExit(), Is.EqualTo(4));
        var errors = program.Errors.AwaitEnd();
        Assert.That(errors, Has.Length.EqualTo(1));
        Assert.That(errors[0], Does.StartWith("m531x: ").And.Contain(address.Split(':')[1]));
        Assert.That(program.Output.AwaitEnd(), Is.Empty, "it never says READY");
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty, "nor leaves its link behind");
    }

    [Test]
    public void A_file_in_the_links_place_is_left_alone()
    {
        File.WriteAllText(_folder.At("tty"), "precious");

        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));

        Assert.That(program.WaitExit(), Is.EqualTo(4));
        Assert.That(program.Errors.AwaitEnd(), Has.Length.EqualTo(1).And.One.Contain(_folder.At("tty")));
        Assert.That(File.ReadAllText(_folder.At("tty")), Is.EqualTo("precious"));
    }

    [TestCase("--ready-file")]
    [TestCase("--log-file")]
    public void A_file_that_cannot_be_written_ends_it_with_exit_code_4(string option)
    {
        File.WriteAllText(_folder.At("file"), "");
        var path = Path.Combine(_folder.At("file"), "below");

        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), option, path);

        Assert.That(program.WaitExit(), Is.EqualTo(4));
        Assert.That(program.Errors.AwaitEnd(), Has.Length.EqualTo(1).And.One.StartWith($"m531x: {option} {path}: "));
        Assert.That(program.Output.AwaitEnd(), Is.Empty);
        Assert.That(File.Exists(_folder.At("tty")), Is.False);
    }

    [Test]
    public void Quiet_prints_READY_alone()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "-q");
        _ = program.Ready;
        program.Signal(ChildProcess.SigTerm);

        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(program.Output.AwaitEnd(), Has.Length.EqualTo(1).And.One.StartWith("READY {"));
        Assert.That(program.Errors.AwaitEnd(), Is.Empty);
    }

    [Test]
    public void The_banner_says_what_runs_where_and_comes_before_READY()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--platform", "real");
        var ready = program.Ready;
        var output = program.Output.All;

        Assert.Multiple(() =>
        {
            Assert.That(output[0], Does.StartWith("m531x ").And.Contain("M5310-A").And.Contain(BuiltProgram.Imei));
            Assert.That(output, Has.Some.Contains(_folder.At("tty")).And.Some.Contains(program.ReadyText("api")));
            Assert.That(output[^1], Does.StartWith("READY "));
            Assert.That(ready.GetProperty("bootstrap").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(ready.GetProperty("lwm2m").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public void On_stdio_standard_output_carries_the_uart_alone()
    {
        using var program = BuiltProgram.StartOnStdio("--api", "127.0.0.1:0", "-vv");
        Assert.That(program.ReadyText("line"), Is.EqualTo("-"));
        using var uart = Uart.Over(program.RawOutput, bytes =>
        {
            program.Input.BaseStream.Write(bytes);
            program.Input.BaseStream.Flush();
        }).AwaitBoot();
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        Assert.That(uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        uart.Await("+MIPLEVENT:0,6");
        uart.Await("+MIPLREAD:");

        program.Signal(ChildProcess.SigTerm);

        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(uart.Raw, Does.StartWith(Uart.BootBytes));
        Assert.That(uart.Raw[Uart.BootBytes.Length..], Does.Match(
            @"\A\r\nOK\r\n\r\n\+MIPLCREATE:0\r\n\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n\r\n\+MIPLEVENT:0,2\r\n\r\n\+MIPLEVENT:0,6\r\n" +
            @"\r\n\+MIPLOBSERVE:0,\d+,1,3200,0,-1\r\n\r\n\+MIPLDISCOVER:0,\d+,3200\r\n\r\n\+MIPLREAD:0,\d+,3,0,-1\r\n\z"));
        Assert.That(program.Errors.AwaitEnd(), Has.Some.StartWith("m531x ").And.Some.StartWith("READY "));
    }

    [TestCase("<&-")]
    [TestCase(">&-")]
    public void On_stdio_a_closed_stream_is_refused(string redirection)
    {
        using var shell = new ChildProcess("sh", ["-c", $"exec dotnet \"$0\" --line stdio: --api off {redirection}", BuiltProgram.Dll]);

        Assert.That(shell.WaitExit(), Is.EqualTo(4));
        Assert.That(shell.Errors.AwaitEnd(), Has.Length.EqualTo(1).And.One.Contain("is closed"));
    }

    [Test]
    public void A_tcp_client_talks_to_the_module_and_may_come_back()
    {
        using var program = BuiltProgram.Start("--line", "tcp-listen:127.0.0.1:0", "--api", "off");
        Assert.That(program.Ready.GetProperty("api").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var address = IPEndPoint.Parse(program.ReadyText("line"));
        using (var uart = Uart.ConnectFirst(address))
        {
            Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
            uart.Type("AT+CS");
        }
        using (var uart = Uart.Connect(address))
        {
            Assert.That(uart.Command("AT"), Is.EqualTo("OK"), "what the first client left half typed is gone");
            Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+CIS ERROR:653"), "it is the same module");
            program.Signal(ChildProcess.SigInt);
            Assert.That(program.WaitExit(), Is.EqualTo(130));
        }
    }
}
