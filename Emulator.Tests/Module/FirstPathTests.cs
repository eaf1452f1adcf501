using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

public sealed class FirstPathTests
{
    [Test]
    public void A_module_registers_and_reports_and_answers()
    {
        var mcu = new Mcu();
        Assert.That(mcu.Command("AT+MIPLCREATE"), Is.EqualTo(new[] { "+MIPLCREATE:0", "OK" }));
        Assert.That(mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Command("AT+MIPLDISCOVERRSP=0,3200,1,4,\"5750\""), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Command("AT+MIPLOPEN=0,3000,30"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,2"));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,6"));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLOBSERVE:0,\d+,1,3200,0,-1$"));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLDISCOVER:0,\d+,3200$"));
        Assert.That(mcu.Next(), Does.Match(@"^\+MIPLREAD:0,\d+,3,0,-1$"));

        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0,147"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,147"));

        var call = mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750");
        var read = mcu.Await("+MIPLREAD:0,");
        var mid = read.Split(',')[1];
        Assert.That(mcu.Command($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,4,\"efgh\",0,0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Json(call).GetProperty("data")[0].GetProperty("res")[0].GetProperty("val").GetString(), Is.EqualTo("efgh"));

        Assert.That(mcu.Command("AT+MIPLCLOSE=0"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,15"));
    }
}
