using System.Text.RegularExpressions;
using M531x.Emulator.Core.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Compatibility;

/// <summary>
/// The code bases of the field whose strings and parsing positions are known, one test each: their command sequence, their windows of
/// time, and the offsets and fields they read.
/// </summary>
public sealed class DriverTests
{
    const string Device = DriverBench.Device;
    const string WriteTest = "{\"data\":[{\"res_id\":5750,\"val\":\"test\"}]}";
    const string Create56 = "AT+MIPLCREATE=56,130038F10003F2002A04001100000000000010196E62696F7462742E6865636C6F7564732E636F6D3A35363833000131F300080000000000,0,56,0";

    /// <summary>Contains checks with two seconds for each answer; the text between two CR LF for the bare ones.</summary>
    [TestCase("AT+MIPLCREATE", "+MIPLCREATE:0")]
    [TestCase("AT+MIPLCREATEEX=\"nbiotbt.heclouds.com:5683\",1", "+MIPLCREATEEX:0")]
    public void Driver_4_1_state_machine_on_M5310A(string create, string created)
    {
        var driver = new DriverBench("m5310a");
        foreach (var command in new[] { "AT", "AT+NATSPEED=9600,30,1,2,1,0,0", "AT+CFUN=1", "AT+NBAND=8", "AT+NCONFIG=AUTOCONNECT,TRUE" })
            driver.Expect(command, "OK");
        Assert.That(driver.Expect("AT+CGSN=1", "+CGSN:"), Does.Match(@"\+CGSN:\d{15}\r\n"));
        Assert.That(driver.Expect("AT+NCCID", "+NCCID:"), Does.Match(@"\+NCCID:\d{20}\r\n"));
        Assert.That(driver.Ask("AT+CIMI").Split("\r\n")[1], Does.Match(@"^\d{15}$"));
        driver.Ask("AT+NRB");
        driver.Wait("OK", 20);
        foreach (var command in new[] { "AT+CEDRXS=0,5", "AT+CPSMS=0", "AT+CSCON=1", "AT+CEREG=2", "AT+CGATT=1" })
            driver.Expect(command, "OK");
        driver.Expect("AT+CGATT?", "+CGATT:1");

        driver.Expect(create, created);
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "OK");
        driver.Expect("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "OK");
        driver.Expect("AT+MIPLOPEN=0,3000,30", "OK");
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Expect("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0", "OK");
        driver.Call("GET", $"/nbiot?{Device}&res_id=5750");
        driver.Expect($"AT+MIPLREADRSP=0,{Mid(driver.WaitLine("+MIPLREAD:"))},1,3200,0,5750,1,4,\"abcd\",0,0", "OK");
        driver.Call("POST", $"/nbiot?{Device}&mode=2", WriteTest);
        driver.Expect($"AT+MIPLWRITERSP=0,{Mid(driver.WaitLine("+MIPLWRITE:"))},2", "OK");
        driver.Call("POST", $"/nbiot/execute?{Device}&res_id=5750", "{\"args\":\"ping\"}");
        driver.Expect($"AT+MIPLEXECUTERSP=0,{Mid(driver.WaitLine("+MIPLEXECUTE:"))},2", "OK");
        driver.Expect("AT+MIPLUPDATE=0,3000,0", "+MIPLEVENT:0,11");
        driver.Expect("AT+MIPLCLOSE=0", "+MIPLEVENT:0,15");
        driver.Expect("AT+MIPLDEL=0", "OK");
    }

