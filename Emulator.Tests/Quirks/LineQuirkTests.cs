using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using M531x.Lwm2m.Coap;
using NUnit.Framework;
using static M531x.Emulator.Tests.Quirks.QuirkBench;

namespace M531x.Emulator.Tests.Quirks;

/// <summary>Quirks of the shape of unsolicited lines.</summary>
public sealed class LineQuirkTests
{
    [ForQuirk(Quirk.NsmiEqualsSign)]
    [TestCase(false, "OK|+MIPLNSMI:0,1,5")]
    [TestCase(true, "OK|+MIPLNSMI=0,1,5")]
    public void A_sent_message_is_told(bool on, string lines)
    {
        var (mcu, _) = Observed(Quirk.NsmiEqualsSign, on);
        mcu.Command("AT+MIPLNMI=0,0,1");
        Assert.That(AskAndWait(mcu, "AT+MIPLNOTIFY=0,5,3200,0,5750,1,4,\"test\",0,0"), Is.EqualTo(lines));
    }

    [ForQuirk(Quirk.NsorfPrefix)]
    [TestCase(false, "0,192.0.2.1,7,1,AB,0|OK")]
    [TestCase(true, "+NSORF:0,192.0.2.1,7,1,AB,0|OK")]
    public void Received_data_are_read(bool on, string lines)
    {
        var bench = new Sockets.SocketBench(McuWith(Quirk.NsorfPrefix, on));
        bench.Run("AT+NSOCR=DGRAM,17");
        bench.Run("AT+NSOST=0,192.0.2.1,7,1,AB");
        Assert.That(bench.Run("AT+NSORF=0,9"), Is.EqualTo(lines));
    }

    [ForQuirk(Quirk.NmiUrcRef)]
    [TestCase(false, "\r\n+MIPLNMI\r\n")]
    [TestCase(true, "\r\n+MIPLNMI:0\r\n")]
    public void A_queued_operation_is_told(bool on, string raw)
    {
        var (mcu, server) = Registered(Quirk.NmiUrcRef, on);
        mcu.Command("AT+MIPLNMI=0,1,0");
        var before = mcu.Raw.Length;
        server.Read("3200/0");
        Assert.That(mcu.Raw[before..], Is.EqualTo(raw));
    }

    [ForQuirk(Quirk.ObserveEqualsSign)]
    [TestCase(false, "+MIPLOBSERVE:0,30000,1,3200,0,-1")]
    [TestCase(true, "+MIPLOBSERVE=0,30000,1,3200,0,-1")]
    public void An_observe_prints(bool on, string line)
    {
        var (mcu, server) = Registered(Quirk.ObserveEqualsSign, on);
        server.Observe("3200/0");
        Assert.That(mcu.Lines(), Is.EqualTo(line));
    }

    [ForQuirk(Quirk.ObserveMidCounter)]
    [TestCase(false, "30000", "30001")]
    [TestCase(true, "95536", "161073")]
    public void Observes_are_numbered(bool on, string first, string second)
    {
        var (mcu, server) = Registered(Quirk.ObserveMidCounter, on);
        server.Observe("3200/0");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLOBSERVE:0,{first},1,3200,0,-1"));
        server.Observe("3200/0/5750");
        Assert.That(mcu.Lines(), Is.EqualTo($"+MIPLOBSERVE:0,{second},1,3200,0,5750"));
        Assert.That(mcu.Ask($"AT+MIPLOBSERVERSP=0,{second},1"), Is.EqualTo("OK"));
        AskAndWait(mcu, $"AT+MIPLNOTIFY=0,{first},3200,0,5750,1,4,\"test\",0,0");
        Assert.That(Convert.ToHexString(server.Notifications.Single().Payload.Span), Is.EqualTo(InstancePayload), "goes to the observation it names");
    }

