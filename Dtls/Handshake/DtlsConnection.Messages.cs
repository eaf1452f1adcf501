using System.Security.Cryptography;
using M531x.Dtls.Crypto;
using M531x.Dtls.Messages;
using M531x.Dtls.Records;

namespace M531x.Dtls.Handshake;

/// <content>Handshake messages in their order, and alerts.</content>
abstract partial class DtlsConnection
{
    protected enum AlertLevel : byte
    {
        Warning = 1,
        Fatal = 2,
    }

    readonly Reassembler _reassembler = new();
    ushort _nextReceive;
    int _peerFlightEnd = -1;

    /// <summary>Memory that grows with what a peer sends, for tests of its bounds.</summary>
    internal int Remembered => _reassembler.Count + _early.Count + _flight.Parts.Count;

    /// <summary>Takes the next message. False for one that is not legal now: it is dropped and may come again.</summary>
    protected abstract bool HandleMessage(TimeSpan now, WholeMessage message);

    /// <summary>A handshake message in an association that is up: the wish for another handshake inside it.</summary>
    protected abstract bool IsRenegotiation(HandshakeType type);

    /// <summary>A message that was taken before comes again, whole, while the handshake is under way.</summary>
    protected virtual void HandleOldMessage(TimeSpan now, HandshakeHeader header, ReadOnlySpan<byte> body)
    {
    }

    /// <summary>A fatal alert of either side ends the session too (RFC 5246 §7.2.2). Only an authentic one: others could end anybody's.</summary>
    protected abstract void ForgetSession();

    /// <summary>The message just taken ends the peer's flight: its repetition asks for ours.</summary>
    protected void EndPeerFlight(WholeMessage message) => _peerFlightEnd = message.Header.Sequence;

    void HandleHandshake(TimeSpan now, int epoch, ReadOnlySpan<byte> record)
    {
        while (!record.IsEmpty && !IsClosed)
        {
            if (!HandshakeHeader.TryRead(ref record, out var header, out var fragment))
            {
                Drop(DtlsDropReason.Malformed);
                return;
            }
            if (IsConnected)
                HandleLate(now, epoch, header);
            else if (header.Sequence < _nextReceive)
            {
                if (header.IsWhole)
                    HandleOldMessage(now, header, fragment);
                if (EndsPeerFlight(header))
                    AnswerRepeat(now);
            }
            else if (!_reassembler.Add(header, fragment, epoch, _nextReceive))
                Drop(DtlsDropReason.OutOfBounds);
            TakeMessages(now);
        }
    }

    void TakeMessages(TimeSpan now)
    {
        while (!IsClosed && !IsConnected && _reassembler.TryGet(_nextReceive, out var message))
        {
            _reassembler.Remove(message.Header.Sequence);
            _nextReceive++;
            if (HandleMessage(now, message))
                continue;
            _nextReceive--;
            if (!IsClosed)
                Drop(DtlsDropReason.UnexpectedMessage);
            return;
        }
    }

    /// <summary>RFC 7925 §17: no renegotiation. A repeated last flight means that ours was lost.</summary>
    void HandleLate(TimeSpan now, int epoch, HandshakeHeader header)
    {
        if (epoch == 1 && IsRenegotiation(header.Type) && header.FragmentOffset == 0)
            SendAlert(AlertLevel.Warning, DtlsAlert.NoRenegotiation);
        else if (epoch == 1 && EndsPeerFlight(header))
            AnswerRepeat(now);
        else
            Drop(DtlsDropReason.UnexpectedMessage);
    }

    bool EndsPeerFlight(HandshakeHeader header) =>
        header.Sequence == _peerFlightEnd && header.FragmentOffset + header.FragmentLength == header.Length;

    /// <summary>Adds our Finished, which covers all messages so far.</summary>
    protected void AddFinished()
    {
        Span<byte> hash = stackalloc byte[Transcript.HashLength];
        Span<byte> verify = stackalloc byte[Prf.VerifyDataLength];
        Transcript.Current(hash);
        Prf.VerifyData(_keyedMaster!, ofClient: IsClient, hash, verify);
        AddChangeCipherSpec();
        AddMessage(HandshakeType.Finished, verify, epoch: 1);
    }

    /// <summary>Checks the peer's Finished and adds it to the transcript. A wrong one ends the association: it was authentic.</summary>
    protected bool TakeFinished(WholeMessage message)
    {
        Span<byte> hash = stackalloc byte[Transcript.HashLength];
        Span<byte> verify = stackalloc byte[Prf.VerifyDataLength];
        Transcript.Current(hash);
        Prf.VerifyData(_keyedMaster!, ofClient: !IsClient, hash, verify);
        if (!CryptographicOperations.FixedTimeEquals(verify, message.Body))
        {
            ForgetSession();
            Fail(DtlsFailure.ProtocolError, DtlsAlert.DecryptError);
            return false;
        }
        Transcript.Add(message.Message);
        EndPeerFlight(message);
        return true;
    }

    void HandleAlert(ReadOnlySpan<byte> content, bool isAuthentic)
    {
        if (content.Length != 2)
        {
            Drop(DtlsDropReason.Malformed);
            return;
        }
        var alert = (DtlsAlert)content[1];
        if (alert == DtlsAlert.CloseNotify && isAuthentic)
            Close();
        else if (content[0] == (byte)AlertLevel.Fatal && isAuthentic)
        {
            ForgetSession();
            Fail(IsConnected ? DtlsFailure.PeerAlert : FailureOf(alert), received: alert);
        }
        else if (content[0] == (byte)AlertLevel.Fatal)
            HandleUnprotectedAlert(alert);
        else
            Tell(new DtlsEvent { Kind = DtlsEventKind.AlertReceived, Alert = alert });
    }

    /// <summary>A fatal alert that anybody could have sent, while the handshake is under way.</summary>
    protected abstract void HandleUnprotectedAlert(DtlsAlert alert);

    protected static DtlsFailure FailureOf(DtlsAlert alert) => alert switch
    {
        DtlsAlert.HandshakeFailure or DtlsAlert.InsufficientSecurity => DtlsFailure.NoCommonSuite,
        DtlsAlert.UnknownPskIdentity => DtlsFailure.UnknownIdentity,
        DtlsAlert.DecryptError or DtlsAlert.BadRecordMac => DtlsFailure.WrongKey,
        DtlsAlert.ProtocolVersion => DtlsFailure.ProtocolVersion,
        _ => DtlsFailure.PeerAlert,
    };

    /// <summary>Sends an alert in the epoch that the peer can read.</summary>
    protected void SendAlert(AlertLevel level, DtlsAlert alert)
    {
        SendAlone(ContentType.Alert, IsConnected ? 1 : 0, [(byte)level, (byte)alert]);
        Tell(new DtlsEvent { Kind = DtlsEventKind.AlertSent, Alert = alert });
    }
}
