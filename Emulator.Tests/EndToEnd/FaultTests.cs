using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace M531x.Emulator.Tests.EndToEnd;

/// <summary>The built program with faults, in real time: from the command line, from the API, and cleared.</summary>
[TestFixture, Category("EndToEnd"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class FaultTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    static Task<JsonElement> Add(BuiltProgram program, JsonObject fault) => program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", fault);

    [Test]
    public async Task What_a_fault_changed_is_as_before_after_a_reset()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--fault", "csq,value=7", "-v");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        Assert.That(uart.Command("AT+CSQ"), Does.Contain("+CSQ:7,99"));

        await Add(program, new JsonObject { ["type"] = "no-coverage", ["for"] = "1h" });
        Assert.That(uart.Command("AT+CEREG?"), Does.Contain("+CEREG:0,2"));
        await program.CallAsync(HttpMethod.Post, "/v1/modules/0/overrides", new JsonObject { ["match"] = "AT+CGATT?", ["respond"] = new JsonArray("+CGATT:9", "OK"), ["times"] = 5 });
        Assert.That(uart.Command("AT+CGATT?"), Does.Contain("+CGATT:9"));

        await program.CallAsync(HttpMethod.Post, "/v1/reset");
        Assert.That(uart.Command("AT+CSQ"), Does.Contain("+CSQ:24,99"));
        Assert.That(uart.Command("AT+CEREG?"), Does.Contain("+CEREG:0,1"));
        Assert.That(uart.Command("AT+CGATT?"), Does.Contain("+CGATT:1"));
        program.Errors.Await(line => line.Contains("fault no-coverage (no-coverage) is over", StringComparison.Ordinal), "end of the fault");
    }

    [Test]
    public async Task A_name_that_a_fault_keeps_from_resolving_fails_the_registration_once()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--fault", "dns-fail,times=1", "--fault", "dns-slow,delay=50ms");
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        uart.Command("AT+MIPLCREATE");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLOPEN=0,3000,30");
        Assert.That(uart.Next(), Is.EqualTo("+MIPLEVENT:0,3"));
        uart.Command("AT+MIPLOPEN=0,3000,30");
        uart.Await("+MIPLEVENT:0,6");
        var list = await program.CallAsync(HttpMethod.Get, "/v1/modules/0/faults");
        Assert.That(list.GetProperty("faults").EnumerateArray().Select(f => (f.GetProperty("name").GetString(), f.GetProperty("fired").GetInt32() >= 1)),
            Is.EqualTo(new[] { ("dns-fail", true), ("dns-slow", true) }));
    }

    [Test]
    public async Task Each_piece_of_a_chunked_answer_comes_and_in_order()
    {
        using var program = BuiltProgram.StartOnPty(_folder.At("tty"));
        using var uart = Uart.OpenFirst(program.ReadyText("line"));
        await Add(program, new JsonObject { ["type"] = "chunk", ["attributes"] = new JsonObject { ["bytes"] = 3, ["gap"] = "5ms" } });
        Assert.That(uart.Command("AT+CSQ"), Does.Contain("+CSQ:24,99"));
        Assert.That(uart.Command("AT+CGATT?"), Does.Contain("+CGATT:1"));
    }
}
