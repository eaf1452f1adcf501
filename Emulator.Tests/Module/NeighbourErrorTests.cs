using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

public sealed class NeighbourErrorTests
{
    [TestCase("AT+CFUN=2")]
    [TestCase("AT+CEREG=6")]
    [TestCase("AT+CGATT=2")]
    [TestCase("AT+CGATT=")]
    [TestCase("AT+CSCON=2")]
    [TestCase("AT+CSCON=x")]
    [TestCase("AT+CSQ=1")]
    [TestCase("AT+CESQ?")]
    [TestCase("AT+COPS=5")]
    [TestCase("AT+COPS=1")]
    [TestCase("AT+CGPADDR=11")]
    [TestCase("AT+CGACT=2,1")]
    [TestCase("AT+CGDCONT=11")]
    [TestCase("AT+CGDCONT=1,\"X25\"")]
    [TestCase("AT+CGDCONT=1,\"IP\",\"cmnbiot\",,1,0")]
    [TestCase("AT+CGPADDR=7")]
    [TestCase("AT+CGACT=1,7")]
    [TestCase("AT+CGACT=0,7")]
    [TestCase("AT+CGCONTRDP=x")]
    [TestCase("AT+CGCONTRDP=7")]
    [TestCase("AT+NEARFCN=0")]
    [TestCase("AT+NEARFCN=0,3555,1F8")]
    [TestCase("AT+NEARFCN=0,3555,G")]
    [TestCase("AT+NEARFCN=0,5000")]
    [TestCase("AT+NBAND=89")]
    [TestCase("AT+NBAND=0")]
    [TestCase("AT+NBAND=8,2")]
    [TestCase("AT+NBAND=")]
    [TestCase("AT+CPSMS=3")]
    [TestCase("AT+CPSMS=1,,,\"1010010\",\"00100100\"")]
    [TestCase("AT+CPSMS=1,,,\"10100102\"")]
    [TestCase("AT+CEDRXS=1,4")]
    [TestCase("AT+CEDRXS=1,5,\"01011\"")]
    [TestCase("AT+CEDRXRDP?")]
    [TestCase("AT+NPTWEDRXS=4")]
    [TestCase("AT+NPSMR=2")]
    [TestCase("AT+CGSN=4")]
    [TestCase("AT+CGSN=0")]
    [TestCase("AT+CPIN")]
    [TestCase("AT+NCONFIG=AUTOCONNECT")]
    [TestCase("AT+NCONFIG=AUTOCONNECT,MAYBE")]
    [TestCase("AT+NCONFIG=UNKNOWN,TRUE")]
    [TestCase("AT+NATSPEED=110")]
    [TestCase("AT+IPR=fast")]
    [TestCase("AT+NNMI=3")]
    [TestCase("AT+CCLK=\"19/13/21,09:10:11+32\"")]
    [TestCase("AT+CCLK=\"19/03/21\"")]
    [TestCase("AT+CCLK=\"19/03/21,09:10:11+99\"")]
    public void Wrong_parameters_are_refused(string command)
    {
        var mcu = NeighbourProfiles.Start();
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { "ERROR" }));
        mcu.Command("AT+CMEE=1");
        Assert.That(mcu.Command(command)[0], Does.Match(@"^\+CME ERROR: (3|4|30|50)$"));
    }

    [TestCase("AT*ENGINFO=2")]
    [TestCase("AT*ENGINFO")]
    [TestCase("AT+SM=OPEN")]
    [TestCase("AT*FRCLLCK=1")]
    [TestCase("AT*FRCLLCK=1,3555,22")]
    [TestCase("AT*FRCLLCK=1,3555,0,504")]
    [TestCase("AT*FRCLLCK=1,5000")]
    [TestCase("AT*FRCLLCK=2,3555")]
    [TestCase("AT*MCGDEFCONT=\"X25\",\"cmnbiot\"")]
    [TestCase("AT*CMBAND=x")]
    [TestCase("AT*CMBAND=7")]
    [TestCase("AT*SLEEP=2")]
    [TestCase("AT+CMSYSCTRL=0")]
    public void Wrong_parameters_are_refused_on_the_M5311(string command)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Command("AT+CMEE=1");
        mcu.Take();
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { "+CME ERROR: 50" }));
    }

    [TestCase("AT+CGATT=1", 3)]
    [TestCase("AT+CGATT=0", 3)]
    [TestCase("AT+COPS=0", 3)]
    [TestCase("AT+CGACT=1,1", 30)]
    [TestCase("AT+CGSN=0", 4)]
    public void With_the_radio_off_the_reason_has_a_number(string command, int number)
    {
        var mcu = NeighbourProfiles.Start();
        mcu.Command("AT+CMEE=1");
        mcu.Command("AT+CFUN=0");
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { $"+CME ERROR: {number}" }));
    }

    [TestCase("AT+GSN")]
    [TestCase("AT+ICCID")]
    [TestCase("AT+SM=LOCK")]
    [TestCase("AT*ENGINFO=0")]
    [TestCase("AT+CMRB")]
    [TestCase("AT+TRB")]
    [TestCase("AT+CFGDUALMODE?")]
    public void The_M5310A_lacks_what_others_have(string command) =>
        Assert.That(NeighbourProfiles.Start().Command(command), Is.EqualTo(new[] { "ERROR" }));

    [TestCase("AT+NUESTATS")]
    [TestCase("AT+NRB")]
    [TestCase("AT+NPSMR=1")]
    [TestCase("AT+CFGDUALMODE?")]
    [TestCase("AT+TRB")]
    public void The_M5311_lacks_what_others_have(string command)
    {
        var mcu = NeighbourProfiles.Start(NeighbourProfiles.M5311);
        mcu.Take();
        Assert.That(mcu.Command(command), Is.EqualTo(new[] { "ERROR" }));
    }
}
