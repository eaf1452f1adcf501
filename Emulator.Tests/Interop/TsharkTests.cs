using System.Text.Json.Nodes;
using M531x.Emulator.Tests.EndToEnd;
using M531x.Emulator.Tests.Tracing;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop;

/// <summary>tshark shows what the module said inside DTLS, before and after its address has aged, from the capture alone.</summary>
[TestFixture, Category("Interop"), Platform(Include = "Linux,MacOsX")]
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
sealed class TsharkTests : IDisposable
{
    const string Notification = "coap.code == 69 && coap.type == 0";

    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_capture_in_virtual_time_shows_both_sessions_decrypted()
    {
        var path = _folder.At("virtual.pcapng");
        var session = new AgeingSession();
        File.WriteAllBytes(path, session.Capture.Bytes);
        var addresses = session.Mcu.World.Events.Where(e => e.Key == "radio.address").Select(e => e.Text("address")!).ToArray();
        Check(path, addresses, "before", "after");
        Assert.That(Tshark.Read(path, Notification, "frame.time_epoch").Select(t => t.Split('.')[0]),
            Is.EqualTo(new[] { "1553130000", "1553130130" }), "core time from the epoch on");
    }

    [Test]
    public async Task A_capture_of_the_program_shows_both_sessions_decrypted()
    {
        var path = _folder.At("run.pcapng");
        string[] addresses;
        using (var program = BuiltProgram.StartOnPty(_folder.At("tty"), "--pcap", path))
        {
            using var uart = Uart.OpenFirst(program.ReadyText("line"));
            addresses = [Report(uart, "before")];
            await program.CallAsync(HttpMethod.Post, "/v1/modules/0/faults", new JsonObject { ["type"] = "ip-age" });
            Assert.That(uart.Command("AT+MIPLDELETE=0"), Is.EqualTo("OK"));
            addresses = [.. addresses, Report(uart, "after")];
            program.Signal(ChildProcess.SigTerm);
            Assert.That(program.WaitExit(), Is.Zero);
        }
        Assert.That(addresses, Is.Unique);
        Check(path, addresses, "before", "after");
    }

    /// <summary>A session of its own, with a new handshake; answers the module's address.</summary>
    static string Report(Uart uart, string value)
    {
        uart.Command("AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:5684\",0,,\"abcdefge\"");
        uart.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        uart.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"");
        uart.Command("AT+MIPLOPEN=0,3000,60");
        uart.Await("+MIPLEVENT:0,6");
        uart.Await("+MIPLREAD:0,");
        uart.Command($"AT+MIPLNOTIFY=0,0,3200,0,5750,1,{value.Length},\"{value}\",0,0,1");
        Assert.That(uart.Await("+MIPLEVENT:0,26"), Is.EqualTo("+MIPLEVENT:0,26,1"));
        return uart.Command("AT+CGPADDR").Split(' ')[0].Split(',')[1].Trim('"');
    }

    static void Check(string path, string[] addresses, params string[] values)
    {
        var notifications = Tshark.Read(path, Notification, "ip.src", "ip.dst", "udp.dstport", "_ws.col.Protocol", "lwm2mtlv.value.string");
        var hellos = Tshark.Read(path, "dtls.handshake.type == 1 && dtls.handshake.cookie_length > 0", "ip.src", "udp.srcport");
        var ports = Tshark.Read(path, "udp", "udp.srcport", "udp.dstport").SelectMany(p => p.Split(' ')).Distinct().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(notifications, Is.EqualTo(addresses.Zip(values, (address, value) => $"{address} 183.230.40.40 5684 CoAP {value}")));
            Assert.That(Tshark.Read(path, "coap.code == 65", "coap.opt.location_path"), Is.Not.Empty, "the answer to Register");
            Assert.That(hellos.Select(h => h.Split(' ')[0]), Is.EqualTo(addresses), "a handshake from each address");
            Assert.That(hellos, Is.Unique);
            Assert.That(ports, Has.Count.EqualTo(3).And.Contain("5684"), "the server's port and two of the module's");
            Assert.That(Tshark.ReadBroken(path), Is.Empty);
        });
    }
}
