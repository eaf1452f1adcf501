using System.Text.RegularExpressions;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Architecture;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Tracing;

/// <summary>The catalogue says what the trace holds. Every session that <see cref="Mcu"/> plays is held against it as well.</summary>
public sealed partial class TraceCatalogTests
{
    [Test]
    public void Every_name_occurs_once_and_is_in_lower_case()
    {
        Assert.That(TraceCatalog.All.Select(e => e.Key), Is.Unique.And.All.Match("^[a-z0-9]+(\\.[a-z]+)+$"));
        foreach (var row in TraceCatalog.All)
            Assert.That(row.Fields.Select(f => f.Name), Is.Unique.And.All.Match("^[a-z]+$").And.No.AnyOf("t", "m", "layer", "ev"), row.Key);
    }

    [Test]
    public void Every_event_that_the_source_names_is_in_the_catalogue()
    {
        var named = Repository.Files(".cs").Where(f => f.Split(Path.DirectorySeparatorChar)[0] is "Emulator" or "Emulator.Core")
            .SelectMany(f => Named().Matches(Repository.Read(f)))
            .SelectMany(m => m.Groups["name"].Captures.Select(c => $"{m.Groups["layer"].Value}.{c.Value}"))
            .Concat(Repository.Files(".cs").Where(f => f.StartsWith("Lwm2m", StringComparison.Ordinal))
                .SelectMany(f => Noted().Matches(Repository.Read(f))).Select(m => $"dtls.{m.Groups["name"].Value}"))
            .Distinct().ToList();
        Assert.That(named, Has.Count.GreaterThan(35).And.Contain("socket.uplink.waits").And.Contain("dtls.cached").And.Contain("path.downlink.lost"));
        Assert.That(named.Where(n => TraceCatalog.Find(n) is null), Is.Empty);
    }

    [Test]
    public void A_session_shows_what_it_did_with_typed_fields()
    {
        var events = new AgeingSession().Mcu.World.Events;
        var handshakes = events.Where(e => e.Key == "dtls.handshake.done").ToList();
        var notifications = events.Where(e => e.Key == "coap.sent" && e.Text("code") == "2.05" && e.Text("type") == "CON").ToList();
        Assert.Multiple(() =>
        {
            Assert.That(handshakes.Select(e => (e.Number("handshakes"), e.Number("again"), e.Text("suite"))), Is.EqualTo(new (long?, long?, string?)[]
            {
                (1, 0, "TLS_PSK_WITH_AES_128_CCM_8"), (2, 1, "TLS_PSK_WITH_AES_128_CCM_8"),
            }));
            Assert.That(handshakes.Select(e => e.Number("ms")), Is.EqualTo(new long?[] { 300, 300 }));
            Assert.That(events.Where(e => e.Key == "lwm2m.state").Select(e => e.Text("to")),
                Is.EqualTo(new[] { "ResolveServer", "AwaitHandshake", "AwaitRegisterResponse", "Registered" }));
            Assert.That(notifications, Has.Count.EqualTo(2));
            Assert.That(events.Count(e => e.Key == "coap.received" && e.Number("mid") == notifications[1].Number("mid")), Is.EqualTo(1), "its ACK");
            Assert.That(events.Where(e => e.Key == "mipl.event").Select(e => (e.Number("number"), e.Number("parameter"))),
                Is.EqualTo(new (long?, long?)[] { (6, null), (26, 1), (32, null), (26, 2) }));
            Assert.That(events.Where(e => e.Key == "radio.address").Select(e => e.Text("address")).ToList(), Is.Unique.And.Count.EqualTo(2));
            Assert.That(events.Where(e => e.Key == "onenet.datapoint").Select(e => e.Text("value")), Is.EqualTo(new[] { "\"before\"", "\"after\"" }));
            Assert.That(events.Where(e => e.Key == "at.line").Select(e => e.Text("text")), Has.Some.EqualTo("+MIPLEVENT:0,32"));
            Assert.That(events.Select(e => e.At), Is.Ordered);
        });
    }

