namespace M531x.Lwm2m.Coap;

/// <summary>
/// The CoAP message layer as a machine without I/O: datagrams, requests and time go in; datagrams and events come out.
/// After every call drain <see cref="TryTakeTransmit"/> and <see cref="TryTakeEvent"/>.
/// </summary>
public sealed partial class CoapEndpoint(CoapEndpointOptions options, SeededRandom random)
{
    const int ResponseMemory = 256;
    const int TokenMemory = 64;
    const int NotificationMemory = 64;

    readonly CoapOptionRules _rules = new(options.KnownCriticalOptions);
    readonly Queue<CoapTransmit> _transmits = [];
    readonly Queue<CoapEvent> _events = [];

    // Ours, under way.
    readonly Dictionary<long, OutgoingExchange> _outgoing = [];
    readonly Dictionary<(CoapPeer Peer, ushort MessageId), OutgoingExchange> _byMessageId = [];
    readonly Dictionary<(CoapPeer Peer, CoapToken Token), OutgoingExchange> _byToken = [];
    readonly Dictionary<CoapPeer, SendQueue> _sendQueues = [];
    readonly DeadlineQueue<OutgoingExchange> _deadlines = new();

    // Ours, over: NON notifications that may still be reset, tokens whose response may still be repeated.
    readonly ExpiringMemory<(CoapPeer Peer, ushort MessageId), long> _sentNotifications = new(NotificationMemory);
    readonly ExpiringMemory<(CoapPeer Peer, CoapToken Token), long> _completedTokens = new(TokenMemory);

    // The peers'.
    readonly ReceivedRequests _received = new(Math.Max(1, options.RequestMemory));
    readonly ExpiringMemory<(CoapPeer Peer, ushort MessageId), HandledResponse> _handledResponses = new(ResponseMemory);

    ushort _messageId = random.NextUInt16();
    long _lastExchange;
    TimeSpan _now;

    /// <summary>Entries in all tables that outlive a call, for tests of their bounds.</summary>
    internal int Remembered =>
        _outgoing.Count + _byMessageId.Count + _byToken.Count + _sendQueues.Count + _deadlines.Count
        + _sentNotifications.Count + _completedTokens.Count + _received.Count + _handledResponses.Count;

    /// <summary>Takes a datagram of any content; it never throws for what a peer sends.</summary>
    public void HandleDatagram(TimeSpan now, CoapPeer from, ReadOnlySpan<byte> datagram)
    {
        _now = now;
        StartWaiting();
        if (!CoapCodec.TryDecode(datagram, out var message, out var reason))
        {
            Ignore(from, reason);
            if (CoapCodec.TryReadHeader(datagram, out var type, out var messageId) && type == CoapType.Confirmable)
                SendEmpty(from, CoapType.Reset, messageId, 0);
            return;
        }

        if (options.TellsMessages)
            Raise(new CoapMessageReceived(from, message));
        if (message.Type == CoapType.Reset)
            HandleReset(from, message);
        else if (message.Type == CoapType.Acknowledgement)
            HandleAcknowledgement(from, message);
        else if (message.Code.IsEmpty)
            SendEmpty(from, options.AcknowledgesPing ? CoapType.Acknowledgement : CoapType.Reset, message.MessageId, 0); // ping, RFC 7252 §4.3
        else if (message.Code.IsRequest)
            HandleRequest(from, message);
        else
            HandleResponse(from, message);
    }

    /// <summary>Drops everything that concerns the peer, without events.</summary>
    public void Forget(CoapPeer peer)
    {
        foreach (var exchange in _outgoing.Values.Where(e => e.Peer == peer).ToArray())
            Remove(exchange);
        _sendQueues.Remove(peer);
        _readyQueues.Remove(peer);
        _received.RemovePeer(peer);
        _sentNotifications.RemoveWhere((key, _) => key.Peer == peer);
        _completedTokens.RemoveWhere((key, _) => key.Peer == peer);
        _handledResponses.RemoveWhere((key, _) => key.Peer == peer);

        // Forgotten while the owner drains events: those behind concern the peer no more.
        for (var i = _events.Count; i > 0; i--)
        {
            if (_events.Dequeue() is var coapEvent && coapEvent.Peer != peer)
                _events.Enqueue(coapEvent);
        }
    }

    public bool TryTakeTransmit(out CoapTransmit transmit) => _transmits.TryDequeue(out transmit);

    public bool TryTakeEvent(out CoapEvent coapEvent) => _events.TryDequeue(out coapEvent!);

    /// <summary>A message id drawn like any other, for tests that need to know the next one.</summary>
    internal ushort NextMessageId() => _messageId++;

    ushort NextMessageId(CoapPeer peer)
    {
        // The counter comes round after 65536 messages: step over what is still under way (RFC 7252 §4.4).
        var messageId = NextMessageId();
        for (var tries = 0; tries < ushort.MaxValue && IsTaken(peer, messageId); tries++)
            messageId = NextMessageId();
        return messageId;
    }

    bool IsTaken(CoapPeer peer, ushort messageId) =>
        _byMessageId.ContainsKey((peer, messageId)) || _sentNotifications.TryGet(_now, (peer, messageId), out _);

    void SendEmpty(CoapPeer to, CoapType type, ushort messageId, long exchange)
    {
        var message = new CoapMessage { Type = type, Code = CoapCode.Empty, MessageId = messageId };
        Transmit(to, message, CoapCodec.Encode(message), exchange, 0);
    }

    void Transmit(CoapPeer to, CoapMessage message, byte[] datagram, long exchange, int attempt) =>
        _transmits.Enqueue(new CoapTransmit(to, datagram, message, exchange, attempt));

    void Raise(CoapEvent coapEvent) => _events.Enqueue(coapEvent);

    void Ignore(CoapPeer peer, CoapIgnoreReason reason) => Raise(new CoapMessageIgnored(peer, reason));

    /// <summary>A response that was taken: its repetition gets the same ACK, or nothing.</summary>
    readonly record struct HandledResponse(long Exchange, bool Acknowledged);

    /// <summary>The NSTART places towards one peer and what waits for one.</summary>
    sealed class SendQueue
    {
        public int UnderWay { get; set; }
        public LinkedList<OutgoingExchange> Waiting { get; } = [];
    }
}
