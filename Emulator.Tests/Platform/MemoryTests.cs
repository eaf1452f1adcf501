using System.Net;
using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Tests.Fuzz;
using M531x.Lwm2m;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

/// <summary>Memory of the platform under a flood of one kind of datagram.</summary>
[TestFixture, NonParallelizable]
sealed class MemoryTests
{
    const string EndpointName = $"{PlatformFixture.Imei};{PlatformFixture.Imsi}";

    /// <summary>A hundredth of what one table entry per datagram would take.</summary>
    const int AllowedBytesPerDatagram = 20;

    readonly OneNet _platform = new(
        new OneNetOptions { ApiKey = PlatformFixture.ApiKey, Devices = [new KnownDevice(PlatformFixture.Imei, PlatformFixture.Imsi)] },
        new SeededRandom(1), new SeededRandom(2).Fill);
    readonly IPEndPoint _device = IPEndPoint.Parse("10.0.0.2:40000");
    readonly SeededRandom _random = new(7);
    IReadOnlyList<string> _location = ["rd"];
    TimeSpan _now;
    int _sent;

    [Test]
    public void A_flood_does_not_grow_the_platform([Values("register", "update", "bootstrap", "garbage")] string kind)
    {
        Send(OneNetPort.Lwm2m, Register());
        Flood(kind, 1500);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Flood(kind, 3000);

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(3000 * AllowedBytesPerDatagram));
        GC.KeepAlive(_platform);
    }

    void Flood(string kind, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (kind == "bootstrap")
                Send(OneNetPort.Bootstrap, Post(["bs"], "", $"ep={EndpointName}"));
            else
                Send(OneNetPort.Lwm2m, kind switch
                {
                    "register" => Register(),
                    "update" => Post(_location, "", "lt=86400"),
                    _ => Garbage.Datagram(_random),
                });
            if (i % 100 != 99)
                continue;
            _now += TimeSpan.FromSeconds(0.2);
            _platform.HandleTimeout(_now);
            Drain();
        }
    }

    void Send(OneNetPort port, byte[] bytes)
    {
        _platform.HandleDatagram(_now, port, _device, bytes);
        Drain();
    }

    void Drain()
    {
        while (_platform.TryTakeDatagram(out var datagram))
        {
            if (CoapCodec.TryDecode(datagram.Bytes.Span, out var message, out _) && message.LocationPath.Count == 2)
                _location = message.LocationPath;
        }
        while (_platform.TryTakeEvent(out _))
            continue;
    }

    /// <summary>With a short lifetime: the registration server keeps the expiry of a replaced registration until then.</summary>
    byte[] Register() => Post(["rd"], "</>;rt=\"oma.lwm2m\",</3200/0>", $"ep={EndpointName}", "lt=1");

    byte[] Post(IReadOnlyList<string> path, string payload, params string[] queries) => CoapCodec.Encode(new CoapMessage
    {
        Type = CoapType.Confirmable,
        Code = CoapCode.Post,
        MessageId = (ushort)_sent++,
        Token = new byte[] { 9 },
        Options =
        [
            .. path.Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s)),
            .. queries.Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q)),
        ],
        Payload = Encoding.ASCII.GetBytes(payload),
    });
}
