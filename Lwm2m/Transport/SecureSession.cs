using System.Security.Cryptography;
using System.Text;
using M531x.Dtls;
using M531x.Lwm2m.Client;
using M531x.Lwm2m.Coap;

namespace M531x.Lwm2m.Transport;

/// <summary>
/// A client's way to one server through DTLS. It sets up an association, protects messages, and when the address is taken for aged,
/// or the association is gone, keeps them until a new handshake is done (manual §2.7).
/// After every call drain <see cref="TryTakeDatagram"/> and <see cref="TryTakeEvent"/>.
/// </summary>
sealed class SecureSession(SecureSessionOptions options, CoapPeer peer, PskCredential credential, RandomFill random) : IDisposable
{
    enum State
    {
        Idle,
        AwaitHandshake,
        Up,

        /// <summary>No association, or one that has to be replaced; the next message starts a handshake.</summary>
        Down,
        Closed,
    }

    readonly Queue<ClientTransmit> _datagrams = [];
    readonly Queue<SecureEvent> _events = [];
    readonly TransmitCache _cache = new(options.CacheMessages, options.CacheBytes);
    DtlsClient? _client;
    State _state;
    TimeSpan _started;
    TimeSpan _giveUpAt;
    TimeSpan _lastTraffic;
    bool _wasUp;
    bool _hasConnectionId;
    bool _restarts;

    public CoapPeer Peer => peer;

    /// <summary>Silence after which the address is taken for aged; null never (manual §2.7).</summary>
    public TimeSpan? RenegotiateAfter { get; set; }

    /// <summary>Messages wait for a handshake that replaces an association.</summary>
    public bool IsCaching => _state == State.AwaitHandshake && _wasUp;

    public TimeSpan NextDeadline => _client?.NextDeadline ?? TimeSpan.MaxValue;

    /// <summary>True when a message of that many bytes can be sent, or kept.</summary>
    public bool HasRoom(int bytes) => !IsCaching || _cache.HasRoom(bytes);

    /// <summary>The association, for the test that nothing is left of it.</summary>
    internal DtlsClient? Client => _client;

    public void Start(TimeSpan now)
    {
        _started = now;
        _giveUpAt = options.Dtls.HandshakeTimeout is { } limit ? now + limit : TimeSpan.MaxValue;
        _state = State.AwaitHandshake;
        Begin(now);
    }

    /// <summary>The first hello of a handshake, which may be the first one again.</summary>
    void Begin(TimeSpan now)
    {
        DropClient();
        var left = _giveUpAt - now;
        var key = Encoding.UTF8.GetBytes(credential.Key);
        _client = new DtlsClient(options.RestartAfter is { } limit ? options.Dtls with { HandshakeTimeout = limit < left ? limit : left } : options.Dtls,
            Encoding.UTF8.GetBytes(credential.Identity), key, random);
        CryptographicOperations.ZeroMemory(key);
        _client.Start(now);
        Drain(now);
    }

    /// <summary>Protects a message, or keeps it for the end of a handshake.</summary>
    public void Send(TimeSpan now, CoapTransmit transmit)
    {
        if (_state == State.Up && IsAged(now))
        {
            _state = State.Down;
            _events.Enqueue(new SessionAged());
        }
        switch (_state)
        {
            case State.Up:
                SendProtected(now, transmit);
                break;
            case State.Down:
                Start(now);
                Keep(transmit);
                break;
            case State.AwaitHandshake:
                Keep(transmit);
                break;
        }
    }

    public void HandleDatagram(TimeSpan now, ReadOnlySpan<byte> datagram)
    {
        if (_client is null || _state == State.Closed)
            return;
        _client.HandleDatagram(now, datagram);
        Drain(now);
    }

    public void HandleTimeout(TimeSpan now)
    {
        if (_client is null || _client.NextDeadline > now)
            return;
        _client.HandleTimeout(now);
        Drain(now);
    }

    /// <summary>Sends what waited for the handshake, in its order.</summary>
    public void Flush(TimeSpan now)
    {
        foreach (var transmit in _cache.TakeAll())
            SendProtected(now, transmit);
    }

    /// <summary>Forgets what waits for the handshake.</summary>
    public void ForgetCached() => _cache.Clear();

    /// <summary>Ends the association; the server is told, if there is one.</summary>
    public void Close(TimeSpan now)
    {
        if (_client is not null)
        {
            _client.Close();
            Drain(now);
        }
        Dispose();
    }

    public bool TryTakeDatagram(out ClientTransmit datagram) => _datagrams.TryDequeue(out datagram);

    public bool TryTakeEvent(out SecureEvent secureEvent) => _events.TryDequeue(out secureEvent!);