    [ForQuirk(Quirk.ReadUrcTrailingZero)]
    [TestCase(false, "+MIPLREAD:0,30000,3200,0,5750|+MIPLREAD:0,30001,3,0,-1")]
    [TestCase(true, "+MIPLREAD:0,30000,3200,0,5750,0|+MIPLREAD:0,30001,3,0,-1,0")]
    public void A_read_prints(bool on, string lines)
    {
        var (mcu, server) = Registered(Quirk.ReadUrcTrailingZero, on);
        server.Read("3200/0/5750");
        server.Read("3/0");
        Assert.That(mcu.Lines(), Is.EqualTo(lines));
    }

    [ForQuirk(Quirk.WriteUrcFlagIndex)]
    [TestCase(false, "00,1", "F4,2", "74,0")]
    [TestCase(true, "00,1,2", "F4,2,1", "74,0,0")]
    public void A_write_ends_with(bool on, string first, string middle, string last)
    {
        var (mcu, server) = Registered(Quirk.WriteUrcFlagIndex, on);
        server.WriteTlv("3200/0", "E1157C00E1157DF4E1167674");
        Assert.That(mcu.Lines(), Is.EqualTo(
            $"+MIPLWRITE:0,30000,3200,0,5500,2,2,{first}|+MIPLWRITE:0,30000,3200,0,5501,2,2,{middle}|+MIPLWRITE:0,30000,3200,0,5750,2,2,{last}"));
    }

    [ForQuirk(Quirk.ExecuteUnquoted)]
    [TestCase(false, "4,\"ping\"", "0,\"\"")]
    [TestCase(true, "4,ping", "0,")]
    public void An_execute_prints(bool on, string withArguments, string without)
    {
        var (mcu, server) = Registered(Quirk.ExecuteUnquoted, on);
        server.Request(CoapCode.Post, "3200/0/5750", "ping"u8.ToArray());
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEXECUTE:0,30000,3200,0,5750," + withArguments));
        server.Request(CoapCode.Post, "3200/0/5750");
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLEXECUTE:0,30001,3200,0,5750," + without));
    }

    [ForQuirk(Quirk.ParameterSt)]
    [TestCase(false, "38,\"pmin=15;pmax=60;lt=0.0;gt=50.0;stp=2.0\"")]
    [TestCase(true, "37,\"pmin=15;pmax=60;lt=0.0;gt=50.0;st=2.0\"")]
    public void A_policy_prints(bool on, string text)
    {
        var (mcu, server) = Registered(Quirk.ParameterSt, on);
        server.Request(CoapCode.Put, "3200/0/5750", options:
            [.. new[] { "pmin=15", "pmax=60", "lt=0", "gt=50", "st=2" }.Select(q => CoapOptions.Text(CoapOptionNumber.UriQuery, q))]);
        Assert.That(mcu.Lines(), Is.EqualTo("+MIPLPARAMETER:0,30000,3200,0,5750," + text));
    }

    [ForQuirk(Quirk.NoDuplicateUrc)]
    [TestCase(false, "+MIPLREAD:0,777,3200,0,5750|+MIPLREAD:0,777,3200,0,5750")]
    [TestCase(true, "+MIPLREAD:0,777,3200,0,5750")]
    public void A_repeated_read_prints(bool on, string lines)
    {
        var (mcu, server) = Registered(Quirk.NoDuplicateUrc, on);
        server.Request(CoapCode.Get, "3200/0/5750", messageId: 777);
        server.Request(CoapCode.Get, "3200/0/5750", messageId: 777);
        Assert.That(mcu.Lines(), Is.EqualTo(lines));
        mcu.Command("AT+MIPLREADRSP=0,777,13");
        Assert.That(server.AnswerTo(777).Code, Is.EqualTo(CoapCode.NotFound));
    }

