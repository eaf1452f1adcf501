using System.Net;
using System.Security.Cryptography;
using System.Text;
using M531x.Dtls.Messages;

namespace M531x.Dtls.Handshake;

/// <summary>
/// A server's side of one handshake, from the ClientHello that returned its cookie; see <see cref="ClientConnection"/> for the flights.
/// </summary>
sealed class ServerConnection : DtlsConnection
{
    enum State
    {
        AwaitClientHello,
        AwaitClientKeyExchange,
        AwaitClientFinished,
        Connected,
    }

    const int SessionIdLength = 32;

    /// <summary>
    /// How long a refusal waits for a message that makes it void. What it would answer is not authentic, and peers obey an alert at once:
    /// without the wait anybody could end the handshakes of others.
    /// </summary>
    static readonly TimeSpan RefusalDelay = TimeSpan.FromMilliseconds(300);

    readonly DtlsServerOptions _options;
    readonly IPskStore _keys;
    readonly SessionCache _sessions;
    State _state;
    byte[] _sessionId = [];
    byte[] _keyDigest = [];
    bool _toldMismatch;

    /// <param name="connectionId">For records to us, should the client want to use one.</param>
    /// <param name="recordSequence">Of the record with the ClientHello.</param>
    /// <param name="messageSequence">Of the ClientHello.</param>
    /// <param name="clientRandom">Of the ClientHello.</param>
    public ServerConnection(DtlsServerOptions options, IPskStore keys, SessionCache sessions, EngineOutput output, RandomFill random,
        long association, IPEndPoint peer, byte[] connectionId, ulong recordSequence, ushort messageSequence, byte[] clientRandom)
        : base(options, output, random, association, peer)
    {
        _options = options;
        _keys = keys;
        _sessions = sessions;
        ConnectionId = connectionId;
        ClientRandom = clientRandom;
        StartSequence(recordSequence);
        StartMessages(messageSequence);
    }

    protected override bool IsClient => false;

    /// <summary>For records to us, used or not.</summary>
    public byte[] ConnectionId { get; }

    /// <summary>When the association last took or sent something, and its place among the others.</summary>
    public LinkedListNode<ServerConnection>? Place { get; set; }

    /// <summary>The deadline under which the server has noted it.</summary>
    public TimeSpan ScheduledAt { get; set; } = TimeSpan.MaxValue;

    public void Start(TimeSpan now) => StartHandshakeTimer(now);

    protected override bool HandleMessage(TimeSpan now, WholeMessage message) => (_state, message.Header.Type, message.Epoch) switch
    {
        (State.AwaitClientHello, HandshakeType.ClientHello, 0) => AnswerHello(now, message),
        (State.AwaitClientKeyExchange, HandshakeType.ClientKeyExchange, 0) => TakeIdentity(now, message),
        (State.AwaitClientFinished, HandshakeType.Finished, 1) => Finish(now, message),
        _ => false,
    };

    protected override bool IsRenegotiation(HandshakeType type) => type == HandshakeType.ClientHello;

    protected override void OnConnected(TimeSpan now)
    {
        _state = State.Connected;
        if (!Resumed && _sessionId.Length > 0)
            _sessions.Add(new DtlsSession(_sessionId, [.. MasterSecret], Suite, ExtendedMasterSecret, Identity!, now, _keyDigest));
    }

    protected override void OnBadFinished(TimeSpan now)
    {
        if (_toldMismatch || _state != State.AwaitClientFinished)
            return;
        _toldMismatch = true;
        Tell(new DtlsEvent { Kind = DtlsEventKind.KeyMismatch, Identity = Identity });
        if (_options.TellsWrongKey)
            DecideAt = now + RefusalDelay;
    }

    /// <summary>No better message has come. With a wrong Finished the handshake goes on: the right one is still welcome.</summary>
    protected override void Decide()
    {
        base.Decide();
        if (_state == State.AwaitClientKeyExchange)
            Fail(DtlsFailure.UnknownIdentity, DtlsAlert.UnknownPskIdentity);
        else
            SendAlert(AlertLevel.Fatal, DtlsAlert.DecryptError);
    }

    protected override void GiveUp() => Fail(_toldMismatch ? DtlsFailure.WrongKey : DtlsFailure.HandshakeTimeout);

    /// <summary>A client has nothing to say here that anybody else could not say: it is heard of, and changes nothing.</summary>
    protected override void HandleUnprotectedAlert(DtlsAlert alert)
    {
        Tell(new DtlsEvent { Kind = DtlsEventKind.AlertReceived, Alert = alert });
        Drop(DtlsDropReason.Unauthenticated);
    }

    protected override void ForgetSession() => _sessions.Remove(_sessionId);

