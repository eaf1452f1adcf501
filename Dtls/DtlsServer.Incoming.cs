using System.Net;
using M531x.Dtls.Handshake;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Dtls;

/// <content>Datagrams: which association a record belongs to, and the cookie exchange before there is one.</content>
public sealed partial class DtlsServer
{
    /// <summary>Takes a datagram of any content; it never throws for what a peer sends.</summary>
    public void HandleDatagram(TimeSpan now, IPEndPoint from, ReadOnlySpan<byte> datagram)
    {
        while (!datagram.IsEmpty && !_disposed)
        {
            if (!RecordView.TryRead(ref datagram, _options.ConnectionIdLength ?? 0, out var record))
            {
                _output.Drop(DtlsDropReason.Malformed, 0, from);
                return;
            }
            if (record.Type == ContentType.ConnectionId)
                HandleIdentified(now, from, record);
            else if (record.Epoch == 0)
                HandlePlain(now, from, record);
            else
                HandleProtected(now, from, record);
        }
    }

    /// <summary>The id finds the association, from whatever address (RFC 9146 §6).</summary>
    void HandleIdentified(TimeSpan now, IPEndPoint from, in RecordView record)
    {
        if (record.ConnectionId.IsEmpty || !_byConnectionId.TryGetValue(IdKey(record.ConnectionId), out var connection))
        {
            _output.Drop(DtlsDropReason.UnknownPeer, 0, from);
            return;
        }
        var before = connection.Peer!;
        var touches = connection.HandleRecord(now, from, record);
        if (connection.Peer is { } peer && !peer.Equals(before))
            Move(connection, before, peer);
        Settle(connection, touches);
    }

    void Move(ServerConnection connection, IPEndPoint before, IPEndPoint after)
    {
        if (_byAddress.TryGetValue(before, out var old) && old.Drop(connection))
            _byAddress.Remove(before);
        if (!connection.IsConnected)
            return; // over, or under way and found by its id alone
        if (!_byAddress.TryGetValue(after, out var slot))
            _byAddress[after] = slot = new Slot();
        // Another association of that address lives on under its own id. One without an id keeps the address: nothing else finds it.
        if (slot.Current is null || slot.Current.ReceiveId.Length > 0)
            slot.Current = connection;
    }

    /// <summary>With two associations of an address the record belongs to the one that opens it.</summary>
    void HandleProtected(TimeSpan now, IPEndPoint from, in RecordView record)
    {
        if (!_byAddress.TryGetValue(from, out var slot))
        {
            _output.Drop(DtlsDropReason.UnknownPeer, 0, from);
            return;
        }
        var (current, pending) = (slot.Current, slot.Pending);
        if (current is not null && current.HandleRecord(now, from, record, reports: pending is null))
            Settle(current, touches: true);
        else if (pending is not null)
            Settle(pending, touches: pending.HandleRecord(now, from, record));
    }

    void HandlePlain(TimeSpan now, IPEndPoint from, in RecordView record)
    {
        _byAddress.TryGetValue(from, out var slot);
        var cursor = record.Fragment;
        if (record.Type == ContentType.Handshake && HandshakeHeader.TryRead(ref cursor, out var header, out var fragment)
            && header is { Type: HandshakeType.ClientHello, FragmentOffset: 0 })
            HandleHello(now, from, slot, record, header, fragment);
        else if (slot?.Pending is { } pending)
        {
            pending.HandleRecord(now, from, record);
            Settle(pending, touches: false);
        }
        else if (slot?.Current is { } current)
            current.HandleRecord(now, from, record);
        else
            _output.Drop(DtlsDropReason.UnknownPeer, 0, from);
    }

    void HandleHello(TimeSpan now, IPEndPoint from, Slot? slot, in RecordView record, in HandshakeHeader header, ReadOnlySpan<byte> fragment)
    {
        if (!ClientHello.TryReadCookie(fragment, out var signed, out var cookie))
        {
            _output.Drop(DtlsDropReason.Malformed, 0, from);
            return;
        }
        var random = signed.Slice(2, ClientHello.RandomLength);
        if (!_cookies.IsValid(now, from, signed, cookie))
        {
            SendCookie(now, from, signed, record);
            return;
        }
        if (slot?.Current is { } current && random.SequenceEqual(current.ClientRandom))
        {
            _output.Drop(DtlsDropReason.Replayed, current.Association, from); // a late repetition of the hello it came from
            return;
        }
        if (slot?.Pending is { } pending && random.SequenceEqual(pending.ClientRandom))
        {
            pending.HandleRecord(now, from, record);
            Settle(pending, touches: false);
        }
        else if (_cookies.TrySpend(now, cookie))
            BeginHandshake(now, from, record, header, random.ToArray(), cookie);
        else
            _output.Drop(DtlsDropReason.Replayed, 0, from); // somebody repeats the hello of a handshake that is over
    }

    void BeginHandshake(TimeSpan now, IPEndPoint from, in RecordView record, in HandshakeHeader header, byte[] clientRandom, ReadOnlySpan<byte> cookie)
    {
        var connection = Add(now, from, record, header, clientRandom);
        connection.HandleRecord(now, from, record);
        if (connection.IsClosed)
            _cookies.GiveBack(cookie); // refused at once, and in nobody's place
        else
            Begin(from, connection);
        Settle(connection, touches: false);
    }

    /// <summary>HelloVerifyRequest with the record's own number: nothing has to be kept for it (RFC 6347 §4.2.1).</summary>
    void SendCookie(TimeSpan now, IPEndPoint to, ReadOnlySpan<byte> signed, in RecordView record)
    {
        Span<byte> cookie = stackalloc byte[CookieIssuer.Length];
        _cookies.Make(now, to, signed, cookie);
        var body = HelloVerifyRequest.Write(cookie);
        var datagram = _output.ReserveDatagram(RecordView.HeaderLength + HandshakeHeader.Size + body.Length);
        var at = RecordView.WriteHeader(datagram.Span, ContentType.Handshake, record.Sequence, default, HandshakeHeader.Size + body.Length);
        new HandshakeHeader(HandshakeType.HelloVerifyRequest, body.Length, 0, 0, body.Length).Write(datagram.Span[at..]);
        body.CopyTo(datagram[(at + HandshakeHeader.Size)..]);
        _output.Counters.RecordsSent++;
        _output.Send(to, datagram);
        _output.Tell(new DtlsEvent { Kind = DtlsEventKind.CookieSent, Peer = to, Number = 2 });
    }
}
