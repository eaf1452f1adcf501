using System.Security.Cryptography;
using System.Text;
using M531x.Dtls.Messages;

namespace M531x.Dtls.Handshake;

/// <summary>
/// A client's handshake (RFC 6347 §4.2.4, figure 1):
/// 1. ClientHello; 2. HelloVerifyRequest, which a server may leave out; 3. ClientHello with the cookie;
/// 4. ServerHello, ServerKeyExchange if there is a hint, ServerHelloDone; 5. ClientKeyExchange, ChangeCipherSpec, Finished;
/// 6. ChangeCipherSpec, Finished. When a session is resumed, 4 is ServerHello, ChangeCipherSpec, Finished, and 5 ends the handshake.
/// </summary>
sealed partial class ClientConnection : DtlsConnection
{
    enum State
    {
        Idle,
        AwaitServerHello,
        AwaitServerHelloDone,
        AwaitServerFinished,
        Connected,
    }

    /// <summary>Cookies taken before a server is taken for one that never likes any.</summary>
    const int MaxCookies = 5;

    readonly DtlsClientOptions _options;
    readonly byte[] _identity;
    readonly byte[] _key;
    State _state;
    ClientHello? _hello;
    byte[] _helloMessage = [];
    byte[] _sessionId = [];
    bool _hasHint;
    int _cookies;
    bool _helloWasRepeated;
    NewCookie? _newCookie;

    public ClientConnection(DtlsClientOptions options, byte[] identity, byte[] key, EngineOutput output, RandomFill random)
        : base(options, output, random, association: 1, peer: null)
    {
        _options = options;
        _identity = identity;
        _key = [.. key];
        Identity = Encoding.UTF8.GetString(identity);
    }

    /// <summary>The session to resume later; null before, and when the server gave it no id.</summary>
    public DtlsSession? Session { get; private set; }

    protected override bool IsClient => true;

    /// <summary>Length of the id in records to us, from the moment it is offered: a record may overtake the ServerHello that agrees to it.</summary>
    public int ReceiveIdLength => _hello?.Extensions.ConnectionId?.Length ?? 0;

    public void Start(TimeSpan now)
    {
        if (_state != State.Idle || IsClosed)
            throw new InvalidOperationException("a client starts once");
        ClientRandom = NewRandom();
        var extensions = _options.PlainHello ? new HelloExtensions() : new HelloExtensions
        {
            RenegotiationInfo = true,
            ExtendedMasterSecret = _options.ExtendedMasterSecret,
            EncryptThenMac = _options.EncryptThenMac && _options.Suites.Contains(DtlsCipherSuite.PskAes128CbcSha256),
            ConnectionId = _options.ConnectionIdLength is { } length ? NewConnectionId(length) : null,
        };
        _hello = new ClientHello
        {
            Random = ClientRandom,
            SessionId = _options.Session is { } session && CanResume(session, extensions) ? session.Id : [],
            Suites = [.. _options.Suites.Select(s => (ushort)s)],
            Extensions = extensions,
        };
        StartHandshakeTimer(now);
        SendHello(now, 1);
    }

    protected override bool HandleMessage(TimeSpan now, WholeMessage message) => (_state, message.Header.Type, message.Epoch) switch
    {
        (State.AwaitServerHello, HandshakeType.HelloVerifyRequest, 0) => TakeCookie(now, message),
        (State.AwaitServerHello, HandshakeType.ServerHello, 0) => TakeServerHello(now, message),
        (State.AwaitServerHelloDone, HandshakeType.ServerKeyExchange, 0) when !_hasHint => TakeHint(message),
        (State.AwaitServerHelloDone, HandshakeType.ServerHelloDone, 0) when message.Body.IsEmpty => AnswerServer(now, message),
        (State.AwaitServerFinished, HandshakeType.Finished, 1) => Finish(now, message),
        _ => false,
    };

    protected override bool IsRenegotiation(HandshakeType type) => type == HandshakeType.HelloRequest;

    /// <summary>
    /// A server without state may have changed its cookies meanwhile; its answers all carry message number 0. Or somebody else pretends so:
    /// a new hello in place of one that the server is answering would end the handshake. So the server has to ask again when the hello was
    /// repeated, and only when nothing better comes is it replaced.
    /// </summary>
    protected override void HandleOldMessage(TimeSpan now, HandshakeHeader header, ReadOnlySpan<byte> body)
    {
        if (_state == State.AwaitServerHello && _helloWasRepeated && header.Type == HandshakeType.HelloVerifyRequest
            && HelloVerifyRequest.TryRead(body, out var cookie) && !cookie.SequenceEqual(_hello!.Cookie))
            _newCookie = new NewCookie(header, cookie.ToArray());
    }

    protected override void HandleSilence(TimeSpan now)
    {
        if (_state == State.AwaitServerHello && _newCookie is { } request && _cookies < MaxCookies)
        {
            SendCookie(now, request.Header, request.Cookie);
            return;
        }
        _helloWasRepeated = true;
        HandleUnansweredFlight(now);
    }

    protected override void OnConnected(TimeSpan now)
    {
        _state = State.Connected;
        _refusal = null;
        CryptographicOperations.ZeroMemory(_key);
        if (_sessionId.Length > 0)
            Session = new DtlsSession(_sessionId, [.. MasterSecret], Suite, ExtendedMasterSecret, Identity!, now);
    }

    protected override void ForgetSession()
    {
        Session?.Dispose();
        if (Resumed)
            _options.Session?.Dispose();
    }

    internal override IEnumerable<byte[]> SecretMemory => base.SecretMemory.Append(_key);