    bool AnswerHello(TimeSpan now, WholeMessage message)
    {
        if (!ClientHello.TryRead(message.Body, out var hello))
            return false;
        if (!hello.IsVersion12)
        {
            Fail(DtlsFailure.ProtocolVersion, DtlsAlert.ProtocolVersion);
            return false;
        }
        if (!TryChooseSuite(hello, out var suite))
        {
            Fail(DtlsFailure.NoCommonSuite, DtlsAlert.HandshakeFailure);
            return false;
        }
        EndPeerFlight(message);
        var session = _sessions.Find(now, hello.SessionId);
        if (session is { ExtendedMasterSecret: true } && !hello.Extensions.ExtendedMasterSecret)
        {
            Fail(DtlsFailure.ProtocolError, DtlsAlert.HandshakeFailure); // RFC 7627 §5.3
            return false;
        }
        Resumed = session is not null && HasSameKey(session) && hello.Suites.Contains((ushort)session.Suite)
            && _options.Suites.Contains(session.Suite) && session.ExtendedMasterSecret == Agrees(hello.Extensions.ExtendedMasterSecret, _options.ExtendedMasterSecret);
        Suite = Resumed ? session!.Suite : suite;
        ServerRandom = NewRandom();
        ExtendedMasterSecret = Agrees(hello.Extensions.ExtendedMasterSecret, _options.ExtendedMasterSecret);
        EncryptThenMac = Agrees(hello.Extensions.EncryptThenMac, _options.EncryptThenMac) && Suite == DtlsCipherSuite.PskAes128CbcSha256;
        if (Resumed)
            _sessionId = session!.Id;
        else if (_options.MaxSessions > 0)
            Random(_sessionId = new byte[SessionIdLength]);
        var usesIds = hello.Extensions.ConnectionId is not null && _options.ConnectionIdLength is not null;
        if (usesIds)
            UseConnectionIds(send: hello.Extensions.ConnectionId!, receive: ConnectionId);

        Transcript.Add(message.Message);
        BeginFlight(4);
        AddMessage(HandshakeType.ServerHello, new ServerHello
        {
            Random = ServerRandom,
            SessionId = _sessionId,
            Suite = (ushort)Suite,
            Extensions = new HelloExtensions
            {
                RenegotiationInfo = hello.SignalsRenegotiationInfo,
                ExtendedMasterSecret = ExtendedMasterSecret,
                EncryptThenMac = EncryptThenMac,
                ConnectionId = usesIds ? ConnectionId : null,
            },
        }.Write());
        if (Resumed)
            Resume(now, session!);
        else
            AskForKey(now);
        return true;
    }

    /// <summary>The identity still has the key that the session came from: one that was changed or taken away opens nothing any more.</summary>
    bool HasSameKey(DtlsSession session)
    {
        if (!_keys.TryGetKey(Encoding.UTF8.GetBytes(session.Identity), out var key) || key.Length == 0)
            return false;
        var same = CryptographicOperations.FixedTimeEquals(SHA256.HashData(key), session.KeyDigest);
        CryptographicOperations.ZeroMemory(key);
        return same;
    }

    void Resume(TimeSpan now, DtlsSession session)
    {
        Identity = session.Identity;
        MasterSecret = [.. session.MasterSecret];
        DeriveKeys();
        AddFinished();
        _state = State.AwaitClientFinished;
        SendFlight(now, awaitsAnswer: true);
    }

    void AskForKey(TimeSpan now)
    {
        if (_options.IdentityHint is { } hint)
            AddMessage(HandshakeType.ServerKeyExchange, PskKeyExchange.Write(Encoding.UTF8.GetBytes(hint)));
        AddMessage(HandshakeType.ServerHelloDone, default);
        _state = State.AwaitClientKeyExchange;
        SendFlight(now, awaitsAnswer: true);
    }

    bool TakeIdentity(TimeSpan now, WholeMessage message)
    {
        if (!PskKeyExchange.TryRead(message.Body, out var identity) || identity.Length > PskKeyExchange.MaxIdentityLength)
            return false;
        Identity = Encoding.UTF8.GetString(identity);
        if (!_keys.TryGetKey(identity, out var key) || key.Length == 0)
        {
            if (DecideAt == TimeSpan.MaxValue)
                DecideAt = now + RefusalDelay;
            return false;
        }
        DecideAt = TimeSpan.MaxValue;
        Transcript.Add(message.Message);
        AgreeMasterSecret(key);
        if (_sessionId.Length > 0)
            _keyDigest = SHA256.HashData(key);
        CryptographicOperations.ZeroMemory(key);
        DeriveKeys();
        _state = State.AwaitClientFinished;
        ReplayEarly(now);
        return true;
    }

    bool Finish(TimeSpan now, WholeMessage message)
    {
        if (!TakeFinished(message))
            return false;
        if (!Resumed)
        {
            BeginFlight(6);
            AddFinished();
            SendFlight(now, awaitsAnswer: false);
        }
        Connect(now, sentLast: !Resumed);
        return true;
    }

    bool TryChooseSuite(ClientHello hello, out DtlsCipherSuite suite)
    {
        foreach (var ours in _options.Suites)
        {
            suite = ours;
            if (hello.Suites.Contains((ushort)ours))
                return true;
        }
        suite = default;
        return false;
    }

    static bool Agrees(bool offered, bool wanted) => offered && wanted;
}
