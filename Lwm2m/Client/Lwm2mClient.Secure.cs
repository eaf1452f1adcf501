using M531x.Dtls;
using M531x.Lwm2m.Coap;
using M531x.Lwm2m.Transport;

namespace M531x.Lwm2m.Client;

/// <content>The way of a message to the server: plain, or through DTLS with its handshakes and the cache mode of manual §2.7.</content>
public sealed partial class Lwm2mClient
{
    /// <summary>What a CoAP message has around a value: header, token, Observe, Content-Format, marker.</summary>
    const int MessageOverhead = 20;

    readonly Queue<ClientTransmit> _outgoing = [];
    SecureSession? _secure;
    TimeSpan? _renegotiateAfter = TimeSpan.FromSeconds(120);
    long _associations;

    /// <summary>Silence after which the address is taken for aged and a new handshake is made (manual §2.7); null never.</summary>
    public TimeSpan? RenegotiateAfter
    {
        get => _renegotiateAfter;
        set
        {
            _renegotiateAfter = value;
            if (_secure is not null)
                _secure.RenegotiateAfter = value;
        }
    }

    /// <summary>Messages to the server go through DTLS.</summary>
    public bool IsSecure => _secure is not null;

    /// <summary>Messages wait for a new handshake (cache mode, manual §2.7).</summary>
    public bool IsCaching => _secure is { IsCaching: true };

    /// <summary>False when cache mode has no room for a message that carries so many bytes.</summary>
    public bool HasRoom(int bytes) => _secure is null || _secure.HasRoom(MessageOverhead + bytes);

    /// <summary>The next datagram to send.</summary>
    public bool TryTakeTransmit(TimeSpan now, out ClientTransmit transmit)
    {
        while (!_outgoing.TryDequeue(out transmit))
        {
            if (!_coap.TryTakeTransmit(out var message))
                return false;
            Route(now, message);
        }
        return true;
    }

    void StartSecure(TimeSpan now, CoapPeer peer)
    {
        if (_account!.Psk is not { } psk || _options.SecureRandom is not { } random)
        {
            FailOpen(now, ClientFailure.SecurityUnavailable, null);
            return;
        }
        _secure = new SecureSession(
            new SecureSessionOptions
            {
                Dtls = _options.Dtls,
                RestartAfter = _options.DtlsRestartAfter,
                CacheMessages = _options.CacheMessages,
                CacheBytes = _options.CacheBytes,
            },
            peer, psk, random)
        {
            RenegotiateAfter = RenegotiateAfter,
        };
        MoveTo(_account.IsBootstrap ? ClientState.AwaitBootstrapHandshake : ClientState.AwaitHandshake, "handshake started");
        _secure.Start(now);
        DrainSecure(now);
    }

    void Route(TimeSpan now, CoapTransmit message)
    {
        if (message.To.Association == 0)
            _outgoing.Enqueue(new ClientTransmit(message.To.Address, message.Datagram, message.Message, message.Exchange, message.Attempt));
        else if (_secure?.Peer == message.To)
        {
            _secure.Send(now, message);
            DrainSecure(now);
        }
        // Else the association is over, and so is what was meant for it.
    }

    void DrainSecure(TimeSpan now)
    {
        while (true)
        {
            CollectSecure();
            if (_secure is null || !_secure.TryTakeEvent(out var secureEvent))
                break;
            HandleSecure(now, secureEvent);
        }
        _coap.IgnoresNStart = IsCaching;
    }

    void CollectSecure()
    {
        while (_secure is not null && _secure.TryTakeDatagram(out var datagram))
            _outgoing.Enqueue(datagram);
    }

    void HandleSecure(TimeSpan now, SecureEvent secureEvent)
    {
        switch (secureEvent)
        {
            case SessionData data:
                HandleMessage(now, _secure!.Peer, data.Datagram);
                break;
            case SessionUp up:
                HandleSecured(now, up);
                break;
            case SessionRefused refused:
                TellSecurityProblem("handshake.refused", "the server may be refusing, one more try", refused.Reason, refused.Alert);
                break;
            case SessionFailed failed:
                HandleSecurityFailure(now, failed);
                break;
            case SessionAged:
                Tell(new AddressAged());
                break;
            case SessionClosed:
                Tell(new SecurityNote("closed", "the server has ended the association", false, ("server", _secure!.Peer.Address.ToString())));
                if (IsOpening)
                    FailOpen(now, ClientFailure.ClosedByServer, null);
                break;
            case SessionSecrets secrets:
                Tell(new SecretsAgreed(secrets.ClientRandom, secrets.MasterSecret));
                break;
            case SessionNote note:
                Tell(new SecurityNote(note.Name, note.Detail, false, note.Fields));
                break;
        }
    }

