using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using M531x.Emulator.Tests.EndToEnd;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>libcoap's client at the local OneNET's ports, and the module at libcoap's server.</summary>
[TestFixture, Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.Self)]
sealed class LibcoapTests
{
    const string Endpoint = $"ep={BuiltProgram.Imei};{BuiltProgram.Imsi}";

    Folder _folder = null!;
    BuiltProgram _program = null!;

    string Lwm2m => $"coap://{_program.ReadyText("lwm2m")}";
    string Bootstrap => $"coap://{_program.ReadyText("bootstrap")}";

    [OneTimeSetUp]
    public void Start()
    {
        _folder = new Folder();
        _program = BuiltProgram.StartOnPty(_folder.At("tty"));
        _ = _program.Ready;
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _program.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_libcoap_client_registers_updates_and_deregisters()
    {
        var registered = CoapClient.Run($"{Lwm2m}/rd?{Endpoint}&lt=300&b=U", "-m", "post", "-t", "40", "-e", "</>;rt=\"oma.lwm2m\",</3303/0>");
        Assert.That(registered, Does.Match(@"^2\.01 \[ Location-Path:rd, Location-Path:[0-9a-z]+ \]$"));
        var location = registered.Split("Location-Path:")[2].TrimEnd(' ', ']');
        Assert.That(await IsOnlineAsync(), Is.True);

        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}?lt=600", "-m", "post"), Is.EqualTo("2.04 [ ]"));
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "get"), Does.StartWith("4.05 "));
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "put"), Does.StartWith("4.05 "));
        Assert.That(await IsOnlineAsync(), Is.True);

        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "delete"), Is.EqualTo("2.02 [ ]"));
        Assert.That(await IsOnlineAsync(), Is.False);
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}?lt=600", "-m", "post"), Does.StartWith("4.04 "));
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "delete"), Does.StartWith("4.04 "));
    }

    [TestCase("post", "/rd", "4.00")]
    [TestCase("get", "/rd", "4.05")]
    [TestCase("put", "/rd", "4.05")]
    [TestCase("delete", "/rd", "4.05")]
    [TestCase("fetch", "/rd", "4.05")]
    [TestCase("ipatch", "/rd", "4.05")]
    [TestCase("post", "/rd/none", "4.04")]
    [TestCase("get", "/other", "4.04")]
    public void The_lwm2m_port_refuses(string method, string path, string code) =>
        Assert.That(CoapClient.Run(Lwm2m + path, "-m", method), Does.StartWith(code + " "));

    [Test]
    public void The_lwm2m_port_refuses_an_unknown_device() =>
        Assert.That(CoapClient.Run($"{Lwm2m}/rd?ep=unknown;1", "-m", "post", "-t", "40", "-e", "</3303/0>"), Does.StartWith("4.03 "));

    [TestCase("post", "/bs", "4.00")]
    [TestCase("post", "/bs?ep=unknown;1", "4.03")]
    [TestCase("get", "/bs", "4.05")]
    [TestCase("post", "/rd?" + Endpoint, "4.04")]
    public void The_bootstrap_port_refuses(string method, string path, string code) =>
        Assert.That(CoapClient.Run(Bootstrap + path, "-m", method), Does.StartWith(code + " "));

    [Test]
    public void The_bootstrap_port_accepts_a_known_device() =>
        Assert.That(CoapClient.Run($"{Bootstrap}/bs?{Endpoint}", "-m", "post"), Is.EqualTo("2.04 [ ]"));

    [TestCase("9,x")]
    [TestCase("65001,0x00")]
    public void An_unknown_critical_option_is_answered_4_02(string option) =>
        Assert.That(CoapClient.Run($"{Lwm2m}/rd?{Endpoint}", "-m", "post", "-O", option), Does.StartWith("4.02 "));

    [Test]
    public void An_unknown_elective_option_and_the_auth_code_option_pass()
    {
        Assert.That(CoapClient.Run($"{Lwm2m}/rd?{Endpoint}", "-m", "post", "-O", "65000,x", "-e", "</3303/0>", "-t", "40"), Does.StartWith("2.01 "));
        Assert.That(CoapClient.Run($"{Lwm2m}/rd?{Endpoint}", "-m", "post", "-O", "63,x", "-e", "</3303/0>", "-t", "40"), Does.StartWith("2.01 "));
    }

    /// <summary>The first block of 64 bytes holds five whole links: still not the list.</summary>
    [Test]
    public void A_link_list_in_blocks_is_put_together()
    {
        var links = string.Join(',', Enumerable.Range(1000, 40).Select(i => $"</3303/{i}>"));

        var registered = CoapClient.Run($"{Lwm2m}/rd?{Endpoint}", "-m", "post", "-b", "64", "-t", "40", "-e", links);
        Assert.That(registered, Does.Match(@"^2\.01 \[ Location-Path:rd, Location-Path:[0-9a-z]+, Block1:8/_/64 \]$"));
        var location = registered.Split("Location-Path:")[2].Split(',')[0];
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "post", "-b", "64", "-t", "40", "-e", links), Does.StartWith("2.04 [ Block1:8/_/64"));
        Assert.That(CoapClient.Run($"{Lwm2m}/rd/{location}", "-m", "delete"), Does.StartWith("2.02"));
    }

    [Test]
    public void A_ping_is_answered_with_reset()
    {
        // An unknown critical option in a NON is answered by silence, so the client is idle and pings.
        using var client = CoapClient.Start($"{Lwm2m}/rd", "-N", "-O", "9,x", "-K", "1", "-m", "post");
        Assert.That(client.Output.Await("v:1 t:CON c:0.00"), Is.Not.Null);
        Assert.That(client.Output.Await("v:1 t:RST c:0.00"), Is.Not.Null);
    }

    [Test]
    public void A_server_that_knows_no_LwM2M_gives_event_7_and_for_a_bootstrap_3()
    {
        using var server = StartServer(out var port);
        using var folder = new Folder();
        using var program = BuiltProgram.StartOnPty(
            folder.At("tty"), "--platform", "real", "--route", $"nbiotacc.heclouds.com=127.0.0.1:{port}", "--route", $"nbiotbt.heclouds.com=127.0.0.1:{port}");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));

        Open(uart, "\"nbiotacc.heclouds.com\",0");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        Assert.That(ReadServer(server, "POST", "rd"), Does.Match(
            @"Uri-Path:rd, Content-Format:application/link-format, Uri-Query:ep=869975030000461;460041064826326, Uri-Query:b=U, Uri-Query:lt=3000 \] " +
            @":: '</>;rt=""oma\.lwm2m"",</0/0>,</3200/0>'$"));

        uart.Command("AT+MIPLDELETE=0");
        Open(uart, "\"nbiotbt.heclouds.com\",1");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,3"));
        Assert.That(ReadServer(server, "POST", "bs"), Does.Match(@"Uri-Path:bs, Uri-Query:ep=869975030000461;460041064826326 \]$"));
    }

    /// <summary>With -d libcoap's server creates what is posted to, so that it serves as the simplest of registration servers.</summary>
    [Test]
    public void A_libcoap_server_that_creates_resources_takes_registration_update_and_deregistration()
    {
        using var server = StartServer(out var port, "-d", "10");
        using var uart = Uart.OpenFirst(_program.ReadyText("line"));
        Open(uart, $"\"127.0.0.1:{port}\",0,\"code531\"");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"), "option 63 is critical and libcoap does not know it");

        uart.Command("AT+MIPLDELETE=0");
        Open(uart, $"\"127.0.0.1:{port}\",0");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(uart.Command("AT+MIPLUPDATE=0,600,1"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));
        Assert.That(uart.Command("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(uart.Command("AT+MIPLDELETE=0"), Is.EqualTo("OK"));

        _ = ReadServer(server, "POST", "rd");
        _ = ReadServer(server, "POST", "rd");
        Assert.That(ReadServer(server, "POST", "rd"), Does.EndWith("Uri-Path:rd, Uri-Query:lt=600 ] :: '</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>'"));
        Assert.That(ReadServer(server, "DELETE", "rd"), Does.EndWith("[ Uri-Path:rd ]"));
    }

    static void Open(Uart uart, string account)
    {
        Assert.That(uart.Command($"AT+MIPLCREATEEX={account}"), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        Assert.That(uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
    }

    /// <summary>libcoap's print of the next request of that kind.</summary>
    static string ReadServer(ChildProcess server, string method, string path) =>
        server.Output.Await(line => line.StartsWith($"v:1 t:CON c:{method} ", StringComparison.Ordinal) && line.Contains($"Uri-Path:{path}", StringComparison.Ordinal), path);

    static ChildProcess StartServer(out int port, params string[] options)
    {
        using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }
        var number = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var server = new ChildProcess(InteropTools.Libcoap("coap-server"), ["-v", "7", "-A", "127.0.0.1", "-p", number, .. options]);
        server.Output.Await(line => line.Contains("created UDP", StringComparison.Ordinal), "endpoint");
        return server;
    }

    async Task<bool> IsOnlineAsync()
    {
        JsonElement status = await _program.CallAsync(HttpMethod.Get, $"/devices/status?imei={BuiltProgram.Imei}");
        return status.GetProperty("data").GetProperty("devices")[0].GetProperty("online").GetBoolean();
    }
}
