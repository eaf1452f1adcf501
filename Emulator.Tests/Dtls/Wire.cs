using M531x.Dtls;
using M531x.Dtls.Crypto;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Emulator.Tests.Dtls;

/// <summary>A record as it was seen on the wire. <see cref="Messages"/> only of plain handshake records.</summary>
sealed record WireRecord(ContentType Type, int Epoch, ulong Sequence, byte[] Id, byte[] Fragment)
{
    public IReadOnlyList<WireMessage> Messages => Epoch == 0 && Type == ContentType.Handshake ? Wire.Messages(Fragment) : [];

    public byte[] ToDatagram()
    {
        var bytes = new byte[RecordView.HeaderLength + Id.Length + Fragment.Length];
        var at = RecordView.WriteHeader(bytes, Type, (ulong)Epoch << 48 | Sequence, Id, Fragment.Length);
        Fragment.CopyTo(bytes, at);
        return bytes;
    }
}

/// <summary>A handshake message or a fragment of one.</summary>
sealed record WireMessage(HandshakeHeader Header, byte[] Fragment)
{
    public HandshakeType Type => Header.Type;

    public byte[] ToBytes()
    {
        var bytes = new byte[HandshakeHeader.Size + Fragment.Length];
        Header.Write(bytes);
        Fragment.CopyTo(bytes, HandshakeHeader.Size);
        return bytes;
    }
}

/// <summary>Takes datagrams apart and makes plain ones.</summary>
static class Wire
{
    public static List<WireRecord> Records(ReadOnlySpan<byte> datagram, int idLength = 0)
    {
        var records = new List<WireRecord>();
        while (RecordView.TryRead(ref datagram, idLength, out var record))
            records.Add(new WireRecord(record.Type, record.Epoch, record.Sequence, record.ConnectionId.ToArray(), record.Fragment.ToArray()));
        return records;
    }

    public static List<WireMessage> Messages(ReadOnlySpan<byte> content)
    {
        var messages = new List<WireMessage>();
        while (HandshakeHeader.TryRead(ref content, out var header, out var fragment))
            messages.Add(new WireMessage(header, fragment.ToArray()));
        return messages;
    }

    public static IEnumerable<WireMessage> MessagesOf(IEnumerable<Packet> packets) =>
        packets.SelectMany(p => Records(p.Bytes)).SelectMany(r => r.Messages);

    /// <summary>True for a datagram with a plain message of that type, or a fragment of one.</summary>
    public static bool Has(this Packet packet, HandshakeType type) => MessagesOf([packet]).Any(m => m.Type == type);

    /// <summary>True for a datagram with a protected record.</summary>
    public static bool HasProtected(this Packet packet) => Records(packet.Bytes, idLength: 0).Exists(r => r.Epoch == 1)
                                                           || packet.Bytes[0] == (byte)ContentType.ConnectionId;

    /// <summary>A plain record with a whole handshake message.</summary>
    public static byte[] Plain(HandshakeType type, ushort messageSequence, byte[] body, ulong recordSequence = 0) =>
        Plain(recordSequence, new WireMessage(new HandshakeHeader(type, body.Length, messageSequence, 0, body.Length), body));

    /// <summary>A plain record with any messages or fragments.</summary>
    public static byte[] Plain(ulong recordSequence, params IEnumerable<WireMessage> messages) =>
        new WireRecord(ContentType.Handshake, 0, recordSequence, [], [.. messages.SelectMany(m => m.ToBytes())]).ToDatagram();

    public static byte[] PlainAlert(byte level, DtlsAlert alert, ulong recordSequence = 0) =>
        new WireRecord(ContentType.Alert, 0, recordSequence, [], [level, (byte)alert]).ToDatagram();

    /// <summary>The part of a message.</summary>
    public static WireMessage Piece(this WireMessage message, int offset, int length) =>
        new(message.Header with { FragmentOffset = offset, FragmentLength = length }, message.Fragment[offset..(offset + length)]);
}

/// <summary>
/// The keys of a pair's association, for records that neither end would send. Both ends must emit their secrets, and the record numbers
/// must be ones that the end does not use.
/// </summary>
sealed class Forger : IDisposable
{
    readonly RecordProtection _ofClient, _ofServer;
    readonly byte[] _clientId, _serverId;

    /// <param name="pair">Connected.</param>
    /// <param name="toClient">The id in records to the client.</param>
    /// <param name="toServer">The id in records to the server.</param>
    public Forger(DtlsPair pair, byte[]? toClient = null, byte[]? toServer = null)
    {
        var secrets = pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Secrets).Bytes;
        var details = pair.ServerEvents.Last(e => e.Kind == DtlsEventKind.Connected).Details!;
        var hello = Wire.MessagesOf(pair.Sent).Last(m => m.Type == HandshakeType.ServerHello);
        _clientId = toClient ?? [];
        _serverId = toServer ?? [];
        (_ofClient, _ofServer) = KeyBlock.Derive(details.Suite, secrets.AsSpan(32), secrets.AsSpan(0, 32), hello.Fragment.AsSpan(2, 32),
            details.EncryptThenMac, pair.Random.Fork("forger").Fill);
    }

    public byte[] FromClient(ContentType type, ulong sequence, byte[] content, int epoch = 1) => Seal(_ofClient, _serverId, type, sequence, content, epoch);

    public byte[] FromServer(ContentType type, ulong sequence, byte[] content, int epoch = 1) => Seal(_ofServer, _clientId, type, sequence, content, epoch);

    public void Dispose()
    {
        _ofClient.Dispose();
        _ofServer.Dispose();
    }

    static byte[] Seal(RecordProtection protection, byte[] id, ContentType type, ulong sequence, byte[] content, int epoch)
    {
        var outer = id.Length > 0 ? ContentType.ConnectionId : type;
        if (id.Length > 0)
            content = [.. content, (byte)type];
        var fragment = new byte[content.Length + protection.MaxOverhead];
        var length = protection.Seal(new RecordContext(outer, (ulong)epoch << 48 | sequence, id), content, fragment);
        return new WireRecord(outer, epoch, sequence, id, fragment[..length]).ToDatagram();
    }
}