    public void Dispose()
    {
        _state = State.Closed;
        _cache.Clear();
        DropClient();
    }

    /// <summary>Nothing is resumed: the session goes with its association.</summary>
    void DropClient()
    {
        _client?.Session?.Dispose();
        _client?.Dispose();
        _client = null;
    }

    /// <summary>With connection ids the server follows a client that moves: nothing ages (RFC 9146).</summary>
    bool IsAged(TimeSpan now) => RenegotiateAfter is { } limit && !_hasConnectionId && now - _lastTraffic >= limit;

    void Keep(CoapTransmit transmit)
    {
        if (!_cache.Add(transmit))
            _events.Enqueue(new SessionNote("cache.full", $"dropped {transmit.Message}", ("mid", transmit.Message.MessageId)));
        else if (_wasUp && transmit.Attempt == 0)
            _events.Enqueue(new SessionNote("cached", $"{_cache.Count} messages, {_cache.Bytes} bytes: {transmit.Message}",
                ("mid", transmit.Message.MessageId), ("messages", _cache.Count), ("bytes", _cache.Bytes)));
    }

    void SendProtected(TimeSpan now, CoapTransmit transmit)
    {
        if (!_client!.Send(transmit.Datagram.Span))
            return;
        _lastTraffic = now;
        while (_client.TryTakeDatagram(out var datagram))
            _datagrams.Enqueue(new ClientTransmit(peer.Address, datagram.ToArray(), transmit.Message, transmit.Exchange, transmit.Attempt));
    }

    void Drain(TimeSpan now)
    {
        while (_client!.TryTakeDatagram(out var datagram))
        {
            _lastTraffic = now;
            _datagrams.Enqueue(new ClientTransmit(peer.Address, datagram.ToArray(), null, 0, 0));
        }
        while (_client.TryTakeEvent(out var dtlsEvent))
            Handle(now, dtlsEvent);
        if (!_restarts)
            return;
        _restarts = false;
        Begin(now);
    }

    void Handle(TimeSpan now, DtlsEvent dtlsEvent)
    {
        switch (dtlsEvent.Kind)
        {
            case DtlsEventKind.Data:
                _lastTraffic = now;
                _events.Enqueue(new SessionData(dtlsEvent.Data.ToArray()));
                break;
            case DtlsEventKind.Connected:
                _state = State.Up;
                _lastTraffic = now;
                _hasConnectionId = dtlsEvent.Details!.ConnectionId;
                _events.Enqueue(new SessionUp(dtlsEvent.Details, Again: _wasUp, now - _started));
                _wasUp = true;
                break;
            case DtlsEventKind.Failed when dtlsEvent.Failure == DtlsFailure.HandshakeTimeout && options.RestartAfter is not null && now < _giveUpAt:
                _events.Enqueue(new SessionNote("handshake.restarted", $"{peer.Address}: no answer in time, the handshake begins again", ("server", peer.Address.ToString())));
                _restarts = true;
                break;
            case DtlsEventKind.Refused:
                _events.Enqueue(new SessionRefused(dtlsEvent.Failure, dtlsEvent.Alert));
                break;
            case DtlsEventKind.Failed:
                _state = State.Down;
                _cache.Clear();
                _events.Enqueue(new SessionFailed(dtlsEvent.Failure, dtlsEvent.Alert));
                break;
            case DtlsEventKind.Closed when _state == State.Up:
                _state = State.Down;
                _events.Enqueue(new SessionClosed());
                break;
            case DtlsEventKind.Secrets:
                _events.Enqueue(new SessionSecrets(dtlsEvent.Data[..32].ToArray(), dtlsEvent.Data[32..].ToArray()));
                break;
            case DtlsEventKind.FlightSent:
                _events.Enqueue(new SessionNote("flight.sent", $"flight {dtlsEvent.Number}{(dtlsEvent.Attempt > 0 ? $", repetition {dtlsEvent.Attempt}" : "")}",
                    ("flight", dtlsEvent.Number), ("attempt", dtlsEvent.Attempt)));
                break;
            case DtlsEventKind.Dropped:
                _events.Enqueue(new SessionNote("record.dropped", dtlsEvent.Drop.ToString(), ("reason", dtlsEvent.Drop.ToString())));
                break;
            case DtlsEventKind.AlertSent:
                _events.Enqueue(new SessionNote("alert.sent", $"{dtlsEvent.Alert}", ("alert", dtlsEvent.Alert.ToString())));
                break;
            case DtlsEventKind.AlertReceived:
                _events.Enqueue(new SessionNote("alert.received", $"{dtlsEvent.Alert}", ("alert", dtlsEvent.Alert.ToString())));
                break;
        }
    }
}
