using M531x.Emulator.Core.Radio;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Radio;

public sealed class NetworkTimerTests
{
    [TestCase("00000001", 600)]
    [TestCase("00100010", 7200)]
    [TestCase("01000001", 36000)]
    [TestCase("01101010", 20)]
    [TestCase("10000011", 90)]
    [TestCase("10100101", 300)]
    [TestCase("11000001", 1152000)]
    public void T3412_counts_in_its_units(string bits, double seconds) =>
        Assert.That(NetworkTimer.Periodic(bits), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("00000101", 10)]
    [TestCase("00100100", 240)]
    [TestCase("01000010", 720)]
    [TestCase("01100001", 60)]
    [TestCase("00000000", 0)]
    public void T3324_counts_in_its_units(string bits, double seconds) =>
        Assert.That(NetworkTimer.ActiveTime(bits), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void Unit_seven_deactivates_both()
    {
        Assert.That(NetworkTimer.Periodic("11100001"), Is.Null);
        Assert.That(NetworkTimer.ActiveTime("11100001"), Is.Null);
    }

    [TestCase("0010", 20.48)]
    [TestCase("0011", 40.96)]
    [TestCase("0101", 81.92)]
    [TestCase("1001", 163.84)]
    [TestCase("1111", 10485.76)]
    [TestCase("0000", 20.48)]
    public void Cycles_of_extended_drx(string bits, double seconds) =>
        Assert.That(new EdrxSettings(bits, "0000").Cycle, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("0000", 2.56)]
    [TestCase("0011", 10.24)]
    [TestCase("1111", 40.96)]
    public void Windows_of_extended_drx(string bits, double seconds) =>
        Assert.That(new EdrxSettings("0010", bits).Window, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
}
