using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

public sealed class NeighbourSettingTests
{
    static readonly string[] Ok = ["OK"];

    [TestCase("AT+NATSPEED=115200,30,1,2,1,0,0", "AT+NATSPEED?", "+NATSPEED:115200,30,1,2,1,0,0")]
    [TestCase("AT+IPR=115200", "AT+IPR?", "+IPR:115200")]
    [TestCase("AT+NCDP=180.101.147.115,5683", "AT+NCDP?", "+NCDP:180.101.147.115,5683")]
    [TestCase("AT+NNMI=2", "AT+NNMI?", "+NNMI:2")]
    [TestCase("AT+NBAND=5,8,3", "AT+NBAND?", "+NBAND:5,8,3")]
    [TestCase("AT+NBAND=8", "AT+NBAND?", "+NBAND:8")]
    [TestCase("AT+NEARFCN=0,3736,D8", "AT+NEARFCN?", "+NEARFCN:0,3736,D8")]
    [TestCase("AT+NEARFCN=1,3736", "AT+NEARFCN?", "+NEARFCN:1,3736")]
    [TestCase("AT+CPSMS=1,,,\"10100101\",\"00100100\"", "AT+CPSMS?", "+CPSMS:1,,,\"10100101\",\"00100100\"")]
    [TestCase("AT+CPSMS=1,,,10100101,00100100", "AT+CPSMS?", "+CPSMS:1,,,\"10100101\",\"00100100\"")]
    [TestCase("AT+CPSMS=1", "AT+CPSMS?", "+CPSMS:1,,,\"00100001\",\"00000101\"")]
    [TestCase("AT+CEDRXS=1,5,\"0101\"", "AT+CEDRXS?", "+CEDRXS:5,\"0101\"")]
    [TestCase("AT+CEDRXS=1,5,\"0101\"", "AT+CEDRXRDP", "+CEDRXRDP:5,\"0101\",\"0101\",\"0011\"")]
    [TestCase("AT+NPTWEDRXS=1,5,\"0001\",\"1001\"", "AT+NPTWEDRXS?", "+NPTWEDRXS:5,\"0001\",\"1001\"")]
    [TestCase("AT+CEDRXS=0,5", "AT+CEDRXRDP", "+CEDRXRDP:0")]
    [TestCase("AT+NPSMR=1", "AT+NPSMR?", "+NPSMR:1,0")]
    [TestCase("AT+CSCON=1", "AT+CSCON?", "+CSCON:1,1")]
    [TestCase("AT+CCLK=\"20/12/31,23:59:58+00\"", "AT+CCLK?", "+CCLK:20/12/31,23:59:58+00")]
    [TestCase("AT+CCLK=20/12/31,23:59:58-16", "AT+CCLK?", "+CCLK:20/12/31,23:59:58-16")]
    [TestCase("AT+CEREG=2", "AT+CEREG?", "+CEREG:2,1,19E6,94,7")]
    [TestCase("AT+COPS=1,2,\"46000\"", "AT+COPS?", "+COPS:1,2,\"46000\"")]
    public void What_is_set_is_read(string set, string read, string line)
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command(set), Is.EqualTo(Ok));
        Assert.That(mcu.Command(read), Is.EqualTo(new[] { line, "OK" }));
    }

    [Test]
    public void The_cell_stands_in_quotes_on_the_M5311()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Command("AT+CEREG=2");
        Assert.That(mcu.Command("AT+CEREG?"), Is.EqualTo(new[] { "+CEREG: 2,1,\"19E6\",\"94\",7", "OK" }));
        mcu.Command("AT+CPSMS=1,,,\"10100101\",\"00100100\"");
        mcu.Command("AT+CEREG=4");
        Assert.That(mcu.Command("AT+CEREG?"), Is.EqualTo(new[] { "+CEREG: 4,1,\"19E6\",\"94\",7,,,\"00100100\",\"10100101\"", "OK" }));
    }

    [Test]
    public void The_clock_runs()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Advance(611);
        Assert.That(mcu.Command("AT+CCLK?")[0], Is.EqualTo("+CCLK:19/03/21,09:10:11+32"));
        mcu.Command("AT+CCLK=\"19/12/31,23:59:59+32\"");
        mcu.Advance(2);
        Assert.That(mcu.Command("AT+CCLK?")[0], Is.EqualTo("+CCLK:20/01/01,00:00:01+32"));
    }

    [Test]
    public void Settings_outlive_a_restart_and_reports_do_not()
    {
        var mcu = NeighbourProfiles.Start();
        foreach (var command in (string[])["AT+NNMI=1", "AT+NCDP=192.0.2.7", "AT+CPSMS=1,,,\"10100101\",\"00100100\"", "AT+NPSMR=1", "AT+CSCON=1", "AT+CEREG=2"])
            mcu.Command(command);
        Restart(mcu, "AT+NRB");
        Assert.That(mcu.Command("AT+NNMI?")[0], Is.EqualTo("+NNMI:0"));
        Assert.That(mcu.Command("AT+NCDP?")[0], Is.EqualTo("+NCDP:192.0.2.7"));
        Assert.That(mcu.Command("AT+CPSMS?")[0], Is.EqualTo("+CPSMS:1,,,\"10100101\",\"00100100\""));
        Assert.That(mcu.Command("AT+NPSMR?")[0], Is.EqualTo("+NPSMR:0"));
        Assert.That(mcu.Command("AT+CSCON?")[0], Is.EqualTo("+CSCON:0,1"));
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,1"));
    }

    [Test]
    public void Without_autoconnect_the_module_waits_for_the_MCU()
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command("AT+NCONFIG=AUTOCONNECT,FALSE"), Is.EqualTo(Ok));
        Assert.That(mcu.Command("AT+NCONFIG?")[0], Is.EqualTo("+NCONFIG:AUTOCONNECT,FALSE"));
        Restart(mcu, "AT+NRB");
        Assert.That(mcu.Command("AT+CFUN?")[0], Is.EqualTo("+CFUN:0"));
        mcu.Command("AT+CFUN=1");
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:0"));
        mcu.Command("AT+CGATT=1");
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:1"));
    }

    [Test]
    public void The_M5311_restarts_with_its_own_lines()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.Send("AT+CMRB");
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "OK", "REBOOTING.." }));
        mcu.Advance(5);
        Assert.That(mcu.Take(), Is.EqualTo(new[] { "*ATREADY: 1", "+CFUN: 1", "+CPIN: READY", $"+IP:{mcu.World.Module.Radio.Address}" }));
    }

    [TestCase("LOCK", "UNLOCK")]
    [TestCase("LOCK_FOREVER", "LOCK_FOREVER")]
    public void A_plain_sleep_lock_ends_with_a_restart(string lockState, string afterwards)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Command($"AT+SM={lockState}");
        Restart(mcu, "AT+CMREBOOT");
        Assert.That(mcu.Command("AT+SM?")[0], Is.EqualTo($"+SM: {afterwards}"));
    }

    static void Restart(Mcu mcu, string command)
    {
        mcu.Send(command);
        mcu.Advance(5);
        mcu.Take();
    }
}