    [Test]
    public void Sockets_show_their_datagrams_with_ports_of_their_own()
    {
        var mcu = new Mcu();
        mcu.Command("AT+NSOCR=DGRAM,17,5000,1");
        mcu.Command("AT+NSOST=0,192.0.2.1,7,2,4142");
        var sent = mcu.World.Events.OfType<DatagramEvent>().Single();
        mcu.World.SendToSocket(sent.From, sent.To, "ok"u8.ToArray());
        mcu.Advance(1);
        var datagrams = mcu.World.Events.OfType<DatagramEvent>().ToList();
        Assert.That(datagrams.Select(d => (d.IsUp, d.From, d.To)), Is.EqualTo(new[] { (true, sent.From, sent.To), (false, sent.To, sent.From) }));
        Assert.That(sent.From.Address, Is.EqualTo(mcu.World.ModuleAddress.Address));
        Assert.That(sent.From.Port, Is.Not.EqualTo(mcu.World.ModuleAddress.Port));
        Assert.That(datagrams[1].Payload.ToArray(), Is.EqualTo("ok"u8.ToArray()));
    }

    [Test]
    public void A_datagram_that_the_module_does_not_receive_is_no_datagram_of_its_capture()
    {
        var mcu = new Mcu();
        mcu.Register();
        var before = mcu.World.Events.OfType<DatagramEvent>().Count();
        mcu.World.AgeMapping();
        mcu.World.SendToModule(VirtualWorld.Lwm2mServer, new byte[] { 0x40, 1, 0, 1 });
        mcu.Advance(1);
        Assert.That(mcu.World.Events.OfType<DatagramEvent>().Count(), Is.EqualTo(before));
        Assert.That(mcu.World.Events.Single(e => e.Key == "radio.downlink.lost").Number("bytes"), Is.EqualTo(4));
        Assert.That(mcu.World.Events.Single(e => e.Key == "fault.fired").Text("type"), Is.EqualTo("ip-age"));
    }

    [Test]
    public void The_check_finds_a_wrong_name_a_wrong_type_and_a_missing_field()
    {
        static string? Check(string layer, string name, params TraceField[] fields) => TraceCatalog.ProblemOf(new TraceEvent(TimeSpan.Zero, 0, layer, name, fields));
        Assert.Multiple(() =>
        {
            Assert.That(Check("at", "line", ("text", "OK")), Is.Null);
            Assert.That(Check("mipl", "event", ("number", 6)), Is.Null, "the parameter is optional");
            Assert.That(Check("at", "lines", ("text", "OK")), Does.Contain("not in the catalogue"));
            Assert.That(Check("at", "line", ("text", 1)), Does.Contain("Number"));
            Assert.That(Check("at", "line", ("text", "OK"), ("more", 1)), Does.Contain("unknown field more"));
            Assert.That(Check("at", "line"), Does.Contain("missing"));
            Assert.That(Check("at", "line", ("text", (string?)null)), Does.Contain("missing"));
        });
    }

    [Test]
    public void What_watches_changes_nothing()
    {
        var watched = new AgeingSession();
        var alone = new AgeingSession(emitsSecrets: false);
        Assert.That(alone.Mcu.Raw, Is.EqualTo(watched.Mcu.Raw));
        Assert.That(alone.Mcu.World.Datagrams.Select(d => (d.At, d.Up, Convert.ToHexString(d.Bytes.Span))),
            Is.EqualTo(watched.Mcu.World.Datagrams.Select(d => (d.At, d.Up, Convert.ToHexString(d.Bytes.Span)))));
    }

    [GeneratedRegex("""(?:Trace|Tell)\((?:Now, )?"(?<layer>\w+)", (?:\w+ \? )?"(?<name>[\w.]+)"(?: : "(?<name>[\w.]+)")?""")]
    private static partial Regex Named();

    [GeneratedRegex("""(?:SessionNote|SecurityNote)\("(?<name>[\w.]+)""")]
    private static partial Regex Noted();
}
