using M531x.Dtls;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>A peer and our own end, each in its role.</summary>
sealed class Meeting : IDisposable
{
    readonly Func<OurEnd> _ours;
    readonly PeerRole _role;
    OurEnd? _our;

    /// <param name="start">Starts the peer.</param>
    /// <param name="settings">The peer's.</param>
    /// <param name="change">Of our options, which have the suite of the settings alone.</param>
    public Meeting(Func<PeerSettings, Peer> start, PeerSettings settings, Func<DtlsOptions, DtlsOptions>? change = null)
    {
        change ??= options => options;
        _role = settings.Role;
        if (_role == PeerRole.Client)
        {
            var options = (DtlsServerOptions)change(new DtlsServerOptions { Suites = [settings.Suite] });
            _our = new OurServer(options, Keys.Identity, Keys.Right);
            _ours = () => _our;
            try
            {
                Peer = start(settings with { ServerPort = _our.Port });
            }
            catch
            {
                _our.Dispose();
                throw;
            }
        }
        else
        {
            Peer = start(settings);
            var options = (DtlsClientOptions)change(new DtlsClientOptions { Suites = [settings.Suite] });
            _ours = () => new OurClient(options with { Session = Session }, Keys.Identity, Keys.Right, Peer.Port);
        }
    }

    public Peer Peer { get; }

    public OurEnd Our => _our ?? throw new InvalidOperationException("nothing has begun");

    /// <summary>What our client resumes next time.</summary>
    public DtlsSession? Session { get; set; }

    /// <summary>Begins a handshake, from whichever side is the client.</summary>
    public void Begin(bool resume = false)
    {
        if (_role == PeerRole.Server)
            _our?.Dispose();
        _our = _ours();
        if (_role == PeerRole.Client)
            Peer.Tell(resume ? "resume" : "open");
    }

    /// <summary>A handshake that succeeds on both sides, each of which says whether a session was resumed.</summary>
    public DtlsConnected Connect(bool resume = false, bool? resumes = null)
    {
        Begin(resume);
        DtlsConnected details;
        try
        {
            details = Our.AwaitConnected();
        }
        catch (AssertionException e)
        {
            throw new AssertionException($"{e.Message}; peer: {string.Join(" | ", Peer.Output.All)}", e);
        }
        Assert.That(Peer.Output.Await("connected "), Is.EqualTo((resumes ?? resume) ? "connected resumed" : "connected full"));
        Assert.That(details.Resumed, Is.EqualTo(resumes ?? resume));
        Assert.That(details.Identity, Is.EqualTo(Keys.Identity));
        return details;
    }

    /// <summary>Data of several sizes in both directions.</summary>
    public void Exchange()
    {
        foreach (var size in new[] { 1, 15, 16, 17, 255, 1000 })
        {
            var data = Enumerable.Range(size, size).Select(i => (byte)i).ToArray();
            Our.Send(data);
            Assert.That(Peer.AwaitData(), Is.EqualTo(data));
            Array.Reverse(data);
            Peer.Send(data);
            Assert.That(Our.Await(DtlsEventKind.Data).Data, Is.EqualTo(data));
        }
    }

    public void CloseFromOurSide()
    {
        Our.Close();
        Assert.That(Peer.Output.Await("closed"), Is.EqualTo("closed"));
    }

    public void CloseFromThePeer()
    {
        Peer.Tell("close");
        Our.Await(DtlsEventKind.Closed);
    }

    public void Dispose()
    {
        Peer.Dispose();
        _our?.Dispose();
        Session?.Dispose();
    }
}
