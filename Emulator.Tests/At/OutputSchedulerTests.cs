using System.Text;
using M531x.Emulator.Core.At;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

public sealed class OutputSchedulerTests
{
    [Test]
    public void Urcs_wait_for_the_final_line_and_keep_their_order()
    {
        var uart = new OutputScheduler();
        uart.BeginCommand();
        uart.Urc("+A:1");
        uart.Info("+X:1");
        uart.Urc("+A:2");
        uart.Info("+X:2");
        uart.EndCommand("OK");
        uart.Urc("+A:3");
        Assert.That(Taken(uart), Is.EqualTo("\r\n+X:1\r\n\r\n+X:2\r\n\r\nOK\r\n\r\n+A:1\r\n\r\n+A:2\r\n\r\n+A:3\r\n"));
    }

    [Test]
    public void A_reset_drops_the_urcs_that_wait()
    {
        var uart = new OutputScheduler();
        uart.BeginCommand();
        uart.Urc("+A:1");
        uart.Reset();
        uart.EndCommand(null);
        uart.Urc("+A:2");
        Assert.That(Taken(uart), Is.EqualTo("\r\n+A:2\r\n"));
    }

    [Test]
    public void Text_is_one_byte_per_character_and_echo_is_byte_by_byte()
    {
        var uart = new OutputScheduler();
        uart.EchoByte(0x41);
        uart.Echo = true;
        uart.EchoByte(0xFF);
        uart.Raw("\u00E9");
        Assert.That(Taken(uart), Is.EqualTo("\u00FF\u00E9"));
    }

    static string Taken(OutputScheduler uart)
    {
        var text = "";
        while (uart.TryTake(TimeSpan.Zero, out var output))
            text += Encoding.Latin1.GetString(output.Bytes.Span);
        return text;
    }
}
