using M531x.Emulator.Core.At;
using NUnit.Framework;

namespace M531x.Emulator.Tests.At;

/// <summary>With a pace every byte has its time: ten bits behind the one before it.</summary>
public sealed class UartTransmitterTests
{
    static readonly TimeSpan Start = TimeSpan.FromSeconds(7);

    [Test]
    public void Without_a_pace_everything_leaves_at_once()
    {
        var uart = new UartTransmitter(null, 9600);
        uart.ChangeSpeed(9600);
        uart.Send(new byte[100_000]);
        Assert.That(uart.NextRelease, Is.EqualTo(TimeSpan.MaxValue), "no deadline, only what waits to be taken");
        Assert.That(uart.TryTake(Start, out var speed) && speed.Speed == 9600, Is.True);
        Assert.That(uart.TryTake(Start, out var bytes) && bytes.Bytes.Length == 100_000, Is.True);
        Assert.That((uart.TryTake(Start, out _), uart.Lost), Is.EqualTo((false, 0)));
    }

    [TestCase(1200)]
    [TestCase(9600)]
    [TestCase(115200)]
    [TestCase(250000)]
    [TestCase(4000000)]
    public void Bytes_follow_each_other_at_a_tenth_of_the_speed_without_a_gap_of_10_ms(int baud)
    {
        var uart = new UartTransmitter(baud, 9600);
        uart.Send(new byte[1000]);
        uart.Send(new byte[500]);
        var released = Run(uart, Start);
        var last = Start;
        var count = 0;
        foreach (var (at, output) in released)
        {
            Assert.That((at - last).TotalMilliseconds, Is.LessThan(10));
            last = at;
            count += output.Bytes.Length;
            Assert.That((at - Start).TotalSeconds, Is.EqualTo(count * 10.0 / baud).Within(1e-6));
        }
        Assert.That(count, Is.EqualTo(1500));
    }

    [Test]
    public void Time_between_bursts_is_not_made_up_for()
    {
        var uart = new UartTransmitter(1200, 9600);
        uart.Send(new byte[3]);
        Assert.That(Run(uart, Start)[^1].At, Is.EqualTo(Start + TimeSpan.FromMilliseconds(25)));
        var later = Start + TimeSpan.FromSeconds(1);
        uart.Send(new byte[3]);
        Assert.That(uart.TryTake(later, out _), Is.False);
        Assert.That(Run(uart, later)[^1].At, Is.EqualTo(later + TimeSpan.FromMilliseconds(25)));
    }

    [Test]
    public void A_late_caller_gets_what_is_due_and_the_rest_keeps_its_time()
    {
        var uart = new UartTransmitter(1000 * 10, 9600);
        uart.Send(new byte[100]);
        Assert.That(uart.TryTake(Start, out _), Is.False);
        Assert.That(uart.TryTake(Start + TimeSpan.FromMilliseconds(60.5), out var due) && due.Bytes.Length == 60, Is.True);
        Assert.That(Run(uart, Start + TimeSpan.FromMilliseconds(60.5))[^1].At, Is.EqualTo(Start + TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void On_the_line_a_new_speed_holds_from_the_byte_behind_it()
    {
        var uart = new UartTransmitter(0, 2400);
        uart.ChangeSpeed(9600);
        uart.Send(new byte[96]);
        uart.ChangeSpeed(115200);
        uart.Send(new byte[1152]);
        uart.ChangeSpeed(0);
        uart.Send(new byte[24]);
        var released = Run(uart, Start);
        Assert.That(released.Where(r => r.Output.Speed is not null).Select(r => (r.At - Start, r.Output.Speed)), Is.EqualTo(new (TimeSpan, int?)[]
        {
            (TimeSpan.Zero, 9600), (TimeSpan.FromMilliseconds(100), 115200), (TimeSpan.FromMilliseconds(200), 0),
        }));
        Assert.That(released[^1].At, Is.EqualTo(Start + TimeSpan.FromMilliseconds(300)), "an unknown speed is the one given for it");
    }

    [Test]
    public void A_pace_of_its_own_does_not_follow_the_line()
    {
        var uart = new UartTransmitter(9600, 9600);
        uart.ChangeSpeed(115200);
        uart.Send(new byte[96]);
        Assert.That(Run(uart, Start)[^1].At, Is.EqualTo(Start + TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void What_does_not_fit_is_refused_whole_and_counted()
    {
        var uart = new UartTransmitter(9600, 9600);
        uart.Send(new byte[UartTransmitter.Limit - 10]);
        uart.Send(new byte[11]);
        uart.Send(new byte[10]);
        Assert.That(uart.Lost, Is.EqualTo(11));
        Assert.That(Run(uart, Start).Sum(r => r.Output.Bytes.Length), Is.EqualTo(UartTransmitter.Limit));
        uart.Send(new byte[11]);
        Assert.That(Run(uart, Start).Sum(r => r.Output.Bytes.Length), Is.EqualTo(11));
    }

    static List<(TimeSpan At, UartOutput Output)> Run(UartTransmitter uart, TimeSpan now)
    {
        List<(TimeSpan, UartOutput)> released = [];
        while (true)
        {
            while (uart.TryTake(now, out var output))
                released.Add((now, output));
            if (uart.NextRelease == TimeSpan.MaxValue)
                return released;
            Assert.That(uart.NextRelease, Is.GreaterThan(now));
            now = uart.NextRelease;
        }
    }
}
