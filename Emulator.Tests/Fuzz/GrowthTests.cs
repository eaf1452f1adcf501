using System.Globalization;
using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Emulator.Core.World;
using M531x.Lwm2m;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Fuzz;

/// <summary>Thousands of one kind: every table of a session stays bounded.</summary>
public sealed class GrowthTests
{
    [Test]
    public void Reports_to_a_dead_platform_are_busy_after_ten_and_each_fails_once()
    {
        var session = new Session(1, StartState.Registered, ages: false);
        var mcu = session.Mcu;
        session.Do(new Step(StepKind.Network, [], 0));
        mcu.Take();
        for (var ack = 0; ack < 3000; ack++)
        {
            var final = mcu.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,{ack}");
            Assert.That(final, Is.EqualTo(new[] { ack < Lwm2mClient.MaxUnacknowledged ? "OK" : "+CIS ERROR:652" }));
        }
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo(new[] { "OK" }), "without ackid nothing waits");
        Assert.That(session.Growth(), Is.Null);
        mcu.Advance(1000);
        Assert.That(mcu.Take(), Is.EqualTo(Enumerable.Range(0, 10).Select(ack => $"+MIPLEVENT:0,25,{ack}")));
        var status = session.World.Module.Mipl.Status!;
        Assert.That((status.Operations, status.HeldValues, status.FollowUps), Is.EqualTo((0, 0, 0)));

