using System.Text.Json.Nodes;
using M531x.Emulator.Tests.Drivers;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program's sockets, names and pings over real UDP, TCP and ICMP on loopback.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class SocketTests : IDisposable
{
    readonly Folder _folder = new();
    readonly LoopbackEcho _echo = new();

    public void Dispose()
    {
        _echo.Dispose();
        _folder.Dispose();
    }

    BuiltProgram Start(string profile) => BuiltProgram.StartOnPty(
        _folder.At("tty"), "--profile", profile,
        "--route", $"192.0.2.1:7={_echo.UdpAddress}",
        "--route", $"192.0.2.1:8={_echo.TcpAddress}",
        "--route", $"echo.example={_echo.TcpAddress}");

    /// <summary>A module whose echo is off, past its power-on lines.</summary>
    static Uart Open(BuiltProgram program, string lastBootLine)
    {
        var uart = Uart.Open(program.ReadyText("line"));
        uart.Await(lastBootLine);
        uart.Send("ATE0");
        uart.Await("OK");
        return uart;
    }

    [Test]
    public void The_M5310A_echoes_over_UDP_and_TCP()
    {
        using var program = Start("m5310a");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+NSOCR=DGRAM,17,0,1"), Is.EqualTo("0 OK"));
        Assert.That(uart.Command("AT+NSOST=0,192.0.2.1,7,5,68656C6C6F"), Is.EqualTo("0,5 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSONMI:0,5"));
        Assert.That(uart.Command("AT+NSORF=0,30"), Is.EqualTo("0,192.0.2.1,7,5,68656C6C6F,0 OK"));

        Assert.That(uart.Command("AT+NSOCR=STREAM,6,0,1"), Is.EqualTo("1 OK"));
        Assert.That(uart.Command("AT+NSOCO=1,192.0.2.1,8"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("CONNECT OK"));
        Assert.That(uart.Command("AT+NSOSD=1,3,ABCDEF"), Is.EqualTo("1,3 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSONMI:1,3"));
        Assert.That(uart.Command("AT+NSORF=1,30"), Is.EqualTo("1,192.0.2.1,8,3,ABCDEF,0 OK"));

        Assert.That(uart.Command("AT+NSOCL=1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+CFUN=0"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSOCLI: 0"));
    }

    [Test]
    public async Task A_datagram_socket_goes_on_from_a_new_port_when_the_address_has_aged_and_meets_losses()
    {
        using var program = Start("m5310a");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+NSOCR=DGRAM,17,0,1");
        Assert.That(uart.Command("AT+NSOST=0,192.0.2.1,7,2,0102"), Is.EqualTo("0,2 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSONMI:0,2"));
        uart.Command("AT+NSORF=0,30");
        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "ip-age" });
        Assert.That(uart.Command("AT+NSOST=0,192.0.2.1,7,2,0304"), Is.EqualTo("0,2 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSONMI:0,2"));
        Assert.That(uart.Command("AT+NSORF=0,30"), Is.EqualTo("0,192.0.2.1,7,2,0304,0 OK"));

        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "loss", ["direction"] = "up", ["times"] = 1 });
        Assert.That(uart.Command("AT+NSOST=0,192.0.2.1,7,2,0506"), Is.EqualTo("0,2 OK"), "a lost datagram is not noticed");
        Assert.That(uart.Command("AT+NSOST=0,192.0.2.1,7,2,0708"), Is.EqualTo("0,2 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+NSONMI:0,2"));
        Assert.That(uart.Command("AT+NSORF=0,30"), Is.EqualTo("0,192.0.2.1,7,2,0708,0 OK"));
    }

    [Test]
    public void A_large_answer_comes_whole_whatever_the_pieces()
    {
        using var program = Start("m5310a");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+NSOCR=STREAM,6,0,2");
        uart.Command("AT+NSOCO=0,192.0.2.1,8");
        uart.Await("CONNECT OK");
        var sent = string.Concat(Enumerable.Range(0, 1300).Select(i => (i % 251).ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(uart.Command($"AT+NSOSD=0,1300,{sent}"), Is.EqualTo("0,1300 OK"));
        var received = "";
        while (received.Length < sent.Length)
            received += uart.Fields("NSORF")[4];
        Assert.That(received, Is.EqualTo(sent));
    }

    [Test]
    public void Names_and_pings_follow_the_routes()
    {
        using var program = Start("m5310a");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+CMDNS=\"echo.example\""), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+CMDNS:198.18.0.1"));
        Assert.That(uart.Command("AT+CMDNS=\"192.0.2.1\""), Is.EqualTo("+CMDNS:192.0.2.1 OK"));
        Assert.That(uart.Command("AT+NPING=echo.example,32,2000"), Is.EqualTo("OK"));
        // Where pings are not permitted it is a host that does not answer.
        Assert.That(uart.Next(), Does.Match(@"^(\+NPING:198\.18\.0\.1,\d+,[1-9]\d*|\+NPINGERR:1)$"));
    }

    [Test]
    public void The_M5311_echoes_over_UDP_and_TCP()
    {
        using var program = Start("m5311");
        using var uart = Open(program, "+IP:");
        Assert.That(uart.Command("AT+IPRCFG=1,2,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+IPSTART=0,\"UDP\",\"192.0.2.1\",7"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("CONNECT OK"));
        Assert.That(uart.Command("AT+IPSEND=0,2,AB01"), Is.EqualTo("+IPSEND: 0,2 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+IPRD: 0,\"192.0.2.1\",7,2,AB01"));

        Assert.That(uart.Command("AT+IPSTART=1,\"TCP\",\"echo.example\",7"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("CONNECT OK"));
        Assert.That(uart.Command("AT+IPSEND=1,2,CD02"), Is.EqualTo("+IPSEND: 1,2 OK"));
        Assert.That(uart.Next(), Is.EqualTo("+IPRD: 1,\"198.18.0.1\",7,2,CD02"));
        Assert.That(uart.Command("AT+IPCLOSE=1"), Is.EqualTo("OK"));
    }

    [Test]
    public void The_M5313_prompts_for_its_data()
    {
        using var program = Start("m5313");
        using var uart = Open(program, "+CTZV:");
        Assert.That(uart.Command("AT+IPSTART=0,\"TCP\",\"192.0.2.1\",8"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("0,CONNECT OK"));
        uart.Type("AT+IPSEND=0,5\r\nhello");
        Assert.That(uart.Next(), Is.EqualTo("> "));
        Assert.That(uart.Next(), Is.EqualTo("SEND OK"));
        Assert.That(uart.Next(), Is.EqualTo("+RECEIVE,0,5:hello"));
    }

    [Test]
    public void A_server_that_is_gone_fails_the_connection()
    {
        using var program = Start("m5310a");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        _echo.Dispose();
        uart.Command("AT+NSOCR=STREAM,6");
        Assert.That(uart.Command("AT+NSOCO=0,192.0.2.1,8"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("CONNECT FAIL"));
    }
}
