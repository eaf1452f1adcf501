using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;
using NUnit.Framework;
using static M531x.Emulator.Tests.Support.RadioEvents;

namespace M531x.Emulator.Tests.Radio;

public sealed class RadioModelTests
{
    static readonly RadioOptions Options = new() { AttachDelay = Seconds(5), RrcInactivity = Seconds(20), EarlyReleaseDelay = Seconds(0.5) };

    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    static RadioModel NewModel(RadioOptions? options = null) => new(options ?? Options, new SeededRandom(1).Fork("radio"));

    /// <summary>Attached at 5 s, idle at 25 s.</summary>
    static RadioModel InIdle(PsmSettings? psm = null, EdrxSettings? edrx = null)
    {
        var model = NewModel();
        model.SetPsm(Seconds(0), psm);
        model.SetEdrx(Seconds(0), edrx);
        model.TurnOn(Seconds(0));
        model.HandleTimeout(Seconds(5));
        model.HandleTimeout(Seconds(25));
        Assert.That(model.State, Is.EqualTo(RadioState.Idle));
        Take(model);
        return model;
    }

    [Test]
    public void Power_on_searches_attaches_connects_and_goes_idle()
    {
        var model = NewModel();
        model.TurnOn(Seconds(0));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.Off, RadioState.Detached, "radio on"),
            new RadioStateChanged(RadioState.Detached, RadioState.Searching, "attach"),
            new RegistrationChanged(2),
        }));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(5)));
        Assert.That(model.HasSignal, Is.False);

        model.HandleTimeout(Seconds(5));
        Assert.That(model.Address, Is.Not.Null);
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.Searching, RadioState.Connected, "attached"),
            new RrcChanged(true),
            new RegistrationChanged(1),
            new AddressChanged(model.Address),
        }));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(25)));

        model.HandleTimeout(Seconds(25));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.Connected, RadioState.Idle, "RRC released"),
            new RrcChanged(false),
        }));
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void A_radio_that_is_off_loses_everything()
    {
        var model = NewModel();
        Assert.That(model.Send(Seconds(1), 10), Is.False);
        Assert.That(model.Receive(Seconds(1)), Is.EqualTo(RadioDelivery.Lost));
        model.Attach(Seconds(1));
        Assert.That(model.State, Is.EqualTo(RadioState.Off));
    }

    [Test]
    public void Turning_off_reports_the_end_of_connection_registration_and_address()
    {
        var model = NewModel();
        model.TurnOn(Seconds(0));
        model.HandleTimeout(Seconds(5));
        Take(model);
        model.TurnOff(Seconds(6));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.Connected, RadioState.Off, "radio off"),
            new RrcChanged(false),
            new RegistrationChanged(0),
            new AddressChanged(null),
        }));
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void Traffic_in_both_directions_keeps_the_connection()
    {
        var model = InIdle();
        Assert.That(model.Send(Seconds(30), 10), Is.True);
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(50)));
        Assert.That(model.Receive(Seconds(40)), Is.EqualTo(RadioDelivery.Received));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(60)));
    }

    [Test]
    public void A_downlink_pages_an_idle_module()
    {
        var model = InIdle();
        Assert.That(model.Receive(Seconds(30)), Is.EqualTo(RadioDelivery.Received));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[] { new RadioStateChanged(RadioState.Idle, RadioState.Connected, "paged"), new RrcChanged(true) }));
    }

    [Test]
    public void Release_after_uplink_ignores_downlinks()
    {
        var model = InIdle();
        model.Send(Seconds(30), 10);
        model.ReleaseAfterUplink(Seconds(30));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(30.5)));
        Assert.That(model.Receive(Seconds(30.25)), Is.EqualTo(RadioDelivery.Received));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(30.5)));
    }

    [Test]
    public void Release_after_downlink_waits_for_the_downlink()
    {
        var model = InIdle();
        model.Send(Seconds(30), 10);
        model.ReleaseAfterDownlink();
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(50)));
        model.Receive(Seconds(33));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(33.5)));
    }

    [Test]
    public void A_further_uplink_takes_a_release_back()
    {
        var model = InIdle();
        model.Send(Seconds(30), 10);
        model.ReleaseAfterUplink(Seconds(30));
        model.Send(Seconds(30.1), 10);
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(50.1)));
        model.Receive(Seconds(31));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(51)));
    }

    [Test]
    public void Power_saving_follows_the_active_time_and_ends_with_the_next_uplink()
    {
        var model = InIdle(new PsmSettings("00100001", "00000101"));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(35)));
        model.HandleTimeout(Seconds(35));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[] { new RadioStateChanged(RadioState.Idle, RadioState.PowerSaving, "T3324"), new PsmChanged(true) }));
        Assert.That(model.IsAttached, Is.True);
        Assert.That(model.Receive(Seconds(36)), Is.EqualTo(RadioDelivery.Lost));

        Assert.That(model.Send(Seconds(40), 10), Is.True);
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.PowerSaving, RadioState.Connected, "uplink"),
            new PsmChanged(false),
            new RrcChanged(true),
        }));
    }

    [Test]
    public void The_periodic_update_wakes_a_module_that_saves_power()
    {
        var model = InIdle(new PsmSettings("10100101", "00000101"));
        model.HandleTimeout(Seconds(35));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(25 + 300)));
        model.HandleTimeout(Seconds(325));
        Assert.That(model.State, Is.EqualTo(RadioState.Connected));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(345)));
    }

    [Test]
    public void An_active_time_of_zero_sleeps_with_the_release()
    {
        var model = NewModel();
        model.SetPsm(Seconds(0), new PsmSettings("00100001", "00000000"));
        model.TurnOn(Seconds(0));
        model.HandleTimeout(Seconds(5));
        model.HandleTimeout(Seconds(25));
        Assert.That(model.State, Is.EqualTo(RadioState.PowerSaving));
    }

    [Test]
    public void A_deactivated_active_time_never_sleeps()
    {
        var model = InIdle(new PsmSettings("00100001", "11100000"));
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void Extended_drx_holds_a_downlink_until_the_next_window()
    {
        var model = InIdle(edrx: new EdrxSettings("0010", "0000"));
        Assert.That(model.Receive(Seconds(25 + 3)), Is.EqualTo(RadioDelivery.Held));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(25 + 20.48)));
        model.HandleTimeout(Seconds(25 + 20.48));
        Assert.That(model.State, Is.EqualTo(RadioState.Connected));
    }

    [Test]
    public void Extended_drx_receives_at_once_inside_the_window()
    {
        var model = InIdle(edrx: new EdrxSettings("0010", "0000"));
        Assert.That(model.Receive(Seconds(25 + 20.48 + 2.5)), Is.EqualTo(RadioDelivery.Received));
    }

    [Test]
    public void Lost_coverage_keeps_the_address()
    {
        var model = InIdle();
        var address = model.Address;
        model.SetCoverage(Seconds(30), covered: false);
        Assert.That(model.RegistrationState, Is.EqualTo(2));
        Assert.That(model.Send(Seconds(31), 10), Is.False);
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        model.SetCoverage(Seconds(40), covered: true);
        model.HandleTimeout(Seconds(45));
        Assert.That(model.RegistrationState, Is.EqualTo(1));
        Assert.That(model.Address, Is.EqualTo(address));
    }

    [Test]
    public void A_new_attach_and_an_ageing_bring_a_new_address()
    {
        var model = InIdle();
        var first = model.Address!;
        model.ChangeAddress();
        var second = model.Address!;
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[] { new AddressChanged(second) }));
        model.Detach(Seconds(30));
        Assert.That(model.Address, Is.Null);
        model.ChangeAddress();
        Assert.That(model.Address, Is.Null);
        model.Attach(Seconds(31));
        model.HandleTimeout(Seconds(36));
        Assert.That(model.Address!.GetAddressBytes()[0], Is.EqualTo(10));
        Assert.That(model.Address, Is.Not.EqualTo(second));
    }

    [Test]
    public void The_same_seed_gives_the_same_address()
    {
        var (one, other) = (InIdle(), InIdle());
        Assert.That(one.Address, Is.EqualTo(other.Address));
    }

    [Test]
    public void A_detached_radio_waits_to_be_told()
    {
        var model = NewModel();
        model.TurnOn(Seconds(0), attach: false);
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(model.RegistrationState, Is.Zero);
        model.Attach(Seconds(1));
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(6)));
    }
}
