using M531x.Emulator.Tests.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>A client whose terminal has another speed than the module's UART is warned, once for each pair of speeds.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class SpeedTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_speed_that_differs_is_warned_of()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        using var terminal = Clients.OpenFile(program.ReadyText("line"));
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"), "no speed set");
        Assert.That(uart.Command("AT+NATSPEED=115200,30,1,2,1,0,0"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"), "bytes pass all the same");
        Assert.That(program.Errors.Next(), Does.Contain("9600").And.Contain("115200:"), "the first line of the log");
        Clients.SetSpeed(terminal, 115200);
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Clients.SetSpeed(terminal, 57600);
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Assert.That(program.Errors.Next(), Does.Contain("57600").And.Contain("115200:"));
        Clients.SetSpeed(terminal, 115200);
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);
        Assert.That(program.Errors.AwaitEnd(), Has.Length.EqualTo(2));
    }
}
