using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>Every case with another implementation, which has each suite in both roles. Who is client and who is server is the peer's role.</summary>
[Category("Interop"), Platform(Include = "Linux,MacOsX"), Parallelizable(ParallelScope.All)]
abstract class PeerTests
{
    /// <summary>The peer's name in the matrix.</summary>
    protected abstract string Name { get; }

    protected abstract Peer Start(PeerSettings settings);

    /// <summary>Settings under which the peer resumes a session.</summary>
    protected virtual PeerSettings ForResumption(PeerSettings settings) => settings;

    [Test]
    public void Data_goes_both_ways([Values] DtlsCipherSuite suite, [Values] PeerRole peer)
    {
        using var meeting = Meet(suite, peer);
        var details = meeting.Connect();
        Assert.That(details.Suite, Is.EqualTo(suite));
        Assert.That(details.ExtendedMasterSecret, Is.True);
        Assert.That(details.EncryptThenMac, Is.EqualTo(suite == DtlsCipherSuite.PskAes128CbcSha256));
        meeting.Exchange();
        Record(meeting, suite, peer, "data");
    }

    /// <summary>Our flights in pieces of 32 bytes, one record in a datagram.</summary>
    [Test]
    public void Fragments_are_put_together([Values] DtlsCipherSuite suite, [Values] PeerRole peer)
    {
        using var meeting = Meet(suite, peer, options => options with { MaxFragment = 32, MaxDatagram = 128, PacksRecords = false });
        meeting.Connect();
        meeting.Exchange();
        Record(meeting, suite, peer, "fragments");
    }

    /// <summary>The ClientHello of the module itself has no extension.</summary>
    [Test]
    public void A_server_takes_the_plain_hello([Values] DtlsCipherSuite suite)
    {
        using var meeting = Meet(suite, PeerRole.Server, options => ((DtlsClientOptions)options) with { PlainHello = true });
        var details = meeting.Connect();
        Assert.That(details.ExtendedMasterSecret || details.EncryptThenMac, Is.False);
        meeting.Exchange();
        Record(meeting, suite, PeerRole.Server, "plain hello");
    }

    [Test]
    public void A_session_is_resumed_by_its_id([Values] DtlsCipherSuite suite, [Values] PeerRole peer)
    {
        using var meeting = new Meeting(Start, ForResumption(new() { Role = peer, Suite = suite }));
        meeting.Connect();
        if (peer == PeerRole.Server)
        {
            meeting.Session = ((OurClient)meeting.Our).Session;
            Assert.That(meeting.Session, Is.Not.Null);
            meeting.CloseFromOurSide();
        }
        else
        {
            meeting.CloseFromThePeer();
        }

        meeting.Connect(resume: true);
        meeting.Exchange();
        Record(meeting, suite, peer, "resumption");
    }

    /// <summary>A server that has lost its sessions makes a full handshake of it.</summary>
    [Test]
    public void A_session_that_the_server_has_forgotten_is_made_anew([Values] DtlsCipherSuite suite)
    {
        using var first = Meet(suite, PeerRole.Server);
        first.Connect();
        var session = ((OurClient)first.Our).Session;
        Assert.That(session, Is.Not.Null);
        using var second = Meet(suite, PeerRole.Server);
        second.Session = session;
        second.Connect(resume: true, resumes: false);
        second.Exchange();
    }

    [Test]
    public void A_client_with_the_wrong_key_is_told_and_our_server_knows_why([Values] DtlsCipherSuite suite)
    {
        using var meeting = new Meeting(Start, new() { Role = PeerRole.Client, Suite = suite, Key = Keys.Wrong });
        meeting.Begin();
        Assert.That(meeting.Our.Await(DtlsEventKind.KeyMismatch).Event.Identity, Is.EqualTo(Keys.Identity));
        meeting.Peer.Output.Await("failed ");
        Assert.That(meeting.Peer.EverConnected, Is.False);
        Assert.That(meeting.Our.All.Select(e => e.Kind), Has.None.EqualTo(DtlsEventKind.Connected));
        Record(meeting, suite, PeerRole.Client, "wrong key");
    }

    /// <summary>What a server does about a Finished that does not open is its own choice: some are silent, some send an alert.</summary>
    [Test]
    public void A_server_with_another_key_is_not_connected_to([Values] DtlsCipherSuite suite)
    {
        using var meeting = new Meeting(
            Start, new() { Role = PeerRole.Server, Suite = suite, Key = Keys.Wrong },
            options => options with { InitialTimeout = TimeSpan.FromMilliseconds(250), HandshakeTimeout = TimeSpan.FromSeconds(1.5) });
        meeting.Begin();
        var failed = meeting.Our.Await(DtlsEventKind.Failed);
        Assert.That(failed.Event.Failure, Is.AnyOf(DtlsFailure.HandshakeTimeout, DtlsFailure.PeerAlert, DtlsFailure.WrongKey));
        Assert.That(meeting.Our.All.Count(e => e is { Kind: DtlsEventKind.FlightSent, Event.Number: 5 }), Is.Positive, "the handshake got as far as Finished");
        Assert.That(meeting.Our.All.Select(e => e.Kind), Has.None.EqualTo(DtlsEventKind.Connected));
        Assert.That(meeting.Peer.EverConnected, Is.False);
        Record(meeting, suite, PeerRole.Server, "wrong key");
    }

