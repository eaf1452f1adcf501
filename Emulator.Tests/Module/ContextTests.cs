using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Packet data contexts: which are defined, which is active, and what those that are neither answer.</summary>
public sealed class ContextTests
{
    static readonly string[] Ok = ["OK"];

    [Test]
    public void Contexts_are_defined_and_removed()
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command("AT+CGDCONT=1,\"IP\",\"cmiot\""), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CGDCONT=0,\"ip\",\"x.MNC002.MCC460.GPRS\""), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CGDCONT?"), Is.EqualTo(new[]
        {
            "+CGDCONT:0,\"IP\",\"x.MNC002.MCC460.GPRS\",,0,0", "+CGDCONT:1,\"IP\",\"cmiot.MNC000.MCC460.GPRS\",,0,0", "OK",
        }));
        mcu.Command("AT+CGDCONT=1");
        mcu.Command("AT+CGDCONT=0");
        Assert.That(mcu.Command("AT+CGDCONT?"), Is.EqualTo(new[] { "+CGDCONT:0,\"IP\",\"cmnbiot.MNC000.MCC460.GPRS\",,0,0", "OK" }));
    }

    [Test]
    public void The_default_context_is_one_with_its_own_command()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        Assert.That(mcu.Command("AT*MCGDEFCONT=\"IP\",\"cmiot\""), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT*MCGDEFCONT?"), Is.EqualTo(new[] { "*MCGDEFCONT: \"IP\",\"cmiot\"", "OK" }));
        Assert.That(mcu.Command("AT+CGDCONT?")[0], Is.EqualTo("+CGDCONT: 1,\"IP\",\"cmiot.MNC000.MCC460.GPRS\",,0,0"));
    }

    /// <summary>Each names a context that nobody has defined.</summary>
    [TestCase("AT+CGPADDR=7")]
    [TestCase("AT+CGCONTRDP=7")]
    [TestCase("AT+CGACT=1,7")]
    [TestCase("AT+CGACT=0,7")]
    public void A_context_that_is_not_defined_is_refused(string command)
    {
        foreach (var profile in new[] { M531x.Emulator.Core.Profiles.ModuleProfile.M5310A, NeighbourProfiles.M5311, NeighbourProfiles.M5313 })
        {
            var mcu = NeighbourProfiles.Start(profile);
            mcu.Take();
            Assert.That(mcu.Command(command), Is.EqualTo(new[] { "ERROR" }), profile.Name);
            mcu.Command("AT+CGDCONT=7,\"IP\",\"other\"");
            Assert.That(mcu.Command(command)[^1], Is.EqualTo(command == "AT+CGACT=1,7" ? "ERROR" : "OK"), profile.Name);
        }
    }

    [Test]
    public void A_context_that_is_only_defined_has_no_address()
    {
        var mcu = NeighbourProfiles.Start();
        var address = mcu.World.Module.Radio.Address;
        mcu.Command("AT+CGDCONT=3,\"NONIP\",\"other\"");
        Assert.That(mcu.Command("AT+CGPADDR=3"), Is.EqualTo(new[] { "+CGPADDR:3", "OK" }));
        Assert.That(mcu.Command("AT+CGPADDR"), Is.EqualTo(new[] { $"+CGPADDR:0,{address}", "+CGPADDR:3", "OK" }));
        Assert.That(mcu.Command("AT+CGPADDR=?"), Is.EqualTo(new[] { "+CGPADDR:(0,3)", "OK" }));
        Assert.That(mcu.Command("AT+CGACT?"), Is.EqualTo(new[] { "+CGACT:1,1", "+CGACT:3,0", "OK" }));
        Assert.That(mcu.Command("AT+CGCONTRDP=3"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CGCONTRDP"), Has.Length.EqualTo(2));
        Assert.That(mcu.Command("AT+CGCONTRDP=?"), Is.EqualTo(new[] { "+CGCONTRDP:(0)", "OK" }));
        mcu.Command("AT+CGDCONT=3");
        Assert.That(mcu.Command("AT+CGPADDR=?"), Is.EqualTo(new[] { "+CGPADDR:(0)", "OK" }));
    }

    [TestCase("AT+CGACT=1,1", "OK")]
    [TestCase("AT+CGACT=1,0", "OK")]
    [TestCase("AT+CGACT=1", "OK")]
    [TestCase("AT+CGACT=0,1", "+CME ERROR: 3")]
    [TestCase("AT+CGACT=0", "+CME ERROR: 3")]
    [TestCase("AT+CGACT=1,3", "+CME ERROR: 3")]
    [TestCase("AT+CGACT=0,3", "OK")]
    public void Only_the_modules_own_context_is_active(string command, string answer)
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CMEE=1");
        if (command.EndsWith(",3", StringComparison.Ordinal))
            mcu.Command("AT+CGDCONT=3,\"IP\",\"other\"");
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { answer }));
    }

    [Test]
    public void Without_a_network_no_context_is_active()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CMEE=1");
        mcu.Command("AT+CFUN=0");
        Assert.That(mcu.Command("AT+CGACT?"), Is.EqualTo(new[] { "+CGACT:1,0", "OK" }));
        Assert.That(mcu.Command("AT+CGCONTRDP=?"), Is.EqualTo(new[] { "+CGCONTRDP:()", "OK" }));
        Assert.That(mcu.Command("AT+CGACT=0,1"), Is.EqualTo(Ok), "it is so already");
        Assert.That(mcu.Command("AT+CGACT=1,1"), Is.EqualTo(new[] { "+CME ERROR: 30" }));
        Assert.That(mcu.Command("AT+CGDCONT?")[0], Is.EqualTo("+CGDCONT:0,\"IP\",\"cmnbiot\",,0,0"), "the network's part of the name is gone");
    }

    [TestCase("IP")]
    [TestCase("ipv6")]
    [TestCase("IPV4V6")]
    [TestCase("NonIP")]
    public void The_types_of_the_test_form_are_taken(string type)
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command($"AT+CGDCONT=2,\"{type}\",\"a\""), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+CGDCONT?")[1], Does.StartWith($"+CGDCONT:2,\"{type.ToUpperInvariant()}\","));
    }

    [Test]
    public void A_type_that_is_none_leaves_the_context_as_it_was()
    {
        var mcu = NeighbourProfiles.Start();
        var before = mcu.Command("AT+CGDCONT?");
        Assert.That(mcu.Command("AT+CGDCONT=0,\"PPP\",\"a\""), Is.EqualTo(new[] { "ERROR" }));
        Assert.That(mcu.Command("AT+CGDCONT?"), Is.EqualTo(before));
    }
}
