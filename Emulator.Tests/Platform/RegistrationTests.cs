using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class RegistrationTests
{
    static readonly string[] Followed =
    [
        "/3200/0 observe", "/3303/0 observe", "/3303/1 observe", "/3200 discover", "/3303 discover", "/3/0 read",
    ];

    [Test]
    public void A_registration_is_followed_by_observes_then_discovers_then_a_read_with_consecutive_message_ids()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();

        var code = board.Register("</>;rt=\"oma.lwm2m\",</0/0>,</0/1>,</3303/0>,</3303/1>,</3200/0>");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(CoapCode.Created));
            Assert.That(board.Requests.Select(Describe), Is.EqualTo(Followed));
            Assert.That(
                board.Requests.Select(r => (ushort)(r.MessageId - board.Requests[0].MessageId)),
                Is.EqualTo(new ushort[] { 0, 1, 2, 3, 4, 5 }));
            Assert.That(board.Requests.Select(r => r.Type), Is.All.EqualTo(CoapType.Confirmable));
        });
    }

    [Test]
    public void All_requests_after_a_registration_leave_before_any_is_answered()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Answer = _ => null;

        board.Register("</3200/0>,</3303/0>");

        Assert.That(board.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public void Observe_and_discover_equal_the_captured_bytes_except_for_ids()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();

        board.Register("</3200/0>");

        // Datagram 0 is the 2.01. Message id and 8-byte token are cut out.
        Assert.Multiple(() =>
        {
            Assert.That(Convert.ToHexString(board.Datagrams[1][..2]), Is.EqualTo("4801"));
            Assert.That(Convert.ToHexString(board.Datagrams[1][12..]), Is.EqualTo("6054333230300130"));
            Assert.That(Convert.ToHexString(board.Datagrams[2][..2]), Is.EqualTo("4801"));
            Assert.That(Convert.ToHexString(board.Datagrams[2][12..]), Is.EqualTo("B4333230306128"));
        });
    }

    [Test]
    public void A_device_with_obsv_off_gets_no_requests_after_registration()
    {
        var fixture = new PlatformFixture(o => o with { Devices = [o.Devices[0] with { Observe = false }] });
        var board = fixture.AddBoard();

        board.Register();

        Assert.That(board.Requests, Is.Empty);
    }

    [Test]
    public void An_object_without_instances_is_observed_as_a_whole()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();

        board.Register("</3336>");

        Assert.That(board.Requests.Select(Describe), Is.EqualTo(new[] { "/3336 observe", "/3336 discover", "/3/0 read" }));
    }

    [Test]
    public void An_unanswered_downlink_is_retransmitted_twice()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Answer = request => PathOf(request, "/3/0") ? null : Board.AnswerAsModule(request);
        board.Register();
        var before = board.Datagrams.Count;

        fixture.Advance(TimeSpan.FromMinutes(2));

        Assert.Multiple(() =>
        {
            Assert.That(board.Datagrams, Has.Count.EqualTo(before + 2));
            Assert.That(board.Datagrams[^1], Is.EqualTo(board.Datagrams[^2]));
            Assert.That(fixture.Events.OfType<DownlinkFailed>().Single().Reason, Is.EqualTo(CoapFailure.Timeout));
        });
    }

    [Test]
    public void An_unknown_endpoint_is_refused_with_forbidden()
    {
        var fixture = new PlatformFixture();

        var code = fixture.AddBoard().Register(endpointName: "869975030000461;1");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(CoapCode.Forbidden));
            Assert.That(fixture.Events.OfType<AccessRefused>().Single().Reason, Is.EqualTo("unknown device"));
        });
    }

    [Test]
    public void Without_automatic_provisioning_a_device_is_unknown_until_it_is_created()
    {
        var fixture = new PlatformFixture(o => o with { AutoProvision = false });
        var board = fixture.AddBoard();
        var before = board.Register();

        fixture.Call("POST", "/devices",
            $$$"""{"title":"t","auth_info":{"{{{PlatformFixture.Imei}}}":"{{{PlatformFixture.Imsi}}}"}}""");

        Assert.Multiple(() =>
        {
            Assert.That(before, Is.EqualTo(CoapCode.Forbidden));
            Assert.That(board.Register(), Is.EqualTo(CoapCode.Created));
        });
    }

    [TestCase("cmiot", ExpectedResult = "2.01")]
    [TestCase("wrong", ExpectedResult = "4.03")]
    [TestCase(null, ExpectedResult = "4.03")]
    public string The_authentication_code_must_match(string? code)
    {
        var fixture = new PlatformFixture(o => o with { Devices = [o.Devices[0] with { AuthCode = "cmiot" }] });

        return fixture.AddBoard().Register(authCode: code).ToString();
    }

    [Test]
    public void An_authentication_code_that_the_platform_does_not_require_is_ignored() =>
        Assert.That(new PlatformFixture().AddBoard().Register(authCode: "any"), Is.EqualTo(CoapCode.Created));

    [Test]
    public void Registering_again_replaces_the_registration()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        var first = board.Location;
        board.Register();
        var second = board.Location;

        var answer = board.Request(OneNetPort.Lwm2m, CoapCode.Post, first!, []);

        Assert.Multiple(() =>
        {
            Assert.That(second, Is.Not.EqualTo(first));
            Assert.That(answer.Code, Is.EqualTo(CoapCode.NotFound));
            Assert.That(board.Update(), Is.EqualTo(CoapCode.Changed));
            Assert.That(fixture.Events.OfType<DeviceOffline>().Single().Reason, Is.EqualTo(RegistrationEndReason.Replaced));
        });
    }

    [Test]
    public void A_silent_device_goes_offline_when_its_lifetime_ends()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register(lifetime: "300");

        fixture.Advance(TimeSpan.FromSeconds(299));
        var before = Status(fixture);
        fixture.Advance(TimeSpan.FromSeconds(1));

        Assert.Multiple(() =>
        {
            Assert.That(before, Does.Contain("\"online\":true"));
            Assert.That(Status(fixture), Does.Contain("\"online\":false"));
            Assert.That(board.Update(), Is.EqualTo(CoapCode.NotFound));
        });
    }

    [Test]
    public void An_update_restarts_the_lifetime()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register(lifetime: "300");
        fixture.Advance(TimeSpan.FromSeconds(299));
        board.Update(lifetime: "60");

        fixture.Advance(TimeSpan.FromSeconds(59));
        var before = Status(fixture);
        fixture.Advance(TimeSpan.FromSeconds(1));

        Assert.Multiple(() =>
        {
            Assert.That(before, Does.Contain("\"online\":true"));
            Assert.That(Status(fixture), Does.Contain("\"online\":false"));
        });
    }

    [Test]
    public void An_update_may_shorten_the_lifetime()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register(lifetime: "86400");
        board.Update(lifetime: "60");

        fixture.Advance(TimeSpan.FromSeconds(60));

        Assert.That(Status(fixture), Does.Contain("\"online\":false"));
    }

    [Test]
    public void An_update_with_a_new_object_has_only_that_one_observed_and_discovered()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register("</3200/0>");
        board.Requests.Clear();

        var code = board.Update(links: "</>;rt=\"oma.lwm2m\",</0/0>,</3200/0>,</3303/0>");

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(CoapCode.Changed));
            Assert.That(board.Requests.Select(Describe), Is.EqualTo(new[] { "/3303/0 observe", "/3303 discover" }));
        });
    }

    [Test]
    public void Deregistration_sets_the_device_offline()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();

        Assert.Multiple(() =>
        {
            Assert.That(board.Deregister(), Is.EqualTo(CoapCode.Deleted));
            Assert.That(Status(fixture), Does.Contain("\"online\":false"));
            Assert.That(board.Deregister(), Is.EqualTo(CoapCode.NotFound));
        });
    }

    [Test]
    public void The_update_of_a_deleted_device_is_answered_not_found()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Register();
        var id = fixture.Events.OfType<DeviceCreated>().Single().DeviceId;

        fixture.Call("DELETE", $"/devices/{id}");

        Assert.Multiple(() =>
        {
            Assert.That(board.Update(), Is.EqualTo(CoapCode.NotFound));
            Assert.That(board.Register(), Is.EqualTo(CoapCode.Forbidden));
        });
    }

    static bool PathOf(CoapMessage request, string path) => Board.PathOf(request) == path;

    static string Status(PlatformFixture fixture) => fixture.Call("GET", $"/devices/status?devIds={PlatformFixture.Imei}")!;

    static string Describe(CoapMessage request) =>
        Board.PathOf(request) + (request.Observe == 0 ? " observe" : request.Accept == CoapContentFormat.Link ? " discover" : " read");
}
