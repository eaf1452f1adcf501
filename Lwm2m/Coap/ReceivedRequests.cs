namespace M531x.Lwm2m.Coap;

enum ReceivedState
{
    Open,

    /// <summary>The empty ACK was sent, the response is to come.</summary>
    Acknowledged,
    Answered,
    Abandoned,
}

sealed class ReceivedRequest
{
    public required long Exchange { get; init; }
    public required CoapPeer Peer { get; set; }
    public required CoapMessage Request { get; init; }

    /// <summary>Until when the same message id means the same request.</summary>
    public required TimeSpan Expires { get; init; }

    public ReceivedState State { get; set; }

    /// <summary>What a repetition is answered with: the piggybacked or NON answer, or the empty ACK before a separate one.</summary>
    public CoapMessage? Reply { get; set; }
    public byte[]? ReplyDatagram { get; set; }
    public int Repeats { get; set; }

    public bool IsUnanswered => State is ReceivedState.Open or ReceivedState.Acknowledged;
    public (CoapPeer Peer, ushort MessageId) Key => (Peer, Request.MessageId);
}

/// <summary>The requests received, for de-duplication and for their answers; at most <paramref name="capacity"/>.</summary>
sealed class ReceivedRequests(int capacity)
{
    readonly LinkedList<ReceivedRequest> _oldestFirst = [];
    readonly Dictionary<long, LinkedListNode<ReceivedRequest>> _byExchange = [];
    readonly Dictionary<(CoapPeer Peer, ushort MessageId), ReceivedRequest> _byMessageId = [];

    public int Count => _oldestFirst.Count;

    public ReceivedRequest? Find(long exchange) => _byExchange.TryGetValue(exchange, out var node) ? node.Value : null;

    /// <summary>The request that this message id of the peer still stands for.</summary>
    public ReceivedRequest? Find(TimeSpan now, CoapPeer peer, ushort messageId) =>
        _byMessageId.TryGetValue((peer, messageId), out var received) && received.Expires > now ? received : null;

    /// <summary>
    /// Makes room for one more: the oldest that needs no answer gives way, then one that expired unanswered.
    /// False when the requests that wait for their answer take all the room.
    /// </summary>
    public bool TryMakeRoom(TimeSpan now)
    {
        // Expiry alone costs nothing: those at the head are dropped on the way.
        while (_oldestFirst.First is { } first && first.Value.Expires <= now && !first.Value.IsUnanswered)
            Remove(first);
        if (_oldestFirst.Count < capacity)
            return true;
        var victim = _oldestFirst.FirstOrDefault(r => !r.IsUnanswered) ?? _oldestFirst.FirstOrDefault(r => r.Expires <= now);
        if (victim is null)
            return false;
        Remove(victim);
        return true;
    }

    public void Add(ReceivedRequest received)
    {
        _byExchange[received.Exchange] = _oldestFirst.AddLast(received);
        _byMessageId[received.Key] = received;
    }

    public void RemovePeer(CoapPeer peer)
    {
        for (var node = _oldestFirst.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Peer == peer)
                Remove(node);
            node = next;
        }
    }

    public void MovePeer(Func<ReceivedRequest, bool> concerns, CoapPeer to)
    {
        foreach (var received in _oldestFirst.Where(concerns))
        {
            if (_byMessageId.GetValueOrDefault(received.Key) == received)
                _byMessageId.Remove(received.Key);
            received.Peer = to;
            _byMessageId.TryAdd(received.Key, received);
        }
    }

    public void Remove(ReceivedRequest received) => Remove(_byExchange[received.Exchange]);

    void Remove(LinkedListNode<ReceivedRequest> node)
    {
        _oldestFirst.Remove(node);
        _byExchange.Remove(node.Value.Exchange);
        if (_byMessageId.TryGetValue(node.Value.Key, out var current) && current == node.Value)
            _byMessageId.Remove(node.Value.Key);
    }
}
