using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>Exact lines of each form, on an attached module with a fixed seed.</summary>
public sealed class NeighbourShapeTests
{
    const string Imei = "869975030000461";

    [TestCase("AT+CFUN?", "+CFUN:1")]
    [TestCase("AT+CFUN=?", "+CFUN:(0,1)")]
    [TestCase("AT+CEREG?", "+CEREG:0,1")]
    [TestCase("AT+CEREG=?", "+CEREG:(0,1,2,3,4,5)")]
    [TestCase("AT+CGATT?", "+CGATT:1")]
    [TestCase("AT+CGATT=?", "+CGATT:(0,1)")]
    [TestCase("AT+CSCON?", "+CSCON:0,1")]
    [TestCase("AT+CSCON=?", "+CSCON:(0,1)")]
    [TestCase("AT+COPS?", "+COPS:0,2,\"46000\"")]
    [TestCase("AT+COPS=?", "+COPS:(2,,,\"46000\"),,(0-2),(2)")]
    [TestCase("AT+CGACT?", "+CGACT:1,1")]
    [TestCase("AT+CGACT=?", "+CGACT:(0,1)")]
    [TestCase("AT+CGPADDR=?", "+CGPADDR:(0)")]
    [TestCase("AT+CGDCONT?", "+CGDCONT:0,\"IP\",\"cmnbiot.MNC000.MCC460.GPRS\",,0,0")]
    [TestCase("AT+CGDCONT=?", "+CGDCONT:(0-10),(\"IP\",\"IPV6\",\"IPV4V6\",\"NONIP\"),,,(0),(0)")]
    [TestCase("AT+CGCONTRDP=?", "+CGCONTRDP:(0)")]
    [TestCase("AT+CSQ", "+CSQ:24,99")]
    [TestCase("AT+CSQ=?", "+CSQ:(0-31,99),(99)")]
    [TestCase("AT+CESQ", "+CESQ:99,99,255,255,18,76")]
    [TestCase("AT+CESQ=?", "+CESQ:(99),(99),(255),(255),(0-34,255),(0-97,255)")]
    [TestCase("AT+NUESTATS=?", "+NUESTATS:(RADIO,CELL,BLER,THP,ALL)")]
    [TestCase("AT+NEARFCN?", null)]
    [TestCase("AT+NEARFCN=?", "+NEARFCN:(0,1),(0-65535),(0-1F7)")]
    [TestCase("AT+NBAND?", "+NBAND:8")]
    [TestCase("AT+NBAND=?", "+NBAND:(1,3,5,8,20,28)")]
    [TestCase("AT+CPSMS?", "+CPSMS:0")]
    [TestCase("AT+CPSMS=?", "+CPSMS:(0,1,2),,,(00000000-11111111),(00000000-11111111)")]
    [TestCase("AT+CEDRXS=?", "+CEDRXS:(0,1,2,3),(5),(\"0000\"-\"1111\")")]
    [TestCase("AT+CEDRXRDP", "+CEDRXRDP:0")]
    [TestCase("AT+NPTWEDRXS=?", "+NPTWEDRXS:(0,1,2,3),(5),(\"0000\"-\"1111\"),(\"0000\"-\"1111\")")]
    [TestCase("AT+NPSMR?", "+NPSMR:0")]
    [TestCase("AT+NPSMR=?", "+NPSMR:(0,1)")]
    [TestCase("AT+CGSN", Imei)]
    [TestCase("AT+CGSN=1", "+CGSN:869975030000461")]
    [TestCase("AT+CGSN=2", "+CGSN:8699750300004601")]
    [TestCase("AT+CGSN=3", "+CGSN:01")]
    [TestCase("AT+CGSN=?", "+CGSN:(0,1,2,3)")]
    [TestCase("AT+CGMI", "CMIOT")]
    [TestCase("AT+CGMM", "M5310-A")]
    [TestCase("AT+CGMR", "M5310-A V1.0")]
    [TestCase("AT+CIMI", "460041064826326")]
    [TestCase("AT+NCCID", "+NCCID:89860418101880000461")]
    [TestCase("AT+NCCID?", "+NCCID:89860418101880000461")]
    [TestCase("AT+CPIN?", "+CPIN:READY")]
    [TestCase("AT+CCLK?", "+CCLK:19/03/21,09:00:00+32")]
    [TestCase("AT+CCLK=?", null)]
    [TestCase("AT+NATSPEED?", "+NATSPEED:9600,2,1,2,1,0,0")]
    [TestCase("AT+IPR?", "+IPR:9600")]
    [TestCase("AT+NCDP?", null)]
    [TestCase("AT+NNMI?", "+NNMI:0")]
    [TestCase("AT+NSMI?", "+NSMI:0")]
    [TestCase("AT+NNMI=?", "+NNMI:<status>")]
    [TestCase("AT+NCSEARFCN", null)]
    [TestCase("AT+NCONFIG=?", "+NCONFIG:(AUTOCONNECT,(FALSE,TRUE)),(CR_0354_0338_SCRAMBLING,(FALSE,TRUE)),(CR_0859_SI_AVOID,(FALSE,TRUE)),(COMBINE_ATTACH,(FALSE,TRUE)),(CELL_RESELECTION,(FALSE,TRUE)),(ENABLE_BIP,(FALSE,TRUE))")]
    public void On_the_M5310A(string command, string? line) => Shows(NeighbourProfiles.Start(), command, line);

