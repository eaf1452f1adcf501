using M531x.Emulator.Drivers;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

public sealed class CoreClockTests
{
    readonly HandClock _wall = new() { Now = TimeSpan.FromHours(3) };

    [Test]
    public void Core_time_begins_at_zero_and_keeps_its_rate()
    {
        var clock = new CoreClock(_wall, 60);
        Assert.That(clock.Now, Is.EqualTo(TimeSpan.Zero));
        Wait(2);
        Assert.That(clock.Now, Is.EqualTo(Seconds(120)));
        Assert.That(clock.WallUntil(Seconds(180)), Is.EqualTo(Seconds(1)));
        Assert.That(clock.WallUntil(Seconds(120)), Is.EqualTo(TimeSpan.Zero));
        Assert.That(clock.WallUntil(TimeSpan.MaxValue), Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_new_rate_holds_from_now_on()
    {
        var clock = new CoreClock(_wall, 1);
        Wait(10);
        clock.SetRate(0.5);
        Wait(10);
        Assert.That(clock.Now, Is.EqualTo(Seconds(15)));
        Assert.That(clock.WallUntil(TimeSpan.MaxValue), Is.EqualTo(TimeSpan.MaxValue), "slower than the wall clock");
    }

    [Test]
    public void A_frozen_clock_stands_still_and_goes_on_from_there()
    {
        var clock = new CoreClock(_wall, 2);
        Wait(5);
        clock.SetFrozen(true);
        Wait(100);
        Assert.That((clock.Now, clock.WallUntil(Seconds(11))), Is.EqualTo((Seconds(10), TimeSpan.MaxValue)));
        clock.SetRate(4);
        Assert.That(clock.Now, Is.EqualTo(Seconds(10)));
        clock.SetFrozen(false);
        Wait(1);
        Assert.That(clock.Now, Is.EqualTo(Seconds(14)));
    }

    [Test]
    public void A_jump_is_where_it_goes_on_or_stands()
    {
        var clock = new CoreClock(_wall, 1);
        clock.JumpTo(Seconds(3600));
        Wait(1);
        Assert.That(clock.Now, Is.EqualTo(Seconds(3601)));
        clock.SetFrozen(true);
        clock.JumpTo(Seconds(7200));
        Wait(1);
        Assert.That(clock.Now, Is.EqualTo(Seconds(7200)));
    }

    [TestCase("real", false, 1)]
    [TestCase("x1", false, 1)]
    [TestCase("x60", false, 60)]
    [TestCase("x0.5", false, 0.5)]
    [TestCase("x10000", false, 10000)]
    [TestCase("virtual", true, 0)]
    public void A_mode_is_read_and_written(string text, bool isVirtual, double rate)
    {
        Assert.That(TimeMode.TryParse(text, out var mode), Is.True);
        Assert.That(mode, Is.EqualTo(new TimeMode(isVirtual, rate)));
        Assert.That(mode.ToString(), Is.EqualTo(text == "x1" ? "real" : text));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("x0")]
    [TestCase("x0.001")]
    [TestCase("x10001")]
    [TestCase("x-1")]
    [TestCase("x1e3")]
    [TestCase("xNaN")]
    [TestCase("60")]
    [TestCase("Real")]
    public void What_is_no_mode_is_refused(string text) => Assert.That(TimeMode.TryParse(text, out _), Is.False);

    void Wait(double seconds) => _wall.Now += Seconds(seconds);

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
