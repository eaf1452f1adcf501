using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program ages its address: real sockets see the module move.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class IpAgeingTests : IDisposable
{
    const string Notify = "AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"test\",0,0";

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_peer_sees_the_source_change_at_the_next_datagram_and_answers_the_new_one()
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var program = BuiltProgram.StartOnPty(
            _folder.At("tty"), "--platform", "real", "--route", $"183.230.40.40={peer.LocalEndPoint}", "--ip-ageing", "off", "-vv");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        var (before, register) = await ReceiveAsync(peer);
        peer.SendTo(Created(register), before);
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        var cell = uart.Command("AT+CGPADDR");

        var done = await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "ip-age" });
        Assert.That(done.GetRawText(), Is.EqualTo("""{"module":0,"type":"ip-age","name":"ip-age"}"""));
        Assert.That(uart.Command("AT+CGPADDR"), Is.EqualTo(cell), "nothing was sent yet");
        Assert.That(uart.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));

        var (after, update) = await ReceiveAsync(peer);
        var moved = uart.Command("AT+CGPADDR");
        Assert.That(moved, Is.Not.EqualTo(cell));
        Assert.That(update.UriPath[0], Is.EqualTo("rd"));
        Assert.That(after.Port, Is.Not.EqualTo(before.Port));
        Assert.That(before.Address, Is.EqualTo(IPAddress.Loopback));
        if (OperatingSystem.IsLinux())
            Assert.That(after.Address, Is.Not.EqualTo(before.Address));
        var changed = CoapCodec.Encode(new CoapMessage { Type = CoapType.Acknowledgement, Code = CoapCode.Changed, MessageId = update.MessageId, Token = update.Token });
        peer.SendTo(changed, before);
        peer.SendTo(changed, after);
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(program.Errors.All, Has.Some.Contains("mapping.aged"));
    }

    [Test]
    public async Task The_local_OneNET_takes_an_aged_module_back_with_its_update()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,14,\"5500;5501;5750\"");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        uart.Await("+MIPLREAD:0,");
        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "ip-age" });
        Assert.That(uart.Command(Notify), Is.EqualTo("OK"));
        program.Errors.Await(line => line.Contains("ignored an answer or notification", StringComparison.Ordinal), "warning");

        uart.Command("AT+MIPLUPDATE=0,3000,0");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(uart.Command(Notify + ",5"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,26,5"));
        var refused = await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "x" });
        Assert.That(refused.GetProperty("error").GetString(), Does.StartWith("type: no fault type 'x'"));
    }

    [Test]
    public void The_option_says_after_what_silence_the_address_ages()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--ip-ageing", "0.2", "-vv");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        program.Errors.Await(line => line.Contains("no traffic for 0.2 s", StringComparison.Ordinal), "trace line");
    }

    [Test, Platform(Include = "Linux")]
    public void A_server_port_that_nobody_listens_on_is_in_the_log()
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = peer.LocalEndPoint;
        peer.Close();
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--platform", "real", "--route", $"183.230.40.40={address}", "-vv");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATEEX=\"183.230.40.40:5683\",0");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        program.Errors.Await(line => line.Contains("183.230.40.40:5683: port unreachable (ICMP)", StringComparison.Ordinal), "trace line");
    }

    static async Task<(IPEndPoint From, CoapMessage Message)> ReceiveAsync(Socket peer)
    {
        var buffer = new byte[2048];
        var result = await peer.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(LineLog.Limit);
        Assert.That(CoapCodec.TryDecode(buffer.AsSpan(0, result.ReceivedBytes), out var message, out _), Is.True);
        return ((IPEndPoint)result.RemoteEndPoint, message!);
    }

    static byte[] Created(CoapMessage register) => CoapCodec.Encode(new CoapMessage
    {
        Type = CoapType.Acknowledgement,
        Code = CoapCode.Created,
        MessageId = register.MessageId,
        Token = register.Token,
        Options = [CoapOptions.Text(CoapOptionNumber.LocationPath, "rd"), CoapOptions.Text(CoapOptionNumber.LocationPath, "5f3a")],
    });
}
