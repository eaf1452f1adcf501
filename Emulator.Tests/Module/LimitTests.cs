using M531x.Emulator.Drivers;
using M531x.Emulator.Module;
using M531x.Emulator.Profiles;
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
}
