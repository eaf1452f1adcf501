using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program behind DTLS: real sockets, a real key log, and what the user is told when it goes wrong.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class DtlsTests : IDisposable
{
    const string Direct = "AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"";

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_module_bootstraps_registers_ages_and_goes_on()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--dtls-keylog", _folder.At("keys.txt"), "-v");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5684\",1,,\"1234abcd\""), Is.EqualTo("+MIPLCREATEEX:0 OK"));
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,60"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        uart.Await("+MIPLREAD:0,");
        Assert.That(uart.Command("AT+MIPLDEVINFO?"), Does.Match("^\\+MIPLDEVINFO:\"183\\.230\\.40\\.40:5684\",0,,\"[A-Za-z0-9]{16}\" OK$"));

        // Aged without the module's knowledge: what it sends is lost until it makes a new handshake.
        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "ip-age" });
        Assert.That(uart.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"lost\",0,0"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLCLOSE=0"), Is.EqualTo("OK"));
        Assert.That(uart.Command("AT+MIPLDELETE=0"), Is.EqualTo("OK"));

        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(_folder.At("keys.txt")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var keys = File.ReadAllLines(_folder.At("keys.txt"));
        Assert.That(keys, Has.Length.EqualTo(2).And.All.Match("^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$"));
        Assert.That(program.Errors.All, Has.None.Contains("1234abcd"), "no key in the log");
    }

    [Test]
    public async Task A_wrong_key_is_told_in_words_without_asking()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        await program.CallAsync(HttpMethod.Put, $"/nbiot/device/accpsk?imei={BuiltProgram.Imei}", new JsonObject { ["key"] = "somethingelse" });
        uart.Command(Direct);
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,60"), Is.EqualTo("OK"));
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
        program.Errors.Await(line => line.Contains("the device holds another PSK", StringComparison.Ordinal), "the platform's word");
        program.Errors.Await(line => line.Contains("the server holds another PSK for this identity", StringComparison.Ordinal), "the module's word");
    }

    [Test]
    public void A_closed_port_is_told_in_words_without_asking()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--route", "nbiotacc.heclouds.com=127.0.0.1:9");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command(Direct);
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,3"), Is.EqualTo("OK"));
        if (OperatingSystem.IsLinux())
            program.Errors.Await(line => line.Contains("port unreachable (ICMP)", StringComparison.Ordinal), "warning");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    /// <summary>Options are checked at the start; an address that the MCU names later is refused when the first datagram would leave.</summary>
    [Test]
    public void With_deterministic_crypto_nothing_leaves_the_machine()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--unsafe-deterministic-crypto");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATEEX=\"192.0.2.1:5684\",0,,\"abcdefge\"");
        Assert.That(uart.Command("AT+MIPLOPEN=0,3000,3"), Is.EqualTo("OK"));
        program.Errors.Await(line => line.Contains("192.0.2.1:5684", StringComparison.Ordinal) && line.Contains("only loopback is served", StringComparison.Ordinal), "refusal");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,7"));
    }

    [Test]
    public void The_same_seed_makes_the_same_secrets_when_that_is_asked_for()
    {
        string[] logs = ["one", "two"];
        foreach (var name in logs)
        {
            using var program = BuiltProgram.StartOnPty(_folder.At($"{name}.tty"), "--seed", "7", "--unsafe-deterministic-crypto", "--dtls-keylog", _folder.At(name));
            using var uart = Uart.OpenFirst(program.ReadyText("line"));
            uart.Command(Direct);
            uart.Command("AT+MIPLOPEN=0,3000,60");
            uart.Await("+MIPLEVENT:0,6");
        }
        Assert.That(File.ReadAllText(_folder.At("two")), Is.EqualTo(File.ReadAllText(_folder.At("one"))).And.Not.Empty);
    }
}
