using System.Net;
using M531x.Dtls.Handshake;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Dtls;

/// <summary>
/// A DTLS 1.2 server for any number of peers, without I/O. It keeps nothing for a peer that has not returned its cookie
/// (RFC 6347 §4.2.1), and keeps an association until a new one from the same address has proved itself (§4.2.8).
/// After every call drain <see cref="TryTakeDatagram"/> and <see cref="TryTakeEvent"/>.
/// </summary>
public sealed partial class DtlsServer : IDisposable
{
    /// <summary>Longest connection id given out, in bytes.</summary>
    public const int MaxConnectionIdLength = 8;

    readonly DtlsServerOptions _options;
    readonly IPskStore _keys;
    readonly RandomFill _random;
    readonly EngineOutput _output = new();
    readonly SessionCache _sessions;
    readonly CookieIssuer _cookies;
    readonly Dictionary<IPEndPoint, Slot> _byAddress = [];
    readonly Dictionary<long, ServerConnection> _byNumber = [];
    readonly Dictionary<ulong, ServerConnection> _byConnectionId = [];
    readonly LinkedList<ServerConnection> _byActivity = new();
    readonly SortedSet<(TimeSpan At, long Association)> _deadlines = [];
    readonly int _maxAssociations;
    long _lastAssociation;
    bool _disposed;

    public DtlsServer(DtlsServerOptions options, IPskStore keys, RandomFill random)
    {
        var idLength = options.ConnectionIdLength ?? 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(idLength, MaxConnectionIdLength, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxAssociations, nameof(options));
        _options = options;
        // Short ids run out: half of them stay free, so that drawing one soon finds it.
        _maxAssociations = idLength is > 0 and < sizeof(int) ? Math.Min(options.MaxAssociations, 1 << 8 * idLength - 1) : options.MaxAssociations;
        _keys = keys;
        _random = random;
        _sessions = new SessionCache(options.MaxSessions, options.SessionLifetime);
        _cookies = new CookieIssuer(random, maxSpent: options.MaxAssociations);
    }

    public DtlsCounters Counters => _output.Counters;

    /// <summary>Associations, those whose handshake is under way included.</summary>
    public int Associations => _byNumber.Count;

    public TimeSpan NextDeadline => _deadlines.Count > 0 ? _deadlines.Min.At : TimeSpan.MaxValue;

    /// <summary>Entries in all tables, for tests of their bounds.</summary>
    internal int Remembered =>
        _byAddress.Count + _byNumber.Count + _byConnectionId.Count + _byActivity.Count + _deadlines.Count + _sessions.Count + _byNumber.Values.Sum(c => c.Remembered);

    internal int BufferLength => _output.BufferLength;

    /// <summary>Cookies that have begun a handshake and are remembered for it, for tests of their bound.</summary>
    internal int SpentCookies => _cookies.Spent;

    /// <summary>Memory that holds secrets, for the test that they are wiped.</summary>
    internal IEnumerable<byte[]> SecretMemory => _byNumber.Values.SelectMany(c => c.SecretMemory).Concat(_sessions.SecretMemory);

    public void HandleTimeout(TimeSpan now)
    {
        while (NextDeadline <= now)
        {
            var connection = _byNumber[_deadlines.Min.Association];
            connection.HandleTimeout(now);
            Settle(connection, touches: false);
        }
    }

    /// <summary>Sends application data in one record. False when there is no such association.</summary>
    public bool Send(long association, ReadOnlySpan<byte> data)
    {
        if (!_byNumber.TryGetValue(association, out var connection) || !connection.Send(data))
            return false;
        Touch(connection);
        return true;
    }

    /// <summary>Sends close_notify and forgets the association.</summary>
    public void Close(long association)
    {
        if (!_byNumber.TryGetValue(association, out var connection))
            return;
        connection.Close();
        Remove(connection);
    }

    /// <summary>Forgets an association without a word to its peer, as a server does that was restarted.</summary>
    public void Forget(long association)
    {
        if (_byNumber.TryGetValue(association, out var connection))
            Remove(connection);
    }

    /// <summary>Forgets all associations, as a server does that was restarted.</summary>
    public void ForgetAll()
    {
        foreach (var association in _byNumber.Keys.Order().ToArray())
            Forget(association);
        _cookies.ForgetSpent();
    }

    /// <summary>Sends close_notify to all peers and forgets their associations.</summary>
    public void CloseAll()
    {
        foreach (var association in _byNumber.Keys.Order().ToArray())
            Close(association);
    }

    /// <summary>Sends a fatal alert to all peers and forgets their associations, as a server does that has failed.</summary>
    public void AbortAll(DtlsAlert alert)
    {
        foreach (var association in _byNumber.Keys.Order().ToArray())
        {
            var connection = _byNumber[association];
            connection.Abort(alert);
            Remove(connection);
        }
    }

    /// <summary>Makes other cookies from now on: those that are on their way are worth nothing.</summary>
    public void ChangeCookies() => _cookies.Renew();

    /// <summary>Forgets the sessions that could be resumed.</summary>
    public void ForgetSessions() => _sessions.Dispose();