    [Test]
    public void A_client_of_unknown_identity_is_refused([Values] DtlsCipherSuite suite)
    {
        using var meeting = new Meeting(Start, new() { Role = PeerRole.Client, Suite = suite, Identity = "stranger" });
        meeting.Begin();
        var failed = meeting.Our.Await(DtlsEventKind.Failed);
        Assert.That(failed.Event.Failure, Is.EqualTo(DtlsFailure.UnknownIdentity));
        Assert.That(failed.Event.Identity, Is.EqualTo("stranger"));
        Assert.That(meeting.Peer.Output.Await("failed "), Is.EqualTo("failed alert 115"));
        Assert.That(meeting.Peer.EverConnected, Is.False);
        Record(meeting, suite, PeerRole.Client, "unknown identity");
    }

    [Test]
    public void A_server_that_does_not_know_us_refuses_us([Values] DtlsCipherSuite suite)
    {
        using var meeting = new Meeting(Start, new() { Role = PeerRole.Server, Suite = suite, Identity = "another" });
        meeting.Begin();
        var failed = meeting.Our.Await(DtlsEventKind.Failed);
        Assert.That(failed.Event.Failure, Is.AnyOf(DtlsFailure.PeerAlert, DtlsFailure.UnknownIdentity));
        // GnuTLS calls it an internal error.
        Assert.That(failed.Event.Alert, Is.AnyOf(DtlsAlert.UnknownPskIdentity, DtlsAlert.InternalError));
        Assert.That(meeting.Peer.EverConnected, Is.False);
        Record(meeting, suite, PeerRole.Server, "unknown identity");
    }

    /// <summary>After either end the same two go on with a new association.</summary>
    [Test]
    public void Each_side_sees_the_other_close([Values] DtlsCipherSuite suite, [Values] PeerRole peer)
    {
        using var meeting = Meet(suite, peer);
        meeting.Connect();
        meeting.CloseFromThePeer();
        meeting.Connect();
        meeting.CloseFromOurSide();
        if (peer == PeerRole.Client)
            meeting.Our.Await(DtlsEventKind.Closed);
        meeting.Connect();
        Record(meeting, suite, peer, "close");
    }

    /// <summary>Two sides that share no suite find out at once.</summary>
    [Test]
    public void Without_a_common_suite_the_handshake_fails([Values] PeerRole peer)
    {
        using var meeting = Meet(DtlsCipherSuite.PskAes128Ccm8, peer, options => options with { Suites = [DtlsCipherSuite.PskAes128GcmSha256] });
        meeting.Begin();
        var told = meeting.Peer.Output.Await("failed ");
        if (peer == PeerRole.Client)
            Assert.That(told, Is.EqualTo("failed alert 40"));
        Assert.That(meeting.Our.Await(DtlsEventKind.Failed).Event.Failure, Is.EqualTo(DtlsFailure.NoCommonSuite));
        Assert.That(meeting.Peer.EverConnected, Is.False);
    }

    /// <summary>The CBC suite with each of the two extensions switched off on either side.</summary>
    [Test]
    public void The_extensions_are_used_when_both_sides_have_them(
        [Values] PeerRole peer, [Values] bool ourSecret, [Values] bool theirSecret, [Values] bool ourMac, [Values] bool theirMac)
    {
        var settings = new PeerSettings
        {
            Role = peer,
            Suite = DtlsCipherSuite.PskAes128CbcSha256,
            ExtendedMasterSecret = theirSecret,
            EncryptThenMac = theirMac,
        };
        using var meeting = new Meeting(Start, settings, options => options with { ExtendedMasterSecret = ourSecret, EncryptThenMac = ourMac });
        var details = meeting.Connect();
        Assert.That(details.ExtendedMasterSecret, Is.EqualTo(ourSecret && theirSecret));
        Assert.That(details.EncryptThenMac, Is.EqualTo(ourMac && theirMac));
        meeting.Exchange();
    }

    Meeting Meet(DtlsCipherSuite suite, PeerRole peer, Func<DtlsOptions, DtlsOptions>? change = null) =>
        new(Start, new() { Role = peer, Suite = suite }, change);

    void Record(Meeting meeting, DtlsCipherSuite suite, PeerRole role, string testCase) =>
        InteropRun.Record(Name, meeting.Peer.Version, role, suite, offered: true, testCase);
}
