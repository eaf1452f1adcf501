using M531x.Emulator.Tests.EndToEnd;
using M531x.Emulator.Tests.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>A board's C program and m531x on serial devices, with a cable between them: two ptys crossed by socat.</summary>
[TestFixture, Category("Interop"), Platform(Include = "Linux")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class SerialBoardTests : IDisposable
{
    readonly Folder _folder = new();
    ChildProcess? _cable;

    string BoardEnd => _folder.At("board");
    string ModuleEnd => _folder.At("module");

    public void Dispose()
    {
        _cable?.Dispose();
        _folder.Dispose();
    }

    [TestCase(9600)]
    [TestCase(115200)]
    public async Task A_C_program_registers_reports_and_answers_over_the_cable(int baud)
    {
        var board = CompileBoard();
        PlugCable();
        using var held = Clients.OpenFile(BoardEnd); // else the program's end would be the cable's
        using var module = BuiltProgram.Start("--line", $"serial:{ModuleEnd}?baud={baud}", "--pace", "line", "--api", "127.0.0.1:0");
        Assert.That(module.ReadyText("line"), Is.EqualTo(ModuleEnd));
        using var mcu = new ChildProcess(board, [BoardEnd, $"{baud}"]);
        mcu.Output.Await("READY");
        var answer = await module.ReadAsync("/3200/0/5750");
        Assert.That(answer.GetProperty("errno").GetInt32(), Is.Zero, answer.ToString());
        Assert.That(answer.GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo("hello"));
        Assert.That(mcu.WaitExit(), Is.Zero, string.Join(" | ", mcu.Output.All));
        Assert.That(mcu.Output.AwaitEnd()[^1], Is.EqualTo("DONE"));
        module.Signal(ChildProcess.SigTerm);
        Assert.That(module.WaitExit(), Is.Zero);
        Assert.That(module.Errors.AwaitEnd(), Is.Empty);
    }

    [Test]
    public void The_adapter_may_be_pulled_out_and_put_back()
    {
        PlugCable();
        using var module = BuiltProgram.Start("--line", $"serial:{ModuleEnd}", "--api", "off");
        _ = module.Ready;
        using (var uart = Uart.OpenFirst(BoardEnd))
            Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        // First the names: their numbers may come to another terminal at once.
        File.Delete(ModuleEnd);
        File.Delete(BoardEnd);
        _cable!.Dispose();
        Assert.That(module.Errors.Next(), Does.Contain($"{ModuleEnd} is gone"));
        PlugCable();
        Assert.That(module.Errors.Next(), Does.Contain($"{ModuleEnd} is back"));
        using (var uart = Uart.Open(BoardEnd))
            Assert.That(uart.Command("AT+MIPLDEVINFO?"), Does.StartWith("+MIPLDEVINFO:").And.EndWith(" OK"), "the module has lived on");
        module.Signal(ChildProcess.SigTerm);
        Assert.That(module.WaitExit(), Is.Zero);
    }

    [Test]
    public void A_device_that_is_not_there_at_the_start_is_exit_code_4()
    {
        using var module = BuiltProgram.Start("--line", $"serial:{ModuleEnd}", "--api", "off");
        Assert.That(module.WaitExit(), Is.EqualTo(4));
        Assert.That(module.Errors.AwaitEnd(), Is.EqualTo(new[] { $"m531x: --line serial:{ModuleEnd}: the device is not there" }));
    }

    [Test]
    public void The_speed_of_the_line_is_the_modules()
    {
        PlugCable();
        using var module = BuiltProgram.Start("--line", $"serial:{ModuleEnd}?baud=250000", "--api", "off");
        _ = module.Ready;
        using var uart = Uart.OpenFirst(BoardEnd);
        Assert.That(uart.Command("AT+IPR?"), Is.EqualTo("+IPR:250000 OK"));
    }

    /// <summary>Two terminals joined; each end is a link once it can be opened.</summary>
    void PlugCable()
    {
        _cable = new ChildProcess(InteropTools.Socat(), ["-d", "-d", $"pty,raw,echo=0,link={BoardEnd}", $"pty,raw,echo=0,link={ModuleEnd}"]);
        _cable.Errors.Await(line => line.Contains("starting data transfer loop", StringComparison.Ordinal), "cable");
    }

    string CompileBoard()
    {
        var program = _folder.At("board.out");
        using var compiler = new ChildProcess(InteropTools.CCompiler(), ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-o", program, InteropTools.Source("c", "board.c")]);
        Assert.That(compiler.WaitExit(), Is.Zero, string.Join('\n', compiler.Errors.All));
        return program;
    }
}