    [ForQuirk(Quirk.ObserveBuiltIn)]
    [TestCase(false, "", "4.05")]
    [TestCase(true, "+MIPLOBSERVE:0,30000,1,4,0,-1", "2.05")]
    public void An_observe_of_the_modules_own_object_prints(bool on, string line, string code)
    {
        var (mcu, server) = Registered(Quirk.ObserveBuiltIn, on);
        var mid = server.Observe("4/0");
        Assert.That(mcu.Lines(), Is.EqualTo(line));
        Assert.That(server.AnswerTo(mid).Code.ToString(), Does.Contain(code));
    }

    [ForQuirk(Quirk.DebugPrints)]
    [TestCase(false, 3, "", "")]
    [TestCase(true, 0, "", "")]
    [TestCase(true, 1, @"\+CIS SEND:\d+", @"\+CIS RECV:\d+")]
    [TestCase(true, 2, "", @"\+CIS RECV:\d+,[0-9A-F]+")]
    [TestCase(true, 3, @"\+CIS SEND:\d+,[0-9A-F]+", @"\+CIS RECV:\d+,[0-9A-F]+")]
    public void Debug_bits_print(bool on, int level, string sent, string received)
    {
        var mcu = McuWith(Quirk.DebugPrints, on);
        mcu.World.AddPeer(FakeServer.Address, new Silence());
        mcu.Command($"AT+MIPLCREATEEX=\"{FakeServer.Address}\",{level << 2}");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0");
        Assert.That(AskAndWait(mcu, "AT+MIPLOPEN=0,3000,30"), Does.Match($"^OK{(sent.Length > 0 ? $@"\|{sent}" : "")}$"));
        mcu.World.SendToModule(FakeServer.Address, new byte[] { 0x40, 0x00, 0x12, 0x34 });
        mcu.Advance(0.1);
        Assert.That(mcu.Lines(), Does.Match($"^{received}{(sent.Length > 0 ? @"\|.*" : "")}$"));
    }

    [TestCase(5683)]
    [TestCase(5684)]
    public void Both_ways_are_shown_in_clear_behind_DTLS_too(int port)
    {
        var mcu = McuWith(Quirk.DebugPrints, on: true);
        mcu.Command($"AT+MIPLCREATEEX=\"nbiotacc.heclouds.com:{port}\",{3 << 2},,\"abcdefge\"");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,0");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        mcu.Advance(5);
        var lines = mcu.Take().ToList();
        var shown = lines.Where(l => l.StartsWith("+CIS ", StringComparison.Ordinal)).Select(l =>
        {
            Assert.That(CoapCodec.TryDecode(Convert.FromHexString(l.Split(',')[1]), out var message, out _), Is.True, l);
            return $"{l[5..9]} {message!.Code}";
        }).ToList();
        Assert.That(shown.Take(3), Is.EqualTo(new[] { "SEND 0.02", "RECV 2.01", "RECV 0.01" }));
        Assert.That(shown.Count(s => s.StartsWith("RECV 0.01", StringComparison.Ordinal)), Is.EqualTo(3), "observe, discover, read");
        Assert.That(shown.Count(s => s == "SEND 2.05"), Is.EqualTo(3));
        Assert.That(lines.FindIndex(l => l.StartsWith("+CIS RECV", StringComparison.Ordinal)), Is.LessThan(lines.IndexOf("+MIPLEVENT:0,6")), "before what it causes");
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public void LogEnabled_prints_the_traffic(bool on, int lines)
    {
        var mcu = McuWith(Quirk.DebugPrints, on);
        mcu.World.Passes = (_, _) => false;
        mcu.Command("AT+MIPLCREATE=49,130031F10003F2002304001100000000000000123138332E3233302E34302E34303A35363833000131F30008C000000000,0,49,0");
        Assert.That(AskAndWait(mcu, "AT+MIPLOPEN=0,3000,30").Split('|'), Has.Length.EqualTo(lines));
    }

    sealed class Silence : IVirtualPeer
    {
        public void Receive(TimeSpan now, System.Net.IPEndPoint from, ReadOnlyMemory<byte> datagram) { }
    }
}
