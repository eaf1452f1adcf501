using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>Which platform the module meets, and what the log shows of it.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class PlatformChoiceTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Without_auto_provision_bootstrap_fails_until_the_device_is_created()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--no-auto-provision");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+MIPLCREATE"), Is.EqualTo("+MIPLCREATE:0 OK"));
        Assert.That(uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,3"));

        var created = await program.CallAsync(HttpMethod.Post, "/devices", new JsonObject
        {
            ["title"] = "meter",
            ["protocol"] = "LWM2M",
            ["auth_info"] = new JsonObject { [BuiltProgram.Imei] = BuiltProgram.Imsi },
        });
        Assert.That(created.GetProperty("errno").GetInt32(), Is.Zero);

        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(program.Errors.All, Has.Exactly(1).Items.And.One.Contain("unknown device"), "a refusal is worth a warning");
    }

    [Test]
    public async Task With_the_real_platform_a_route_leads_to_another_server()
    {
        using var platform = BuiltProgram.StartOnPty(_folder.At("other"));
        using var program = BuiltProgram.StartOnPty(
            _folder.At("tty"), "--platform", "real",
            "--route", $"nbiotbt.heclouds.com={platform.ReadyText("bootstrap")}",
            "--route", $"183.230.40.40:5683={platform.ReadyText("lwm2m")}");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));

        var status = await platform.CallAsync(HttpMethod.Get, $"/devices/status?imei={BuiltProgram.Imei}");
        Assert.That(status.GetProperty("data").GetProperty("devices")[0].GetProperty("online").GetBoolean(), Is.True);
        var none = await program.CallAsync(HttpMethod.Get, "/devices");
        Assert.That(none.GetProperty("error").GetString(), Does.Contain("--platform real"));
    }

    [Test]
    public async Task The_log_goes_to_standard_error_and_shows_no_key()
    {
        const string AuthCode = "auth531code";
        const string Psk = "psk531secret";
        const string NewPsk = "psk531changed";
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "-vv", "--api-key", "api531key", "--log-file", _folder.At("log"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        var id = (await program.CallAsync(HttpMethod.Get, "/devices")).GetProperty("data").GetProperty("devices")[0].GetProperty("id").GetString();
        var edited = await program.CallAsync(
            HttpMethod.Put, $"/devices/{id}", new JsonObject { ["auth_code"] = AuthCode, ["psk"] = NewPsk });
        Assert.That(edited.GetProperty("errno").GetInt32(), Is.Zero);

        Assert.That(uart.Command($"AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,\"{AuthCode}\",\"{Psk}\""), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        Assert.That(uart.Command("AT+MIPLDEVINFO?"), Does.Contain(Psk), "the key did arrive");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDELETE=0");
        Assert.That(uart.Command($"AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5683\",1,\"{AuthCode}\",\"{Psk}\""), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"), "the code was accepted");
        uart.Command("AT+MIPLUPDATE=0,3000,0");
        uart.Await("+MIPLEVENT:0,11");
        program.Signal(ChildProcess.SigTerm);
        Assert.That(program.WaitExit(), Is.Zero);

        var log = string.Join('\n', program.Errors.AwaitEnd());
        Assert.Multiple(() =>
        {
            Assert.That(log, Does.Contain("AT+MIPLCREATEEX=…").And.Contain("POST"), "the log says what happens");
            Assert.That(File.ReadAllText(_folder.At("log")).TrimEnd().Split('\n'), Is.EquivalentTo(log.TrimEnd().Split('\n')), "each writer has the lines of several threads in its own order");
            Assert.That(program.Output.AwaitEnd().Skip(6), Is.Empty, "nothing but the banner and READY on standard output");
            foreach (var secret in (string[])[AuthCode, Psk, NewPsk, "api531key"])
            {
                Assert.That(log, Does.Not.Contain(secret).IgnoreCase);
                Assert.That(log, Does.Not.Contain(Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(secret))).IgnoreCase);
            }
        });
    }
}