        session.Do(new Step(StepKind.Network, [], 1));
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,10"), Is.EqualTo(new[] { "OK" }), "652 used up no ackid");
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,10"));
    }

    [Test]
    public void Closing_fails_the_reports_under_way_and_does_not_wait_behind_them()
    {
        var session = new Session(1, StartState.Registered);
        var mcu = session.Mcu;
        session.Do(new Step(StepKind.Network, [], 0));
        mcu.Take();
        for (var ack = 0; ack < 3; ack++)
            mcu.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,{ack}");
        session.Do(new Step(StepKind.Network, [], 1));
        mcu.Send("AT+MIPLCLOSE=0");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "+MIPLEVENT:0,25,0", "+MIPLEVENT:0,25,1", "+MIPLEVENT:0,25,2" }));
        Assert.That(mcu.Next(2), Is.EqualTo("+MIPLEVENT:0,15"));
    }

    [Test]
    public void Deleting_with_reports_under_way_says_nothing()
    {
        var session = new Session(1, StartState.Registered);
        session.Do(new Step(StepKind.Network, [], 0));
        session.Mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,1");
        session.Mcu.Take();
        session.Mcu.Send("AT+MIPLDELETE=0");
        session.Mcu.Advance(1000);
        Assert.That(session.Mcu.Take(), Is.EqualTo(new[] { "OK" }));
    }

    [Test]
    public void A_flood_of_downlinks_is_bounded([Values(0, 1, 2)] int nnmi, [Values("read", "write", "execute", "observe", "attributes", "block", "discover")] string kind)
    {
        var session = new Session(1, StartState.Registered);
        session.Mcu.Command($"AT+MIPLNMI=0,{nnmi},1");
        for (var mid = 0; mid < 2000; mid++)
        {
            session.World.SendToModule(VirtualWorld.Lwm2mServer, CoapCodec.Encode(Downlink(kind, (ushort)mid)));
            if (mid % 100 == 99)
                session.Mcu.Advance(0.2);
        }
        Assert.That(session.Growth(), Is.Null);
        if (nnmi != 0)
            Assert.That(session.World.Module.Mipl.Status!.Operations, Is.LessThanOrEqualTo(40));
        session.Mcu.Send("AT+MIPLNMI=0,0,0");
        session.Mcu.Advance(60);
        Assert.That(session.World.Module.Mipl.Status!.Operations, Is.Zero, "unanswered operations are given up");
        Assert.That(session.Mcu.Command("AT")[^1], Is.EqualTo("OK"));
    }

    [Test]
    public void Parts_that_are_held_are_bounded_and_go_with_their_object()
    {
        var session = new Session(1, StartState.Registered);
        var value = new string('x', 900);
        for (var id = 4000; id < 4500; id++)
        {
            session.Mcu.Send($"AT+MIPLADDOBJ=0,{id},32,\"{new string('1', 32)}\",0,0");
            for (var instance = 0; instance < 32; instance += 8)
                session.Mcu.Send($"AT+MIPLNOTIFY=0,0,{id},{instance},1,1,900,\"{value}\",1,1");
            Assert.That(session.World.Module.Mipl.Status!.HeldValues, Is.EqualTo(4));
            session.Mcu.Send($"AT+MIPLDELOBJ=0,{id}");
            Assert.That(session.World.Module.Mipl.Status!.HeldValues, Is.Zero);
        }
    }

    [Test]
    public void An_answer_to_a_read_of_an_object_fits_a_datagram()
    {
        var session = new Session(1, StartState.Registered);
        var mcu = session.Mcu;
        mcu.Take();
        session.World.SendToModule(VirtualWorld.Lwm2mServer, CoapCodec.Encode(Downlink("object", 7)));
        mcu.Await("+MIPLREAD:0,7,3200");
        var accepted = 0;
        for (var instance = 0; instance < 500; instance++)
        {
            if (mcu.Command($"AT+MIPLREADRSP=0,7,1,3200,{instance},5750,1,1,\"{new string('x', 1000)}\",1,1")[^1] == "OK")
                accepted++;
        }
        Assert.That(accepted, Is.EqualTo(32));
        Assert.That(mcu.Command("AT+MIPLREADRSP=0,7,1,3200,0,5750,1,1,\"x\",0,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(session.Fault(), Is.Null);
    }

    [Test]
    public void Written_settings_of_the_server_object_cannot_break_a_disable()
    {
        var session = new Session(1, StartState.Registered, Lwm2mDialect.Lwm2m);
        // Disable timeout (1/0/5) of 2^62 seconds, then Disable (1/0/4).
        var write = new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Put,
            MessageId = 1,
            Token = new byte[] { 1 },
            Options = [.. Path("1", "0", "5"), CoapOptions.UInt(CoapOptionNumber.ContentFormat, 0)],
            Payload = "4611686018427387904"u8.ToArray(),
        };
        session.World.SendToModule(VirtualWorld.Lwm2mServer, CoapCodec.Encode(write));
        session.Mcu.Advance(1);
        Assert.That(session.LastUp().Code, Is.EqualTo(CoapCode.BadRequest));
        session.World.SendToModule(VirtualWorld.Lwm2mServer, CoapCodec.Encode(new CoapMessage
        {
            Type = CoapType.Confirmable,
            Code = CoapCode.Post,
            MessageId = 2,
            Token = new byte[] { 2 },
            Options = Path("1", "0", "4"),
        }));
        session.Mcu.Await("+MIPLEVENT:0,15");
    }

    [Test]
    public void A_platform_under_a_flood_is_bounded([Values("register", "update", "garbage", "bootstrap")] string kind)
    {
        var session = new Session(1, StartState.Registered);
        var random = new SeededRandom(7);
        var location = session.World.Datagrams.Where(d => !d.Up).Select(d => CoapCodec.TryDecode(d.Bytes.Span, out var m, out _) ? m : null)
            .First(m => m?.LocationPath.Count == 2)!.LocationPath;
        for (var i = 0; i < (kind == "register" ? 800 : 3000); i++) // each Register brings six datagrams more
        {
            var bytes = kind switch
            {
                "register" => Post((ushort)i, ["rd"], "</>;rt=\"oma.lwm2m\",</3200/0>", "ep=869975030000461;460041064826326", "lt=86400"),
                "update" => Post((ushort)i, location, "", "lt=86400"),
                "bootstrap" => Post((ushort)i, ["bs"], "", "ep=869975030000461;460041064826326"),
                _ => Garbage.Datagram(random),
            };
            var port = kind == "bootstrap" ? OneNetPort.Bootstrap : OneNetPort.Lwm2m;
            session.World.Platform.HandleDatagram(session.World.Now, port, session.World.ModuleAddress, bytes);
            if (i % 100 == 99)
                session.Mcu.Advance(0.2);
        }
        Assert.That(session.Growth(), Is.Null);
        session.Mcu.Advance(600);
        Assert.That(session.Fault(), Is.Null);
    }

    [Test]
    public void Updates_over_years_leave_nothing_behind()
    {
        var endpoint = new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(1));
        var server = new Lwm2m.Server.RegistrationServer(endpoint, new SeededRandom(2));
        var peer = new CoapPeer(VirtualWorld.Lwm2mServer);
        IReadOnlyList<string> location = ["rd"];
        for (var i = 0; i < 5000; i++)
        {
            endpoint.HandleDatagram(default, peer, Post((ushort)i, location, location.Count == 1 ? "</>,</3200/0>" : "", "ep=a", "lt=4294967295"));
            while (endpoint.TryTakeEvent(out var coapEvent))
                server.Handle(default, (CoapRequestReceived)coapEvent);
            while (server.TryTakeEvent(out var registrationEvent))
            {
                if (registrationEvent is Lwm2m.Server.RegistrationAsked asked)
                    location = ["rd", server.Accept(default, asked).Id];
            }
            while (endpoint.TryTakeTransmit(out _))
                continue;
        }
        Assert.That(server.Registrations, Has.Count.EqualTo(1));
        Assert.That(server.Remembered, Is.LessThan(100));
        Assert.That(server.NextDeadline, Is.EqualTo(TimeSpan.FromSeconds(4294967295)));
    }

    static CoapMessage Downlink(string kind, ushort mid)
    {
        var id = mid.ToString(CultureInfo.InvariantCulture);
        CoapMessage Of(CoapCode code, IReadOnlyList<CoapOption> options, string payload = "") => new()
        {
            Type = CoapType.Confirmable,
            Code = code,
            MessageId = mid,
            Token = new[] { (byte)(mid >> 8), (byte)mid },
            Options = options,
            Payload = Encoding.ASCII.GetBytes(payload),
        };
        return kind switch
        {
            "read" => Of(CoapCode.Get, Path("3200", "0", id)),
            "object" => Of(CoapCode.Get, Path("3200")),
            "discover" => Of(CoapCode.Get, [.. Path("3200"), CoapOptions.UInt(CoapOptionNumber.Accept, 40)]),
            "observe" => Of(CoapCode.Get, [CoapOptions.UInt(CoapOptionNumber.Observe, 0), .. Path("3200", "0", id)]),
            "execute" => Of(CoapCode.Post, Path("3200", "0", id), "ping"),
            "write" => Of(CoapCode.Put, Path("3200", "0", id), "abcd"),
            "block" => Of(CoapCode.Put, [.. Path("3200", "0", id), CoapOptions.Block(CoapOptionNumber.Block1, new CoapBlock(0, true, 0))], "0123456789abcdef"),
            _ => Of(CoapCode.Put, [.. Path("3200", "0", id), CoapOptions.Text(CoapOptionNumber.UriQuery, "pmin=1")]),
        };
    }

    static byte[] Post(ushort mid, IReadOnlyList<string> path, string payload, params string[] queries) => CoapCodec.Encode(new CoapMessage
    {
        Type = CoapType.Confirmable,
        Code = CoapCode.Post,
        MessageId = mid,
        Token = new byte[] { 9 },
        Options = [.. Path([.. path]), .. queries.Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q))],
        Payload = Encoding.ASCII.GetBytes(payload),
    });

    static List<CoapOption> Path(params string[] segments) => [.. segments.Select(s => CoapOptions.Text(CoapOptionNumber.UriPath, s))];
}
