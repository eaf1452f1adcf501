using System.Text;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Faults;

/// <summary>What the MCU sees of a faulty line, byte by byte.</summary>
public sealed class LineFaultTests
{
    static FaultSpec Placement(string place) => FaultCatalog.Make("urc-placement", ("place", place), ("delay", "40ms"));

    /// <summary>What is printed between the read of the platform and a second after AT+CSQ, in pieces with their time in ms since the command.</summary>
    static string Around(FaultSpec fault)
    {
        var mcu = new Mcu();
        mcu.Command("ATE1");
        mcu.Command("AT+CSCON=1");
        mcu.Advance(1);
        mcu.World.AddFault(fault);
        mcu.Advance(60); // the connection is released: +CSCON:0
        var (sent, before) = (mcu.World.Now, mcu.World.Events.Count);
        mcu.Send("AT+CSQ");
        mcu.Advance(1);
        return string.Join(' ', mcu.World.Events.Skip(before).Where(e => e.Key == "uart.tx")
            .Select(e => $"{(e.At - sent).TotalMilliseconds:0}:{Encoding.Latin1.GetString(e.Payload.Span).Replace("\r\n", "|").Replace('\r', '<')}"));
    }

    [TestCase("before-echo", "0:|+CSCON:0| 0:AT+CSQ< 0:|+CSQ:24,99| 0:|OK|")]
    [TestCase("between-echo-and-response", "0:AT+CSQ< 0:|+CSCON:0| 0:|+CSQ:24,99| 0:|OK|")]
    [TestCase("inside-response", "0:AT+CSQ< 0:|+CSQ:24,99| 0:|+CSCON:0| 0:|OK|")]
    [TestCase("glued-to-ok", "0:AT+CSQ< 0:|+CSQ:24,99| 0:|OK|+CSCON:0|")]
    [TestCase("after-ok", "0:AT+CSQ< 0:|+CSQ:24,99| 0:|OK| 40:|+CSCON:0|")]
    public void An_unsolicited_line_stands_where_it_was_told_to(string place, string expected)
    {
        var fault = Placement(place);
        Assert.That(Around(fault with { Attributes = new Dictionary<string, string>(fault.Attributes) { ["hold"] = "1h" } }), Is.EqualTo(expected));
        Assert.That(Around(fault with { Probability = 0 }), Is.EqualTo("0:AT+CSQ< 0:|+CSQ:24,99| 0:|OK|"));
    }

    static LineFaults Layer(params FaultSpec[] specs)
    {
        var set = new FaultSet(new SeededRandom(7));
        foreach (var spec in specs)
            set.Add(TimeSpan.Zero, spec);
        return new LineFaults(set);
    }

    static string Pass(LineFaults layer, string text, int milliseconds = 0, TimeSpan gap = default) => string.Join(' ',
        layer.Pass(TimeSpan.FromMilliseconds(milliseconds), new SerialOutput(Encoding.Latin1.GetBytes(text), Gap: gap)).Select(p => $"{p.At.TotalMilliseconds:0}:{Encoding.Latin1.GetString(p.Bytes.Span)}"));

    [Test]
    public void Pieces_keep_their_order_with_what_follows_them()
    {
        var layer = Layer(FaultCatalog.Make("chunk", ("bytes", "3"), ("gap", "20ms")));
        Assert.That(Pass(layer, "abcdefgh"), Is.EqualTo("0:abc 20:def 40:gh"));
        Assert.That(Pass(layer, "xy", 10), Is.EqualTo("40:xy"));
    }

    [Test]
    public void A_slow_line_gives_each_byte_its_time()
    {
        var layer = Layer(FaultCatalog.Make("slow", ("baud", "500")));
        Assert.That(Pass(layer, "abc"), Is.EqualTo("20:a 40:b 60:c"));
        Assert.That(Pass(layer, "d", 30), Is.EqualTo("80:d"));
    }

    [Test]
    public void A_gap_holds_back_what_comes_after_it_too()
    {
        var layer = Layer();
        Assert.That(Pass(layer, "a", 5), Is.EqualTo("5:a"));
        Assert.That(Pass(layer, "b", 5, TimeSpan.FromMilliseconds(30)), Is.EqualTo("35:b"));
        Assert.That(Pass(layer, "c", 6), Is.EqualTo("35:c"));
    }

    [TestCase("cr", "<OK<")]
    [TestCase("lf", ">OK>")]
    [TestCase("crlf", "<>OK<>")]
    [TestCase("crcrlf", "<<>OK<<>")]
    [TestCase("none", "OK")]
    public void Lines_end_as_told(string ending, string expected) =>
        Assert.That(Pass(Layer(FaultCatalog.Make("line-ending", ("ending", ending))), "\r\nOK\r\n").Replace('\r', '<').Replace('\n', '>'), Is.EqualTo($"0:{expected}"));

    [Test]
    public void Noise_meets_what_the_mcu_sends_as_well_and_keeps_to_its_direction()
    {
        byte[] Up(string direction) =>
            Layer(FaultCatalog.Make("drop-byte") with { Direction = Enum.Parse<FaultDirection>(direction) }).Take(TimeSpan.Zero, "AT+CSQ\r"u8.ToArray()).ToArray();
        Assert.That((Up("Both").Length, Up("Up").Length, Up("Down").Length), Is.EqualTo((6, 6, 7)));
    }

    [Test]
    public void What_the_line_carried_is_not_told()
    {
        var world = new VirtualWorld(new VirtualWorldOptions());
        world.AddFault(FaultCatalog.Make("garbage"));
        world.Line.Send("AT+CSQ\r"u8.ToArray());
        Assert.That(world.FaultsFired.Select(f => (f.Name, f.Subject)), Is.Not.Empty.And.All.EqualTo(("garbage", "")));
    }
}
