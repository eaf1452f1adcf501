using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.Tracing;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Tracing;

public sealed class JsonTraceTests
{
    static string Line(TraceEvent traceEvent) => Encoding.UTF8.GetString(new JsonTrace().Format(traceEvent));

    [Test]
    public void An_event_is_one_line_with_time_module_layer_name_and_fields()
    {
        var done = new TraceEvent(TimeSpan.FromSeconds(13.9104), 0, "dtls", "handshake.done", [("suite", "PSK"), ("ms", 812), ("again", false), ("alert", null)]);
        Assert.That(Line(done), Is.EqualTo("""{"t":13.9104,"m":0,"layer":"dtls","ev":"handshake.done","suite":"PSK","ms":812,"again":false}""" + "\n"));
    }

    [TestCase(0, "0")]
    [TestCase(10, "0.000001")]
    [TestCase(19, "0.000001")]
    [TestCase(15_000_000, "1.5")]
    [TestCase(864_000_000_010, "86400.000001")]
    public void Time_is_in_seconds_to_the_microsecond(long ticks, string time) =>
        Assert.That(Line(new TraceEvent(new TimeSpan(ticks), null, "a", "b", [])), Is.EqualTo($"{{\"t\":{time},\"layer\":\"a\",\"ev\":\"b\"}}\n"));

    [Test]
    public void Whatever_is_in_a_text_the_line_stays_one_line()
    {
        var text = new string([.. Enumerable.Range(0, 256).Select(i => (char)i), '\u2028', '…']);
        var line = Line(new TraceEvent(TimeSpan.Zero, 0, "at", "line", [("text", text)]));
        Assert.That(line.TrimEnd('\n').Any(c => c is '\n' or '\r' or '\u2028'), Is.False);
        Assert.That(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString(), Is.EqualTo(text));
        Assert.That(Line(new TraceEvent(TimeSpan.Zero, 0, "at", "line", [("text", "AT+X=\"1\"")])), Does.Contain("\"AT+X=\\\"1\\\"\""));
    }

    [Test]
    public void The_file_begins_with_what_a_repetition_needs()
    {
        var first = JsonDocument.Parse(new AgeingSession(seed: 77).Json.Text.Split('\n')[0]).RootElement;
        Assert.That(first.GetProperty("ev").GetString(), Is.EqualTo("begin"));
        Assert.That(first.GetProperty("seed").GetString(), Is.EqualTo("77"));
        Assert.That(first.GetProperty("schema").GetInt32(), Is.EqualTo(TraceHeader.Schema));
        Assert.That(first.GetProperty("epoch").GetString(), Is.EqualTo("2019-03-21T01:00:00.000000Z"));
    }

    [Test]
    public void The_same_seed_gives_the_same_digest_which_is_that_of_the_file()
    {
        var session = new AgeingSession();
        var digest = session.Mcu.World.TraceDigest();
        Assert.That(digest, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(session.Json.Bytes))));
        Assert.That(new AgeingSession().Mcu.World.TraceDigest(), Is.EqualTo(digest));
        Assert.That(new AgeingSession().Capture.Bytes, Is.EqualTo(session.Capture.Bytes));
        Assert.That(new AgeingSession(seed: 8).Mcu.World.TraceDigest(), Is.Not.EqualTo(digest));
        Assert.That(session.Json.Text.Split('\n'), Has.Length.GreaterThan(100));
    }

    [Test]
    public void No_key_is_in_it_whichever_way_it_took()
    {
        var session = new AgeingSession();
        Assert.That(session.Transcript.Text, Does.Contain(AgeingSession.Key), "the session is one with keys");
        string[] secrets =
        [
            AgeingSession.Key,
            .. session.Mcu.World.Secrets.SelectMany(s => (string[])[Convert.ToHexString(s.MasterSecret), Convert.ToHexString(s.ClientRandom)]),
            Convert.ToHexString(Encoding.ASCII.GetBytes(AgeingSession.Key)),
        ];
        Assert.That(secrets, Has.Length.EqualTo(6));
        foreach (var secret in secrets)
            Assert.That(session.Json.Text, Does.Not.Contain(secret).IgnoreCase);
    }

    [TestCase("AT+MIPLCREATEEX=\"183.230.40.40:5684\",0,\"code5678\",\"key12345\"")]
    [TestCase("at+miplcreateex=\"183.230.40.40:5684\",0,\"code5678\",\"key12345\"")]
    [TestCase("  AT+MIPLCREATEEX=\"183.230.40.40:5684\",0,\"code5678\",\"key12345\"")]
    [TestCase("ATE1;+MIPLCREATEEX=\"183.230.40.40:5684\",0,\"code5678\",\"key12345\"")]
    [TestCase("xAT+MIPLCREATEEX=\"183.230.40.40:5684\",0,\"code5678\",\"key12345\"")]
    public void A_typed_key_is_masked_however_the_line_is_written(string line)
    {
        var mcu = new Mcu();
        mcu.Command("ATE1");
        mcu.Command(line);
        mcu.Command("AT+MIPLDEVINFO?");
        var text = string.Concat(mcu.World.Events.Select(Line));
        Assert.That(mcu.Raw, Does.Contain("key12345"));
        Assert.That(text, Does.Not.Contain("key12345").And.Not.Contain("code5678").And.Contain("=…"));
        Assert.That(string.Join('\n', mcu.World.Trace), Does.Not.Contain("key12345").And.Not.Contain("code5678"));
    }

    [Test]
    public void The_debug_prints_of_a_bootstrap_are_masked()
    {
        var module = new ModuleOptions { Quirks = new QuirkSet([Quirk.DebugPrints]) };
        var mcu = new Mcu(new VirtualWorldOptions { Module = module });
        mcu.Command("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com\",13");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        mcu.Await("+MIPLEVENT:0,6");
        Assert.That(mcu.Raw, Does.Match(@"\+CIS RECV:\d+,[0-9A-F]{20}"), "the MCU sees the bytes");
        var lines = mcu.World.Events.Where(e => e.Key == "at.line").Select(e => e.Text("text")!).Where(l => l.StartsWith("+CIS", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Is.Not.Empty.And.All.Match(@"^\+CIS (SEND|RECV):\d+,…$"));
    }
}