    protected override void Wipe() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>A server would not go on with another suite, nor, without the extension, with an extended master secret (RFC 7627 §5.3).</summary>
    bool CanResume(DtlsSession session, HelloExtensions extensions) =>
        session.IsUsable && session.Identity == Identity && _options.Suites.Contains(session.Suite)
        && (extensions.ExtendedMasterSecret || !session.ExtendedMasterSecret);

    void SendHello(TimeSpan now, int flight)
    {
        BeginFlight(flight);
        _helloMessage = AddMessage(HandshakeType.ClientHello, _hello!.Write());
        SendFlight(now, awaitsAnswer: true);
        _refusal = null;
        _helloWasRepeated = false;
        _newCookie = null;
        _state = State.AwaitServerHello;
    }

    bool TakeCookie(TimeSpan now, WholeMessage message)
    {
        if (!HelloVerifyRequest.TryRead(message.Body, out var cookie) || cookie.SequenceEqual(_hello!.Cookie))
            return false;
        SendCookie(now, message.Header, cookie);
        return true;
    }

    /// <summary>
    /// The ClientHello after a HelloVerifyRequest has the number after it, however many went before: a server without state knows of none,
    /// and goes on from that number. A repeated request asks for nothing: this flight has its own timer.
    /// </summary>
    void SendCookie(TimeSpan now, HandshakeHeader request, ReadOnlySpan<byte> cookie)
    {
        if (_cookies++ >= MaxCookies)
            return;
        NextSend = (ushort)(request.Sequence + 1);
        _hello = _hello! with { Cookie = cookie.ToArray() };
        SendHello(now, 3);
    }

    bool TakeServerHello(TimeSpan now, WholeMessage message)
    {
        if (!ServerHello.TryRead(message.Body, out var hello))
            return false;
        if (!hello.IsVersion12)
            return Refuse(DtlsFailure.ProtocolVersion, DtlsAlert.ProtocolVersion);
        if (!AnswersOffer(hello.Extensions))
            return Refuse(DtlsFailure.ProtocolError, DtlsAlert.UnsupportedExtension); // RFC 5246 §7.4.1.4
        var resumes = hello.SessionId.Length > 0 && hello.SessionId.AsSpan().SequenceEqual(_hello!.SessionId);
        if (!_hello!.Suites.Contains(hello.Suite) || resumes && !GoesOnWith(_options.Session!, hello))
            return Refuse(DtlsFailure.ProtocolError, DtlsAlert.IllegalParameter);
        if (resumes && !_options.Session!.IsUsable)
            return Refuse(DtlsFailure.SessionEnded, DtlsAlert.InternalError);
        Suite = (DtlsCipherSuite)hello.Suite;
        ServerRandom = hello.Random;
        ExtendedMasterSecret = hello.Extensions.ExtendedMasterSecret;
        EncryptThenMac = hello.Extensions.EncryptThenMac && Suite == DtlsCipherSuite.PskAes128CbcSha256;
        Resumed = resumes;
        _sessionId = hello.SessionId;
        _refusal = null;
        if (hello.Extensions.ConnectionId is { } id)
            UseConnectionIds(send: id, receive: _hello.Extensions.ConnectionId!);
        Transcript.Add(_helloMessage);
        Transcript.Add(message.Message);
        if (!resumes)
        {
            _state = State.AwaitServerHelloDone;
            return true;
        }
        MasterSecret = [.. _options.Session!.MasterSecret];
        DeriveKeys();
        _state = State.AwaitServerFinished;
        ReplayEarly(now);
        return true;
    }

    /// <summary>A resumed session keeps its suite (RFC 5246 §7.4.1.3) and its kind of master secret (RFC 7627 §5.3).</summary>
    static bool GoesOnWith(DtlsSession session, ServerHello hello) =>
        session.Suite == (DtlsCipherSuite)hello.Suite && session.ExtendedMasterSecret == hello.Extensions.ExtendedMasterSecret;

    /// <summary>A server answers no extension that was not offered.</summary>
    bool AnswersOffer(HelloExtensions answer) =>
        (!answer.ExtendedMasterSecret || _hello!.Extensions.ExtendedMasterSecret)
        && (!answer.EncryptThenMac || _hello!.Extensions.EncryptThenMac)
        && (!answer.RenegotiationInfo || _hello!.Extensions.RenegotiationInfo)
        && (answer.ConnectionId is null || _hello!.Extensions.ConnectionId is not null);

    /// <summary>The identity does not depend on the hint (RFC 7925 §4.2).</summary>
    bool TakeHint(WholeMessage message)
    {
        if (!PskKeyExchange.TryRead(message.Body, out _))
            return false;
        _hasHint = true;
        Transcript.Add(message.Message);
        return true;
    }

    bool AnswerServer(TimeSpan now, WholeMessage message)
    {
        Transcript.Add(message.Message);
        EndPeerFlight(message);
        BeginFlight(5);
        AddMessage(HandshakeType.ClientKeyExchange, PskKeyExchange.Write(_identity));
        AgreeMasterSecret(_key);
        DeriveKeys();
        AddFinished();
        SendFlight(now, awaitsAnswer: true);
        _refusal = null;
        _state = State.AwaitServerFinished;
        ReplayEarly(now);
        return true;
    }

    bool Finish(TimeSpan now, WholeMessage message)
    {
        if (!TakeFinished(message))
            return false;
        if (Resumed)
        {
            BeginFlight(5);
            AddFinished();
            SendFlight(now, awaitsAnswer: false);
        }
        Connect(now, sentLast: Resumed);
        return true;
    }

    byte[] NewConnectionId(int length)
    {
        var id = new byte[length];
        Random(id);
        return id;
    }

    /// <summary>Of a HelloVerifyRequest that came after the one whose cookie is on its way.</summary>
    sealed record NewCookie(HandshakeHeader Header, byte[] Cookie);
}
