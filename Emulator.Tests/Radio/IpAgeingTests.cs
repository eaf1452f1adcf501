using M531x.Emulator.Core.Radio;
using M531x.Lwm2m;
using NUnit.Framework;
using static M531x.Emulator.Tests.Support.RadioEvents;

namespace M531x.Emulator.Tests.Radio;

/// <summary>The mapping of the network's address translation behind the radio's address.</summary>
public sealed class IpAgeingTests
{
    static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Attached at 0 s, first uplink at 10 s, with nothing but the ageing to wait for from 30 s on.</summary>
    static RadioModel Mapped(double? ageing = 120, EdrxSettings? edrx = null, PsmSettings? psm = null)
    {
        var model = new RadioModel(
            new RadioOptions { IpAgeing = ageing is { } seconds ? Seconds(seconds) : null, RrcInactivity = Seconds(20) }, new SeededRandom(1).Fork("radio"));
        model.SetPsm(Seconds(0), psm);
        model.SetEdrx(Seconds(0), edrx);
        model.TurnOn(Seconds(0));
        model.Send(Seconds(10), 10);
        model.HandleTimeout(Seconds(30));
        Take(model);
        return model;
    }

    [Test]
    public void Silence_ends_the_mapping_without_waking_the_radio_or_changing_the_address()
    {
        var model = Mapped();
        var address = model.Address;
        Assert.That(model.NextDeadline, Is.EqualTo(Seconds(130)));
        model.HandleTimeout(Seconds(129.999));
        Assert.That(model.IsAged, Is.False);

        model.HandleTimeout(Seconds(130));

        Assert.That(Take(model), Is.EqualTo(new RadioEvent[] { new MappingAged(address!, "no traffic for 120 s") }));
        Assert.That((model.IsAged, model.State, model.Address), Is.EqualTo((true, RadioState.Idle, address)));
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue), "once");
    }

    [Test]
    public void Downlinks_are_lost_until_the_next_uplink_brings_a_new_address()
    {
        var model = Mapped();
        var address = model.Address;
        model.HandleTimeout(Seconds(130));
        Assert.That(model.Receive(Seconds(140)), Is.EqualTo(RadioDelivery.Unmapped));
        Assert.That(model.State, Is.EqualTo(RadioState.Idle), "nobody is paged");
        Take(model);

        Assert.That(model.Send(Seconds(150), 10), Is.True);

        Assert.That(model.Address, Is.Not.EqualTo(address));
        Assert.That(Take(model), Is.EqualTo(new RadioEvent[]
        {
            new RadioStateChanged(RadioState.Idle, RadioState.Connected, "uplink"),
            new RrcChanged(true),
            new AddressChanged(model.Address),
        }));
        Assert.That(model.Receive(Seconds(151)), Is.EqualTo(RadioDelivery.Received));
        model.Send(Seconds(160), 10);
        Assert.That(Take(model), Is.Empty, "one new address for one ageing");
    }

    [Test]
    public void An_uplink_that_is_late_for_the_deadline_finds_the_mapping_gone()
    {
        var model = Mapped();
        var address = model.Address;
        model.Send(Seconds(131), 10);
        Assert.That(Take(model).OfType<MappingAged>(), Has.One.Items);
        Assert.That(model.Address, Is.Not.EqualTo(address));
    }

    [Test]
    public void A_downlink_that_is_late_for_the_deadline_is_lost() =>
        Assert.That(Mapped().Receive(Seconds(131)), Is.EqualTo(RadioDelivery.Unmapped));

    [Test]
    public void Traffic_in_both_directions_keeps_the_mapping()
    {
        var model = Mapped();
        model.Send(Seconds(129), 10);
        model.HandleTimeout(Seconds(248.9));
        Assert.That(model.Receive(Seconds(248.9)), Is.EqualTo(RadioDelivery.Received));
        model.HandleTimeout(Seconds(368.8));
        Assert.That(model.IsAged, Is.False);
        model.HandleTimeout(Seconds(368.9));
        Assert.That(model.IsAged, Is.True);
    }

    [Test]
    public void A_downlink_that_is_swallowed_by_power_saving_keeps_nothing()
    {
        var model = Mapped(psm: new PsmSettings("00100001", "00000101"));
        model.HandleTimeout(Seconds(40));
        Assert.That(model.Receive(Seconds(100)), Is.EqualTo(RadioDelivery.Lost));
        model.HandleTimeout(Seconds(130));
        Assert.That((model.IsAged, model.State), Is.EqualTo((true, RadioState.PowerSaving)));
    }

    [Test]
    public void What_the_network_holds_for_paging_has_passed_the_mapping()
    {
        // A cycle of 163.84 s from 30 s on, with a window of 2.56 s.
        var model = Mapped(edrx: new EdrxSettings("1001", "0000"));
        Assert.That(model.Receive(Seconds(100)), Is.EqualTo(RadioDelivery.Held));
        model.HandleTimeout(Seconds(193.84));
        Assert.That((model.IsAged, model.State), Is.EqualTo((false, RadioState.Connected)));
        model.HandleTimeout(Seconds(220));
        Assert.That((model.IsAged, model.State), Is.EqualTo((true, RadioState.Idle)), "being paged is no traffic");
    }

    [Test]
    public void A_tracking_area_update_is_no_traffic()
    {
        var model = Mapped(psm: new PsmSettings("10000011", "01100000")); // each 90 s, listening for hours
        model.HandleTimeout(Seconds(120));
        Assert.That(Take(model).OfType<RadioStateChanged>().Last().Why, Is.EqualTo("T3412: tracking area update"));
        model.HandleTimeout(Seconds(130));
        Assert.That((model.IsAged, model.State), Is.EqualTo((true, RadioState.Connected)));
    }

    [Test]
    public void Nothing_ages_before_the_first_uplink()
    {
        var model = new RadioModel(new RadioOptions(), new SeededRandom(1).Fork("radio"));
        model.TurnOn(Seconds(0));
        model.HandleTimeout(Seconds(20));
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void Without_ageing_silence_changes_nothing_but_an_order_does()
    {
        var model = Mapped(ageing: null);
        Assert.That(model.NextDeadline, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(model.Receive(Seconds(100_000)), Is.EqualTo(RadioDelivery.Received));
        model.AgeMapping();
        model.AgeMapping();
        Assert.That(Take(model).OfType<MappingAged>(), Has.One.Items);
        Assert.That(model.Receive(Seconds(100_001)), Is.EqualTo(RadioDelivery.Unmapped));
    }

    [Test]
    public void A_new_attach_brings_a_new_mapping()
    {
        var model = Mapped();
        model.HandleTimeout(Seconds(130));
        model.Detach(Seconds(131));
        model.AgeMapping();
        model.Attach(Seconds(132));
        Take(model);
        Assert.That(model.Receive(Seconds(133)), Is.EqualTo(RadioDelivery.Received));
        model.Send(Seconds(134), 10);
        Assert.That(Take(model), Is.Empty);
    }

    [Test]
    public void The_mapping_ages_while_the_module_has_no_coverage()
    {
        var model = Mapped();
        var address = model.Address;
        model.SetCoverage(Seconds(40), false);
        model.HandleTimeout(Seconds(130));
        Assert.That((model.IsAged, model.Send(Seconds(131), 10), model.Address), Is.EqualTo((true, false, address)), "what does not leave renews nothing");
        model.SetCoverage(Seconds(140), true);
        Assert.That((model.IsAged, model.Address), Is.EqualTo((true, address)));
        model.Send(Seconds(141), 10);
        Assert.That(model.Address, Is.Not.EqualTo(address));
    }
}
