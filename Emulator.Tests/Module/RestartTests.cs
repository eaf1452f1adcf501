using M531x.Emulator.Core.Profiles;
using M531x.Emulator.Tests.Support;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

/// <summary>What a restart of any cause leaves and what it takes; nothing stale is left behind by what was under way.</summary>
[TestFixtureSource(nameof(Causes))]
sealed class RestartTests(ResetCause cause)
{
    const double BootSeconds = 3;

    static IEnumerable<ResetCause> Causes => Enum.GetValues<ResetCause>();

    [Test]
    public void The_instance_and_its_registration_are_gone()
    {
        var mcu = new Mcu();
        mcu.Register();

        Restart(mcu);

        Assert.Multiple(() =>
        {
            Assert.That(mcu.World.Module.Mipl.Status, Is.Null);
            Assert.That(mcu.Command("AT+MIPLCLOSE=0"), Is.EqualTo(new[] { "+CIS ERROR:653" }));
            Assert.That(mcu.Command("AT+MIPLOPEN?"), Is.EqualTo(new[] { "+CIS ERROR:602" }));
        });
        mcu.Register();
    }

    [Test]
    public void Message_indications_are_0_again_and_so_are_reports_and_error_numbers()
    {
        var mcu = new Mcu();
        mcu.Register();
        foreach (var command in new[] { "AT+MIPLNMI=0,2,1", "AT+NNMI=1", "AT+NSMI=1", "AT+CEREG=1", "AT+CMEE=1", "ATE1" })
            mcu.Command(command);

        Restart(mcu);

        Assert.Multiple(() =>
        {
            Assert.That(mcu.Command("AT+NNMI?"), Is.EqualTo(new[] { "+NNMI:0", "OK" }));
            Assert.That(mcu.Command("AT+NSMI?"), Is.EqualTo(new[] { "+NSMI:0", "OK" }));
            Assert.That(mcu.Command("AT+CEREG?"), Is.EqualTo(new[] { "+CEREG:0,1", "OK" }));
            Assert.That(mcu.Command("AT+CFUN=9"), Is.EqualTo(new[] { "ERROR" }));
        });
        mcu.Register();
        Assert.That(mcu.Command("AT+MIPLNMI?"), Is.EqualTo(new[] { "+MIPLNMI:0,0,0", "OK" }));
    }

    [Test]
    public void Settings_in_flash_stay()
    {
        var mcu = new Mcu();
        foreach (var command in new[] { "AT+NCONFIG=CELL_RESELECTION,FALSE", "AT+CGDCONT=3,\"IP\",\"other\"", "AT+NCDP=\"192.0.2.7\",5683", "AT+CCLK=\"21/05/06,07:08:09+32\"" })
            Assert.That(mcu.Command(command), Is.EqualTo(new[] { "OK" }), command);

        Restart(mcu);

        Assert.Multiple(() =>
        {
            Assert.That(mcu.Command("AT+NCONFIG?"), Does.Contain("+NCONFIG:CELL_RESELECTION,FALSE"));
            Assert.That(mcu.Command("AT+CGDCONT?"), Has.Some.StartWith("+CGDCONT:3,").And.Some.Contains("other"));
            Assert.That(mcu.Command("AT+NCDP?"), Is.EqualTo(new[] { "+NCDP:\"192.0.2.7\",5683", "OK" }));
            Assert.That(mcu.Command("AT+CCLK?")[0], Does.StartWith("+CCLK:21/05/06,07:08:1"));
        });
    }

    [TestCase(0.0)]
    [TestCase(0.07)]
    [TestCase(0.12)]
    [TestCase(0.17)]
    [TestCase(0.22)]
    [TestCase(0.27)]
    public void A_restart_in_a_registration_leaves_no_event_and_no_late_answer_behind(double after)
    {
        var mcu = new Mcu();
        mcu.Command("AT+MIPLCREATE");
        mcu.Command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
        mcu.Command("AT+MIPLOPEN=0,3000,30");
        mcu.Advance(after);

        mcu.World.Reset(cause);
        mcu.Take();
        var before = mcu.World.Datagrams.Count(d => d.Up);
        mcu.Advance(300);

        Assert.That(mcu.Take(), Is.EqualTo(Boot));
        Assert.That(mcu.World.Datagrams.Count(d => d.Up), Is.EqualTo(before), "no retransmission");
        mcu.Register();
    }

    [Test]
    public void Parts_of_a_notify_are_forgotten()
    {
        var mcu = new Mcu();
        mcu.Register();
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5500,5,1,1,2,1"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5501,3,1,7,1,2"), Is.EqualTo(new[] { "OK" }));

        Restart(mcu);
        mcu.Register();
        var stored = mcu.World.PlatformEvents.Count;
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0"), Is.EqualTo(new[] { "OK" }));
        mcu.Advance(5);

        var values = mcu.World.PlatformEvents.Skip(stored).OfType<M531x.Emulator.Core.Platform.DatapointStored>().Select(d => d.Stream);
        Assert.That(values, Is.EqualTo(new[] { "3200_0_5750" }));
    }

    [Test]
    public void Queued_operations_and_unanswered_ones_are_forgotten()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.Command("AT+MIPLNMI=0,2,0");
        var read = mcu.Call("GET", $"/nbiot?imei={Mcu.Imei}&obj_id=3200&obj_inst_id=0&res_id=5750&timeout=5");
        mcu.Advance(1);

        Restart(mcu);

        mcu.Register();
        Assert.That(mcu.Command("AT+MIPLQMGR=0"), Has.None.Match(@"[1-9]$"));
        mcu.Take();
        Assert.That(mcu.Json(read).GetProperty("errno").GetInt32(), Is.Not.Zero);
        mcu.Advance(60);
        Assert.That(mcu.Take(), Is.Empty);
    }

    [Test]
    public void An_unacknowledged_notify_is_forgotten_with_its_ack_id()
    {
        var mcu = new Mcu();
        mcu.Register();
        mcu.World.Passes = (_, _) => false;
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,9"), Is.EqualTo(new[] { "OK" }));
        mcu.Advance(1);

        Restart(mcu);
        mcu.World.Passes = (_, _) => true;
        mcu.Advance(300);
        Assert.That(mcu.Take(), Is.Empty, "no event 25");
        mcu.Register();
        Assert.That(mcu.Command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,1,\"a\",0,0,9"), Is.EqualTo(new[] { "OK" }));
        Assert.That(mcu.Next(), Is.EqualTo("+MIPLEVENT:0,26,9"), "the ack id is free");
    }

    [Test]
    public void A_half_typed_command_is_forgotten()
    {
        var mcu = new Mcu();
        mcu.World.Line.Send("AT+MIPLCRE"u8.ToArray());
        Restart(mcu);
        Assert.That(mcu.Command("AT"), Is.EqualTo(new[] { "OK" }));
    }

    string[] Boot => [$"REBOOT_CAUSE_{ModuleProfile.M5310A.Boot.Causes[cause]}", "Neul ", "OK"];

    void Restart(Mcu mcu)
    {
        mcu.Take();
        mcu.World.Reset(cause);
        mcu.Advance(BootSeconds);
        Assert.That(mcu.Take(), Is.EqualTo(Boot));
    }
}
