using M531x.Emulator.Core.Parts;
using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Core.World;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>The module keeps the limits of its profile, whatever they are.</summary>
public sealed class LimitTests
{
    const string Read = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&res_id=5750";
    const string Write = "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0&mode=2";

    static Mcu Start(Func<ModuleLimits, ModuleLimits> change) => new(new VirtualWorldOptions
    {
        Module = new ModuleOptions { Profile = ModuleProfile.M5310A with { Limits = change(ModuleProfile.M5310A.Limits) } },
    });

    static Mcu Registered(Func<ModuleLimits, ModuleLimits> change)
    {
        var mcu = Start(change);
        mcu.Register();
        mcu.Advance(1);
        mcu.Take();
        return mcu;
    }

    [Test]
    public void A_longer_value_than_the_profile_allows_is_refused()
    {
        var mcu = Registered(l => l with { PayloadBytes = 10 });
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,7,\"1234567\",0,0"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask("AT+MIPLNOTIFY=0,0,3200,0,5750,1,11,\"12345678901\",0,0"), Is.EqualTo("+CIS ERROR:601"));
        mcu.Call("GET", Read);
        var mid = mcu.Await("+MIPLREAD").Split(',')[1];
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,11,\"12345678901\",0,0"), Is.EqualTo("+CIS ERROR:601"));
    }

    [Test]
    public void The_queue_holds_as_many_operations_as_the_profile_says()
    {
        var mcu = Registered(l => l with { QueuedOperations = 2 });
        mcu.Command("AT+MIPLNMI=0,2,0");
        for (var i = 0; i < 3; i++)
            mcu.Call("GET", Read);
        mcu.Advance(1);
        Assert.That(mcu.Ask("AT+MIPLQMGR=0"), Is.EqualTo("+MIPLQMGR:0,QUEUES=2,DROPPED=1,BUFFERS=0|OK"));
    }

    [Test]
    public void The_queue_holds_as_many_bytes_as_the_profile_says()
    {
        var mcu = Registered(l => l with { QueuedBytes = 20 });
        mcu.Command("AT+MIPLNMI=0,2,0");
        mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"0123456789\"}]}");
        mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"0123456789\"}]}");
        mcu.Advance(1);
        Assert.That(mcu.Ask("AT+MIPLQMGR=0"), Does.Match(@"^\+MIPLQMGR:0,QUEUES=1,DROPPED=1,BUFFERS=1\d\|OK$"));
    }

    [Test]
    public void A_write_above_the_profiles_limit_goes_past_the_queue()
    {
        var mcu = Registered(l => l with { UnqueuedPayloadBytes = 20 });
        mcu.Command("AT+MIPLNMI=0,2,0");
        mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"0123456789\"}]}");
        mcu.Advance(1);
        Assert.That(mcu.Take(), Is.Empty);
        mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"01234567890123456789\"}]}");
        Assert.That(mcu.Next(), Does.StartWith("+MIPLWRITE:0,"));
    }

    [Test]
    public void A_long_write_is_cut_at_the_profiles_size()
    {
        var mcu = Registered(l => l with { WriteChunkBytes = 5 });
        mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,4,\"abcd\",0,0");
        mcu.Call("POST", Write, "{\"data\":[{\"res_id\":5750,\"val\":\"0123456789AB\"}]}");
        Assert.That(mcu.Next(), Does.EndWith(",5,01234,1"));
        Assert.That(mcu.Next(), Does.EndWith(",5,56789,2"));
        Assert.That(mcu.Next(), Does.EndWith(",2,AB,0"));
    }

    [Test]
    public void An_unanswered_operation_is_dropped_after_the_profiles_time()
    {
        var mcu = Registered(l => l with { OperationSeconds = 5 });
        mcu.Call("GET", Read + "&timeout=40");
        var mid = mcu.Await("+MIPLREAD").Split(',')[1];
        mcu.Advance(4.9);
        mcu.Take();
        Assert.That(mcu.Ask("AT+MIPLQMGR=0"), Does.StartWith("+MIPLQMGR:0,QUEUES=1,"));
        mcu.Advance(0.2);
        mcu.Take();
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo("+CIS ERROR:653"));
    }

    [Test]
    public void A_key_is_as_long_as_the_profile_allows()
    {
        var mcu = Start(l => l with { PskCharacters = 8 });
        Assert.That(mcu.Ask("AT+MIPLCREATEEX=\"192.0.2.1:5684\",0,,\"123456789\""), Is.EqualTo("+CIS ERROR:601"));
        Assert.That(mcu.Ask("AT+MIPLCREATEEX=\"192.0.2.1:5684\",0,,\"12345678\""), Is.EqualTo("+MIPLCREATEEX:0|OK"));
    }

    static TestCaseData Limit(string what, string most, string over, string error = "+CIS ERROR:601") =>
        new TestCaseData(most, over, error).SetName("{m}: " + what);

    public static IEnumerable<TestCaseData> BeforeOpen()
    {
        yield return Limit("instances of an object", Object(3201, 32), Object(3201, 33));
        yield return Limit("object id", "AT+MIPLADDOBJ=0,65535,1,\"1\",0,0", "AT+MIPLADDOBJ=0,65536,1,\"1\",0,0");
        yield return Limit("listed resources", Listed(256), Listed(257));
        yield return Limit("listed resource id", "AT+MIPLDISCOVERRSP=0,3200,1,5,\"65535\"", "AT+MIPLDISCOVERRSP=0,3200,1,5,\"65536\"");
        yield return Limit("re-negotiation, least", "AT+MIPLDTLSNAT=0,60", "AT+MIPLDTLSNAT=0,59");
        yield return Limit("version of the MCU's software", $"AT+MIPLSOTAVER=\"{new string('1', 64)}\"", $"AT+MIPLSOTAVER=\"{new string('1', 65)}\"");
        yield return Limit("automatic update", "AT+MIPLUPDATESET=0,1", "AT+MIPLUPDATESET=0,2");
        yield return Limit("lifetime", "AT+MIPLOPEN=0,268435455,30", "AT+MIPLOPEN=0,268435456,30");
        yield return Limit("lifetime, least", "AT+MIPLOPEN=0,1,30", "AT+MIPLOPEN=0,0,30");
        yield return Limit("time-out of the registration, least", "AT+MIPLOPEN=0,300,1", "AT+MIPLOPEN=0,300,0");

        static string Object(int id, int instances) => $"AT+MIPLADDOBJ=0,{id},{instances},\"{new string('1', instances)}\",0,0";
        static string Listed(int count) => $"AT+MIPLDISCOVERRSP=0,3200,1,4,\"{string.Join(';', Enumerable.Range(1000, count))}\"";
    }

    [TestCaseSource(nameof(BeforeOpen))]
    public void Before_open_a_command_takes_its_limit_and_not_one_more(string most, string over, string error)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        Assert.That(mcu.Ask(over), Is.EqualTo(error));
        Assert.That(mcu.Ask(most), Is.EqualTo("OK"));
    }

    public static IEnumerable<TestCaseData> WhileRegistered()
    {
        yield return Limit("text", Report(1, new string('a', 1000)), Report(1, new string('a', 1001)));
        yield return Limit("opaque", Report(2, new string('a', 2000)), Report(2, new string('a', 2002)));
        yield return Limit("hexadecimal text", Report(6, new string('6', 2000)), Report(6, new string('6', 2002)));
        yield return Limit("integer", Report(3, "9223372036854775807"), Report(3, "9223372036854775808"));
        yield return Limit("bool", Report(5, "1"), Report(5, "2"));
        yield return Limit("type", Report(6, "61"), Report(7, "61"));
        yield return Limit("ackid", Report(1, "a", ",65535"), Report(1, "a", ",65536"));
        yield return Limit("lifetime of an update", "AT+MIPLUPDATE=0,268435455,1", "AT+MIPLUPDATE=0,268435456,1");
        yield return Limit("objects in an update", "AT+MIPLUPDATE=0,300,1", "AT+MIPLUPDATE=0,300,2");
        yield return Limit("indication of operations", "AT+MIPLNMI=0,2,1", "AT+MIPLNMI=0,3,1");
        yield return Limit("indication of messages", "AT+MIPLNMI=0,2,1", "AT+MIPLNMI=0,2,2");
        yield return Limit("length of a line", Line(4096), Line(4097), "ERROR");

        static string Report(int type, string value, string ackid = "") => $"AT+MIPLNOTIFY=0,0,3200,0,55{type:D2},{type},1,\"{value}\",0,0{ackid}";
        static string Line(int length) => $"AT+MIPLNMI=0,{new string('0', length - 15)},0,0"[..^2];
    }

    [TestCaseSource(nameof(WhileRegistered))]
    public void While_registered_a_command_takes_its_limit_and_not_one_more(string most, string over, string error)
    {
        var mcu = Registered(l => l);
        Assert.That(mcu.Ask(over), Is.EqualTo(error));
        Assert.That(mcu.Ask(most), Is.EqualTo("OK").Or.StartsWith("OK|+MIPLEVENT:0,"));
    }

    [Test]
    public void Sixty_four_instances_are_registered_and_no_more()
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        string Object(int id, int instances) => mcu.Ask($"AT+MIPLADDOBJ=0,{id},{instances},\"{new string('1', instances)}\",0,0");
        Assert.That((Object(3200, 32), Object(3201, 31)), Is.EqualTo(("OK", "OK")));
        Assert.That((Object(3202, 2), Object(3202, 1), Object(3203, 1)), Is.EqualTo(("+CIS ERROR:651", "OK", "+CIS ERROR:651")));
    }

    [TestCase(1000, 0, true)]
    [TestCase(1001, 0, false)]
    [TestCase(500, 500, true)]
    [TestCase(500, 501, false)]
    public void The_parts_of_an_answer_share_its_limit(int first, int second, bool taken)
    {
        var mcu = Registered(l => l);
        mcu.Call("GET", "/nbiot?imei=869975030000461&obj_id=3200&obj_inst_id=0");
        var mid = mcu.Await("+MIPLREAD").Split(',')[1];
        if (second > 0)
            Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5750,1,1,\"{new string('a', first)}\",1,1"), Is.EqualTo("OK"));
        Assert.That(mcu.Ask($"AT+MIPLREADRSP=0,{mid},1,3200,0,5751,1,1,\"{new string('b', second > 0 ? second : first)}\",0,0"), Is.EqualTo(taken ? "OK" : "+CIS ERROR:601"));
    }
}
