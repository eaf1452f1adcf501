using System.Net;
using M531x.Dtls.Records;

namespace M531x.Dtls.Handshake;

/// <content>Records: epochs, sequence numbers, replay window, connection ids (RFC 6347 §4.1, RFC 9146).</content>
abstract partial class DtlsConnection
{
    /// <summary>Protected records that overtook the messages they need, kept until those are in.</summary>
    const int MaxEarlyRecords = 64;
    const int MaxEarlyLength = 4096;

    readonly WriteEpoch[] _write = [new(), new()];
    readonly ReadEpoch[] _read = [new(), new()];
    readonly Queue<EarlyRecord> _early = new();
    int _earlyLength;
    byte[] _sendId = [];
    byte[] _receiveId = [];
    byte[] _inner = [];

    /// <summary>The id in records to us; empty for none.</summary>
    public ReadOnlySpan<byte> ReceiveId => _receiveId;

    /// <summary>First sequence number of epoch 0: a server goes on from the ClientHello's (RFC 6347 §4.2.1).</summary>
    protected void StartSequence(ulong sequence) => _write[0].Sequence = sequence;

    protected void UseConnectionIds(byte[] send, byte[] receive)
    {
        _sendId = send;
        _receiveId = receive;
    }

    /// <summary>Sends application data in one record. False when there is no association, or no number left in it.</summary>
    public bool Send(ReadOnlySpan<byte> data) =>
        IsConnected && data.Length <= RecordView.MaxContentLength && SendAlone(ContentType.ApplicationData, 1, data);

    /// <summary>
    /// Takes a record. False when it is not genuine or not new: it changes nothing. With <paramref name="reports"/> off it may then be for
    /// another association, and is not reported, unless it is a repetition of one of this association.
    /// </summary>
    public bool HandleRecord(TimeSpan now, IPEndPoint? from, in RecordView record, bool reports = true)
    {
        if (IsClosed)
            return false;
        if (record.Epoch == 0)
        {
            HandlePlain(now, record);
            return true;
        }
        if (record.Epoch != 1)
            return Refuse(DtlsDropReason.WrongEpoch, reports);
        if (_read[1].Protection is null)
        {
            KeepEarly(record);
            return true;
        }
        if (record.Minor != RecordView.Version12Minor)
            return Refuse(DtlsDropReason.BadRecord, reports); // the protection covers version 1.2
        // With an id agreed, a record without it is not for this association (RFC 9146 §3).
        if ((record.Type == ContentType.ConnectionId) != _receiveId.Length > 0 || !record.ConnectionId.SequenceEqual(_receiveId))
            return Refuse(DtlsDropReason.BadRecord, reports);
        if (!_read[1].Window.IsFresh(record.Sequence))
        {
            var isOurs = reports || TryOpen(record, out _, out _);
            Refuse(DtlsDropReason.Replayed, isOurs);
            return isOurs && !reports;
        }
        return HandleProtected(now, from, record, reports);
    }

    bool HandleProtected(TimeSpan now, IPEndPoint? from, in RecordView record, bool reports)
    {
        if (!TryOpen(record, out var content, out var length))
        {
            if (reports && !IsConnected && record.Type is ContentType.Handshake or ContentType.ConnectionId)
                OnBadFinished(now);
            return Refuse(DtlsDropReason.BadRecord, reports);
        }
        var type = record.Type;
        if (type == ContentType.ConnectionId && !TryUnwrap(content.Span, ref length, out type) || length > RecordView.MaxContentLength)
        {
            Drop(DtlsDropReason.Malformed);
            return true;
        }
        var isEarlyData = type == ContentType.ApplicationData && !IsConnected;
        if (isEarlyData)
        {
            // Not marked as seen: it is opened again once the handshake is done.
            KeepEarly(record);
            return true;
        }
        var isNewest = _read[1].Window.Mark(record.Sequence);
        _output.Counters.RecordsReceived++;
        if (isNewest && record.Type == ContentType.ConnectionId && from is not null && !from.Equals(Peer))
        {
            Peer = from;
            Tell(new DtlsEvent { Kind = DtlsEventKind.AddressMoved });
        }
        Dispatch(now, type, content[..length]);
        return true;
    }

    bool TryOpen(in RecordView record, out Memory<byte> content, out int length)
    {
        content = _output.ReserveData(record.Fragment.Length);
        var context = new RecordContext(record.Type, record.EpochAndSequence, record.ConnectionId);
        return _read[1].Protection!.TryOpen(context, record.Fragment, content.Span, out length);
    }

    /// <summary>What should be the peer's Finished does not open.</summary>
    protected virtual void OnBadFinished(TimeSpan now)
    {
    }

    void Dispatch(TimeSpan now, ContentType type, ReadOnlyMemory<byte> content)
    {
        switch (type)
        {
            case ContentType.ApplicationData:
                _flight.Clear(); // the peer has our last flight
                _output.TellData(new DtlsEvent { Kind = DtlsEventKind.Data, Association = Association, Peer = Peer, Identity = Identity, Data = content });
                break;
            case ContentType.Handshake:
                HandleHandshake(now, 1, content.ToArray()); // what it opens meanwhile may take the same place
                break;
            case ContentType.Alert:
                HandleAlert(content.Span, isAuthentic: true);
                break;
            default:
                Drop(DtlsDropReason.UnexpectedMessage);
                break;
        }
    }

