using System.Net;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

public sealed class RouteTableTests
{
    static RouteTable With(params string[] rules)
    {
        var table = new RouteTable();
        foreach (var text in rules)
        {
            Assert.That(RouteTable.TryParse(text, out var rule, out var error), Is.True, error);
            table.Add(rule.Host, rule.Port, rule.To);
        }
        return table;
    }

    [TestCase("192.0.2.1=127.0.0.1:1", "192.0.2.1", "127.0.0.1")]
    [TestCase("192.0.2.1:7=127.0.0.2:1", "192.0.2.1", "127.0.0.2")]
    [TestCase("192.0.2.1:7=127.0.0.2:1", "192.0.2.9", "192.0.2.9")]
    [TestCase("nbiotbt.heclouds.com=127.0.0.3:1", "183.230.40.39", "127.0.0.3")]
    public void A_ping_follows_the_route_of_its_host(string rule, string host, string to) =>
        Assert.That(With(rule).TranslateHost(IPAddress.Parse(host)), Is.EqualTo(IPAddress.Parse(to)));

    [Test]
    public void For_a_ping_a_route_without_a_port_wins() =>
        Assert.That(With("192.0.2.1=127.0.0.1:1", "192.0.2.1:7=127.0.0.2:1").TranslateHost(IPAddress.Parse("192.0.2.1")), Is.EqualTo(IPAddress.Loopback));

    [Test]
    public void A_routed_name_has_an_address_that_is_routed_too()
    {
        var table = With("echo.example=127.0.0.1:9");
        var seen = table.Resolve("echo.example")!;
        Assert.That(table.Translate(new IPEndPoint(seen, 7)), Is.EqualTo(IPEndPoint.Parse("127.0.0.1:9")));
        Assert.That(table.TranslateHost(seen), Is.EqualTo(IPAddress.Loopback));
    }

    [TestCase("nbiotacc.heclouds.com=127.0.0.5:1")]
    [TestCase("183.230.40.40:5684=127.0.0.5:1")]
    public void A_route_of_the_user_wins_over_those_of_the_local_OneNET(string rule)
    {
        var table = With(rule);
        table.AddLocalPlatform(port => new IPEndPoint(IPAddress.Loopback, 1000 + (int)port));
        Assert.That(table.Translate(IPEndPoint.Parse("183.230.40.40:5684")), Is.EqualTo(IPEndPoint.Parse("127.0.0.5:1")));
        Assert.That(table.Translate(IPEndPoint.Parse("183.230.40.39:5684")), Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 1000 + (int)OneNetPort.BootstrapDtls)));
    }
}
