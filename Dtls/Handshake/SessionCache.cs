namespace M531x.Dtls.Handshake;

/// <summary>A server's sessions by id, the oldest dropped first (RFC 5246 §F.1.4).</summary>
sealed class SessionCache(int limit, TimeSpan lifetime) : IDisposable
{
    readonly Dictionary<string, DtlsSession> _sessions = new(StringComparer.Ordinal);
    readonly Queue<string> _order = new();

    public int Count => _sessions.Count;

    public IEnumerable<byte[]> SecretMemory => _sessions.Values.Select(s => s.MasterSecret);

    public void Add(DtlsSession session)
    {
        var id = Convert.ToHexString(session.Id);
        _sessions[id] = session;
        _order.Enqueue(id);
        while (_order.Count > limit && _order.TryDequeue(out var oldest))
            Remove(oldest);
    }

    /// <summary>The session, or null when it is unknown or too old.</summary>
    public DtlsSession? Find(TimeSpan now, ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty || !_sessions.TryGetValue(Convert.ToHexString(id), out var session))
            return null;
        return now - session.Created < lifetime ? session : null;
    }

    public void Remove(ReadOnlySpan<byte> id) => Remove(Convert.ToHexString(id));

    public void Dispose()
    {
        foreach (var id in _order)
            Remove(id);
        _order.Clear();
    }

    void Remove(string id)
    {
        if (_sessions.Remove(id, out var session))
            session.Dispose();
    }
}