    void HandlePlain(TimeSpan now, in RecordView record)
    {
        if (record.Type == ContentType.Alert)
        {
            if (IsConnected)
                Drop(DtlsDropReason.Unauthenticated);
            else
                HandleAlert(record.Fragment, isAuthentic: false);
        }
        else if (record.Type == ContentType.Handshake && !IsConnected)
        {
            _output.Counters.RecordsReceived++;
            HandleHandshake(now, 0, record.Fragment);
        }
        else if (record.Type is not (ContentType.ChangeCipherSpec or ContentType.Handshake))
            Drop(DtlsDropReason.WrongEpoch);
        // ChangeCipherSpec says what the epoch of the next record says again; repeats of flights that are answered are nothing new.
    }

    bool Refuse(DtlsDropReason reason, bool reports)
    {
        if (reports)
            Drop(reason);
        return false;
    }

    /// <summary>Keeps a record for later. The oldest ones go when there are too many, so that a flight that comes whole is kept whole.</summary>
    void KeepEarly(in RecordView record)
    {
        if (record.Fragment.Length > MaxEarlyLength)
        {
            Drop(DtlsDropReason.OutOfBounds);
            return;
        }
        foreach (var kept in _early)
        {
            if (kept.EpochAndSequence == record.EpochAndSequence && record.Fragment.SequenceEqual(kept.Fragment))
                return;
        }
        while (_early.Count >= MaxEarlyRecords || _earlyLength + record.Fragment.Length > MaxEarlyLength)
        {
            _earlyLength -= _early.Dequeue().Fragment.Length;
            Drop(DtlsDropReason.OutOfBounds);
        }
        _early.Enqueue(new EarlyRecord(record.Type, record.Minor, record.EpochAndSequence, record.ConnectionId.ToArray(), record.Fragment.ToArray()));
        _earlyLength += record.Fragment.Length;
    }

    /// <summary>Takes up the records that came too early.</summary>
    protected void ReplayEarly(TimeSpan now)
    {
        if (_early.Count == 0)
            return;
        var early = _early.ToArray();
        ClearEarly();
        foreach (var record in early)
        {
            HandleRecord(now, null, new RecordView
            {
                Type = record.Type,
                Minor = record.Minor,
                EpochAndSequence = record.EpochAndSequence,
                ConnectionId = record.ConnectionId,
                Fragment = record.Fragment,
            });
        }
    }

    void ClearEarly()
    {
        _early.Clear();
        _earlyLength = 0;
    }

    /// <summary>Sends one record in a datagram of its own.</summary>
    bool SendAlone(ContentType type, int epoch, ReadOnlySpan<byte> content)
    {
        var datagram = _output.ReserveDatagram(RecordLength(epoch, content.Length));
        var length = WriteRecord(datagram.Span, type, epoch, content);
        if (length > 0)
            _output.Send(Peer, datagram[..length]);
        return length > 0;
    }

    /// <summary>Most bytes that a record of that content takes.</summary>
    int RecordLength(int epoch, int contentLength) =>
        RecordView.HeaderLength + contentLength + (_write[epoch].Protection is { } protection ? protection.MaxOverhead + 1 + _sendId.Length : 0);

    /// <summary>Writes a record and returns its length; 0 when the sequence numbers are used up (RFC 6347 §4.1).</summary>
    int WriteRecord(Span<byte> output, ContentType type, int epoch, ReadOnlySpan<byte> content)
    {
        var state = _write[epoch];
        if (state.Sequence > RecordView.MaxSequence)
            return 0;
        var number = (ulong)epoch << 48 | state.Sequence++;
        _output.Counters.RecordsSent++;
        if (state.Protection is not { } protection)
        {
            var plainHeader = RecordView.WriteHeader(output, type, number, default, content.Length);
            content.CopyTo(output[plainHeader..]);
            return plainHeader + content.Length;
        }
        var outer = type;
        if (_sendId.Length > 0)
        {
            content = Wrap(type, content);
            outer = ContentType.ConnectionId;
        }
        var header = RecordView.HeaderLength + _sendId.Length;
        var length = protection.Seal(new RecordContext(outer, number, _sendId), content, output[header..]);
        RecordView.WriteHeader(output, outer, number, _sendId, length);
        return header + length;
    }

    /// <summary>Content with its real type behind it (RFC 9146 §4); no padding is added.</summary>
    ReadOnlySpan<byte> Wrap(ContentType type, ReadOnlySpan<byte> content)
    {
        if (_inner.Length <= content.Length)
            _inner = new byte[Math.Max(content.Length + 1, 256)];
        content.CopyTo(_inner);
        _inner[content.Length] = (byte)type;
        return _inner.AsSpan(0, content.Length + 1);
    }

    static bool TryUnwrap(ReadOnlySpan<byte> content, ref int length, out ContentType type)
    {
        var end = content[..length].LastIndexOfAnyExcept((byte)0);
        type = end < 0 ? default : (ContentType)content[end];
        length = Math.Max(end, 0);
        return end >= 0 && type is >= ContentType.ChangeCipherSpec and <= ContentType.ApplicationData;
    }

    sealed class WriteEpoch
    {
        public RecordProtection? Protection { get; set; }
        public ulong Sequence { get; set; }
    }

    sealed class ReadEpoch
    {
        public RecordProtection? Protection { get; set; }
        public ReplayWindow Window;
    }

    sealed record EarlyRecord(ContentType Type, byte Minor, ulong EpochAndSequence, byte[] ConnectionId, byte[] Fragment);
}
