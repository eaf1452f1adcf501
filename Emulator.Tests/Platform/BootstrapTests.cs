using System.Text;
using M531x.Emulator.Core.Platform;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Server;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Platform;

[TestFixture]
sealed class BootstrapTests
{
    // /0/0: URI (25 characters), bootstrap false, mode 3 (NoSec), short server id 1. Bare Resource TLVs.
    static readonly string Account =
        "C80019" + Convert.ToHexString(Encoding.ASCII.GetBytes("coap://183.230.40.40:5683")) + "C10100" + "C10203" + "C10A01";

    [Test]
    public void The_account_is_written_and_the_finish_follows()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();

        var code = board.Bootstrap();

        // After the 2.04: message id and 8-byte token cut out. PUT /0/0, format 11542; POST /bs.
        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(CoapCode.Changed));
            Assert.That(board.Requests, Has.Count.EqualTo(2));
            Assert.That(Convert.ToHexString(board.Datagrams[1][..2]), Is.EqualTo("4803"));
            Assert.That(Convert.ToHexString(board.Datagrams[1][12..]), Is.EqualTo("B1300130122D16FF" + Account));
            Assert.That(Convert.ToHexString(board.Datagrams[2][..2]), Is.EqualTo("4802"));
            Assert.That(Convert.ToHexString(board.Datagrams[2][12..]), Is.EqualTo("B26273"));
            Assert.That(fixture.Events.OfType<BootstrapCompleted>(), Has.Exactly(1).Items);
        });
    }

    [Test]
    public void The_finish_waits_for_the_answer_to_the_write()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Answer = _ => null;

        board.Bootstrap();

        Assert.That(board.Requests.Select(Board.PathOf), Is.EqualTo(new[] { "/0/0" }));
    }

    [Test]
    public void A_refused_write_ends_the_bootstrap()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Answer = _ => new CoapResponse(CoapCode.BadRequest);

        board.Bootstrap();

        Assert.Multiple(() =>
        {
            Assert.That(board.Requests, Has.Count.EqualTo(1));
            Assert.That(fixture.Events.OfType<BootstrapAborted>().Single().Reason, Is.EqualTo(BootstrapFailure.Refused));
        });
    }

    [Test]
    public void An_unanswered_write_is_retransmitted_until_the_bootstrap_fails()
    {
        var fixture = new PlatformFixture();
        var board = fixture.AddBoard();
        board.Answer = _ => null;
        board.Bootstrap();
        var first = board.Datagrams[^1];

        fixture.Advance(TimeSpan.FromMinutes(3));

        Assert.Multiple(() =>
        {
            Assert.That(board.Datagrams.Count(d => d.SequenceEqual(first)), Is.EqualTo(5));
            Assert.That(fixture.Events.OfType<BootstrapAborted>().Single().Reason, Is.EqualTo(BootstrapFailure.Timeout));
            Assert.That(fixture.Platform.NextDeadline, Is.EqualTo(TimeSpan.MaxValue).Or.GreaterThan(fixture.Now));
        });
    }

    [Test]
    public void The_first_write_waits_for_the_delay()
    {
        var fixture = new PlatformFixture(o => o with { BootstrapDelay = TimeSpan.FromSeconds(1) });
        var board = fixture.AddBoard();
        board.Bootstrap();
        fixture.Advance(TimeSpan.FromMilliseconds(999));
        var before = board.Requests.Count;

        fixture.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Multiple(() =>
        {
            Assert.That(before, Is.Zero);
            Assert.That(board.Requests, Has.Count.EqualTo(2));
        });
    }

    [TestCase("cmiot", "2.04")]
    [TestCase("wrong", "4.03")]
    [TestCase(null, "4.03")]
    public void The_authentication_code_must_match(string? code, string expected)
    {
        var fixture = new PlatformFixture(o => o with { Devices = [o.Devices[0] with { AuthCode = "cmiot" }] });
        var board = fixture.AddBoard();

        Assert.Multiple(() =>
        {
            Assert.That(board.Bootstrap(authCode: code).ToString(), Is.EqualTo(expected));
            Assert.That(board.Requests, Has.Count.EqualTo(expected == "2.04" ? 2 : 0));
        });
    }

    [Test]
    public void An_unknown_device_is_refused() =>
        Assert.That(new PlatformFixture().AddBoard().Bootstrap("1;2"), Is.EqualTo(CoapCode.Forbidden));

    [TestCase(OneNetPort.Bootstrap, "/rd")]
    [TestCase(OneNetPort.Lwm2m, "/bs")]
    [TestCase(OneNetPort.Lwm2m, "/")]
    public void A_path_of_the_other_port_is_not_found(OneNetPort port, string path) =>
        Assert.That(new PlatformFixture().AddBoard().Request(port, CoapCode.Post, path, []).Code, Is.EqualTo(CoapCode.NotFound));
}
