using M531x.Emulator.Core.Recordings;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Recordings;

public sealed class LineShapeTests
{
    [TestCase("OK", "", "OK")]
    [TestCase("+MIPLEVENT:0,26,147", "", "+MIPLEVENT:0,26,147")]
    [TestCase("+MIPLREAD:0,39121,3200,0,5750", "", "+MIPLREAD:0,{N},3200,0,5750")]
    [TestCase("+MIPLWRITE:0,7,3200,0,5750,1,15,869975030000461,0", "", "+MIPLWRITE:0,{N},3200,0,5750,1,15,{N},0")]
    [TestCase("+MIPLDEVINFO:\"183.230.40.40:5684\",0,,\"cPYxj0c\"", "+MIPLDEVINFO", "+MIPLDEVINFO:\"{N}.{N}.{N}.{N}:5684\",0,,{R}")]
    [TestCase("+CSQ: 24,99", "+CSQ", "+CSQ: {N},99")]
    [TestCase("+CGSN:869975030000461", "+CGSN", "+CGSN:{N}")]
    [TestCase("460041064826326", "+CIMI", "{N}")]
    [TestCase("+CEREG:2,1,\"5A1C\",\"0A3B2C1D\",9", "+CEREG", "+CEREG:2,1,\"{H}\",\"{H}\",9")]
    [TestCase("+CGPADDR:0,10.1.2.3", "+CGPADDR", "+CGPADDR:0,{N}.{N}.{N}.{N}")]
    [TestCase("+CCLK:19/03/21,01:00:05+32", "+CCLK", "+CCLK:{R},{R}")]
    [TestCase("M5310-A,V100R100C10", "+CGMR", "{R},{R}")]
    [TestCase("OK", "+CGMR", "OK")]
    [TestCase("NUESTATS:RADIO,Signal power,-700", "+NUESTATS", "NUESTATS:RADIO,Signal power,{R}")]
    [TestCase("+CIS ERROR:653", "+CSQ", "+CIS ERROR:653")]
    public void What_differs_between_modules_is_left_open(string line, string command, string shape)
    {
        Assert.That(LineShape.Of(line, command), Is.EqualTo(shape));
        Assert.That(LineShape.Fits(shape, line), Is.True);
    }

    [TestCase("+MIPLREAD:0,1,3200,0,5750", "+MIPLREAD:0,2,3200,0,5751")]
    [TestCase("+MIPLEVENT:0,6", "+MIPLEVENT:0,7")]
    [TestCase("+CSQ:24,99", "+CSQ: 24,99")]
    [TestCase("+CGSN:869975030000461", "+CGSN:")]
    public void All_else_has_to_be_the_same(string recorded, string came) => Assert.That(LineShape.Fits(LineShape.Of(recorded, ""), came), Is.False);
}
