using M531x.Emulator.Drivers;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

public sealed class LocalTrafficTests
{
    readonly HandClock _wall = new();

    [Test]
    public void Each_datagram_is_waited_for()
    {
        var traffic = new LocalTraffic(_wall);
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero));
        traffic.Left(1000, 5683);
        traffic.Left(1000, 5683);
        traffic.Left(5683, 1000);
        traffic.Arrived(1000, 5683);
        traffic.Arrived(5683, 1000);
        Assert.That(traffic.Wait, Is.GreaterThan(TimeSpan.Zero), "one is missing");
        traffic.Arrived(1000, 5683);
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_datagram_of_another_device_does_not_count()
    {
        var traffic = new LocalTraffic(_wall);
        traffic.Left(1000, 5683);
        traffic.Arrived(2000, 5683);
        Assert.That(traffic.Wait, Is.GreaterThan(TimeSpan.Zero));
        traffic.Arrived(1000, 5683);
        traffic.Arrived(1000, 5683);
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_was_on_its_way_to_a_closed_socket_is_not_waited_for()
    {
        var traffic = new LocalTraffic(_wall);
        traffic.Left(5683, 1000);
        traffic.Forget(1000);
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void What_the_system_has_thrown_away_is_not_waited_for_for_ever()
    {
        var traffic = new LocalTraffic(_wall);
        traffic.Left(1000, 5683);
        _wall.Now += traffic.Wait;
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero));
        traffic.Left(1000, 5683);
        traffic.Arrived(1000, 5683);
        Assert.That(traffic.Wait, Is.EqualTo(TimeSpan.Zero), "the lost one does not count any more");
    }
}