    /// <summary>Looks for 0,1 in the test form of CGATT, and reads NUESTATS up to the CR without a plus sign before it.</summary>
    [Test]
    public void Driver_4_2_NET_DEVICE_on_M5310A()
    {
        var driver = new DriverBench("m5310a");
        Assert.That(driver.Ask("AT+CIMI").Split("\r\n")[1], Does.Match(@"^\d{15}$"));
        driver.Expect("AT+CEREG?", "0,1");
        driver.Expect("AT+CGATT=?", "0,1");
        driver.Expect("AT+CGSN=1", "+CGSN:");
        driver.Expect("AT+MIPLCREATE", "+MIPLCREATE:0");
        driver.Expect("AT+MIPLADDOBJ=0,3303,4,\"1111\",4,0", "OK");
        driver.Expect("AT+MIPLDISCOVERRSP=0,3303,1,4,\"5700\"", "OK");
        var statistics = driver.Ask("AT+NUESTATS=CELL");
        var start = statistics.IndexOf("NUESTATS:CELL,", StringComparison.Ordinal);
        Assert.That(statistics[..start], Is.EqualTo("\r\n"));
        Assert.That(statistics[start..statistics.IndexOf('\r', start)].Split(','), Has.Length.EqualTo(8).And.None.Empty);
        driver.Expect("AT+MIPLOPEN=0,86400,30", "OK");
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Expect("AT+MIPLOPEN?", "+MIPLEVENT:0,6");
    }

