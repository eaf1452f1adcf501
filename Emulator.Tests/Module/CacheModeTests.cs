using System.Net;
using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using M531x.Emulator.Core.Faults;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Messages that wait for a new handshake (manual §2.7), and who may make one.</summary>
public sealed class CacheModeTests
{
    const string ReadUrl = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750&timeout=40";

    static Mcu Registered()
    {
        var mcu = new Mcu(new VirtualWorldOptions());
        foreach (var command in (string[])
            ["AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"", "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "AT+MIPLOPEN=0,3000,60"])
            Assert.That(mcu.Command(command), Has.Member("OK"));
        mcu.Await("+MIPLEVENT:0,6", 5);
        mcu.Advance(2);
        mcu.Take();
        return mcu;
    }

    static string Notify(Mcu mcu, string value, int ackId) =>
        mcu.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,{value.Length},\"{value}\",0,0,{ackId}")[0];

    static string AwaitRead(Mcu mcu) => mcu.Await("+MIPLREAD:0,", 5).Split(',')[1];

    /// <summary>The platform has ended the association while a request was under way: the answer goes through the next one.</summary>
    [Test]
    public void A_response_waits_for_the_new_handshake_and_arrives()
    {
        var mcu = Registered();
        var call = mcu.Call("GET", ReadUrl);
        var mid = AwaitRead(mcu);
        mcu.World.AddFault(FaultCatalog.Make("close-notify"));
        mcu.Advance(1);
        var handshakes = mcu.World.Events.Count(e => e is { Layer: "dtls", Name: "handshake.done" });
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"here\",0,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.World.Events.Last(e => e.Layer == "dtls" && e.Name is "cached" or "handshake.done").Name, Is.EqualTo("cached"));
        Assert.That(mcu.Answer(call), Does.Contain("\"here\"").And.Contain("\"errno\":0"));
        Assert.That(mcu.World.Events.Count(e => e is { Layer: "dtls", Name: "handshake.done" }), Is.EqualTo(handshakes + 1));
    }

    [Test]
    public void A_full_cache_refuses_a_response_too()
    {
        var mcu = Registered();
        mcu.Call("GET", ReadUrl);
        var first = AwaitRead(mcu);
        mcu.Advance(1);
        mcu.Call("GET", ReadUrl);
        var second = AwaitRead(mcu);
        mcu.World.AddFault(FaultCatalog.Make("close-notify"));
        mcu.Advance(1);
        mcu.World.Passes = (_, _) => false;
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{first},1,3200,0,5750,1,4,\"late\",0,0"), Is.EqualTo(new[] { "OK" }));
        for (var i = 1; i < 10; i++)
            Assert.That(Notify(mcu, "x", i), Is.EqualTo("OK"));
        Assert.That(Notify(mcu, "x", 10), Is.EqualTo("+CIS ERROR:651"));
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{second},1,3200,0,5750,1,4,\"late\",0,0"), Is.EqualTo(new[] { "+CIS ERROR:651" }));
    }

    [Test]
    public void Departure_is_reported_at_the_flush()
    {
        var mcu = Registered();
        Assert.That(mcu.Command("AT+MIPLNMI=0,0,1"), Is.EqualTo(new[] { "OK" }));
        mcu.Advance(121);
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,5,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "+MIPLEVENT:0,32" }));
        Assert.That(mcu.Next(5), Is.EqualTo("+MIPLNSMI:0,1,5"));
        Assert.That(mcu.World.Now.TotalSeconds, Is.GreaterThan(123));
    }

    /// <summary>The close takes the place of all that waits (manual §2.7), of an Update too.</summary>
    [Test]
    public void Close_takes_the_place_of_an_update_that_waits()
    {
        var mcu = Registered();
        mcu.Advance(121);
        mcu.World.Passes = (_, _) => false;
        Assert.That(Notify(mcu, "x", 1), Is.EqualTo("OK"));
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "+MIPLEVENT:0,32" }));
        Assert.That(mcu.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Command("AT+MIPLCLOSE=0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,25,1"));
        Assert.That(mcu.Command("AT+MIPLCLOSE=0"), Is.EqualTo(new[] { "+CIS ERROR:652" }), "the close is under way now");
        mcu.World.Passes = (_, _) => true;
        Assert.That(mcu.Next(10), Is.EqualTo("+MIPLEVENT:0,15"));
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);
        Assert.That(mcu.World.PlatformEvents.Any(e => e is DatapointStored or DeviceUpdated), Is.False);
    }

    /// <summary>RFC 6347 §4.2.8: until a new association has proved itself the old one stays, wherever the new one comes from.</summary>
    [TestCase("abcdefge", true)]
    [TestCase("guessedkey", false)]
    public void A_handshake_from_elsewhere_takes_over_only_with_the_key(string key, bool takesOver)
    {
        var mcu = Registered();
        var elsewhere = IPEndPoint.Parse("203.0.113.5:1000");
        using var client = new DtlsClient(new DtlsClientOptions(), Encoding.ASCII.GetBytes(new ModuleOptions().Imei), Encoding.ASCII.GetBytes(key), RandomNumberGenerator.Fill);
        client.Start(mcu.World.Now);
        for (var moved = true; moved;)
        {
            moved = false;
            while (client.TryTakeDatagram(out var up))
            {
                mcu.World.Platform.HandleDatagram(mcu.World.Now, OneNetPort.Lwm2mDtls, elsewhere, up.ToArray());
                moved = true;
            }
            while (mcu.World.Platform.TryTakeDatagram(out var down))
            {
                Assert.That(down.To, Is.EqualTo(elsewhere));
                client.HandleDatagram(mcu.World.Now, down.Bytes.Span);
                moved = true;
            }
        }
        Assert.That(client.IsConnected, Is.EqualTo(takesOver));
        Assert.That(Notify(mcu, "x", 1), Is.EqualTo("OK"));
        Assert.That(mcu.Next(5), takesOver ? Does.StartWith("(nothing") : Is.EqualTo("+MIPLEVENT:0,26,1"));
        Assert.That(mcu.World.PlatformEvents.OfType<DeviceReturned>().Count(), Is.EqualTo(takesOver ? 1 : 0));
    }
}
