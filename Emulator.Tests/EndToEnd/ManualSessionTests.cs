using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program, its pseudo-terminal, its UDP sockets and its HTTP port together.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
sealed class ManualSessionTests
{
    const string Create =
        "AT+MIPLCREATE=56,130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000,0,56,0";

    Folder _folder = null!;
    BuiltProgram _program = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _folder = new Folder();
        _program = BuiltProgram.StartOnPty(_folder.At("tty"), "--ready-file", _folder.At("ready.json"));
        // The first client sees the power-on lines, whichever test runs first.
        Uart.OpenFirst(_program.ReadyText("line")).Dispose();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _program.Dispose();
        _folder.Dispose();
    }

    [TearDown]
    public void Forget()
    {
        using var uart = Uart.Open(_program.ReadyText("line"));
        uart.Send("AT+MIPLDELETE=0");
        uart.Send("AT+CEREG=0");
        uart.Send("AT+CIMI");
        uart.Await(BuiltProgram.Imsi);
        uart.Await("OK");
    }

    [Test]
    public void Ready_names_every_address_and_the_ready_file_equals_it()
    {
        var names = _program.Ready.EnumerateObject().Select(p => p.Name);
        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(new[] { "line", "api", "apiKey", "bootstrap", "lwm2m", "bootstrapDtls", "lwm2mDtls", "imei", "imsi", "pid" }));
            Assert.That(_program.ReadyText("line"), Is.EqualTo(_folder.At("tty")));
            Assert.That(_program.ReadyText("api"), Does.Match(@"^http://127\.0\.0\.1:[1-9]\d*$"));
            Assert.That(_program.ReadyText("apiKey"), Is.Not.Empty);
            Assert.That(_program.ReadyText("bootstrap"), Does.Match(@"^127\.0\.0\.1:[1-9]\d*$"));
            Assert.That(_program.ReadyText("lwm2m"), Does.Match(@"^127\.0\.0\.1:[1-9]\d*$").And.Not.EqualTo(_program.ReadyText("bootstrap")));
            Assert.That(_program.ReadyText("imei"), Is.EqualTo(BuiltProgram.Imei));
            Assert.That(_program.ReadyText("imsi"), Is.EqualTo(BuiltProgram.Imsi));
            Assert.That(_program.Ready.GetProperty("pid").GetInt32(), Is.EqualTo(_program.Id));
            Assert.That(File.ReadAllText(_folder.At("ready.json")), Is.EqualTo(_program.Ready.GetRawText() + "\n"));
            Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "ready.json", "tty" }), "nothing is left beside it");
        });
    }

    [Test]
    public async Task An_mcu_goes_through_the_manual_while_an_application_uses_the_api()
    {
        using var uart = Uart.Open(_program.ReadyText("line"));

        // §6.1
        Assert.That(uart.Command("AT"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+CSQ"), Does.Match(@"^\+CSQ:([0-9]|[12][0-9]|3[01]),99 OK$"));
        Assert.That(uart.Command("AT+CEREG?"), Is.EqualTo("+CEREG:0,1 OK"));
        Assert.That(uart.Command("AT+CGATT?"), Is.EqualTo("+CGATT:1 OK"));

        // §6.2
        Assert.That(uart.Command(Create), Is.EqualTo("+MIPLCREATE:0 OK"));
        Assert.That(uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\""), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(uart.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3200,0,-1$"));
        Assert.That(uart.Next(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3200$"));
        Assert.That(uart.Next(), Does.Match(@"^\+MIPLREAD:0,\d+,3,0,-1$"));

        // §6.3
        Assert.That(uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,147"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,26,147"));
        var streams = await _program.CallAsync(HttpMethod.Get, "/devices/" + await DeviceIdAsync() + "/datastreams");
        Assert.That(streams.GetProperty("data")[0].GetProperty("id").GetString(), Is.EqualTo("3200_0_5750"));
        Assert.That(streams.GetProperty("data")[0].GetProperty("current_value").GetString(), Is.EqualTo("abcd"));
        await UseApi(uart);

        // §6.5
        Assert.That(uart.Command("AT+MIPLUPDATE=0,3000,0"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,11"));

        // §6.4
        Assert.That(uart.Command("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
        Assert.That(uart.Command("AT+MIPLDELOBJ=0,3200"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLDELETE=0"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLCLOSE=0"), Is.EqualTo("+CIS ERROR:653"));
        Assert.That(uart.Raw, Does.StartWith("\r\nOK\r\n\r\n+CSQ:"), "no echo, and every line between CR LF");
        Assert.That((await _program.ReadAsync("/3200/0/5750")).GetProperty("errno").GetInt32(), Is.EqualTo(2001), "offline");
    }

    async Task UseApi(Uart uart)
    {
        var read = _program.ReadAsync("/3200/0/5750");
        var asked = uart.Fields("MIPLREAD");
        Assert.That(asked[2..], Is.EqualTo(new[] { "3200", "0", "5750" }));
        Assert.That(uart.Command($"AT+MIPLREADRSP=0,{asked[1]},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo("OK"));
        Assert.That((await read).GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo("efgh"));

        var write = _program.WriteAsync("/3200/0", [new JsonObject { ["res_id"] = 5750, ["val"] = "test" }]);
        asked = uart.Fields("MIPLWRITE");
        Assert.That(asked[2..], Is.EqualTo(new[] { "3200", "0", "5750", "1", "4", "test", "0" }));
        Assert.That(uart.Command($"AT+MIPLWRITERSP=0,{asked[1]},2"), Is.EqualTo("OK"));
        Assert.That((await write).GetProperty("errno").GetInt32(), Is.Zero);

        var execute = _program.ExecuteAsync("/3200/0/5750", "ping");
        asked = uart.Fields("MIPLEXECUTE");
        Assert.That(asked[2..], Is.EqualTo(new[] { "3200", "0", "5750", "4", "\"ping\"" }));
        Assert.That(uart.Command($"AT+MIPLEXECUTERSP=0,{asked[1]},2"), Is.EqualTo("OK"));
        Assert.That((await execute).GetProperty("errno").GetInt32(), Is.Zero);

        var refused = _program.ReadAsync("/3200/0/5750");
        asked = uart.Fields("MIPLREAD");
        Assert.That(uart.Command($"AT+MIPLREADRSP=0,{asked[1]},13"), Is.EqualTo("OK"));
        Assert.That((await refused).GetProperty("error").GetString(), Is.EqualTo("NOT_FOUND"));
    }

    /// <summary>Servers as firmware has them compiled in: names, addresses, with and without port and scheme, direct and by bootstrap.</summary>
    [TestCase("\"nbiotacc.heclouds.com:5683\",0", false)]
    [TestCase("\"nbiotbt.heclouds.com\",1", true)]
    [TestCase("coap://nbiotbt.heclouds.com:5683,1", true)]
    [TestCase("\"183.230.40.40:5683\",0", false)]
    [TestCase("\"183.230.40.39\",1", true)]
    public void Firmware_with_the_real_platforms_address_runs_unchanged(string account, bool bootstrap)
    {
        using var uart = Uart.Open(_program.ReadyText("line"));
        Assert.That(uart.Command($"AT+MIPLCREATEEX={account}"), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        Assert.That(uart.Command("AT+MIPLADDOBJ=0,3303,2,\"11\",0,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLOPEN=0,300"), Is.EqualTo("OK"));
        if (bootstrap)
            Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(uart.Await("+MIPLDISCOVER:"), Does.EndWith(",3303"));
    }

    [Test]
    public async Task What_arrives_while_the_mcu_has_its_port_closed_waits_for_it()
    {
        using (var uart = Uart.Open(_program.ReadyText("line")))
        {
            uart.Command("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com\",0");
            uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
            uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
            uart.Command("AT+MIPLOPEN=0,3000,30");
            uart.Await("+MIPLREAD:");
        }
        // While the port is closed the discover shows that the module goes on; its URC and the read's come later.
        var discover = await _program.CallAsync(HttpMethod.Get, $"/nbiot/discover?imei={BuiltProgram.Imei}&obj_id=3200");
        Assert.That(discover.GetProperty("errno").GetInt32(), Is.Zero);
        var read = _program.ReadAsync("/3200/0/5750");

        using var again = Uart.Open(_program.ReadyText("line"));
        Assert.That(again.Next(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3200$"));
        var mid = again.Fields("MIPLREAD")[1];
        again.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,5,\"later\",0,0");
        Assert.That((await read).GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo("later"));
    }

    async Task<string> DeviceIdAsync()
    {
        var devices = await _program.CallAsync(HttpMethod.Get, $"/devices?key_words={BuiltProgram.Imei}");
        return devices.GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString()!;
    }
}
