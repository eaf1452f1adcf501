using System.Reflection;
using System.Text;
using M531x.Emulator.Tests.EndToEnd;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace M531x.Emulator.Tests.Interop.Dtls;

/// <summary>BouncyCastle in this process. Its protocol blocks, so it has a thread.</summary>
sealed class BouncyPeer : Peer
{
    /// <summary>How long one receive blocks, which bounds only how late the thread notices its end.</summary>
    const int PollMilliseconds = 20;

    readonly PeerSettings _settings;
    readonly TlsCrypto _crypto = new BcTlsCrypto(new SecureRandom());
    readonly Dictionary<string, TlsSession> _sessions = [];
    readonly DtlsVerifier _verifier;
    readonly Lock _lock = new();
    TlsSession? _session;
    DtlsTransport? _association;
    Thread? _thread;
    volatile bool _closing;

    public BouncyPeer(PeerSettings settings)
    {
        _settings = settings;
        _verifier = new DtlsVerifier(_crypto);
        Transport = new BouncyTransport(settings.ServerPort);
        Port = Transport.Port;
        Output = new LineLog("bouncy");
        // The assembly version is 2.0.0 in every release.
        var informational = typeof(DtlsTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!;
        Version = informational.InformationalVersion.Split('+')[0];
        if (settings.Role == PeerRole.Server)
            _thread = Start(() => { while (!Transport.IsDisposed) ServeClient(); });
    }

    public BouncyTransport Transport { get; }

    /// <summary>Results of the last handshake; null before the first.</summary>
    public NegotiatedExtensions? Negotiated { get; private set; }

    public override void Tell(string command)
    {
        switch (command.Split(' '))
        {
            case ["open"]:
                Open(null);
                break;
            case ["resume"]:
                Open(_session ?? throw new InvalidOperationException("no session"));
                break;
            case ["send", var hex]:
                var data = Convert.FromHexString(hex);
                lock (_lock)
                    _association?.Send(data, 0, data.Length);
                Output.Add(_association is null ? "refused" : "sent");
                break;
            case ["close"]:
                _closing = true;
                break;
            default:
                throw new ArgumentException(command, nameof(command));
        }
    }

    public override void Dispose()
    {
        Transport.Dispose();
        _thread?.Join();
    }

    void Open(TlsSession? session)
    {
        _thread?.Join();
        _thread = Start(() =>
        {
            var client = new BouncyClient(_settings, Output, session);
            Serve(client, () =>
            {
                var association = new DtlsClientProtocol().Connect(client, Transport);
                _session = client.Session;
                return association;
            });
        });
    }

    void ServeClient()
    {
        var server = new BouncyServer(_crypto, _settings, Output, _sessions);
        Serve(server, () => AwaitVerifiedHello() is { } hello ? new DtlsServerProtocol().Accept(server, Transport, hello) : null);
    }

    /// <summary>Answers ClientHellos with a cookie until one brings it back; null when the test is over.</summary>
    DtlsRequest? AwaitVerifiedHello()
    {
        var buffer = new byte[Transport.GetReceiveLimit()];
        while (!Transport.IsDisposed)
        {
            var length = Transport.Receive(buffer, 0, buffer.Length, PollMilliseconds);
            var client = Encoding.UTF8.GetBytes($"{Transport.Remote}");
            if (length > 0 && _verifier.VerifyRequest(client, buffer, 0, length, Transport) is { } hello)
                return hello;
        }
        return null;
    }

    /// <summary>One association from its handshake to its end.</summary>
    void Serve(IBouncyEnd end, Func<DtlsTransport?> handshake)
    {
        try
        {
            if (handshake() is not { } association)
                return;
            Negotiated = new NegotiatedExtensions(end.Parameters);
            _closing = false;
            lock (_lock)
                _association = association;
            // The test may send from now on.
            Output.Add(Negotiated.Resumed ? "connected resumed" : "connected full");
            var buffer = new byte[association.GetReceiveLimit()];
            while (!Transport.IsDisposed && !_closing && !end.IsClosed)
            {
                var length = association.Receive(buffer, 0, buffer.Length, PollMilliseconds);
                if (length >= 0)
                    Output.Add($"data {Convert.ToHexString(buffer, 0, length)}");
            }
            if (end.IsClosed)
                Output.Add("closed");
            else
                association.Close();
        }
        catch (IOException e)
        {
            // Alerts of our side are in the output already.
            if (!Transport.IsDisposed)
                Output.Add($"failed {e.Message} {e.InnerException}");
        }
        finally
        {
            lock (_lock)
                _association = null;
        }
    }

    static Thread Start(ThreadStart run)
    {
        var thread = new Thread(run) { IsBackground = true };
        thread.Start();
        return thread;
    }
}

/// <summary>What BouncyCastle says about a handshake that is complete.</summary>
/// <param name="IdToUs">Connection id in the records that BouncyCastle sends, which it calls local: our side chose it.</param>
/// <param name="IdFromUs">Connection id in the records that BouncyCastle receives.</param>
sealed record NegotiatedExtensions(bool Resumed, bool ExtendedMasterSecret, bool EncryptThenMac, byte[]? IdToUs, byte[]? IdFromUs)
{
    public NegotiatedExtensions(SecurityParameters parameters)
        : this(parameters.IsResumedSession, parameters.IsExtendedMasterSecret, parameters.IsEncryptThenMac,
            parameters.ConnectionIDLocal, parameters.ConnectionIDPeer)
    {
    }
}