    void HandleSecured(TimeSpan now, SessionUp up)
    {
        Tell(new SecurityNote("handshake.done",
            $"{up.Details.Suite.Name()}, identity '{up.Details.Identity}'{(up.Details.ConnectionId ? ", connection ids" : "")}", false,
            ("server", _secure!.Peer.Address.ToString()), ("suite", up.Details.Suite.Name()), ("identity", up.Details.Identity), ("again", up.Again),
            ("resumed", up.Details.Resumed), ("ms", (long)up.Took.TotalMilliseconds)));
        if (State == ClientState.AwaitBootstrapHandshake)
            SendBootstrapRequest(now);
        else if (State == ClientState.AwaitHandshake)
            SendRegister(now);
        else if (up.Again && _options.Dialect == Lwm2mDialect.Lwm2m && State != ClientState.AwaitDeregisterResponse)
            RegisterAnew(now);
        else
            _secure!.Flush(now); // the server knows the device by its identity
    }

    /// <summary>A new association is a new session: registration and observations are over (LwM2M 1.0 §8.2.4).</summary>
    void RegisterAnew(TimeSpan now)
    {
        _secure!.ForgetCached();
        if (_exchange != 0)
            _coap.Cancel(_exchange);
        EndObservations();
        _timers.StopAll();
        _timers.Set(Timer.Open, now + _openTimeout);
        SendRegister(now);
    }

    void HandleSecurityFailure(TimeSpan now, SessionFailed failed)
    {
        TellSecurityProblem("handshake.failed", null, failed.Reason, failed.Alert);
        if (IsOpening)
        {
            FailOpen(now, FailureOf(failed.Reason), null);
            return;
        }
        // The cache is gone: whoever waits for an answer to something in it is told so.
        foreach (var exchange in _unacknowledged.Order().ToList())
        {
            _coap.Cancel(exchange);
            HandleNotificationFailure(new CoapExchangeFailed(_secure!.Peer, exchange, CoapFailure.Timeout));
        }
        if (_exchange != 0)
        {
            _coap.Cancel(_exchange);
            HandleFailure(now, CoapFailure.Timeout);
        }
    }

    void TellSecurityProblem(string name, string? remark, DtlsFailure reason, DtlsAlert? alert)
    {
        var words = Words(reason) + (alert is { } number ? $" (alert {(byte)number}, {number})" : "") + (remark is null ? "" : $"; {remark}");
        Tell(new SecurityNote(name, $"{_secure!.Peer.Address}: {words}", true,
            ("server", _secure.Peer.Address.ToString()), ("reason", reason.ToString()), ("alert", alert?.ToString())));
    }

    static string Words(DtlsFailure reason) => reason switch
    {
        DtlsFailure.HandshakeTimeout => "the handshake got no answer in time",
        DtlsFailure.NoCommonSuite => "no cipher suite in common with the server",
        DtlsFailure.UnknownIdentity => "the server does not know the PSK identity",
        DtlsFailure.WrongKey => "the server holds another PSK for this identity",
        DtlsFailure.ProtocolVersion => "the server does not speak DTLS 1.2",
        DtlsFailure.PeerAlert => "the server ended the handshake",
        DtlsFailure.SessionEnded => "the session to resume has ended",
        _ => "the server broke the protocol",
    };

    static ClientFailure FailureOf(DtlsFailure reason) => reason switch
    {
        DtlsFailure.HandshakeTimeout => ClientFailure.Timeout,
        DtlsFailure.NoCommonSuite => ClientFailure.NoCommonSuite,
        DtlsFailure.UnknownIdentity => ClientFailure.UnknownIdentity,
        DtlsFailure.WrongKey => ClientFailure.WrongKey,
        _ => ClientFailure.HandshakeFailed,
    };

    /// <summary>Sends what is still to go, tells the server, and forgets the association.</summary>
    void CloseSecure(TimeSpan now)
    {
        if (_secure is not { } session)
            return;
        while (_coap.TryTakeTransmit(out var message))
            Route(now, message);
        session.Close(now);
        while (session.TryTakeDatagram(out var datagram))
            _outgoing.Enqueue(datagram);
        DropSecure();
    }

    void DropSecure()
    {
        _secure?.Dispose();
        _secure = null;
        _coap.IgnoresNStart = false;
    }
}