    /// <summary>
    /// Takes the blocks between pairs of CR LF, splits with strtok (empty fields vanish), writes bitmaps "2", "3" and "4", reports before
    /// it opens, opens each second, never answers DISCOVER, reboots the module on ERROR and itself on event 15.
    /// </summary>
    [Test]
    public void Driver_4_3_iot_c_on_M5310A()
    {
        var driver = new DriverBench("m5310a", attachSeconds: 3);
        Assert.That(Blocks(driver.Expect("AT+CFUN?", "OK")), Does.Contain("+CFUN:1"));
        Assert.That(Blocks(driver.Ask("AT+CGSN=1"))[0], Does.StartWith("+CGSN:"));
        while (!Blocks(driver.Ask("AT+CGATT?", 1)).Contains("+CGATT:1") || !Blocks(driver.Ask("AT+CEREG?", 1)).Contains("+CEREG:0,1"))
            Assert.That(driver.Mcu.World.Now, Is.LessThan(TimeSpan.FromSeconds(60)));

        driver.Mcu.Command("AT+MIPLCREATE");
        Assert.That(Blocks(driver.Ask("AT+MIPLCREATE"))[0], Does.Contain("ERROR"), "an instance left over");
        driver.Ask("AT+NRB");
        driver.Wait("OK", 20);
        driver.Mcu.Advance(5);
        Assert.That(Blocks(driver.Ask("AT+MIPLCREATE")), Is.EqualTo(new[] { "+MIPLCREATE:0", "OK" }));
        foreach (var (id, bitmap) in new[] { (3200, "2"), (3201, "3"), (3202, "4") })
            Assert.That(Blocks(driver.Ask($"AT+MIPLADDOBJ=0,{id},1,\"{bitmap}\",1,1")), Is.EqualTo(new[] { "OK" }));
        Assert.That(Blocks(driver.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0")), Is.EqualTo(new[] { "OK" }));
        Assert.That(Blocks(driver.Ask("AT+MIPLOPEN=0,600,30", 0.1)), Is.EqualTo(new[] { "OK" }));
        Assert.That(Blocks(driver.Ask("AT+MIPLOPEN=0,600,30", 1))[0], Is.EqualTo("+CIS ERROR:602"), "asks again while the first is under way");
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);

        driver.Call("GET", $"/nbiot?{Device}&res_id=5750");
        var read = StrTok(driver.WaitLine("+MIPLREAD:"));
        Assert.That(read, Is.EqualTo(new[] { "+MIPLREAD", "0", read[2], "3200", "0", "5750" }));
        Assert.That(Blocks(driver.Ask($"AT+MIPLREADRSP=0,{read[2]},1,3200,0,5750,1,4,\"abcd\",0,0")), Is.EqualTo(new[] { "OK" }));
        driver.Call("POST", $"/nbiot?{Device}&mode=2", WriteTest);
        var write = StrTok(driver.WaitLine("+MIPLWRITE:"));
        Assert.That(write[8], Is.EqualTo("test"));
        Assert.That(Blocks(driver.Ask($"AT+MIPLWRITERSP=0,{write[2]},2")), Is.EqualTo(new[] { "OK" }));
        Assert.That(Blocks(driver.Wait("+MIPLEVENT:0,15", 601))[^1], Is.EqualTo("+MIPLEVENT:0,15"), "the lifetime ends, and the MCU starts anew");
    }

    /// <summary>Waits for OK after the reboot command, then matches both general lines with their blank; its garbage must not hang the line.</summary>
    [Test]
    public void Driver_4_4_older_OneNET_SDK_on_M5311()
    {
        var driver = new DriverBench("m5311");
        driver.Expect("AT+CMRB", "OK", 0.5);
        driver.Mcu.Advance(5);
        driver.Expect("AT", "OK");
        driver.Expect("AT+CEREG=1", "OK");
        driver.Expect("AT+CEREG?", "+CEREG: 1,1");
        driver.Expect("AT+CGATT?", "+CGATT: 1");
        driver.Expect("AT+MIPLVER?", "+MIPLVER:");
        driver.Expect("AT_DELETE", "\r\nERROR\r\n");
        driver.Expect("AT", "OK");
    }

    /// <summary>Waits without a limit for +IP:, adds object 3200 twice, and reads +MIPLREAD at offset 11, up to the CR.</summary>
    [Test]
    public void Driver_4_5_printf_on_M5311()
    {
        var driver = new DriverBench("m5311", attachSeconds: 30);
        driver.Wait("+IP:");
        Assert.That(driver.Ask("AT+GSN"), Does.Match(@"\r\n\d{15}\r\n"));
        driver.Expect("AT+MIPLCREATE", "+MIPLCREATE:0");
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,\"1\",1,1", "OK");
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,\"1\",1,1", "OK");
        driver.Ask("AT+MIPLOPEN=0,3600", 0.01);
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Call("GET", $"/nbiot?{Device}&res_id=5750");
        driver.Wait("\r\n+MIPLREAD:0,");
        var at = driver.Buffer.IndexOf("+MIPLREAD", StringComparison.Ordinal) + 11;
        var rest = driver.Buffer[at..driver.Buffer.IndexOf('\r', at)];
        Assert.That(rest, Does.Match(@"^,\d+,3200,0,5750$"));
        driver.Expect($"AT+MIPLREADRSP=0{rest[..rest.IndexOf(",3200", StringComparison.Ordinal)]},1,3200,0,5750,1,4,\"abcd\",0,0", "OK");
    }

    /// <summary>Collects each answer for 300 ms, whatever comes, and takes strtok's eighth field as the value written.</summary>
    [Test]
    public void Driver_4_6_STM32_HAL_on_M5311()
    {
        const double Window = 0.3;
        var driver = new DriverBench("m5311");
        driver.Expect("AT+CMRB", "REBOOTING..", Window);
        driver.Mcu.Advance(10);
        driver.Expect(Create56, "+MIPLCREATE:0", Window);
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "OK", Window);
        driver.Expect("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\"", "OK", Window);
        driver.Expect("AT+MIPLOPEN=0,3600", "OK", Window);
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Expect("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0", "OK", Window);
        driver.Expect("AT+MIPLUPDATE=0,300,0", "+MIPLEVENT:0,11", Window);
        driver.Call("POST", $"/nbiot?{Device}&mode=2", WriteTest);
        var fields = driver.WaitLine("+MIPLWRITE:").Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(fields[8 - 1], Is.EqualTo("test"));
        driver.Expect($"AT+MIPLWRITERSP=0,{fields[1]},2", "OK", Window);
    }

    /// <summary>println on an ESP32: blanks before the CR LF, lines read up to the LF, values cut out at fixed places.</summary>
    [Test]
    public void Driver_4_7_HWSG_Arduino()
    {
        var driver = new DriverBench("m5310a");
        Assert.That(ReadStringUntilNewline(driver.Ask("AT+CSQ"), 1)[5..7], Is.EqualTo("24"));
        Assert.That(ReadStringUntilNewline(driver.Ask("AT+CEREG?"), 1)[7..10], Is.EqualTo("0,1"));
        Assert.That(ReadStringUntilNewline(driver.Ask("AT+CGATT?"), 1)[7..8], Is.EqualTo("1"));
        driver.Expect("AT+MIPLCREATE=49,130031F10003F2002304001100000000000010123138332E3233302E34302E33393A35363833000131F300080000000000,0,49,0 ", "+MIPLCREATE:0");
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1 ", "OK");
        driver.Expect("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\" ", "OK");
        driver.Expect("AT+MIPLOPEN=0,3000,30 ", "OK");
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Expect("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0 ", "OK");
        driver.Expect("AT+MIPLDELOBJ=0,3200,0", "OK");
        driver.Expect("AT+MIPLDEL=0", "OK");
    }

    /// <summary>
    /// After its own vendor's banner: all fields of NUESTATS, an unquoted bitmap, a report of 11 parameters before it opens, an observe of
    /// the module's own object 4, an execute without quotes whose message id it copies up to ",3200".
    /// </summary>
    [Test]
    public void Driver_4_8_Lierda_banner_on_M5310()
    {
        var driver = new DriverBench("m5310a", attachSeconds: 3, Quirk.ObserveBuiltIn, Quirk.ExecuteUnquoted);
        driver.Mcu.Advance(5);
        driver.Expect("AT+CGPADDR", "+CGPADDR:0,", 0.2);
        var statistics = driver.Ask("AT+NUESTATS", 0.2);
        foreach (var field in new[]
        {
            "Signal power:", "Total power:", "TX power:", "TX time:", "RX time:", "Cell ID:", "ECL:", "SNR:", "EARFCN:", "PCI:", "RSRQ:", "OPERATOR MODE:", "CURRENT BAND:",
        })
            Assert.That(statistics, Does.Match($@"\r\n{field}-?\d+\r\n"));
        driver.Expect("AT+MIPLCREATE", "OK", 0.2);
        driver.Expect("AT+MIPLADDOBJ=0,3200,1,1,1,0", "OK", 0.2);
        driver.Expect("AT+MIPLNOTIFY=0,666,3200,0,5750,1,14,\"4E423030303031\",0,0,0", "OK", 0.2);
        Assert.That(driver.Expect("AT+MIPLOPEN=0,86400,30", "OK", 0.2), Does.Not.Contain("ERROR"));
        driver.Wait("+MIPLEVENT:0,6");
        driver.Mcu.Advance(2);
        driver.Call("POST", "/nbiot/observe?imei=869975030000461&obj_id=4&obj_inst_id=0&cancel=false");
        Assert.That(driver.WaitLine("+MIPLOBSERVE:"), Does.EndWith(",1,4,0,-1"));
        const string Arguments = "1400130000AC0F01002C5D37F7303C00000001";
        driver.Call("POST", $"/nbiot/execute?{Device}&res_id=5750", $"{{\"args\":\"{Arguments}\"}}");
        var execute = driver.WaitLine("+MIPLEXECUTE:0,");
        Assert.That(execute, Does.EndWith($",3200,0,5750,38,{Arguments}"));
        driver.Expect($"AT+MIPLEXECUTERSP=0,{execute["+MIPLEXECUTE:0,".Length..execute.IndexOf(",3200", StringComparison.Ordinal)]},2", "OK", 0.2);
    }

    /// <summary>The line forms of the SOTA document, on an object that the MCU serves: the module keeps object 5 to itself.</summary>
    [Test]
    public void Driver_4_9_SOTA_document()
    {
        var driver = Registered("m5310a");
        driver.Call("POST", $"/nbiot/execute?{Device}&res_id=5750");
        Assert.That(driver.WaitLine("+MIPLEXECUTE:"), Does.Match(@"^\+MIPLEXECUTE:0,\d+,3200,0,5750,0,""""$"));
        driver.Call("POST", $"/nbiot?{Device}&mode=2", "{\"data\":[{\"res_id\":5505,\"type\":1,\"val\":\"\"}]}");
        Assert.That(driver.WaitLine("+MIPLWRITE:"), Does.Match(@"^\+MIPLWRITE:0,\d+,3200,0,5505,2,0,,0$"));
        driver.Call("POST", $"/nbiot?{Device}&mode=2", $"{{\"data\":[{{\"res_id\":5505,\"type\":1,\"val\":\"{new string('7', 2 * 1200)}\"}}]}}");
        driver.Wait(",0\r\n");
        Assert.That(Blocks(driver.Buffer).Select(l => l.Split(',')[^3..]).Select(f => $"{f[0]} {f[1].Length} {f[2]}"), Is.EqualTo(new[] { "1024 1024 1", "1024 1024 2", "352 352 0" }));
        driver.Call("GET", $"/nbiot?{Device}");
        var read = driver.WaitLine("+MIPLREAD:");
        Assert.That(read, Does.EndWith(",3200,0,-1"));
        foreach (var (resource, value, index, flag) in new[] { (5500, "5,1,1", 2, 1), (5501, "3,2,7", 1, 2), (5750, "1,4,\"test\"", 0, 0) })
            driver.Expect($"AT+MIPLREADRSP=0,{Mid(read)},1,3200,0,{resource},{value},{index},{flag}", "OK", 0.1);
    }

    /// <summary>Another vendor's module of the same SDK family, as a log shows it: its habits are quirks.</summary>
    [Test]
    public void Driver_4_10_blinker_log()
    {
        var driver = new DriverBench("m5310a", 0, Quirk.CreateExists602, Quirk.DeleteDeregisters, Quirk.RawCisEvents);
        driver.Expect("AT+MIPLCREATE", "+MIPLCREATE:0");
        driver.Expect("AT+MIPLCREATE", "+CIS ERROR:602");
        driver.Expect("AT+MIPLADDOBJ=0,3306,1,1,5,0", "OK");
        driver.Ask("AT+MIPLOPEN=0,3000", 5);
        Assert.That(Regex.Matches(driver.Buffer, @"\+MIPLEVENT:0,(\d+)").Select(m => m.Groups[1].Value), Is.EqualTo(new[] { "1", "2", "4", "6" }));
        Assert.That(driver.Ask("AT+MIPLDELETE=0"), Is.EqualTo("\r\n+MIPLEVENT:0,15\r\n\r\nOK\r\n"));
    }

    /// <summary>Waits for +CTZV: after its reset pulse, switches the echo off, and scans general lines that mix both spacings.</summary>
    [Test]
    public void Driver_4_11_TobudOS_on_M5313()
    {
        var driver = new DriverBench("m5313");
        driver.Mcu.World.Reset(ResetCause.Pin);
        driver.Clear();
        driver.Wait("+CTZV:");
        driver.Ask("AT+TRB", 0.1);
        driver.Wait("+CTZV:");
        driver.Expect("ATE0", "OK");
        Assert.That(driver.Ask("AT"), Is.EqualTo("\r\nOK\r\n"), "no echo any more");
        driver.Expect("AT+CPIN?", "+CPIN:READY");
        Assert.That(driver.Ask("AT+CSQ"), Does.Match(@"\+CSQ:\d+,\d+\r\n"));
        driver.Expect("AT+CFGDUALMODE?", "+CFGDUALMODE: 1,0\r\n");
        driver.Expect("AT+COPS?", "+COPS: 0,2,\"46000\", 0");
        driver.Expect("AT+CFGRATPRIO=2", "OK");
        driver.Expect("AT+CGACT?", "+CGACT: 1, 1\r\n");
        driver.Expect("AT+CGACT=1,1", "OK");
    }

    static DriverBench Registered(string profile)
    {
        var driver = new DriverBench(profile);
        driver.Mcu.Take();
        driver.Mcu.Register();
        driver.Mcu.Advance(1);
        return driver;
    }

    static string Mid(string line) => line.Split(',')[1];

    /// <summary>The texts between pairs of CR LF.</summary>
    static string[] Blocks(string buffer) => [.. Regex.Matches(buffer, "\r\n([^\r\n]+)\r\n").Select(m => m.Groups[1].Value)];

    /// <summary>As strtok with ":," does: empty fields vanish.</summary>
    static string[] StrTok(string line) => line.Split([':', ','], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The nth string of Arduino's readStringUntil('\n'), its CR included.</summary>
    static string ReadStringUntilNewline(string buffer, int index) => buffer.Split('\n')[index];
}
