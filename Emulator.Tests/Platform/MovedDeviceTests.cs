using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

/// <summary>Devices without DTLS whose address changes.</summary>
[TestFixture]
sealed class MovedDeviceTests
{
    [Test]
    public void After_an_update_from_another_address_both_directions_use_it()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        fixture.Move(board, "10.0.0.2:50000");
        board.Update();

        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("080007E4164441A0FBE7"));
        var call = fixture.Start("GET", $"/nbiot?imei={PlatformFixture.Imei}&obj_id=3303&obj_inst_id=0&res_id=5700");

        Assert.Multiple(() =>
        {
            Assert.That(fixture.Events.OfType<DatapointStored>().Single().Value, Is.EqualTo("20.123"));
            Assert.That(fixture.AnswerTo(call), Does.StartWith("{\"errno\":0"));
        });
    }

    [Test]
    public void A_notification_from_another_address_without_an_update_is_ignored()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        fixture.Move(board, "10.0.0.2:50000");

        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("080007E4164441A0FBE7"));

        Assert.That(fixture.Events.OfType<DatapointStored>(), Is.Empty);
    }

    [Test]
    public void A_notification_from_an_unregistered_address_is_neither_acknowledged_nor_reset()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        var before = board.Datagrams.Count;
        fixture.Move(board, "10.0.0.2:50000");

        var exchange = board.Notify(
            "/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("080007E4164441A0FBE7"), confirmable: true);
        fixture.Advance(TimeSpan.FromMinutes(2));

        Assert.That(board.Datagrams, Has.Count.EqualTo(before));
        Assert.That(board.Events.OfType<CoapExchangeFailed>().Single(e => e.Exchange == exchange).Reason, Is.EqualTo(CoapFailure.Timeout));
    }

    [Test]
    public void An_unwanted_notification_of_a_registered_device_is_reset()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        fixture.Call("POST", $"/nbiot/observe?imei={PlatformFixture.Imei}&obj_id=3303&obj_inst_id=0&cancel=true");

        var exchange = board.Notify(
            "/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("080007E4164441A0FBE7"), confirmable: true);

        Assert.That(board.Events.OfType<CoapExchangeFailed>().Single(e => e.Exchange == exchange).Reason, Is.EqualTo(CoapFailure.Reset));
    }

    [Test]
    public void Two_devices_at_one_address_move_one_by_one()
    {
        const string OtherImsi = "460041064826327";
        const string OtherImei = "869975030000462";
        var fixture = new PlatformFixture(o => o with { Devices = [o.Devices[0], new KnownDevice(OtherImei, OtherImsi)] });
        var board = fixture.AddBoard();
        board.Register("</3200/0>");
        var first = board.Location!;
        board.Register("</3303/0>", endpointName: $"{OtherImei};{OtherImsi}");
        fixture.Move(board, "10.0.0.2:50000");
        board.Request(OneNetPort.Lwm2m, CoapCode.Post, first, []);

        var value = Convert.FromHexString("080007E4164441A0FBE7");
        board.Notify("/3200/0", CoapContentFormat.LegacyTlv, value);
        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, value);
        Assert.That(Reports(fixture), Is.EqualTo(1), "the other device has not moved");
        board.Update();
        board.Notify("/3303/0", CoapContentFormat.LegacyTlv, value);
        Assert.That(Reports(fixture), Is.EqualTo(2));
    }

    static int Reports(PlatformFixture fixture) => fixture.Events.Count(e => e is DatapointStored or ValueDropped);
}