    [TestCase("AT+CFUN?", "+CFUN: 1")]
    [TestCase("AT+CEREG?", "+CEREG: 0,1")]
    [TestCase("AT+CGATT?", "+CGATT: 1")]
    [TestCase("AT+CSCON?", "+CSCON: 0,1")]
    [TestCase("AT+COPS?", "+COPS: 0,2,\"46000\",7")]
    [TestCase("AT+CGACT?", "+CGACT: 1,1")]
    [TestCase("AT+CGDCONT?", "+CGDCONT: 1,\"IP\",\"cmnbiot.MNC000.MCC460.GPRS\",,0,0")]
    [TestCase("AT+CSQ", "+CSQ: 24,99")]
    [TestCase("AT*ENGINFO=0", "*ENGINFOSC: 3555,2,216,\"94\",,-65,-11,-54,12,8,\"19E6\",0,")]
    [TestCase("AT+GSN", Imei)]
    [TestCase("AT+CGSN=1", "+CGSN: 869975030000461")]
    [TestCase("AT+ICCID", "+ICCID: 89860418101880000461")]
    [TestCase("AT+CPIN?", "+CPIN: READY")]
    [TestCase("AT+CCLK?", "+CCLK: 19/03/21,09:00:00+32")]
    [TestCase("AT+SM?", "+SM: UNLOCK")]
    [TestCase("AT+SM=LOCK_FOREVER", null)]
    [TestCase("AT+SM=LOCK", null)]
    [TestCase("AT+SM=UNLOCK", null)]
    [TestCase("AT+CMSYSCTRL=0,2", null)]
    [TestCase("AT+CMSYSCTRL?", "+CMSYSCTRL: 0,0")]
    [TestCase("AT*SLEEP?", "*SLEEP: 1")]
    [TestCase("AT*SLEEP=0", null)]
    [TestCase("AT*SLEEP=?", "*SLEEP: <n>")]
    [TestCase("AT*MATWAKEUP=1", null)]
    [TestCase("AT*ENTERSLEEP", null)]
    [TestCase("AT*MNBIOTEVENT=1,1", null)]
    [TestCase("AT*MNBIOTEVENT?", "*MNBIOTEVENT: 0,1")]
    [TestCase("AT+CLPLMN", "+CLPLMN: 0")]
    [TestCase("AT*CMBAND?", "*CMBAND: 8")]
    [TestCase("AT*CMBAND=5,8", null)]
    [TestCase("AT*CMBAND=?", "*CMBAND: (1,3,5,8,20,28)")]
    [TestCase("AT*FRCLLCK=1,3736,12", null)]
    [TestCase("AT*FRCLLCK?", "*FRCLLCK: 0")]
    [TestCase("AT*FRCLLCK", "*FRCLLCK: 0")]
    [TestCase("AT*FRCLLCK=?", "*FRCLLCK: (0,1),(0-262143),(0-21),(0-503)")]
    [TestCase("AT*FRCLLCK=0", null)]
    [TestCase("AT*MCGDEFCONT?", "*MCGDEFCONT: \"IP\",\"cmnbiot\"")]
    [TestCase("at*engInfo=0", "*ENGINFOSC: 3555,2,216,\"94\",,-65,-11,-54,12,8,\"19E6\",0,")]
    public void On_the_M5311(string command, string? line)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        Shows(mcu, command, line);
    }

    [TestCase("AT+CPIN?", "+CPIN:READY")]
    [TestCase("AT+CSQ", "+CSQ:24,99")]
    [TestCase("AT+COPS?", "+COPS: 0,2,\"46000\", 0")]
    [TestCase("AT+CGACT?", "+CGACT: 1, 1")]
    [TestCase("AT+CGACT=1,1", null)]
    [TestCase("AT+CFGDUALMODE?", "+CFGDUALMODE: 1,0")]
    [TestCase("AT+CFGDUALMODE=1,0", null)]
    [TestCase("AT+CFGRATPRIO=2", null)]
    [TestCase("AT+CFGRATPRIO?", "+CFGRATPRIO:2")]
    public void On_the_M5313(string command, string? line) => Shows(NeighbourProfiles.Start(NeighbourProfiles.M5313), command, line);

    static void Shows(Mcu mcu, string command, string? line)
    {
        Assert.That(mcu.Command(command), Is.EqualTo(line is null ? new[] { "OK" } : [line, "OK"]));
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void The_address_is_quoted_where_the_module_quotes_it()
    {
        var neul = NeighbourProfiles.Start();
        var address = neul.World.Module.Radio.Address;
        Assert.That(neul.Command("AT+CGPADDR"), Is.EqualTo(new[] { $"+CGPADDR:0,{address}", "OK" }));
        Assert.That(neul.Command("AT+CGPADDR=1"), Is.EqualTo(new[] { $"+CGPADDR:1,{address}", "OK" }));
        Assert.That(neul.Command("AT+CGCONTRDP"), Is.EqualTo(new[] { $"+CGCONTRDP:0,5,\"cmnbiot.MNC000.MCC460.GPRS\",\"{address}.255.255.255.255\"", "OK" }));

        var mediaTek = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        Assert.That(mediaTek.Next(), Is.EqualTo($"+IP:{address}"));
        Assert.That(mediaTek.Command("AT+CGPADDR=1"), Is.EqualTo(new[] { $"+CGPADDR: 1,\"{address}\"", "OK" }));
        Assert.That(mediaTek.Command("AT+CGCONTRDP=1"), Is.EqualTo(new[] { $"+CGCONTRDP: 1,5,\"cmnbiot.MNC000.MCC460.GPRS\",\"{address}.255.255.255.255\"", "OK" }));
    }

    [Test]
    public void All_views_of_the_signal_follow_one_value()
    {
        var mcu = NeighbourProfiles.Start();
        mcu.World.Module.Radio.Rssi = 10;
        mcu.World.Module.Radio.Snr = -3;
        Assert.That(mcu.Command("AT+CSQ")[0], Is.EqualTo("+CSQ:10,99"));
        Assert.That(mcu.Command("AT+CESQ")[0], Is.EqualTo("+CESQ:99,99,255,255,18,48"));
        Assert.That(mcu.Command("AT+NUESTATS=CELL")[0], Is.EqualTo("NUESTATS:CELL,3555,216,1,-930,-110,-820,-30"));
        Assert.That(mcu.Command("AT+NUESTATS")[0], Is.EqualTo("Signal power:-930"));
    }

    [Test]
    public void All_views_of_the_signal_follow_one_value_on_the_M5311()
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        mcu.World.Module.Radio.Rssi = 10;
        mcu.World.Module.Radio.Snr = -3;
        mcu.World.Module.Radio.Quality = -14;
        mcu.World.Module.Radio.CoverageLevel = 1;
        Assert.That(mcu.Command("AT+CSQ")[0], Is.EqualTo("+CSQ: 10,99"));
        Assert.That(mcu.Command("AT+CESQ")[0], Is.EqualTo("+CESQ: 99,99,255,255,12,48"));
        Assert.That(mcu.Command("AT*ENGINFO=0")[0], Is.EqualTo("*ENGINFOSC: 3555,2,216,\"94\",,-93,-14,-82,-3,8,\"19E6\",1,"));
    }

    [Test]
    public void Without_a_cell_the_signal_is_unknown()
    {
        var mcu = NeighbourProfiles.Start(attachSeconds: 30);
        Assert.That(mcu.Command("AT+CSQ")[0], Is.EqualTo("+CSQ:99,99"));
        Assert.That(mcu.Command("AT+CESQ")[0], Is.EqualTo("+CESQ:99,99,255,255,255,255"));
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,2"));
        Assert.That(mcu.Command("AT+CGATT?")[0], Is.EqualTo("+CGATT:0"));
        Assert.That(mcu.Command("AT+COPS?")[0], Is.EqualTo("+COPS:0"));
        Assert.That(mcu.Command("AT+CGACT?")[0], Is.EqualTo("+CGACT:1,0"));
        Assert.That(mcu.Command("AT+CGPADDR")[0], Is.EqualTo("+CGPADDR:0"));
        Assert.That(mcu.Command("AT+NUESTATS=CELL"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Command("AT+CGCONTRDP"), Is.EqualTo(new[] { "OK" }));
        mcu.Advance(30);
        Assert.That(mcu.Command("AT+CSQ")[0], Is.EqualTo("+CSQ:24,99"));
        Assert.That(mcu.Command("AT+CEREG?")[0], Is.EqualTo("+CEREG:0,1"));
    }
}