    /// <summary>The next datagram to send; valid until the next call that is not a Take.</summary>
    public bool TryTakeDatagram(out IPEndPoint to, out ReadOnlyMemory<byte> datagram)
    {
        var any = _output.TryTakeDatagram(out var peer, out datagram);
        to = peer!;
        return any;
    }

    public bool TryTakeEvent(out DtlsEvent dtlsEvent) => _output.TryTakeEvent(out dtlsEvent);

    /// <summary>Wipes all keys. Sends nothing, and takes nothing more.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var connection in _byNumber.Values.ToArray())
            Remove(connection);
        _sessions.Dispose();
        _cookies.Dispose();
    }

    ServerConnection Add(TimeSpan now, IPEndPoint from, in RecordView record, in HandshakeHeader header, byte[] clientRandom)
    {
        while (_byActivity.Count >= _maxAssociations)
            Evict(_byActivity.FirstOrDefault(c => !c.IsConnected) ?? _byActivity.First!.Value);
        var id = NewConnectionId();
        var connection = new ServerConnection(_options, _keys, _sessions, _output, _random, ++_lastAssociation, from, id,
            record.Sequence, header.Sequence, clientRandom);
        _byNumber[connection.Association] = connection;
        if (id.Length > 0)
            _byConnectionId[IdKey(id)] = connection;
        connection.Place = _byActivity.AddLast(connection);
        connection.Start(now);
        return connection;
    }

    /// <summary>A handshake begins at an address; one that was under way there is over.</summary>
    void Begin(IPEndPoint at, ServerConnection connection)
    {
        if (_byAddress.TryGetValue(at, out var slot) && slot.Pending is { } previous)
            Remove(previous);
        if (!_byAddress.TryGetValue(at, out slot))
            _byAddress[at] = slot = new Slot();
        slot.Pending = connection;
    }

    /// <summary>After a call into a connection: it may have come up or ended, and has a deadline.</summary>
    /// <param name="touches">Its peer has given a proof of life.</param>
    void Settle(ServerConnection connection, bool touches)
    {
        if (connection.IsClosed)
        {
            Remove(connection);
            return;
        }
        if (connection.IsConnected && connection.Peer is { } peer && _byAddress.TryGetValue(peer, out var slot) && slot.Pending == connection)
        {
            // The new association has proved itself: only now does the old one go (RFC 6347 §4.2.8).
            slot.Pending = null;
            var previous = slot.Current;
            slot.Current = connection;
            if (previous is not null)
                Evict(previous);
        }
        if (touches)
            Touch(connection);
        Schedule(connection);
    }

    /// <summary>Removes an association without a word to its peer; the owner has known of it only if it was up.</summary>
    void Evict(ServerConnection connection)
    {
        if (connection.IsConnected)
            _output.Tell(new DtlsEvent { Kind = DtlsEventKind.Closed, Association = connection.Association, Peer = connection.Peer });
        Remove(connection);
    }

    void Touch(ServerConnection connection)
    {
        if (connection.Place is not { } place || place == _byActivity.Last)
            return;
        _byActivity.Remove(place);
        _byActivity.AddLast(place);
    }

    void Schedule(ServerConnection connection)
    {
        if (connection.NextDeadline == connection.ScheduledAt)
            return;
        Unschedule(connection);
        connection.ScheduledAt = connection.NextDeadline;
        if (connection.ScheduledAt != TimeSpan.MaxValue)
            _deadlines.Add((connection.ScheduledAt, connection.Association));
    }

    void Unschedule(ServerConnection connection)
    {
        _deadlines.Remove((connection.ScheduledAt, connection.Association));
        connection.ScheduledAt = TimeSpan.MaxValue;
    }

    void Remove(ServerConnection connection)
    {
        if (!_byNumber.Remove(connection.Association))
            return;
        if (connection.Peer is { } peer && _byAddress.TryGetValue(peer, out var slot) && slot.Drop(connection))
            _byAddress.Remove(peer);
        if (connection.ConnectionId.Length > 0)
            _byConnectionId.Remove(IdKey(connection.ConnectionId));
        _byActivity.Remove(connection.Place!);
        Unschedule(connection);
        connection.Dispose();
    }

    byte[] NewConnectionId()
    {
        var id = new byte[_options.ConnectionIdLength ?? 0];
        if (id.Length == 0)
            return id;
        do
            _random(id);
        while (_byConnectionId.ContainsKey(IdKey(id)));
        return id;
    }

    static ulong IdKey(ReadOnlySpan<byte> id)
    {
        var key = 0UL;
        foreach (var b in id)
            key = key << 8 | b;
        return key;
    }

    /// <summary>The associations of an address: one that is up, and one that may replace it.</summary>
    sealed class Slot
    {
        public ServerConnection? Current { get; set; }
        public ServerConnection? Pending { get; set; }

        /// <summary>Takes a connection out; true when the slot is empty then.</summary>
        public bool Drop(ServerConnection connection)
        {
            if (Current == connection)
                Current = null;
            if (Pending == connection)
                Pending = null;
            return Current is null && Pending is null;
        }
    }
}
