using System.Net;
using M531x.Emulator.Drivers;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Drivers;

public sealed class LoopbackSourceTests
{
    [TestCase("10.1.2.3", "127.129.2.3")]
    [TestCase("10.200.255.254", "127.200.255.254")]
    [TestCase("10.0.0.1", "127.128.0.1")]
    public void A_cell_address_has_its_loopback_address(string cell, string source) =>
        Assert.That(RealTimeHost.LoopbackFor(IPAddress.Parse(cell)), Is.EqualTo(IPAddress.Parse(source)));
}
