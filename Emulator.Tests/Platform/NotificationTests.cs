using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Content;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class NotificationTests
{
    PlatformFixture _fixture = new();
    Board _board = null!;

    [SetUp]
    public void SetUp()
    {
        _fixture = new PlatformFixture();
        _board = _fixture.AddBoard();
        _board.Register("</3303/0>");
    }

    [TestCase(CoapContentFormat.LegacyTlv, "0700E4167674657374", Description = "with instance")]
    [TestCase(CoapContentFormat.Tlv, "E4167674657374", Description = "bare resource")]
    public void A_tlv_notification_is_stored(int format, string payload)
    {
        _board.Notify("/3303/0", format, Convert.FromHexString(payload));

        var stored = _fixture.Events.OfType<DatapointStored>().Single();
        Assert.That((stored.Stream, stored.Value), Is.EqualTo(("3303_0_5750", "\"test\"")));
    }

    [Test]
    public void A_text_notification_of_one_resource_is_stored()
    {
        _fixture.Call("POST", $"/nbiot/observe?imei={PlatformFixture.Imei}&cancel=false&obj_id=3303&obj_inst_id=0&res_id=5700");

        _board.Notify("/3303/0/5700", CoapContentFormat.Text, "26.5"u8.ToArray());

        var stored = _fixture.Events.OfType<DatapointStored>().Single();
        Assert.That((stored.Stream, stored.Value), Is.EqualTo(("3303_0_5700", "26.5")));
    }

    [Test]
    public void A_confirmable_notification_is_acknowledged()
    {
        var exchange = _board.Notify(
            "/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("0700E4167674657374"), confirmable: true);

        Assert.That(_board.Events.OfType<CoapNotificationAcknowledged>().Single().Exchange, Is.EqualTo(exchange));
    }

    [Test]
    public void The_value_of_an_unlisted_resource_is_acknowledged_and_dropped()
    {
        var exchange = _board.Notify(
            "/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("08000BE1157DF4E4167674657374"), confirmable: true);

        Assert.Multiple(() =>
        {
            Assert.That(_board.Events.OfType<CoapNotificationAcknowledged>().Single().Exchange, Is.EqualTo(exchange));
            Assert.That(_fixture.Events.OfType<ValueDropped>().Single().Path, Is.EqualTo(new ResourcePath(3303, 0, 5501)));
            Assert.That(_fixture.Events.OfType<DatapointStored>().Single().Stream, Is.EqualTo("3303_0_5750"));
        });
    }

    [Test]
    public void A_value_in_the_answer_to_an_observe_is_stored()
    {
        _board.Answer = _ => new CoapResponse(
            CoapCode.Content,
            [CoapOptions.UInt(CoapOptionNumber.Observe, 5), CoapOptions.UInt(CoapOptionNumber.ContentFormat, CoapContentFormat.Tlv)],
            Convert.FromHexString("E4167674657374"));

        _fixture.Call("POST", $"/nbiot/observe?imei={PlatformFixture.Imei}&cancel=false&obj_id=3303&obj_inst_id=0");

        Assert.That(_fixture.Events.OfType<DatapointStored>().Single().Value, Is.EqualTo("\"test\""));
    }

    [Test]
    public void Nothing_is_stored_after_deregistration()
    {
        _board.Deregister();

        _board.Notify("/3303/0", CoapContentFormat.LegacyTlv, Convert.FromHexString("0700E4167674657374"));

        Assert.That(_fixture.Events.OfType<DatapointStored>(), Is.Empty);
    }

    [Test]
    public void An_unreadable_notification_leaves_a_warning()
    {
        _board.Notify("/3303/0", CoapContentFormat.LegacyTlv, [0xE4]);

        Assert.That(_fixture.Events.OfType<OneNetWarning>().Single().Source, Is.EqualTo(PlatformFixture.Imei));
    }
}
